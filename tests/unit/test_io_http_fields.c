/* test_io_http_fields.c: members of bodies against their table. */
#include "request.h"

#include "text/json.h"

static const char *const colours[] = {"red", "green", NULL};

enum {
	ALL_S,
	ALL_T,
	ALL_ID,
	ALL_I,
	ALL_N,
	ALL_B,
	ALL_E,
	ALL_L,
	ALL_U,
	ALL_O,
	ALL_ANY,
	ALL__MAX
};
static const struct field all[ALL__MAX] = {
	[ALL_S] = {"s", FIELD_STRING, false, 1, 5},
	[ALL_T] = {"t", FIELD_TEXT, false, 0, 0},
	[ALL_ID] = {"id", FIELD_ID},
	[ALL_I] = {"i", FIELD_INT, false, -1, 3},
	[ALL_N] = {"n", FIELD_NUMBER, false, 0, 2},
	[ALL_B] = {"b", FIELD_BOOL},
	[ALL_E] = {"e", FIELD_ENUM, .values = colours},
	[ALL_L] = {"l", FIELD_STRINGS, false, 1, 3},
	[ALL_U] = {"u", FIELD_URL},
	[ALL_O] = {"o", FIELD_OBJECT},
	[ALL_ANY] = {"any", FIELD_ANY},
};

static const struct {
	int line;
	const char *body;
	const char *error; /* "pointer code", NULL: none */
} rows[] = {
	{__LINE__, "{}", NULL},
	{__LINE__, "{\"s\":\"abcde\"}", NULL},
	{__LINE__, "{\"s\":\"abcdef\"}", "/s too_long"},
	{__LINE__, "{\"s\":\"\"}", "/s too_short"},
	{__LINE__, "{\"s\":\" \"}", "/s too_short"},
	{__LINE__, "{\"s\":\"a\\n\"}", "/s invalid"},
	{__LINE__, "{\"s\":\"a\\u007f\"}", "/s invalid"},
	{__LINE__, "{\"s\":7}", "/s type"},
	{__LINE__, "{\"s\":null}", NULL},
	{__LINE__, "{\"s\":\"\xE9\x82\xAE\xE4\xBB\xB6\"}", "/s too_long"},
	{__LINE__, "{\"t\":\"a\\n\\tb\\r\"}", NULL},
	{__LINE__, "{\"t\":\"\\u0001\"}", "/t invalid"},
	{__LINE__, "{\"id\":\"0123456789abcdefghjk\"}", NULL},
	{__LINE__, "{\"id\":\"0123456789abcdefghj\"}", "/id invalid"},
	{__LINE__, "{\"i\":-1}", NULL},
	{__LINE__, "{\"i\":-2}", "/i out_of_range"},
	{__LINE__, "{\"i\":4}", "/i out_of_range"},
	{__LINE__, "{\"i\":1.5}", "/i type"},
	{__LINE__, "{\"i\":true}", "/i type"},
	{__LINE__, "{\"n\":1.5}", NULL},
	{__LINE__, "{\"n\":2}", NULL},
	{__LINE__, "{\"n\":2.5}", "/n out_of_range"},
	{__LINE__, "{\"n\":\"1\"}", "/n type"},
	{__LINE__, "{\"b\":false}", NULL},
	{__LINE__, "{\"b\":0}", "/b type"},
	{__LINE__, "{\"e\":\"green\"}", NULL},
	{__LINE__, "{\"e\":\"Green\"}", "/e not_allowed"},
	{__LINE__, "{\"e\":\"gree\"}", "/e not_allowed"},
	{__LINE__, "{\"l\":[\"a\",\"b\"]}", NULL},
	{__LINE__, "{\"l\":[]}", NULL},
	{__LINE__, "{\"l\":[\"abcd\"]}", "/l too_long"},
	{__LINE__, "{\"l\":[1]}", "/l type"},
	{__LINE__, "{\"l\":\"a\"}", "/l type"},
	{__LINE__, "{\"l\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}",
		"/l too_many"},
	{__LINE__, "{\"u\":\"http://a\"}", NULL},
	{__LINE__, "{\"u\":\"HTTPS://a:1/b\"}", NULL},
	{__LINE__, "{\"u\":\"http://\"}", "/u invalid"},
	{__LINE__, "{\"u\":\"http:///x\"}", "/u invalid"},
	{__LINE__, "{\"u\":\"http://:80\"}", "/u invalid"},
	{__LINE__, "{\"u\":\"//a\"}", "/u invalid"},
	{__LINE__, "{\"u\":\"http://u@a\"}", "/u invalid"},
	{__LINE__, "{\"u\":\"http://a?q\"}", "/u invalid"},
	{__LINE__, "{\"u\":\"http://a b\"}", "/u invalid"},
	{__LINE__, "{\"o\":{\"x\":[1]}}", NULL},
	{__LINE__, "{\"o\":[]}", "/o type"},
	{__LINE__, "{\"any\":[{}]}", NULL},
	{__LINE__, "{\"other\":1}", "/other unknown"},
	{__LINE__, "{\"S\":1}", "/S unknown"},
};

static const struct value *
parsed(const char *text)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(arena, text, strlen(text), 0, &report);

	assert_non_null(v);
	return v;
}

static void
each_type_says_what_is_wrong(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		const struct value *members[ALL__MAX] = {NULL};
		struct str errors;
		const struct value *e;
		size_t n;

		str_init(&errors, arena, 10000);
		n = http_check_fields(arena, '/', all, ALL__MAX,
			parsed(rows[i].body), members, &errors);
		if (n != (rows[i].error != NULL))
			fail_msg("line %d: %s", rows[i].line, errors.s);
		if (n == 0)
			continue;
		e = parsed(errors.s);
		if (strcmp(arena_printf(arena, "%s %s",
				   value_get_text(e, "pointer", ""),
				   value_get_text(e, "code", "")),
			    rows[i].error) != 0)
			fail_msg("line %d: %s", rows[i].line, errors.s);
	}
}

static void
every_error_is_told(void **state)
{
	static const struct field two[] = {
		{"a", FIELD_INT, true}, {"b", FIELD_BOOL, true}};
	const struct value *members[2] = {NULL};
	struct str errors;

	(void)state;
	str_init(&errors, arena, 10000);
	assert_int_equal(
		http_check_fields(arena, '?', two, 2,
			parsed("{\"a\":null,\"c\":1}"), members, &errors),
		3);
	assert_non_null(strstr(errors.s, "\"?c\""));
	assert_non_null(strstr(errors.s, "\"?a\""));
	assert_non_null(strstr(errors.s, "\"?b\""));
	assert_int_equal(
		http_check_fields(arena, '/', two, 2, NULL, members, &errors),
		2);
}

static int
take_all(struct req *r)
{
	const char *const *list;

	assert_string_equal(http_str(r, ALL_S), "abc");
	assert_int_equal(http_int(r, ALL_I, 9), 2);
	assert_float_equal(http_num(r, ALL_N, 9), 0.5, 0);
	assert_true(http_bool(r, ALL_B, false));
	assert_int_equal(http_enum(r, ALL_E, -1), 1);
	assert_int_equal(http_strs(r, ALL_L, &list), 2);
	assert_string_equal(list[1], "y");
	assert_string_equal(http_url(r, ALL_U), "http://a/b");
	assert_non_null(value_get(http_obj(r, ALL_O), "k"));
	assert_false(http_has(r, ALL_ANY));
	assert_true(http_has_null(r, ALL_ANY));
	assert_null(http_str(r, ALL_T));
	assert_null(http_obj(r, ALL_ANY));
	return http_empty(r, 204);
}

static int
take_none(struct req *r)
{
	const char *const *list;

	assert_int_equal(http_int(r, ALL_I, 9), 9);
	assert_float_equal(http_num(r, ALL_N, 9), 9, 0);
	assert_true(http_bool(r, ALL_B, true));
	assert_int_equal(http_enum(r, ALL_E, -1), -1);
	assert_int_equal(http_strs(r, ALL_L, &list), 0);
	assert_null(list);
	assert_null(http_url(r, ALL_U));
	return http_empty(r, 204);
}

static const struct route table[] = {
	{HTTP_POST, "/all", ROLE_PUBLIC, take_all, all, ALL__MAX},
	{HTTP_POST, "/none", ROLE_PUBLIC, take_none, all, ALL__MAX},
};
static const struct http_service service = {"t", table, nitems(table)};

static void
members_reach_the_handler(void **state)
{
	(void)state;
	ask_forget();
	ask_with("CONTENT_TYPE", "application/json");
	http_handle(ask_init(&service, "POST", "/all",
		"{\"s\":\"abc\",\"i\":2,\"n\":0.5,\"b\":true,\"e\":\"green\","
		"\"l\":[\"x\",\"y\"],\"u\":\"http://a/b//\",\"o\":{\"k\":1},"
		"\"any\":null}"));
	ask_says("Status: 204");
	ask_forget();
	http_handle(ask_init(&service, "POST", "/none", NULL));
	ask_says("Status: 204");
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(each_type_says_what_is_wrong),
	FOLDER_TEST(every_error_is_told),
	STORE_TEST(members_reach_the_handler),
};

UNIT_MAIN(tests)
