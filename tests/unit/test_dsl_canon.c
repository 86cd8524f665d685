/* test_dsl_canon.c: one order for all members, and nothing else changes. */
#include "unit.h"

#include "base/limits.h"
#include "dsl/dsl.h"
#include "text/json.h"

#include <string.h>

static struct arena *arena;

static const char *
canon(const char *text)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(arena, text, strlen(text), 0, &report);
	struct str out;

	assert_non_null(v);
	str_init(&out, arena, LIMIT_DOCUMENT);
	jsonx_write(&out, dsl_canon(arena, v), 0);
	return out.s;
}

static void
orders_members_by_meaning(void **state)
{
	(void)state;
	assert_string_equal(
		canon("{\"zz\":1,\"workflow\":{\"features\":{},\"graph\":"
		      "{\"edges\":[],\"nodes\":[{\"data\":{\"answer\":\"a\","
		      "\"title\":\"t\",\"b\":2,\"type\":\"answer\"},"
		      "\"id\":\"1\"}]}},\"aa\":2,\"kind\":\"app\"}"),
		"{\"kind\":\"app\",\"workflow\":{\"graph\":{\"nodes\":[{"
		"\"id\":\"1\",\"data\":{\"type\":\"answer\",\"title\":\"t\","
		"\"answer\":\"a\",\"b\":2}}],\"edges\":[]},\"features\":{}},"
		"\"aa\":2,\"zz\":1}");
}

static void
orders_members_by_the_catalogue(void **state)
{
	(void)state;
	assert_string_equal(
		canon("{\"workflow\":{\"graph\":{\"nodes\":[{\"data\":{"
		      "\"type\":\"code\",\"outputs\":{\"b\":{\"children\":null"
		      ",\"type\":\"string\"},\"a\":{\"type\":\"number\"}},"
		      "\"code\":\"x\"}}]}}}"),
		"{\"workflow\":{\"graph\":{\"nodes\":[{\"data\":{\"type\":"
		"\"code\",\"code\":\"x\",\"outputs\":{\"a\":{\"type\":"
		"\"number\"},\"b\":{\"type\":\"string\",\"children\":null}}"
		"}}]}}}");
}

static void
keeps_lists_and_writes_numbers_one_way(void **state)
{
	(void)state;
	assert_string_equal(canon("{\"x\":[3,1.0,2.5,\"1.0\"]}"),
		"{\"x\":[3,1,2.5,\"1.0\"]}");
	assert_string_equal(
		canon("[{\"b\":1,\"a\":2}]"), "[{\"a\":2,\"b\":1}]");
	assert_string_equal(canon("5"), "5");
}

static void
twice_is_once(void **state)
{
	const char *once = canon("{\"b\":{\"y\":1.0,\"x\":[{\"q\":1,\"p\":2}]},"
				 "\"app\":{\"mode\":\"workflow\",\"name\":"
				 "\"n\"}}");

	(void)state;
	assert_string_equal(once, canon(once));
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
	TEST(orders_members_by_meaning),
	TEST(orders_members_by_the_catalogue),
	TEST(keeps_lists_and_writes_numbers_one_way),
	TEST(twice_is_once),
};

UNIT_MAIN(tests)
