/* test_io_http_params.c: variables, cookies, preferences. */
#include "request.h"

static const struct http_service service = {"t", NULL, 0};

static struct req *
with(const char *name, const char *value)
{
	ask_forget();
	ask_with(name, value);
	return ask_init(&service, "GET", "/", NULL);
}

static void
variables_are_found_by_their_whole_name(void **state)
{
	struct req *r = with("HTTP_PREFER_NOT", "x");

	(void)state;
	assert_null(http_header(r, "HTTP_PREFER"));
	assert_string_equal(http_header(r, "HTTP_PREFER_NOT"), "x");
	assert_null(http_header(r, "TTP_PREFER_NOT"));
}

static const struct {
	int line;
	const char *cookies;
	const char *value; /* of "studio" */
} cookies[] = {
	{__LINE__, "studio=a", "a"},
	{__LINE__, "x=1; studio=a", "a"},
	{__LINE__, "studio=a; studio=b", "a"},
	{__LINE__, "xstudio=1;studio=a=b", "a=b"},
	{__LINE__, "studio-refresh=1", NULL},
	{__LINE__, "studio=", NULL},
	{__LINE__, "studio", NULL},
	{__LINE__, "STUDIO=a", NULL},
	{__LINE__, ";;; ;studio=a;", "a"},
	{__LINE__, "", NULL},
};

static void
cookies_are_told_apart(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(cookies); i++) {
		struct req *r = with("HTTP_COOKIE", cookies[i].cookies);
		const char *got = http_cookie(r, "studio");

		if ((got == NULL) != (cookies[i].value == NULL) ||
			(got != NULL && strcmp(got, cookies[i].value) != 0))
			fail_msg("line %d: %s", cookies[i].line,
				got == NULL ? "(none)" : got);
	}
}

static const struct {
	int line;
	const char *prefer;
	int ms; /* -1: what the caller says */
} preferences[] = {
	{__LINE__, "wait=5", 5000},
	{__LINE__, "wait=0", 0},
	{__LINE__, "wait=120", 120000},
	{__LINE__, "wait=121", 120000},
	{__LINE__, "wait=99999999999999999999", 120000},
	{__LINE__, "respond-async", 0},
	{__LINE__, "Respond-Async, wait=100", 0},
	{__LINE__, "return=minimal; x=1, wait=7; y", 7000},
	{__LINE__, "  WAIT=7", 7000},
	{__LINE__, "wait=-1", -1},
	{__LINE__, "wait=abc", -1},
	{__LINE__, "wait", -1},
	{__LINE__, "waiting=5", -1},
	{__LINE__, "handling=lenient", -1},
	{__LINE__, "", -1},
	{__LINE__, ",,;;==", -1},
};

static void
preferences_say_how_long_to_wait(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(preferences); i++) {
		struct req *r = with("HTTP_PREFER", preferences[i].prefer);

		if (http_wait_ms(r, -1) != preferences[i].ms)
			fail_msg("line %d: %d", preferences[i].line,
				http_wait_ms(r, -1));
	}
}

static void
https_is_told_by_either_variable(void **state)
{
	(void)state;
	assert_true(http_secure(with("HTTPS", "on")));
	assert_true(http_secure(with("REQUEST_SCHEME", "HTTPS")));
	assert_false(http_secure(with("HTTPS", "off")));
	assert_false(http_secure(with("REQUEST_SCHEME", "http")));
	assert_false(http_secure(with("X", "https")));
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(variables_are_found_by_their_whole_name),
	FOLDER_TEST(cookies_are_told_apart),
	FOLDER_TEST(preferences_say_how_long_to_wait),
	FOLDER_TEST(https_is_told_by_either_variable),
};

UNIT_MAIN(tests)
