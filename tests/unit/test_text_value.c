/* test_text_value.c: trees of values keep order, parents and equality. */
#include "unit.h"

#include "text/json.h"

#include <math.h>

static struct arena *arena;

static struct value *
read(const char *text)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(arena, text, strlen(text), 0, &report);

	assert_non_null(v);
	return v;
}

static const char *
text(const struct value *v)
{
	struct str out;

	str_init(&out, arena, 10000);
	jsonx_write(&out, v, 0);
	return out.s;
}

static void
set_replaces_in_place(void **state)
{
	struct value *v = read("{\"a\":1,\"b\":2,\"c\":3}");

	(void)state;
	value_set_text(arena, v, "b", "x");
	value_set_int(arena, v, "d", 4);
	value_set_bool(arena, v, "c", true);
	assert_string_equal(
		text(v), "{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":4}");
	assert_int_equal(value_count(v), 4);
}

static void
remove_keeps_the_ends(void **state)
{
	struct value *v = read("[1,2,3]");

	(void)state;
	value_remove(value_at(v, 2));
	value_append(v, value_int(arena, 9));
	value_remove(value_at(v, 0));
	assert_string_equal(text(v), "[2,9]");
	value_remove(value_at(v, 0));
	value_remove(value_at(v, 0));
	assert_string_equal(text(v), "[]");
	value_append_text(arena, v, "again");
	assert_string_equal(text(v), "[\"again\"]");
}

static void
replaced_last_child_stays_last(void **state)
{
	struct value *v = read("{\"a\":1,\"b\":2}");
	struct value *old = value_get(v, "b");

	(void)state;
	value_replace(old, value_null(arena));
	assert_null(old->parent);
	value_set_int(arena, v, "c", 3);
	assert_string_equal(text(v), "{\"a\":1,\"b\":null,\"c\":3}");
}

static void
clone_is_deep_and_parentless(void **state)
{
	struct value *v = read("{\"a\":{\"b\":[1,\"x\"]}}");
	struct value *copy = value_clone(arena, value_get(v, "a"));

	(void)state;
	assert_null(copy->parent);
	value_set_int(arena, copy, "b", 0);
	assert_string_equal(text(v), "{\"a\":{\"b\":[1,\"x\"]}}");
}

static void
getters_fall_back(void **state)
{
	struct value *v = read("{\"n\":1,\"s\":\"t\",\"t\":true}");

	(void)state;
	assert_string_equal(value_get_text(v, "n", "other"), "other");
	assert_string_equal(value_get_text(v, "s", "other"), "t");
	assert_int_equal(value_get_int(v, "n", 7), 1);
	assert_int_equal(value_get_int(v, "s", 7), 7);
	assert_true(value_get_bool(v, "t", false));
	assert_false(value_get_bool(v, "x", false));
	assert_null(value_get(NULL, "x"));
	assert_null(value_at(v, 0));
	assert_int_equal(value_count(NULL), 0);
}

static void
what_holds_nothing_stays_as_it_is(void **state)
{
	struct value *v = value_string(arena, "text");

	(void)state;
	value_set_int(arena, v, "a", 1);
	value_append_text(arena, v, "b");
	assert_string_equal(text(v), "\"text\"");
}

static void
nothing_is_copied_and_put_nowhere(void **state)
{
	struct value *v = read("{\"a\":1,\"b\":[2]}");

	(void)state;
	assert_null(value_clone(arena, NULL));
	assert_null(value_set(arena, v, "a", NULL));
	assert_null(value_set(arena, v, "c", NULL));
	assert_null(value_append(value_get(v, "b"), NULL));
	assert_string_equal(text(v), "{\"a\":1,\"b\":[2]}");
}

static const struct {
	int line;
	const char *x;
	const char *y;
	bool equal;
} pairs[] = {
	{__LINE__, "1", "1.0", true},
	{__LINE__, "1", "\"1\"", false},
	{__LINE__, "{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}", true},
	{__LINE__, "{\"a\":1}", "{\"b\":1}", false},
	{__LINE__, "[1,2]", "[2,1]", false},
	{__LINE__, "[1]", "[1,2]", false},
	{__LINE__, "null", "false", false},
	{__LINE__, "true", "true", true},
};

static void
equality(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(pairs); i++)
		if (value_equal(read(pairs[i].x), read(pairs[i].y)) !=
			pairs[i].equal)
			fail_msg("line %d", pairs[i].line);
	assert_true(
		value_equal(value_float(arena, NAN), value_float(arena, NAN)));
	assert_false(value_equal(value_float(arena, NAN), value_int(arena, 0)));
}

static const struct {
	int line;
	const char *pointer;
	const char *found; /* NULL: nothing is there */
} pointers[] = {
	{__LINE__, "", "{\"a\":[{\"b/c\":1},{\"~\":2}],\"\":3}"},
	{__LINE__, "/a/0/b~1c", "1"},
	{__LINE__, "/a/1/~0", "2"},
	{__LINE__, "/", "3"},
	{__LINE__, "/a/01", NULL},
	{__LINE__, "/a/2", NULL},
	{__LINE__, "/a/x", NULL},
	{__LINE__, "a", NULL},
	{__LINE__, "/a/0/b~1c/d", NULL},
};

static void
pointers_find_and_are_found(void **state)
{
	struct value *root = read(pointers[0].found);

	(void)state;
	for (size_t i = 0; i < nitems(pointers); i++) {
		struct value *v = value_find(root, pointers[i].pointer);

		if (pointers[i].found == NULL) {
			if (v != NULL)
				fail_msg("line %d", pointers[i].line);
			continue;
		}
		if (v == NULL)
			fail_msg("line %d", pointers[i].line);
		assert_string_equal(text(v), pointers[i].found);
		assert_string_equal(
			value_pointer(arena, v), pointers[i].pointer);
	}
}

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(1 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(set_replaces_in_place),
	TEST(remove_keeps_the_ends),
	TEST(replaced_last_child_stays_last),
	TEST(clone_is_deep_and_parentless),
	TEST(getters_fall_back),
	TEST(what_holds_nothing_stays_as_it_is),
	TEST(nothing_is_copied_and_put_nowhere),
	TEST(equality),
	TEST(pointers_find_and_are_found),
};

UNIT_MAIN(tests)
