/* test_dsl_mask.c: secrets that Dify does not show, and what is an edit. */
#include "unit.h"

#include "base/limits.h"
#include "base/str.h"
#include "dsl/essence.h"
#include "dsl/mask.h"
#include "text/json.h"

#include <string.h>

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(LIMIT_ARENA);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct value *
parse(const char *json)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(arena, json, strlen(json), 0, &report);

	assert_non_null(v);
	return v;
}

#define VARIABLE(name, type, value)                                     \
	"{\"name\":\"" name "\",\"value_type\":\"" type "\",\"value\":" \
	"\"" value "\"}"
#define DSL(variables) \
	"{\"workflow\":{\"environment_variables\":[" variables "]}}"

static const char *
value_of(const struct value *dsl, size_t at)
{
	return value_get_text(value_at(value_get(value_get(dsl, "workflow"),
					       "environment_variables"),
				      at),
		"value", NULL);
}

static void
asterisks_get_what_is_known(void **state)
{
	struct value *dsl = parse(
		DSL(VARIABLE("a", "secret", "****") "," VARIABLE("b", "secret",
			"own") "," VARIABLE("c", "secret", "") "," VARIABLE("d",
			"string", "**") "," VARIABLE("e", "secret", "*")));
	struct value *from = parse(
		DSL(VARIABLE("a", "secret", "A") "," VARIABLE("b", "secret",
			"B") "," VARIABLE("c", "secret", "C") "," VARIABLE("d",
			"secret", "D") "," VARIABLE("e", "secret", "**")));

	(void)state;
	assert_int_equal(value_count(mask_names(arena, dsl)), 2);
	assert_int_equal(mask_fill(arena, dsl, from), 1);
	assert_string_equal(value_of(dsl, 0), "A");
	assert_string_equal(value_of(dsl, 1), "own");
	assert_string_equal(value_of(dsl, 2), "C");
	assert_string_equal(value_of(dsl, 3), "**");
	assert_string_equal(value_of(dsl, 4), "*");
	assert_string_equal(
		value_text(value_at(mask_names(arena, dsl), 0)), "e");
	assert_int_equal(mask_fill(arena, dsl, NULL), 1);
	assert_true(mask_differs(dsl, from));
	assert_false(mask_differs(dsl, dsl));
	assert_false(mask_differs(dsl, NULL));
	assert_true(mask_set(arena, dsl, "b", "B"));
	assert_false(mask_differs(dsl, from));
	assert_true(mask_set(arena, dsl, "e", "E"));
	assert_false(mask_set(arena, dsl, "d", "D"));
	assert_int_equal(mask_fill(arena, dsl, NULL), 0);
}

#define WORKFLOW(nodes, edges, more)                               \
	"{\"graph\":{\"nodes\":[" nodes "],\"edges\":[" edges "]," \
	"\"viewport\":{\"x\":1}}" more "}"
#define NODE(id, more, data) "{\"id\":\"" id "\"," more "\"data\":{" data "}}"

static const char base[] = WORKFLOW(
	NODE("1", "\"position\":{\"x\":1},", "\"type\":\"start\"") "," NODE(
		"2", "", "\"type\":\"end\",\"a\":[1,2]"),
	"{\"source\":\"1\",\"target\":\"2\"}",
	",\"environment_variables\":[" VARIABLE("k", "secret", "x") "]");

static const struct row {
	int line;
	const char *json;
	bool same;
} rows[] = {
	{__LINE__, base, true},
	{__LINE__,
		WORKFLOW(NODE("2", "\"selected\":true,",
				 "\"a\":[1,2],\"type\":\"end\",\"_x\":"
				 "1") "," NODE("1", "\"position\":{\"x\":9},",
				 "\"selected\":true,\"type\":"
				 "\"start\""),
			"{\"id\":\"e\",\"source\":\"1\","
			"\"sourceHandle\":"
			"\"source\",\"target\":\"2\"}",
			",\"environment_variables\":[" VARIABLE(
				"k", "secret", "***") "]"),
		true},
	{__LINE__,
		WORKFLOW(NODE("1", "", "\"type\":\"start\"") "," NODE(
				 "2", "", "\"type\":\"end\",\"a\":[2,1]"),
			"{\"source\":\"1\",\"target\":\"2\"}",
			",\"environment_variables\":[" VARIABLE(
				"k", "secret", "x") "]"),
		false},
	{__LINE__,
		WORKFLOW(NODE("1", "", "\"type\":\"start\"") "," NODE(
				 "2", "", "\"type\":\"end\",\"a\":[1,2]"),
			"{\"source\":\"1\",\"sourceHandle\":\"x\","
			"\"target\":\"2\"}",
			",\"environment_variables\":[" VARIABLE(
				"k", "secret", "x") "]"),
		false},
	{__LINE__,
		WORKFLOW(NODE("1", "", "\"type\":\"start\"") "," NODE(
				 "2", "", "\"type\":\"end\",\"a\":[1,2]"),
			"{\"source\":\"1\",\"target\":\"2\"}", ""),
		false},
	{__LINE__,
		WORKFLOW(NODE("1", "", "\"type\":\"start\"") "," NODE(
				 "2", "", "\"type\":\"end\",\"a\":[1,2]"),
			"{\"source\":\"1\",\"target\":\"2\"}",
			",\"environment_variables\":[" VARIABLE(
				"k", "secret", "x") "],\"features\":{\"a\":1}"),
		false},
	{__LINE__, "{}", false},
	{__LINE__, "{\"graph\":{\"nodes\":1,\"edges\":[3]}}", false},
};

static const char *
essence_of(const char *json)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	jsonx_write(&out, dsl_essence(arena, parse(json)), 0);
	return out.s;
}

static void
only_what_matters_is_an_edit(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(rows); i++)
		if ((strcmp(essence_of(base), essence_of(rows[i].json)) == 0) !=
			rows[i].same)
			fail_msg("line %d", rows[i].line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asterisks_get_what_is_known),
		cmocka_unit_test(only_what_matters_is_an_edit),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
