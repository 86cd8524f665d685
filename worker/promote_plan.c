/* promote_plan.c: what a promotion would do: see promote.h. Nothing of what is
 * compared or told here holds a secret. */
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "dsl/diff.h"
#include "dsl/dsl.h"
#include "dsl/need.h"
#include "dsl/secret.h"
#include "io/seal.h"
#include "model/connection.h"
#include "model/mapping.h"
#include "text/json.h"
#include "worker/promote.h"

#include <string.h>

enum { BASE_BYTES = 8 };

/* In the place of every secret of what is compared. */
#define ANY_SECRET SECRET_PREFIX "any"

/* ---- secrets ---- */

static const struct value *
find_secret(const struct value *secrets, const char *key)
{
	value_each(s, secrets)
		if (strcmp(value_get_text(s, "key", ""), key) == 0)
			return s;
	return NULL;
}

/* A secret that the workflow there has stays; else it is taken along, which
 * cannot be done with one that Dify alone knows. */
static size_t
resolve_secrets(struct arena *a, struct value *secrets,
	const struct value *there, const struct value *mapping)
{
	const struct value *have =
		there == NULL ? NULL : need_secrets(a, there);
	size_t open = 0;

	value_each(need, secrets) {
		const char *key = value_get_text(need, "key", "");
		const char *to =
			need_find(mapping, need_kind_names[NEED_SECRET], key);
		bool kept = find_secret(have, key) != NULL;
		bool masked = value_get_bool(need, "masked", false);
		const char *how = "chosen";

		if (to == NULL || (strcmp(to, NEED_KEEP) == 0 && !kept) ||
			(strcmp(to, NEED_SAME) == 0 && masked))
			how = to = kept ? NEED_KEEP : masked ? NULL : NEED_SAME;
		value_set_text(a, need, "how", how == NULL ? "missing" : how);
		value_set_bool(a, need, "there", kept);
		if (to != NULL)
			value_set_text(a, need, "to", to);
		open += to == NULL;
	}
	return open;
}

/* New values are told by a word: nobody needs to know their ids. */
static struct value *
shown_secrets(struct arena *a, const struct value *secrets)
{
	struct value *out = value_clone(a, secrets);

	value_each(s, out)
		if (strncmp(value_get_text(s, "to", ""), SECRET_PREFIX,
			    strlen(SECRET_PREFIX)) == 0)
			value_set_text(a, s, "to", "new");
	return out;
}

/* ---- comparing ---- */

static const char *
any(void *context, struct arena *a, const char *secret)
{
	(void)context;
	(void)a;
	(void)secret;
	return &ANY_SECRET[strlen(SECRET_PREFIX)];
}

static void
hide_secrets(struct arena *a, struct value *dsl)
{
	struct value *secrets;

	secret_take(a, dsl, any, NULL);
	secrets = need_secrets(a, dsl);
	value_each(s, secrets)
		value_set_text(a, s, "to", ANY_SECRET);
	need_apply_secrets(a, dsl, secrets, NULL);
}

static const struct value *
by_name(const struct value *variables, const char *name)
{
	value_each(v, variables)
		if (strcmp(value_get_text(v, "name", ""), name) == 0)
			return v;
	return NULL;
}

/* A draft shows fewer members of a variable than an export, and "number" for
 * "integer": what counts is the value. */
static struct value *
variables_there(
	struct arena *a, const struct value *ours, const struct value *theirs)
{
	struct value *out = value_array(a);

	value_each(v, theirs) {
		const struct value *known =
			by_name(ours, value_get_text(v, "name", ""));
		struct value *one = value_append(
			out, value_clone(a, known == NULL ? v : known));

		if (known != NULL && value_get(v, "value") != NULL)
			value_set(a, one, "value",
				value_clone(a, value_get(v, "value")));
	}
	return out;
}

/* The draft in the frame of what would take its place: so that nothing differs
 * but what Dify has. */
static struct value *
dsl_there(
	struct arena *a, const struct value *mapped, const struct value *draft)
{
	static const char *const lists[] = {
		"environment_variables", "conversation_variables"};
	struct value *dsl = value_clone(a, mapped);
	struct value *workflow = value_get(dsl, "workflow");
	size_t i;

	if (value_get(draft, "graph") != NULL)
		value_set(a, workflow, "graph",
			value_clone(a, value_get(draft, "graph")));
	for (i = 0; i < nitems(lists); i++)
		value_set(a, workflow, lists[i],
			variables_there(a, value_get(workflow, lists[i]),
				value_get(draft, lists[i])));
	return dsl;
}

static const char *
base_of(struct arena *a, int version, const struct value *draft,
	const struct value *details)
{
	unsigned char hash[SEAL_HASH_BYTES];
	struct str text;
	size_t i;

	str_init(&text, a, LIMIT_DOCUMENT * 2);
	if (draft != NULL)
		jsonx_write(&text, draft, 0);
	jsonx_write(&text, details, 0);
	seal_keyed_hash(SEAL_DSL, text.s, hash);
	str_reset(&text);
	str_printf(&text, "%d-", version);
	for (i = 0; i < BASE_BYTES; i++)
		str_printf(&text, "%02x", hash[i]);
	return text.s;
}

/* What of a draft counts: its hash, and not the time it was looked at. */
static struct value *
draft_core(struct arena *a, const struct value *draft)
{
	static const char *const members[] = {
		"hash", "environment_variables", "conversation_variables"};
	struct value *v;
	size_t i;

	if (draft == NULL)
		return NULL;
	v = value_object(a);
	for (i = 0; i < nitems(members); i++)
		if (value_get(draft, members[i]) != NULL)
			value_set(a, v, members[i],
				value_clone(a, value_get(draft, members[i])));
	return v;
}

static struct value *
difference(struct task *t, const struct value *mapped)
{
	struct promote *s = t->state;
	struct value *after;
	struct value *before;

	if (s->draft == NULL)
		return value_null(t->arena);
	after = value_clone(t->scratch, mapped);
	before = dsl_there(t->scratch, mapped, s->draft);
	hide_secrets(t->scratch, after);
	hide_secrets(t->scratch, before);
	return dsl_diff(t->arena, before, after);
}

/* ---- name, description and tags, which no DSL holds ---- */

static const char *
joined(struct arena *a, const struct workflow *w)
{
	struct str out;
	size_t i;

	str_init(&out, a, LIMIT_BODY);
	for (i = 0; i < w->ntags; i++)
		str_printf(&out, "%s%s", i > 0 ? ", " : "", w->tags[i]);
	return out.s == NULL ? "" : out.s;
}

static void
add_detail(struct arena *a, struct value *out, const char *field,
	const char *before, const char *after)
{
	struct value *one;

	if (strcmp(before, after) == 0)
		return;
	one = value_append(out, value_object(a));
	value_set_text(a, one, "field", field);
	value_set_text(a, one, "before", before);
	value_set_text(a, one, "after", after);
}

static struct value *
details_of(struct arena *a, const struct promote *s)
{
	const struct workflow *from = &s->from;
	const struct workflow *there = &s->there;
	struct value *out = value_array(a);

	if (!s->known)
		return out;
	add_detail(a, out, "name", there->name, from->name);
	add_detail(
		a, out, "description", there->description, from->description);
	add_detail(a, out, "tags", joined(a, there), joined(a, from));
	return out;
}

/* ---- what another version of Dify makes of it ---- */

static int
version_of(struct arena *a, const char *connection_id)
{
	struct connection c;

	if (connection_id == NULL ||
		connection_find(a, connection_id, &c) != 1 || c.version == NULL)
		return 0;
	return dsl_version(c.version);
}

static bool
has_finding(const struct findings *all, const struct finding *f)
{
	const struct finding *known;

	for (known = all->first; known != NULL; known = known->next)
		if (known->kind == f->kind && known->tier <= f->tier &&
			strcmp(known->pointer, f->pointer) == 0)
			return true;
	return false;
}

/* The DSL becomes one of the version there. What stops it there, and not where
 * it comes from, is told. */
static struct value *
fit_version(struct task *t, const char *target)
{
	const struct promote *s = t->state;
	struct arena *a = t->scratch;
	struct value *out = value_array(t->arena);
	struct dsl_target there = {.version = version_of(a, target)};
	struct dsl_target here = {
		.version = version_of(a, s->from.connection_id)};
	struct dsl_result r = {.dsl = s->mapped};
	struct findings before = {0};
	const struct finding *f;

	if (there.version == 0)
		return out;
	if (here.version == 0)
		here.version = DSL_VERSION_NEWEST;
	dsl_validate(a, s->mapped, &here, &before);
	dsl_fix_only(a, &r, &there, "version_newer", NULL);
	for (f = r.findings.first; f != NULL; f = f->next)
		if (f->tier <= TIER_R && !has_finding(&before, f))
			value_append(out, finding_json(t->arena, f));
	return out;
}

/* ---- the plan ---- */

static struct value *
known_mapping(struct task *t)
{
	const struct promote *s = t->state;
	struct value *mapping = mapping_known(t->scratch, s->from.connection_id,
		value_get_text(t->payload, "connection_id", ""));

	value_each(m, value_get(t->payload, "mapping"))
		value_append(mapping, value_clone(t->scratch, m));
	return mapping;
}

static void
append_all(struct arena *a, struct value *to, const struct value *from)
{
	value_each(v, from)
		value_append(to, value_clone(a, v));
}

struct value *
promote_plan(struct task *t)
{
	struct promote *s = t->state;
	struct arena *a = t->scratch;
	const char *target = value_get_text(t->payload, "connection_id", "");
	const struct resources *there = connection_resources(a, target);
	const struct resources *here =
		s->from.connection_id == NULL
			? NULL
			: connection_resources(a, s->from.connection_id);
	struct value *mapping = known_mapping(t);
	struct value *old = s->known ? version_value(a, s->there.id, 0) : NULL;
	struct value *plan = value_object(t->arena);
	struct value *findings;
	struct value *details;
	struct value *needs;
	struct value *secrets;

	s->mapped = version_value(a, s->from.id, 0);
	if (s->mapped == NULL) {
		task_fail(t, "workflow_not_found",
			"the workflow was deleted meanwhile");
		return NULL;
	}
	needs = need_list(a, s->mapped, here);
	secrets = need_secrets(a, s->mapped);
	s->open = need_resolve(a, needs, there, mapping) +
		  resolve_secrets(a, secrets, old, mapping);
	s->mapping = value_clone(a, needs);
	append_all(a, s->mapping, secrets);
	need_apply(a, s->mapped, s->mapping, there);
	need_apply_secrets(a, s->mapped, s->mapping, old);
	findings = fit_version(t, target);
	details = details_of(t->arena, s);
	value_set(t->arena, plan, "needs", value_clone(t->arena, needs));
	value_set(t->arena, plan, "secrets", shown_secrets(t->arena, secrets));
	value_set_int(t->arena, plan, "open", (int64_t)s->open);
	value_set(t->arena, plan, "diff", difference(t, s->mapped));
	value_set_text(t->arena, plan, "base",
		base_of(a, s->from.version, draft_core(a, s->draft), details));
	value_set(t->arena, plan, "details", details);
	value_set(t->arena, plan, "findings", findings);
	value_set_text(t->arena, plan, "connection_id", target);
	if (s->known)
		value_set_text(t->arena, plan, "workflow_id", s->there.id);
	return plan;
}
