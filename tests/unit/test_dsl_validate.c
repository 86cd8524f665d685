/* test_dsl_validate.c: every finding of a check has a bad file that shows it.
 * tests/data/dsl/bad/CODE.yml says which good document (tests/data/dsl/base/)
 * is spoilt, and how; "@id" stands for the node of that id. */
#include "unit.h"

#include "base/limits.h"
#include "dsl/dsl.h"
#include "dsl/fix.h"
#include "text/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA "tests/data/dsl/"

static struct arena *arena;

static struct value *
read_file(const char *path)
{
	struct yamlx_report report;
	char *text = arena_alloc(arena, LIMIT_DOCUMENT / 10);
	FILE *f = fopen(path, "rb");
	struct value *v;
	size_t n;

	if (f == NULL)
		fail_msg("%s is missing", path);
	n = fread(text, 1, LIMIT_DOCUMENT / 10, f);
	fclose(f);
	v = yamlx_read(arena, text, n, &report);
	if (v == NULL)
		fail_msg("%s:%u: %s", path, report.line, report.error);
	return v;
}

static struct value *
base(const char *name)
{
	return read_file(arena_printf(arena, DATA "base/%s.yml", name));
}

/* "@id/rest" as a pointer from the document's root. */
static const char *
place(const struct value *dsl, const char *at)
{
	const struct value *nodes = value_find(dsl, "/workflow/graph/nodes");
	size_t n = strcspn(at, "/");
	size_t i = 0;

	if (at[0] != '@')
		return at;
	value_each(node, nodes) {
		const char *id = value_get_text(node, "id", "");

		if (strlen(id) == n - 1 && memcmp(id, at + 1, n - 1) == 0)
			return arena_printf(arena,
				"/workflow/graph/nodes/%zu%s", i, at + n);
		i++;
	}
	fail_msg("no node %s", at);
	return NULL;
}

/* Puts v at a pointer: in place of what is there, as a new member, or, with
 * "-" as the last part, at the end of a list. */
static struct value *
put(struct value *dsl, const char *at, const struct value *v)
{
	const char *pointer = place(dsl, at);
	const char *slash = strrchr(pointer, '/');
	struct value *old = value_find(dsl, pointer);
	struct value *mine = value_clone(arena, v);
	struct value *parent;

	if (slash == NULL)
		return mine;
	parent = value_find(
		dsl, arena_memdup(arena, pointer, (size_t)(slash - pointer)));
	if (parent == NULL)
		fail_msg("nothing at %s", at);
	if (strcmp(slash, "/-") == 0)
		value_append(parent, mine);
	else if (old != NULL)
		value_replace(old, mine);
	else
		value_set(arena, parent, slash + 1, mine);
	return dsl;
}

static struct value *
spoilt(const struct value *spec)
{
	struct value *dsl = base(value_get_text(spec, "base", ""));

	value_each(item, value_get(spec, "set"))
		dsl = put(dsl, item->key, item);
	value_each(item, value_get(spec, "remove")) {
		struct value *old =
			value_find(dsl, place(dsl, value_text(item)));

		assert_non_null(old);
		value_remove(old);
	}
	return dsl;
}

static const struct finding *
finding_of(const struct findings *list, const char *code)
{
	for (const struct finding *f = list->first; f != NULL; f = f->next)
		if (strcmp(f->kind->code, code) == 0)
			return f;
	return NULL;
}

static void
base_documents_are_clean(void **state)
{
	static const char *const names[] = {
		"workflow", "chat", "human", "schedule"};
	static const char *const versions[] = {"1.13.3", "1.16.1", "1.17.1"};

	(void)state;
	for (size_t i = 0; i < nitems(names); i++)
		for (size_t k = 0; k < nitems(versions); k++) {
			struct dsl_target target = {
				.version = dsl_version(versions[k])};
			struct findings found = {0};

			dsl_validate(arena, base(names[i]), &target, &found);
			if (found.first != NULL)
				fail_msg("%s for %s: %s at %s", names[i],
					versions[k], found.first->kind->code,
					found.first->pointer);
		}
}

/* Problems are told one and all, and fail the test at its end. */
static int problems;

static void
complain(const char *code, const char *what, const struct finding *f)
{
	print_error("%s: %s%s%s at %s\n", code, what, f != NULL ? ", but " : "",
		f != NULL ? f->kind->code : "", f != NULL ? f->pointer : "all");
	problems++;
}

static void
check_mended(
	const char *code, struct value *dsl, const struct dsl_target *target)
{
	struct dsl_result result = {.dsl = dsl};

	dsl_fix(arena, &result, target);
	if (finding_of(&result.findings, code) != NULL ||
		result.findings.count[TIER_E] > 0 ||
		result.findings.count[TIER_R] > 0)
		complain(code, "not mended", result.findings.first);
	assert_true(result.repairs.count > 0);
}

static void
check_one(const struct finding_kind *kind)
{
	const struct value *spec =
		read_file(arena_printf(arena, DATA "bad/%s.yml", kind->code));
	struct dsl_target target = {
		.version = dsl_version(value_get_text(spec, "target", ""))};
	const char *tier =
		value_get_text(spec, "tier", finding_tier_names[kind->tier]);
	struct value *dsl = spoilt(spec);
	struct findings found = {0};
	const struct finding *f;

	dsl_validate(arena, dsl, &target, &found);
	f = finding_of(&found, kind->code);
	if (f == NULL)
		complain(kind->code, "not found", found.first);
	else if (strcmp(finding_tier_names[f->tier], tier) != 0)
		complain(kind->code, "wrong tier", f);
	else if (kind->fixable)
		check_mended(kind->code, dsl, &target);
}

/* These need a document too large to keep, or a Dify that was asked. */
static const char *const elsewhere[] = {
	"variable_large", "graph_large", "model_unknown", "dataset_unknown"};

static bool
is_elsewhere(const char *code)
{
	for (size_t i = 0; i < nitems(elsewhere); i++)
		if (strcmp(elsewhere[i], code) == 0)
			return true;
	return false;
}

static void
every_code_has_a_bad_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < check_kind_count; i++) {
		if (!is_elsewhere(check_kinds[i].code))
			check_one(&check_kinds[i]);
		arena_reset(arena);
	}
	assert_int_equal(problems, 0);
}

static void
rules_and_table_agree_on_what_is_fixable(void **state)
{
	(void)state;
	for (size_t i = 0; i < check_kind_count; i++)
		if (check_kinds[i].fixable != fix_exists(check_kinds[i].code))
			fail_msg("%s", check_kinds[i].code);
}

static void
asks_for_what_a_dify_has(void **state)
{
	static const struct resource items[] = {
		{RESOURCE_MODEL, "fast", "qwen3", "Qwen 3", "a/b/c", "chat",
			NULL},
		{RESOURCE_DATASET, "handbook", "d1", "Handbook", NULL, NULL,
			NULL},
	};
	struct resources there = {items, nitems(items)};
	struct dsl_target target = {
		.version = dsl_version("1.13.3"), .resources = &there};
	struct dsl_result result = {.dsl = base("workflow")};

	(void)state;
	dsl_validate(arena, result.dsl, &target, &result.findings);
	assert_non_null(finding_of(&result.findings, "model_unknown"));
	assert_non_null(finding_of(&result.findings, "dataset_unknown"));
	dsl_fix(arena, &result, &target);
	assert_null(finding_of(&result.findings, "model_unknown"));
}

static void
bounds_large_documents(void **state)
{
	struct dsl_target target = {.version = dsl_version("1.13.3")};
	struct value *dsl = base("workflow");
	struct value *edges = value_find(dsl, "/workflow/graph/edges");
	struct findings found = {0};
	char *large = arena_alloc(arena, 300000);

	(void)state;
	memset(large, 'x', 299999);
	put(dsl, "/workflow/environment_variables/0/value",
		value_string(arena, large));
	for (int i = 0; i <= LIMIT_EDGES; i++)
		value_append(edges, value_object(arena));
	dsl_validate(arena, dsl, &target, &found);
	assert_non_null(finding_of(&found, "variable_large"));
	assert_non_null(finding_of(&found, "graph_large"));
}

/* The same defect, as two versions of Dify take it. */
static const struct {
	int line;
	const char *code;
	const char *version;
	const char *tier; /* NULL: not found */
} by_version[] = {
	{__LINE__, "field_type", "1.8.1", "E"},
	{__LINE__, "cycle", "1.13.3", "R"},
	{__LINE__, "edge_end_type", "1.13.3", "L"},
	{__LINE__, "edge_into_container", "1.13.3", "L"},
	{__LINE__, "edge_into_start", "1.8.1", "E"},
	{__LINE__, "node_type_hangs", "1.13.3", NULL},
	{__LINE__, "node_type_version", "1.8.1", NULL},
	{__LINE__, "condition_value", "1.13.3", NULL},
	{__LINE__, "iteration_output", "1.13.3", NULL},
};

static void
the_version_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(by_version); i++) {
		const struct value *spec = read_file(arena_printf(
			arena, DATA "bad/%s.yml", by_version[i].code));
		struct dsl_target target = {
			.version = dsl_version(by_version[i].version)};
		struct findings found = {0};
		const struct finding *f;
		const char *tier;

		dsl_validate(arena, spoilt(spec), &target, &found);
		f = finding_of(&found, by_version[i].code);
		tier = f != NULL ? finding_tier_names[f->tier] : "none";
		if (strcmp(tier, by_version[i].tier != NULL ? by_version[i].tier
							    : "none") != 0)
			fail_msg("line %d: %s", by_version[i].line, tier);
	}
}

static void
fixing_one_place_leaves_the_others(void **state)
{
	struct dsl_target target = {.version = dsl_version("1.13.3")};
	struct dsl_result result = {.dsl = base("workflow")};

	(void)state;
	put(result.dsl, "@ask/data/title", value_int(arena, 1));
	put(result.dsl, "@end/data/title", value_int(arena, 2));
	dsl_fix_only(arena, &result, &target, "field_type",
		"/workflow/graph/nodes/1/data/title");
	assert_int_equal(result.repairs.count, 1);
	assert_int_equal(result.findings.count[TIER_E], 1);
}

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(LIMIT_ARENA);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(base_documents_are_clean),
	TEST(every_code_has_a_bad_file),
	TEST(rules_and_table_agree_on_what_is_fixable),
	TEST(asks_for_what_a_dify_has),
	TEST(bounds_large_documents),
	TEST(the_version_decides),
	TEST(fixing_one_place_leaves_the_others),
};

UNIT_MAIN(tests)
