/* test_dify_message.c: one sentence out of every shape of Dify's errors. */
#include "unit.h"

#include "base/utf8.h"
#include "dify/dify.h"
#include "text/json.h"

#include <string.h>

static const struct {
	int line;
	int status;
	const char *body;
	const char *message;
	const char *code;
} rows[] = {
	{__LINE__, 404,
		"{\"code\":\"app_not_found\",\"message\":\"App not found.\","
		"\"status\":404}",
		"App not found.", "app_not_found"},
	{__LINE__, 400,
		"{\"errors\":{\"mode\":\"Missing required\"},\"message\":"
		"\"Input payload validation failed\"}",
		"mode: Missing required", ""},
	{__LINE__, 400,
		"{\"custom\":\"max_keys_exceeded\",\"message\":\"Cannot create "
		"more\"}",
		"Cannot create more", ""},
	{__LINE__, 400,
		"{\"id\":\"x\",\"status\":\"failed\",\"app_id\":null,"
		"\"error\":\"Missing app data in YAML content\"}",
		"Missing app data in YAML content", ""},
	{__LINE__, 403,
		"{\"error\":{\"type\":\"authorization_error\",\"message\":"
		"\"Forbidden\",\"status\":403}}",
		"Forbidden", ""},
	{__LINE__, 400, "{\"error\":\"authorization_pending\"}",
		"authorization_pending", ""},
	{__LINE__, 200,
		"{\"error\":\"x; y\",\"errors\":[{\"code\":\"GRAPH_CYCLE\","
		"\"detail\":\"a cycle\"},{\"code\":\"B\"}]}",
		"a cycle; B", ""},
	{__LINE__, 400, "{\"error\":\"bad\",\"message\":\"worse\"}", "worse",
		""},
	{__LINE__, 404,
		"{\"message\":\"API key not found. You have requested this URI "
		"[/x] but did you mean /y ?\",\"code\":\"not_found\"}",
		"API key not found.", "not_found"},
	{__LINE__, 400, "{\"code\":\"invalid_param\",\"message\":\"\"}",
		"Dify did not accept the request (400)", "invalid_param"},
	{__LINE__, 400, "{\"message\":{\"q\":\"too long\"}}", "q: too long",
		""},
	{__LINE__, 502, NULL,
		"the gateway in front of Dify cannot reach it (502)", ""},
	{__LINE__, 418, NULL, "Dify answered 418", ""},
	{__LINE__, 500, "{\"message\":\"<html>oops</html>\"}",
		"Dify met an error of its own (500)", ""},
	{__LINE__, 429, "[1,2]", "Dify asks to slow down (429)", ""},
	{__LINE__, 400, "{\"message\":17}",
		"Dify did not accept the request (400)", ""},
};

static void
people_get_one_sentence(void **state)
{
	struct arena *a = arena_new(1 << 20);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		struct jsonx_report report;
		const struct value *body = NULL;
		const char *code;
		const char *got;

		if (rows[i].body != NULL)
			body = jsonx_read(a, rows[i].body, strlen(rows[i].body),
				0, &report);
		got = dify_message(a, rows[i].status, body, &code);
		if (strcmp(got, rows[i].message) != 0 ||
			strcmp(code, rows[i].code) != 0)
			fail_msg("line %d: '%s' '%s'", rows[i].line, got, code);
	}
	arena_free(&a);
}

static void
a_long_text_is_cut_between_characters(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct value *v = value_object(a);
	char text[3001];
	const char *got;
	const char *code;
	size_t i;

	(void)state;
	for (i = 0; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, "\xE4\xBD\xA0", 3);
	text[i] = '\0';
	value_set_text(a, v, "message", text);
	got = dify_message(a, 400, v, &code);
	assert_int_equal(strlen(got), 999);
	assert_true(utf8_valid(got, strlen(got)));
	arena_free(&a);
}

static void
gone_is_what_dify_calls_so(void **state)
{
	const struct dify_answer dify = {.status = 404, .code = "not_found"};
	const struct dify_answer proxy = {.status = 404, .code = ""};
	const struct dify_answer other = {.status = 400, .code = "not_found"};

	(void)state;
	assert_true(dify_gone(&dify));
	assert_false(dify_gone(&proxy));
	assert_false(dify_gone(&other));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(people_get_one_sentence),
	cmocka_unit_test(a_long_text_is_cut_between_characters),
	cmocka_unit_test(gone_is_what_dify_calls_so),
};

UNIT_MAIN(tests)
