/* test_llm_chat.c: a chat model is asked, and whatever it does is understood.
 */
#include "server.h"
#include "unit.h"

#include "io/net.h"
#include "llm/chat.h"

#define CHUNK(text)                                                  \
	"data: {\"choices\":[{\"delta\":{\"content\":\"" text "\"}," \
	"\"finish_reason\":null}]}\n\n"
#define STOP(reason)                                                    \
	"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"" reason \
	"\"}]}\n\n"
#define USAGE                                                    \
	"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11," \
	"\"completion_tokens\":7}}\n\n"
#define DONE "data: [DONE]\n\n"

static struct server server;

/* The model's name chooses the answer. */
static const struct {
	const char *model;
	const char *status;
	const char *type;
	const char *body;
} answers[] = {
	{"plain", "200 OK", "text/event-stream",
		CHUNK("Hel") CHUNK("lo") STOP("stop") USAGE DONE},
	{"no-done", "200 OK", "text/event-stream", CHUNK("Hello") STOP("stop")},
	{"no-end", "200 OK", "text/event-stream", CHUNK("Hello")},
	{"comments", "200 OK", "text/event-stream",
		": ping\r\n\r\n" CHUNK("Hello") ": ping\n\n" STOP("stop")},
	{"whole", "200 OK", "application/json",
		"{\"choices\":[{\"message\":{\"content\":\"Hello\"},"
		"\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,"
		"\"completion_tokens\":2}}"},
	{"parts", "200 OK", "application/json",
		"{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\","
		"\"text\":\"Hel\"},{\"type\":\"text\",\"text\":\"lo\"}]}}]}"},
	{"cut", "200 OK", "text/event-stream",
		CHUNK("Hel") STOP("length") DONE},
	{"filtered", "200 OK", "text/event-stream",
		STOP("content_filter") DONE},
	{"refusal", "200 OK", "application/json",
		"{\"choices\":[{\"message\":{\"content\":null,\"refusal\":"
		"\"I will not\"},\"finish_reason\":\"stop\"}]}"},
	{"think", "200 OK", "text/event-stream",
		CHUNK("<think>hm") CHUNK("m</think>Hello") STOP("stop") DONE},
	{"think-odd", "200 OK", "text/event-stream",
		CHUNK(" <th") CHUNK("ink>h") CHUNK("mm</thi") CHUNK("nk>Hello")
			STOP("stop") DONE},
	{"think-on", "200 OK", "text/event-stream",
		CHUNK("<think>hmm") STOP("length") DONE},
	{"think-unopened", "200 OK", "text/event-stream",
		CHUNK("hmm</think>Hello") STOP("stop") DONE},
	{"think-inside", "200 OK", "text/event-stream",
		CHUNK("{</think>}") STOP("stop") DONE},
	{"no-think", "200 OK", "text/event-stream",
		CHUNK("<thin") CHUNK("g>") STOP("stop") DONE},
	{"both-names", "200 OK", "text/event-stream",
		"data: {\"choices\":[{\"delta\":{\"reasoning_content\":"
		"\"hmm\",\"reasoning\":\"hmm\"}}]}\n\n" CHUNK("Hello")
			STOP("stop")},
	{"other-name", "200 OK", "text/event-stream",
		"data: {\"choices\":[{\"delta\":{\"reasoning\":\"hmm\"}}]}"
		"\n\n" CHUNK("Hello") STOP("stop")},
	{"declines", "200 OK", "text/event-stream",
		"data: {\"choices\":[{\"delta\":{\"refusal\":\"I will\"}}]}"
		"\n\ndata: {\"choices\":[{\"delta\":{\"refusal\":\" not\"}}]}"
		"\n\n" STOP("stop") DONE},
	{"prose", "200 OK", "text/plain", "Welcome to the hotel.\n\nWi-Fi"},
	{"other-type", "200 OK", "application/octet-stream",
		CHUNK("Hello") STOP("stop") DONE},
	{"reasoning", "200 OK", "text/event-stream",
		"data: {\"choices\":[{\"delta\":{\"reasoning_content\":"
		"\"hmm\"}}]}\n\n" CHUNK("Hello") STOP("stop") DONE},
	{"error-inside", "200 OK", "text/event-stream",
		CHUNK("Hel") "data: {\"error\":{\"message\":\"quota\"}}\n\n"},
	{"empty", "200 OK", "text/event-stream", STOP("stop") DONE},
	{"html", "200 OK", "text/html", "<html>welcome</html>"},
	{"nothing", "200 OK", "text/event-stream", ""},
	{"401", "401 Unauthorized", "application/json",
		"{\"error\":{\"message\":\"Incorrect API key\"}}"},
	{"404", "404 Not Found", "application/json",
		"{\"detail\":\"no model\"}"},
	{"500", "500 Internal Server Error", "text/html", "<html>oops</html>"},
	{"invalid", "200 OK", "text/event-stream",
		CHUNK("He\xFFllo") STOP("stop") DONE},
};

static bool
answer(struct server_request *r)
{
	static char page[200001];
	char name[100];
	size_t i;

	for (i = 0; i < nitems(answers); i++) {
		snprintf(name, sizeof(name), "\"model\":\"%s\"",
			answers[i].model);
		if (strstr(r->body, name) != NULL) {
			server_answer(r->fd, answers[i].status, answers[i].type,
				answers[i].body);
			return true;
		}
	}
	if (strstr(r->body, "\"model\":\"429\"") != NULL)
		server_say(r->fd, "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\n"
				  "Content-Length: 0\r\n\r\n");
	else if (strstr(r->body, "\"model\":\"429-day\"") != NULL)
		server_say(r->fd, "HTTP/1.1 503 Later\r\nRetry-After: 5abc\r\n"
				  "Content-Length: 0\r\n\r\n");
	else if (strstr(r->body, "\"model\":\"502\"") != NULL)
		server_answer(r->fd, "502 Bad Gateway", "text/html",
			memset(page, '<', sizeof(page) - 1));
	else if (strstr(r->body, "\"model\":\"silent\"") != NULL)
		sleep(20);
	else if (strstr(r->body, "stream_options") != NULL)
		server_answer(r->fd, "400 Bad Request", "application/json",
			"{\"message\":\"unknown field stream_options\"}");
	else if (strstr(r->body, "json_schema") != NULL ||
		 strstr(r->body, "json_object") != NULL)
		server_answer(r->fd, "400 Bad Request", "application/json",
			"{\"error\":{\"message\":\"This response_format type "
			"is unavailable now\"}}");
	else if (strstr(r->body, "\"max_tokens\"") != NULL)
		server_answer(r->fd, "400 Bad Request", "application/json",
			"{\"error\":\"use max_completion_tokens, not "
			"max_tokens\"}");
	else
		server_answer(r->fd, "200 OK", "text/event-stream",
			CHUNK("Hello") STOP("stop"));
	return true;
}

static struct {
	enum llm_end end;
	int status;
	char message[2000];
	char text[1000];
	char reasoning[100];
	int64_t prompt_tokens;
	int64_t completion_tokens;
	int64_t first_token_ms;
	int64_t retry_after_ms;
	unsigned quirks;
	enum llm_output output;
	size_t thought;
	int pieces;
	size_t longest;
} heard;

static void
on_text(void *context, const char *text, size_t len)
{
	(void)context;
	assert_int_equal(strlen(text), len);
	heard.pieces++;
	assert_true(len >= heard.longest);
	heard.longest = len;
}

static void
on_thought(void *context, const char *text, size_t len)
{
	(void)context;
	assert_int_equal(strlen(text), len);
	heard.thought = len;
}

static void
on_end(void *context, const struct llm_answer *a)
{
	(void)context;
	heard.end = a->end;
	heard.status = a->status;
	snprintf(heard.message, sizeof(heard.message), "%s",
		a->message == NULL ? "" : a->message);
	snprintf(heard.text, sizeof(heard.text), "%s", a->text);
	snprintf(heard.reasoning, sizeof(heard.reasoning), "%s", a->reasoning);
	assert_int_equal(a->len, strlen(a->text));
	heard.prompt_tokens = a->prompt_tokens;
	heard.completion_tokens = a->completion_tokens;
	heard.first_token_ms = a->first_token_ms;
	heard.retry_after_ms = a->retry_after_ms;
	heard.quirks = a->quirks;
	heard.output = a->output;
	net_stop();
}

static void
cancel(void *call)
{
	llm_cancel(call);
}

static void
ask(const char *model, int cancel_ms)
{
	static const struct llm_callbacks callbacks = {
		on_text, on_end, on_thought};
	const struct llm_message list[] = {
		{"system", "be brief"}, {"user", "say \"hello\""}};
	char url[100];
	struct llm_endpoint e = {.base_url = url,
		.key = "sk-secret-key",
		.model = model,
		.temperature = 0.5,
		.max_tokens = 100,
		.timeout_s = 1,
		.output = LLM_JSON_SCHEMA};
	struct arena *a = arena_new(1 << 16);
	struct llm_call *call;

	snprintf(url, sizeof(url), "http://127.0.0.1:%d", server.port);
	memset(&heard, 0, sizeof(heard));
	net_init();
	e.schema = value_object(a);
	call = llm_chat(&e, list, 2, &callbacks, NULL);
	arena_free(&a);
	if (cancel_ms > 0)
		net_timer(cancel_ms, cancel, call);
	net_loop(1000);
	net_release();
	assert_null(strstr(heard.message, "sk-secret"));
}

static const struct {
	int line;
	const char *model;
	enum llm_end end;
	const char *text;
	const char *message; /* a part of it */
} rows[] = {
	{__LINE__, "plain", LLM_OK, "Hello", ""},
	{__LINE__, "no-done", LLM_OK, "Hello", ""},
	{__LINE__, "no-end", LLM_BROKEN, "Hello", "broke off"},
	{__LINE__, "comments", LLM_OK, "Hello", ""},
	{__LINE__, "whole", LLM_OK, "Hello", ""},
	{__LINE__, "parts", LLM_OK, "Hello", ""},
	{__LINE__, "cut", LLM_CUT, "Hel", "output limit"},
	{__LINE__, "filtered", LLM_FILTERED, "", "declined"},
	{__LINE__, "refusal", LLM_FILTERED, "I will not", "declined"},
	{__LINE__, "think", LLM_OK, "Hello", ""},
	{__LINE__, "think-odd", LLM_OK, "Hello", ""},
	{__LINE__, "think-on", LLM_CUT, "", "output limit"},
	{__LINE__, "think-unopened", LLM_OK, "Hello", ""},
	{__LINE__, "think-inside", LLM_OK, "{</think>}", ""},
	{__LINE__, "no-think", LLM_OK, "<thing>", ""},
	{__LINE__, "both-names", LLM_OK, "Hello", ""},
	{__LINE__, "other-name", LLM_OK, "Hello", ""},
	{__LINE__, "declines", LLM_FILTERED, "I will not", "declined"},
	{__LINE__, "prose", LLM_BROKEN, "", "no chat completion"},
	{__LINE__, "other-type", LLM_OK, "Hello", ""},
	{__LINE__, "reasoning", LLM_OK, "Hello", ""},
	{__LINE__, "error-inside", LLM_REFUSED, "Hel", "quota"},
	{__LINE__, "empty", LLM_BROKEN, "", "answered nothing"},
	{__LINE__, "nothing", LLM_BROKEN, "", "answered nothing"},
	{__LINE__, "html", LLM_BROKEN, "", "no chat completion"},
	{__LINE__, "401", LLM_KEY, "", "401: Incorrect API key"},
	{__LINE__, "404", LLM_UNKNOWN, "", "404: no model"},
	{__LINE__, "500", LLM_TROUBLE, "", "answered 500"},
	{__LINE__, "502", LLM_TROUBLE, "", "answered 502"},
	{__LINE__, "429-day", LLM_BUSY, "", "answered 503"},
	{__LINE__, "429", LLM_BUSY, "", "answered 429"},
	{__LINE__, "silent", LLM_TIMEOUT, "", "1 seconds"},
	{__LINE__, "invalid", LLM_OK, "He\xEF\xBF\xBDllo", ""},
	{__LINE__, "learns", LLM_OK, "Hello", ""},
};

static void
every_answer_is_understood(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		ask(rows[i].model, 0);
		if (heard.end != rows[i].end ||
			strcmp(heard.text, rows[i].text) != 0 ||
			strstr(heard.message, rows[i].message) == NULL)
			fail_msg("line %d: %s '%s' %s", rows[i].line,
				llm_end_names[heard.end], heard.text,
				heard.message);
		assert_null(strchr(heard.message, '<'));
	}
}

static void
tokens_times_and_thoughts_are_told(void **state)
{
	(void)state;
	ask("plain", 0);
	assert_int_equal(heard.prompt_tokens, 11);
	assert_int_equal(heard.completion_tokens, 7);
	assert_true(heard.first_token_ms >= 0);
	assert_true(heard.pieces >= 1);
	assert_int_equal(heard.longest, 5);
	ask("no-done", 0);
	assert_int_equal(heard.prompt_tokens, -1);
	ask("429", 0);
	assert_int_equal(heard.retry_after_ms, 7000);
	ask("429-day", 0);
	assert_int_equal(heard.retry_after_ms, -1);
	ask("500", 0);
	assert_int_equal(heard.retry_after_ms, -1);
}

static void
thoughts_are_kept_apart(void **state)
{
	static const char *const models[] = {"think", "think-odd", "think-on",
		"think-unopened", "reasoning", "both-names", "other-name"};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(models); i++) {
		ask(models[i], 0);
		assert_string_equal(heard.reasoning, "hmm");
		if (strcmp(models[i], "think-unopened") != 0 &&
			strcmp(models[i], "think-on") != 0)
			assert_true(heard.thought > 0);
	}
}

static void
what_a_server_refuses_is_done_without(void **state)
{
	(void)state;
	ask("learns", 0);
	assert_int_equal(heard.end, LLM_OK);
	assert_int_equal(heard.output, LLM_PLAIN);
	assert_int_equal(heard.quirks,
		LLM_NO_STREAM_OPTIONS | LLM_MAX_COMPLETION_TOKENS);
	ask("plain", 0);
	assert_int_equal(heard.output, LLM_JSON_SCHEMA);
	assert_int_equal(heard.quirks, 0);
}

static void
a_cancelled_question_ends_at_once(void **state)
{
	(void)state;
	ask("silent", 100);
	assert_int_equal(heard.end, LLM_CANCELLED);
}

static const struct {
	const char *base;
	const char *url;
} urls[] = {
	{"http://h:1", "http://h:1/v1/models"},
	{"http://h:1/", "http://h:1/v1/models"},
	{"http://h:1/v1", "http://h:1/v1/models"},
	{"http://h:1/v1/", "http://h:1/v1/models"},
	{"https://h/compatible-mode/v1", "https://h/compatible-mode/v1/models"},
	{"https://h/api/v3", "https://h/api/v3/models"},
	{"https://h/v1/chat/completions", "https://h/v1/models"},
	{"https://h/chat/completions", "https://h/v1/models"},
};

static void
addresses_come_with_and_without_a_version(void **state)
{
	struct arena *a = arena_new(1 << 16);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(urls); i++)
		assert_string_equal(
			llm_url(a, urls[i].base, "/models"), urls[i].url);
	arena_free(&a);
}

static int
set_up(void **state)
{
	(void)state;
	server = server_start(answer);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	server_stop(&server);
	return 0;
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_answer_is_understood),
	cmocka_unit_test(tokens_times_and_thoughts_are_told),
	cmocka_unit_test(thoughts_are_kept_apart),
	cmocka_unit_test(what_a_server_refuses_is_done_without),
	cmocka_unit_test(a_cancelled_question_ends_at_once),
	cmocka_unit_test(addresses_come_with_and_without_a_version),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
