/* test_llm_refusal.c: what servers mean, in the words that they use. */
#include "unit.h"

#include "llm/chat_request.h"
#include "llm/refusal.h"
#include "text/json.h"

#include <string.h>

static struct arena *arena;

static const struct {
	int line;
	int status;
	const char *body;
	enum llm_end end;
} rows[] = {
	/* OpenAI */
	{__LINE__, 401,
		"{\"error\":{\"message\":\"Incorrect API key provided: sk-a.\","
		"\"code\":\"invalid_api_key\"}}",
		LLM_KEY},
	{__LINE__, 404,
		"{\"error\":{\"message\":\"The model `gpt-9` does not exist or "
		"you do not have access to "
		"it.\",\"code\":\"model_not_found\"}}",
		LLM_UNKNOWN},
	{__LINE__, 400,
		"{\"error\":{\"message\":\"This model's maximum context length "
		"is 4097 tokens.\",\"code\":\"context_length_exceeded\"}}",
		LLM_CONTEXT},
	{__LINE__, 429,
		"{\"error\":{\"message\":\"You exceeded your current quota\","
		"\"code\":\"insufficient_quota\"}}",
		LLM_QUOTA},
	{__LINE__, 429, "{\"error\":{\"message\":\"Rate limit\"}}", LLM_BUSY},
	/* DeepSeek */
	{__LINE__, 402, "{\"error\":{\"message\":\"Insufficient Balance\"}}",
		LLM_QUOTA},
	{__LINE__, 400, "{\"error\":{\"message\":\"Model Not Exist\"}}",
		LLM_UNKNOWN},
	{__LINE__, 400, "{\"error\":{\"message\":\"Content Exists Risk\"}}",
		LLM_FILTERED},
	/* DashScope */
	{__LINE__, 400,
		"{\"error\":{\"message\":\"Range of input length should be "
		"[1, 30720]\"}}",
		LLM_CONTEXT},
	{__LINE__, 400, "{\"error\":{\"code\":\"data_inspection_failed\"}}",
		LLM_FILTERED},
	/* Ollama, llama.cpp, vLLM */
	{__LINE__, 404,
		"{\"error\":{\"message\":\"model 'x' not found, try pulling it "
		"first\"}}",
		LLM_UNKNOWN},
	{__LINE__, 400,
		"{\"error\":{\"message\":\"the request exceeds the available "
		"context size\"}}",
		LLM_CONTEXT},
	{__LINE__, 503, "{\"error\":{\"message\":\"Loading model\"}}",
		LLM_BUSY},
	/* whatever stands in front of it */
	{__LINE__, 502, "<html>Bad Gateway</html>", LLM_TROUBLE},
	{__LINE__, 404, "<html>model not found</html>", LLM_REFUSED},
	{__LINE__, 404, "{\"detail\":\"Not Found\"}", LLM_REFUSED},
	{__LINE__, 403, "", LLM_KEY},
	{__LINE__, 500, "", LLM_TROUBLE},
	{__LINE__, 529, "", LLM_BUSY},
	{__LINE__, 302, "", LLM_REFUSED},
	{__LINE__, 400, "[{\"error\":{\"message\":\"odd\"}}]", LLM_REFUSED},
};

static void
each_refusal_has_its_reason(void **state)
{
	const char *text;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		enum llm_end end = llm_refusal(arena, rows[i].status,
			rows[i].body, strlen(rows[i].body), &text);

		if (end != rows[i].end)
			fail_msg("line %d: %s", rows[i].line,
				llm_end_names[end]);
		assert_true(text == NULL || strchr(text, '<') == NULL);
	}
}

static const struct {
	int line;
	int status;
	const char *body;
	enum llm_output from;
	bool learns;
	enum llm_output to;
	unsigned quirks;
} lessons[] = {
	{__LINE__, 400, "unknown field stream_options", LLM_PLAIN, true,
		LLM_PLAIN, LLM_NO_STREAM_OPTIONS},
	{__LINE__, 422, "'temperature' does not support 0.2", LLM_JSON_SCHEMA,
		true, LLM_JSON_SCHEMA, LLM_NO_TEMPERATURE},
	{__LINE__, 400,
		"Unsupported parameter: 'max_tokens'. Use "
		"'max_completion_tokens' instead.",
		LLM_PLAIN, true, LLM_PLAIN, LLM_MAX_COMPLETION_TOKENS},
	{__LINE__, 400, "This response_format type is unavailable now",
		LLM_JSON_SCHEMA, true, LLM_JSON_OBJECT, 0},
	{__LINE__, 400, "failed to parse grammar", LLM_JSON_OBJECT, true,
		LLM_PLAIN, 0},
	{__LINE__, 400, "Invalid schema", LLM_PLAIN, false, LLM_PLAIN, 0},
	{__LINE__, 500, "stream_options", LLM_PLAIN, false, LLM_PLAIN, 0},
	{__LINE__, 400,
		"'max_completion_tokens' is too large: 9. This model's maximum "
		"context length is 8",
		LLM_PLAIN, false, LLM_PLAIN, 0},
};

static void
what_can_be_done_without_is_found(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(lessons); i++) {
		struct llm_endpoint e = {.temperature = 0.2,
			.max_tokens = 9,
			.output = lessons[i].from,
			.schema = value_object(arena)};
		bool learns = llm_learn(&e, lessons[i].status, lessons[i].body);

		if (learns != lessons[i].learns || e.output != lessons[i].to ||
			e.quirks != lessons[i].quirks)
			fail_msg("line %d: %d %d %u", lessons[i].line, learns,
				(int)e.output, e.quirks);
	}
}

static void
nothing_is_learnt_twice_or_of_what_was_not_sent(void **state)
{
	struct llm_endpoint e = {.temperature = -1, .output = LLM_PLAIN};

	(void)state;
	assert_false(llm_learn(&e, 400, "temperature"));
	assert_false(llm_learn(&e, 400, "max_completion_tokens"));
	assert_true(llm_learn(&e, 400, "stream_options"));
	assert_false(llm_learn(&e, 400, "stream_options"));
}

static void
quirks_are_words(void **state)
{
	(void)state;
	assert_string_equal(llm_quirks_text(arena, 0), "");
	assert_string_equal(
		llm_quirks_text(
			arena, LLM_NO_TEMPERATURE | LLM_MAX_COMPLETION_TOKENS),
		"no_temperature max_completion_tokens");
	assert_int_equal(llm_quirks_of("max_completion_tokens no_temperature"),
		LLM_NO_TEMPERATURE | LLM_MAX_COMPLETION_TOKENS);
	assert_int_equal(llm_quirks_of("something_else"), 0);
	assert_int_equal(llm_quirks_of(NULL), 0);
}

static struct value *
body_of(const struct llm_endpoint *e)
{
	const struct llm_message m = {"user", "hello"};
	struct jsonx_report report;
	const char *text;
	size_t n;

	text = llm_request_body(arena, e, llm_messages(arena, &m, 1), &n);
	return jsonx_read(arena, text, n, 0, &report);
}

static void
the_body_is_as_the_endpoint_wants_it(void **state)
{
	struct llm_endpoint e = {.model = "m",
		.temperature = 0,
		.max_tokens = 5,
		.output = LLM_JSON_SCHEMA,
		.schema_name = "plan"};
	struct value *v = body_of(&e);

	(void)state;
	assert_string_equal(value_text(value_find(v, "/response_format/type")),
		"json_object");
	e.schema = value_object(arena);
	v = body_of(&e);
	assert_string_equal(value_text(value_find(v, "/response_format/type")),
		"json_schema");
	assert_string_equal(
		value_text(value_find(v, "/response_format/json_schema/name")),
		"plan");
	assert_non_null(value_find(v, "/response_format/json_schema/schema"));
	assert_int_equal(value_get_int(v, "max_tokens", 0), 5);
	assert_non_null(value_get(v, "temperature"));
	e.output = LLM_PLAIN;
	e.quirks = LLM_NO_TEMPERATURE | LLM_MAX_COMPLETION_TOKENS |
		   LLM_NO_STREAM_OPTIONS;
	v = body_of(&e);
	assert_null(value_get(v, "response_format"));
	assert_null(value_get(v, "temperature"));
	assert_null(value_get(v, "stream_options"));
	assert_null(value_get(v, "max_tokens"));
	assert_int_equal(value_get_int(v, "max_completion_tokens", 0), 5);
}

static void
headers_go_with_the_key_or_in_its_place(void **state)
{
	static const struct net_header own[] = {
		{"X-Org", "a"}, {"authorization", "Basic b"}};
	struct llm_endpoint e = {.key = "k", .headers = own, .nheaders = 1};
	struct net_header *h;
	size_t n;

	(void)state;
	h = llm_headers(arena, &e, 0, &n);
	assert_int_equal(n, 2);
	assert_string_equal(h[0].name, "X-Org");
	assert_string_equal(h[1].value, "Bearer k");
	e.nheaders = 2;
	h = llm_headers(arena, &e, 0, &n);
	assert_int_equal(n, 2);
	assert_string_equal(h[1].value, "Basic b");
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

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_refusal_has_its_reason),
	cmocka_unit_test(what_can_be_done_without_is_found),
	cmocka_unit_test(nothing_is_learnt_twice_or_of_what_was_not_sent),
	cmocka_unit_test(quirks_are_words),
	cmocka_unit_test(the_body_is_as_the_endpoint_wants_it),
	cmocka_unit_test(headers_go_with_the_key_or_in_its_place),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
