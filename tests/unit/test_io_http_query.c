/* test_io_http_query.c: query strings. */
#include "request.h"

static const char *const colours[] = {"red", "green", NULL};

enum { Q_TEXT, Q_INT, Q_BOOL, Q_ENUM, Q__MAX };
static const struct field fields[Q__MAX] = {
	[Q_TEXT] = {"q", FIELD_STRING, false, 0, 20},
	[Q_INT] = {"n", FIELD_INT, false, 1, 9},
	[Q_BOOL] = {"b", FIELD_BOOL},
	[Q_ENUM] = {"e", FIELD_ENUM, .values = colours},
};

static const struct {
	int line;
	const char *query;
	const char *text; /* of q, "!": refused */
} rows[] = {
	{__LINE__, "", NULL},
	{__LINE__, "&&", NULL},
	{__LINE__, "q=", NULL},
	{__LINE__, "q", NULL},
	{__LINE__, "q=a", "a"},
	{__LINE__, "q=a%20b+c", "a b c"},
	{__LINE__, "q=%E9%82%AE", "\xE9\x82\xAE"},
	{__LINE__, "%71=a", "a"},
	{__LINE__, "q=a%3Db%26c", "a=b&c"},
	{__LINE__, "q=a=b", "a=b"},
	{__LINE__, "n=3&q=x&b=1&e=red", "x"},
	{__LINE__, "q=12", "12"},
	{__LINE__, "q=%4", "!"},
	{__LINE__, "q=%zz", "!"},
	{__LINE__, "q=%", "!"},
	{__LINE__, "q=%ff", "!"},
	{__LINE__, "q=%00", "!"},
	{__LINE__, "q=%0a", "!"},
	{__LINE__, "q=a&q=b", "!"},
	{__LINE__, "x=1", "!"},
	{__LINE__, "n=0", "!"},
	{__LINE__, "n=1x", "!"},
	{__LINE__, "n=99999999999999999999", "!"},
	{__LINE__, "b=yes", "!"},
	{__LINE__, "e=blue", "!"},
};

static void
values_are_decoded_and_checked(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		const struct value *values[Q__MAX] = {NULL};
		const char *wanted = rows[i].text;
		struct str errors;
		const char *got;
		size_t n;

		str_init(&errors, arena, 1000);
		n = http_check_query(
			arena, fields, Q__MAX, rows[i].query, values, &errors);
		got = value_text(values[Q_TEXT]);
		if (wanted != NULL && strcmp(wanted, "!") == 0) {
			if (n == 0)
				fail_msg("line %d: taken", rows[i].line);
		} else if (n != 0 || (got == NULL) != (wanted == NULL) ||
			   (got != NULL && strcmp(got, wanted) != 0)) {
			fail_msg("line %d: %s %s", rows[i].line,
				got == NULL ? "(none)" : got, errors.s);
		}
	}
}

static int
take(struct req *r)
{
	assert_string_equal(http_query(r, Q_TEXT), "x");
	assert_int_equal(http_query_int(r, Q_INT, 5), 3);
	assert_true(http_query_bool(r, Q_BOOL, false));
	assert_int_equal(http_query_enum(r, Q_ENUM, -1), 1);
	return http_empty(r, 204);
}

static int
take_none(struct req *r)
{
	assert_null(http_query(r, Q_TEXT));
	assert_int_equal(http_query_int(r, Q_INT, 5), 5);
	assert_true(http_query_bool(r, Q_BOOL, true));
	assert_int_equal(http_query_enum(r, Q_ENUM, -1), -1);
	return http_empty(r, 204);
}

static const struct route table[] = {
	{HTTP_GET, "/a", ROLE_PUBLIC, take, NULL, 0, fields, Q__MAX},
	{HTTP_GET, "/b", ROLE_PUBLIC, take_none, NULL, 0, fields, Q__MAX},
};
static const struct http_service service = {"t", table, nitems(table)};

static void
values_reach_the_handler(void **state)
{
	(void)state;
	ask_forget();
	http_handle(
		ask_init(&service, "GET", "/a?q=x&n=3&b=true&e=green", NULL));
	ask_says("Status: 204");
	ask_forget();
	http_handle(ask_init(&service, "GET", "/b", NULL));
	ask_says("Status: 204");
	ask_forget();
	http_handle(ask_init(&service, "GET", "/b?n=x", NULL));
	ask_says("Status: 400");
	ask_says("\"pointer\":\"?n\",\"code\":\"type\"");
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(values_are_decoded_and_checked),
	STORE_TEST(values_reach_the_handler),
};

UNIT_MAIN(tests)
