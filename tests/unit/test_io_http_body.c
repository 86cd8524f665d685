/* test_io_http_body.c: size, type and reading of bodies. */
#include "request.h"

#include "base/limits.h"

static int
echo(struct req *r)
{
	size_t n;
	const char *body = http_body(r, &n);

	return http_send(r, 200, "text/plain", body, n);
}

static int
read_it(struct req *r)
{
	char buf[4];
	long n;

	while ((n = http_read(r, buf, sizeof(buf))) > 0)
		str_add(http_out(r), buf, (size_t)n);
	return http_send(r, n == 0 ? 200 : 400, "text/plain", http_out(r)->s,
		http_out(r)->len);
}

static const struct route table[] = {
	{HTTP_POST, "/json", ROLE_PUBLIC, echo, .flags = ROUTE_ANY_BODY},
	{HTTP_POST, "/yaml", ROLE_PUBLIC, echo,
		.flags = ROUTE_ANY_BODY | ROUTE_YAML_BODY},
	{HTTP_POST, "/none", ROLE_PUBLIC, echo},
	{HTTP_POST, "/raw", ROLE_PUBLIC, read_it, .flags = ROUTE_RAW_BODY},
	{HTTP_GET, "/get", ROLE_PUBLIC, echo},
};
static const struct http_service service = {"t", table, nitems(table)};

static const struct {
	int line;
	const char *method;
	const char *path;
	const char *type;
	const char *body;
	int status;
	const char *says;
} rows[] = {
	{__LINE__, "POST", "/json", "application/json", "{\"a\":1}", 200,
		"\r\n\r\n{\"a\":1}"},
	{__LINE__, "POST", "/json", "Application/JSON; charset=utf-8", "{}",
		200, NULL},
	{__LINE__, "POST", "/json", "application/vnd.x+json", "{}", 200, NULL},
	{__LINE__, "POST", "/json", "application/jsonx", "{}", 415,
		"unsupported_type"},
	{__LINE__, "POST", "/json", "+json", "{}", 415, NULL},
	{__LINE__, "POST", "/json", "application/yaml", "a: 1", 415, NULL},
	{__LINE__, "POST", "/json", NULL, "{}", 415, NULL},
	{__LINE__, "POST", "/json", NULL, NULL, 400, "\"required\""},
	{__LINE__, "POST", "/json", "application/json", "{\"a\"", 400,
		"Line 1, column 5"},
	{__LINE__, "POST", "/json", "application/json", "[]", 400, "\"type\""},
	{__LINE__, "POST", "/yaml", "application/yaml", "a: 1", 200,
		"\r\n\r\na: 1"},
	{__LINE__, "POST", "/yaml", "text/x-yaml;x", "a: 1", 200, NULL},
	{__LINE__, "POST", "/yaml", "text/yamlx", "a: 1", 415,
		"or application/yaml"},
	{__LINE__, "POST", "/yaml", "application/json", "{}", 200, NULL},
	{__LINE__, "POST", "/none", NULL, NULL, 200, NULL},
	{__LINE__, "POST", "/none", "application/json", "{}", 200, NULL},
	{__LINE__, "POST", "/none", "application/json", "{\"a\":1}", 400,
		"\"/a\",\"code\":\"unknown\""},
	{__LINE__, "POST", "/raw", "x/y", "0123456789", 200,
		"\r\n\r\n0123456789"},
	{__LINE__, "GET", "/get", "x/y", "ignored", 200, NULL},
};

static void
bodies_are_taken_or_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		struct req *r;

		ask_forget();
		if (rows[i].type != NULL)
			ask_with("CONTENT_TYPE", rows[i].type);
		r = ask_init(
			&service, rows[i].method, rows[i].path, rows[i].body);
		http_handle(r);
		if (r->status != rows[i].status)
			fail_msg("line %d: %s", rows[i].line, ask_out);
		if (rows[i].says != NULL)
			ask_says(rows[i].says);
	}
}

static void
the_length_decides_before_anything_is_read(void **state)
{
	(void)state;
	ask_forget();
	ask_with("CONTENT_LENGTH", arena_printf(arena, "%zu", LIMIT_BODY + 1));
	http_handle(ask_init(&service, "POST", "/json", NULL));
	ask_says("Status: 413");
	assert_int_equal(ask_body_at, 0);
}

static void
a_body_that_ends_early_is_told(void **state)
{
	(void)state;
	ask_forget();
	ask_with("CONTENT_LENGTH", "3");
	ask_with("CONTENT_TYPE", "application/json");
	http_handle(ask_init(&service, "POST", "/json", "{}"));
	ask_says("body_cut");
	ask_forget();
	ask_with("CONTENT_LENGTH", "30");
	http_handle(ask_init(&service, "POST", "/raw", "0123456789"));
	ask_says("Status: 400");
}

static void
nothing_behind_the_length_is_read(void **state)
{
	(void)state;
	ask_forget();
	ask_with("CONTENT_LENGTH", "4");
	http_handle(ask_init(&service, "POST", "/raw", "0123456789"));
	ask_says("\r\n\r\n0123");
	assert_int_equal(ask_body_at, 4);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(bodies_are_taken_or_refused),
	STORE_TEST(the_length_decides_before_anything_is_read),
	STORE_TEST(a_body_that_ends_early_is_told),
	STORE_TEST(nothing_behind_the_length_is_read),
};

UNIT_MAIN(tests)
