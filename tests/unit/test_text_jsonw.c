/* test_text_jsonw.c: JSON written piece by piece. */
#include "folder.h"

#include "text/json.h"
#include "text/jsonw.h"

#include <math.h>
#include <string.h>

static void
commas_stand_where_they_are_due(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, arena, 1000);
	jsonw_open(&s, NULL, '{');
	jsonw_text(&s, "a", "x\"y");
	jsonw_open(&s, "list", '[');
	jsonw_int(&s, NULL, 1);
	jsonw_open(&s, NULL, '{');
	jsonw_close(&s, '}');
	jsonw_open(&s, NULL, '[');
	jsonw_close(&s, ']');
	jsonw_bool(&s, NULL, true);
	jsonw_close(&s, ']');
	jsonw_null(&s, "n");
	jsonw_raw(&s, "raw", "[1]");
	jsonw_raw(&s, "none", NULL);
	jsonw_text(&s, "t", NULL);
	jsonw_real(&s, "r", 0.5);
	jsonw_real(&s, "inf", INFINITY);
	jsonw_since(&s, "s0", 0, 1);
	jsonw_since(&s, "s1", 1, 1);
	jsonw_value(&s, "v", NULL);
	jsonw_value(&s, "w", value_string(arena, "["));
	jsonw_bool(&s, "end", false);
	jsonw_close(&s, '}');
	assert_string_equal(s.s,
		"{\"a\":\"x\\\"y\",\"list\":[1,{},[],true],\"n\":null,"
		"\"raw\":[1],\"none\":null,\"t\":null,\"r\":0.5,\"inf\":null,"
		"\"s0\":null,\"s1\":1,\"v\":null,\"w\":\"[\",\"end\":false}");
}

static void
members_alone_begin_without_a_comma(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, arena, 100);
	jsonw_int(&s, "a", 1);
	jsonw_int(&s, "b", 2);
	assert_string_equal(s.s, "\"a\":1,\"b\":2");
}

static void
numbers_to_the_ends(void **state)
{
	static const int64_t rows[] = {0, 1, -1, 9, 10, INT64_MAX, INT64_MIN};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		struct jsonx_report report;
		struct value *v;
		struct str s;

		str_init(&s, arena, 100);
		jsonw_int(&s, NULL, rows[i]);
		v = jsonx_read(arena, s.s, s.len, 0, &report);
		assert_non_null(v);
		assert_true(value_is(v, VALUE_INT));
		assert_true(v->u.integer == rows[i]);
	}
}

static void
a_long_key_is_whole(void **state)
{
	static const char key[] =
		"a_key_that_is_longer_than_any_that_an_answer_has_so_far";
	struct str s;

	(void)state;
	str_init(&s, arena, 1000);
	jsonw_open(&s, NULL, '{');
	jsonw_int(&s, key, 1);
	jsonw_int(&s, key, 2);
	jsonw_close(&s, '}');
	assert_string_equal(
		s.s, arena_printf(arena, "{\"%s\":1,\"%s\":2}", key, key));
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(commas_stand_where_they_are_due),
	FOLDER_TEST(members_alone_begin_without_a_comma),
	FOLDER_TEST(numbers_to_the_ends),
	FOLDER_TEST(a_long_key_is_whole),
};

UNIT_MAIN(tests)
