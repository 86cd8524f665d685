/* test_dsl_plan_schema.c: the schema for constrained output stays within what
 * servers take, and plans go into its form and back. */
#include "dsl_unit.h"

#include "dsl/dsl.h"
#include "dsl/plan_schema.h"
#include "text/jsonschema.h"

#include <glob.h>
#include <stdio.h>

/* The limits of OpenAI's strict mode. */
enum {
	MOST_LEVELS = 10,
	MOST_PROPERTIES = 5000,
	MOST_WORDS = 1000,
	MOST_LETTERS = 120000
};

static struct {
	size_t properties, words, letters;
} seen;

static bool
known_keyword(const char *key)
{
	static const char *const all[] = {"type", "properties", "required",
		"additionalProperties", "items", "enum", "anyOf", "$ref",
		"$defs"};

	for (size_t i = 0; i < nitems(all); i++)
		if (strcmp(all[i], key) == 0)
			return true;
	return false;
}

static void walk(const struct value *v, const struct value *root, int level);

static void
walk_object(const struct value *v, const struct value *root, int level)
{
	const struct value *properties = value_get(v, "properties");
	const struct value *name = value_first(value_get(v, "required"));

	assert_true(level <= MOST_LEVELS);
	assert_false(value_get_bool(v, "additionalProperties", true));
	value_each(member, properties) {
		seen.properties++;
		assert_non_null(name);
		assert_string_equal(value_text(name), member->key);
		name = name->next;
		seen.letters += strlen(member->key);
		walk(member, root, level + 1);
	}
	assert_null(name);
}

static void
walk(const struct value *v, const struct value *root, int level)
{
	const char *ref = value_get_text(v, "$ref", NULL);

	assert_true(value_is(v, VALUE_OBJECT));
	value_each(member, v)
		if (!known_keyword(member->key))
			fail_msg("%s", member->key);
	if (ref != NULL) {
		assert_int_equal(value_count(v), 1);
		assert_non_null(value_find(root, ref + 1));
	}
	if (strcmp(value_get_text(v, "type", ""), "object") == 0)
		walk_object(v, root, level);
	if (value_get(v, "items") != NULL)
		walk(value_get(v, "items"), root, level);
	value_each(way, value_get(v, "anyOf"))
		walk(way, root, level);
	value_each(word, value_get(v, "enum")) {
		seen.words++;
		seen.letters += strlen(value_text(word));
	}
	value_each(def, value_get(v, "$defs")) {
		seen.letters += strlen(def->key);
		walk(def, root, 1);
	}
}

static void
it_stays_in_the_strict_subset(void **state)
{
	const struct value *v = plan_schema(arena, DSL_VERSION_NEWEST);

	(void)state;
	assert_string_equal(value_get_text(v, "type", ""), "object");
	memset(&seen, 0, sizeof(seen));
	walk(v, v, 1);
	assert_in_range(seen.properties, 50, MOST_PROPERTIES);
	assert_in_range(seen.words, 50, MOST_WORDS);
	assert_in_range(seen.letters, 500, MOST_LETTERS);
}

static void
every_step_that_a_plan_can_name_is_there(void **state)
{
	const struct value *defs =
		value_get(plan_schema(arena, DSL_VERSION_NEWEST), "$defs");

	(void)state;
	for (size_t i = 0; i < node_type_count; i++) {
		const struct node_type *type = node_types[i];

		assert_int_equal(type->prompt != NULL, type->plan != NULL);
		if (type->prompt != NULL)
			assert_non_null(value_get(
				defs, arena_printf(arena, "step-%s",
					      node_type_word(arena, type))));
	}
	assert_non_null(value_get(defs, "step-parallel"));
	defs = value_get(plan_schema(arena, 11200), "$defs");
	assert_non_null(value_get(defs, "step-llm"));
	assert_null(value_get(defs, "step-human-input"));
}

static void
check_valid(const char *name, const struct value *plan)
{
	struct schema *schema =
		schema_new(arena, plan_schema(arena, DSL_VERSION_NEWEST));
	struct schema_errors errors = {0};

	if (!schema_check(arena, schema, plan, &errors))
		fail_msg("%s: %s: %s", name, errors.first->pointer,
			errors.first->keyword);
	schema_free(&schema);
}

static const char *
built(const char *text)
{
	struct dsl_result r;

	dsl_build(arena, text, strlen(text), &unit_target, &r);
	return json(r.dsl);
}

/* Into the strict form and back; what is built must not know the difference. */
static void
check_both_ways(const char *name, const char *text)
{
	struct value *strict = plan_strict(arena, read_json(text));
	struct value *back = value_clone(arena, strict);

	check_valid(name, strict);
	plan_relax(arena, back);
	assert_string_equal(json(strict), json(plan_strict(arena, back)));
	if (strcmp(built(text), built(json(strict))) != 0)
		fail_msg("%s: %s\n%s", name, built(text), built(json(strict)));
}

static char *
read_file(const char *path)
{
	char *text = arena_alloc(arena, 1 << 20);
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	text[fread(text, 1, (1 << 20) - 1, f)] = '\0';
	fclose(f);
	return text;
}

static void
plans_go_both_ways(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(
		glob("tests/sandbox/llm/plans/*.json", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 18);
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_both_ways(
			files.gl_pathv[i], read_file(files.gl_pathv[i]));
	globfree(&files);
}

#define STEPS(text) "{\"name\":\"n\",\"steps\":[" text "]}"

static const struct {
	const char *name;
	const char *plan;
	const char *pointer; /* into the strict form */
	const char *there;
} rows[] = {
	{"a map becomes pairs",
		STEPS("{\"id\":\"c\",\"type\":\"code\",\"code\":\"x\","
		      "\"inputs\":{\"a\":\"inputs.b\"},\"outputs\":{}}"),
		"/steps/0/inputs", "[{\"key\":\"a\",\"value\":\"inputs.b\"}]"},
	{"an empty map is an empty list",
		STEPS("{\"id\":\"c\",\"type\":\"code\",\"outputs\":{}}"),
		"/steps/0/outputs", "[]"},
	{"what is absent is null", STEPS("{\"id\":\"a\",\"type\":\"llm\"}"),
		"/steps/0/system", "null"},
	{"the types of a JSON Schema stay",
		STEPS("{\"id\":\"a\",\"type\":\"llm\",\"json\":{\"type\":"
		      "\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}"
		      ",\"l\":{\"type\":\"array\",\"items\":{\"type\":"
		      "\"string\"}}}}}"),
		"/steps/0/json",
		"[{\"key\":\"n\",\"value\":\"number\"},{\"key\":\"l\","
		"\"value\":\"array[string]\"}]"},
	{"a part that is a list of steps",
		STEPS("{\"id\":\"a\",\"type\":\"if-else\",\"cases\":[],"
		      "\"else\":[{\"id\":\"b\",\"type\":\"break\"}]}"),
		"/steps/0/else",
		"{\"do\":[{\"id\":\"b\",\"type\":\"break\",\"title\":null}],"
		"\"give\":null}"},
	{"a condition alone",
		STEPS("{\"id\":\"a\",\"type\":\"if-else\",\"cases\":[{\"when\":"
		      "{\"left\":\"inputs.x\",\"op\":\"empty\"}}]}"),
		"/steps/0/cases/0/when",
		"{\"all\":[{\"left\":\"inputs.x\",\"op\":\"empty\",\"right\":"
		"null}]}"},
	{"a body that is a map",
		STEPS("{\"id\":\"a\",\"type\":\"http-request\",\"body\":{"
		      "\"type\":\"form-data\",\"data\":{\"x\":\"1\"}}}"),
		"/steps/0/body/data", "[{\"key\":\"x\",\"value\":\"1\"}]"},
	{"a body with more in it",
		STEPS("{\"id\":\"a\",\"type\":\"http-request\",\"body\":{"
		      "\"type\":\"json\",\"data\":{\"x\":[1]}}}"),
		"/steps/0/body/data",
		"\"{\\n  \\\"x\\\": [\\n    1\\n  ]\\n}\""},
	{"what happens on an error",
		STEPS("{\"id\":\"a\",\"type\":\"code\",\"on_error\":{"
		      "\"default\":{\"n\":1}}}"),
		"/steps/0/on_error",
		"{\"default\":[{\"key\":\"n\",\"value\":1}]}"},
	{"a type by another name",
		STEPS("{\"id\":\"a\",\"type\":\"http\",\"url\":\"u\"}"),
		"/steps/0/type", "\"http-request\""},
};

static void
the_strict_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		struct value *strict =
			plan_strict(arena, read_json(rows[i].plan));
		const char *got = json(value_find(strict, rows[i].pointer));

		check_valid(rows[i].name, strict);
		if (strcmp(got, rows[i].there) != 0)
			fail_msg("%s: %s", rows[i].name, got);
	}
	assert_null(plan_strict(arena, NULL));
}

static void
what_is_no_pair_is_left_alone(void **state)
{
	static const char plan[] =
		STEPS("{\"id\":\"a\",\"type\":\"code\",\"inputs\":[{\"name\":"
		      "\"x\",\"value\":\"inputs.x\"}],\"outputs\":[3]}");
	struct value *v = read_json(plan);

	(void)state;
	plan_relax(arena, v);
	assert_string_equal(json(v), plan);
	v = read_json("{\"steps\":7,\"inputs\":[null]}");
	plan_relax(arena, v);
	assert_string_equal(json(v), "{\"steps\":7,\"inputs\":[null]}");
}

static void
short_handles_give_way_to_lasting_ones(void **state)
{
	struct value *v = read_json(
		"{\"steps\":[{\"type\":\"llm\",\"model\":\"m1\"},"
		"{\"type\":\"if-else\",\"else\":{\"do\":[{\"type\":"
		"\"knowledge-retrieval\",\"knowledge\":[\"kb1\",\"kb2\"]},"
		"{\"type\":\"tool\",\"tool\":\"t1\"}]}},"
		"{\"type\":\"llm\",\"model\":\"other\"}]}");

	(void)state;
	plan_name_resources(arena, v, &unit_resources);
	assert_string_equal(json(v),
		"{\"steps\":[{\"type\":\"llm\",\"model\":\"fast\"},"
		"{\"type\":\"if-else\",\"else\":{\"do\":[{\"type\":"
		"\"knowledge-retrieval\",\"knowledge\":[\"handbook\","
		"\"kb2\"]},{\"type\":\"tool\",\"tool\":\"clock\"}]}},"
		"{\"type\":\"llm\",\"model\":\"other\"}]}");
	plan_name_resources(arena, v, NULL);
}

static const struct CMUnitTest tests[] = {
	TEST(it_stays_in_the_strict_subset),
	TEST(every_step_that_a_plan_can_name_is_there),
	TEST(plans_go_both_ways),
	TEST(the_strict_form),
	TEST(what_is_no_pair_is_left_alone),
	TEST(short_handles_give_way_to_lasting_ones),
};

UNIT_MAIN(tests)
