/* resources.c: JSON files, and what a Dify has out of one. */
#include "dsl/job.h"
#include "text/json.h"

#include <string.h>

static int
kind_of(const char *name)
{
	for (int i = 0; i < RESOURCE__MAX; i++)
		if (strcmp(resource_kind_names[i], name) == 0)
			return i;
	return -1;
}

struct value *
json_read(struct arena *a, const char *path, const char **error_r)
{
	struct jsonx_report report;
	struct value *v;
	size_t len;
	char *text = input_text(a, path, &len, error_r);

	if (text == NULL)
		return NULL;
	v = jsonx_read(a, text, len, 0, &report);
	if (v == NULL)
		*error_r = report.error;
	return v;
}

int
resources_read(struct arena *a, const char *path, struct resources *resources_r,
	const char **error_r)
{
	struct resource *items;
	struct value *list = json_read(a, path, error_r);
	size_t n = 0;

	if (list == NULL)
		return -1;
	if (!value_is(list, VALUE_ARRAY)) {
		*error_r = "no JSON array";
		return -1;
	}
	items = arena_array(a, value_count(list) + 1, sizeof(*items));
	value_each(item, list) {
		int kind = kind_of(value_get_text(item, "kind", ""));

		if (kind < 0) {
			*error_r = "kind must be model, dataset or tool";
			return -1;
		}
		items[n++] = (struct resource){
			.kind = (enum resource_kind)kind,
			.handle = value_get_text(item, "handle", NULL),
			.id = value_get_text(item, "id", NULL),
			.name = value_get_text(item, "name", NULL),
			.provider = value_get_text(item, "provider", NULL),
			.mode = value_get_text(item, "mode", NULL),
		};
	}
	*resources_r = (struct resources){items, n};
	return 0;
}
