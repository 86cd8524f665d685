/* test_io_http_core.c: what a request is made of, and the order of checks. */
#include "request.h"

static int
ok(struct req *r)
{
	return http_empty(r, 204);
}

static const struct field one[] = {{"q", FIELD_INT, false, 1, 9}};
static const struct route table[] = {
	{HTTP_POST, "/a", ROLE_PUBLIC, ok, NULL, 0, one, 1},
	{HTTP_POST, "/b", ROLE_VIEWER, ok, NULL, 0, one, 1},
};
static const struct http_service service = {"t", table, nitems(table)};

static void
the_request_id_is_kept_when_harmless(void **state)
{
	static const struct {
		const char *given;
		bool kept;
	} rows[] = {
		{"trace-0123456789", true},
		{"12345678", true},
		{"1234567", false},
		{"with blank 1", false},
		{"quote\"56789", false},
		{"0123456789012345678901234567890123456789012345678901234567890"
		 "123",
			true},
		{"0123456789012345678901234567890123456789012345678901234567890"
		 "1234",
			false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		struct req *r;

		ask_forget();
		ask_with("HTTP_X_REQUEST_ID", rows[i].given);
		r = ask_init(&service, "GET", "/", NULL);
		if ((strcmp(http_request_id(r), rows[i].given) == 0) !=
			rows[i].kept)
			fail_msg("%s", rows[i].given);
	}
}

static void
the_path_comes_from_either_variable(void **state)
{
	struct req r;

	(void)state;
	ask_forget();
	ask_with("SCRIPT_NAME", "/a");
	ask_with("PATH_INFO", "/b");
	http_req_init(&r, arena, &service, &ask_transport, NULL, ask_env);
	assert_string_equal(r.path, "/a/b");
	ask_with("REQUEST_URI", "/c?d=/e");
	http_req_init(&r, arena, &service, &ask_transport, NULL, ask_env);
	assert_string_equal(r.path, "/c");
	ask_forget();
	http_req_init(&r, arena, &service, &ask_transport, NULL, ask_env);
	assert_string_equal(r.path, "");
	assert_int_equal(r.method, HTTP_METHOD__MAX);
}

static void
lengths_are_numbers_or_unknown(void **state)
{
	static const struct {
		const char *text;
		int64_t length;
	} rows[] = {{"0", 0}, {"17", 17}, {"", -1}, {"-1", -1}, {"1x", -1},
		{" 1", -1}};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		ask_forget();
		ask_with("CONTENT_LENGTH", rows[i].text);
		assert_true(http_content_length(ask_init(&service, "GET", "/",
				    NULL)) == rows[i].length);
	}
}

/* Each request is wrong in everything that comes later, too. */
static void
the_first_check_that_fails_answers(void **state)
{
	static const struct {
		int line;
		const char *method;
		const char *target;
		const char *site;
		const char *type;
		const char *body;
		const char *code;
	} rows[] = {
		{__LINE__, "PUT", "/x?q=0", "cross-site", "a/b", "{",
			"\"not_found\""},
		{__LINE__, "PUT", "/b?q=0", "cross-site", "a/b", "{",
			"\"method_not_allowed\""},
		{__LINE__, "POST", "/b?q=0", "cross-site", "a/b", "{",
			"\"not_signed_in\""},
		{__LINE__, "POST", "/a?q=0", "cross-site", "a/b", "{",
			"\"cross_site\""},
		{__LINE__, "POST", "/a?q=0", NULL, "a/b", "{",
			"\"out_of_range\""},
		{__LINE__, "POST", "/a?q=1", NULL, "a/b", "{",
			"\"unsupported_type\""},
		{__LINE__, "POST", "/a?q=1", NULL, "application/json", "{",
			"\"invalid_json\""},
		{__LINE__, "POST", "/a?q=1", NULL, "application/json", "[]",
			"\"invalid_request\""},
		{__LINE__, "POST", "/a?q=1", NULL, "application/json", "{}",
			"Status: 204"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		ask_forget();
		if (rows[i].site != NULL)
			ask_with("HTTP_SEC_FETCH_SITE", rows[i].site);
		ask_with("CONTENT_TYPE", rows[i].type);
		http_handle(ask_init(&service, rows[i].method, rows[i].target,
			rows[i].body));
		if (strstr(ask_out, rows[i].code) == NULL)
			fail_msg("line %d: %s", rows[i].line, ask_out);
	}
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(the_request_id_is_kept_when_harmless),
	FOLDER_TEST(the_path_comes_from_either_variable),
	FOLDER_TEST(lengths_are_numbers_or_unknown),
	STORE_TEST(the_first_check_that_fails_answers),
};

UNIT_MAIN(tests)
