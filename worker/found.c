/* found.c: see found.h. */
#include "worker/found.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/essence.h"
#include "dsl/mask.h"
#include "model/dsl_secret.h"
#include "model/workflow.h"
#include "text/yaml.h"

#include <string.h>

enum { HEX_BYTES = SEAL_HASH_BYTES * 2 };

static const char *const members[] = {
	"graph", "features", "environment_variables", "conversation_variables"};

struct value *
found_workflow(struct arena *a, const struct value *draft)
{
	struct value *found = value_object(a);
	struct value *workflow =
		value_set(a, found, "workflow", value_object(a));
	size_t i;

	for (i = 0; i < nitems(members); i++)
		if (value_get(draft, members[i]) != NULL)
			value_set(a, workflow, members[i],
				value_clone(a, value_get(draft, members[i])));
	return found;
}

bool
found_is_masked(struct arena *a, const struct value *found)
{
	return value_count(mask_names(a, found)) > 0;
}

/* The version that is in Dify, or the newest when that is not known. */
static struct value *
base_of(struct arena *a, const char *workflow_id)
{
	struct workflow_dify there;

	if (workflow_dify(workflow_id, &there) != 1)
		return NULL;
	return version_value(a, workflow_id, there.version);
}

bool
found_fill(struct arena *a, const char *workflow_id, struct value *found,
	const struct value *export)
{
	const char *yaml = value_get_text(export, "data", NULL);
	struct yamlx_report report;
	struct value *base;
	bool differs;

	if (yaml != NULL && strlen(yaml) <= LIMIT_DOCUMENT)
		mask_fill(a, found, yamlx_read(a, yaml, strlen(yaml), &report));
	base = base_of(a, workflow_id);
	if (base == NULL || dsl_secret_put(a, base) != 0)
		return false;
	differs = mask_differs(found, base);
	mask_fill(a, found, base);
	return differs;
}

static void
hash_of(struct arena *a, const struct value *workflow, unsigned char *hash_r)
{
	workflow_dify_hash(a, dsl_essence(a, workflow), hash_r);
}

bool
found_differs(struct arena *a, const char *workflow_id,
	const struct value *draft, unsigned char *hash_r)
{
	struct workflow_dify there;
	struct value *base;

	hash_of(a, draft, hash_r);
	if (workflow_dify(workflow_id, &there) != 1)
		return false;
	if (!there.known) {
		base = version_value(a, workflow_id, there.version);
		dsl_secret_put(a, base);
		hash_of(a, value_get(base, "workflow"), there.seen);
	}
	return !seal_equal(there.seen, hash_r, SEAL_HASH_BYTES);
}

int
found_keep(struct arena *a, const char *workflow_id, const struct value *found,
	const unsigned char *hash)
{
	const struct value *from = value_get(found, "workflow");
	struct value *dsl = base_of(a, workflow_id);
	struct value *workflow = value_get(dsl, "workflow");
	struct version_new v = {.workflow_id = workflow_id,
		.dsl = dsl,
		.origin = VERSION_FOUND};
	int number = 0;
	size_t i;

	if (!value_is(workflow, VALUE_OBJECT))
		return 0;
	for (i = 0; i < nitems(members); i++)
		if (value_get(from, members[i]) != NULL)
			value_set(a, workflow, members[i],
				value_clone(a, value_get(from, members[i])));
	version_add(a, &v, &number);
	workflow_set_dify(workflow_id, number, hash);
	workflow_tell(workflow_id);
	return number;
}

const char *
found_hash_text(struct arena *a, const unsigned char *hash)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(a, HEX_BYTES + 1);

	for (size_t i = 0; i < SEAL_HASH_BYTES; i++) {
		text[2 * i] = digits[hash[i] >> 4];
		text[2 * i + 1] = digits[hash[i] & 15];
	}
	return text;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
found_hash_read(const char *text, unsigned char *hash_r)
{
	if (text == NULL || strlen(text) != HEX_BYTES)
		return false;
	for (size_t i = 0; i < SEAL_HASH_BYTES; i++) {
		int high = digit(text[2 * i]);
		int low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		hash_r[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}
