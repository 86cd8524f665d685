/* test_dify_call.c: what a call of Dify can come to. */
#include "server.h"
#include "unit.h"

#include "dify/service.h"
#include "io/net.h"

static struct server server;

static bool
answer(struct server_request *r)
{
	static const struct {
		const char *path;
		const char *status;
		const char *body;
	} plain[] = {
		{"GET /v1/ok", "200 OK", "{\"x\":1}"},
		{"GET /v1/empty", "204 No Content", ""},
		{"GET /v1/no", "400 Bad Request",
			"{\"code\":\"invalid_param\",\"message\":\"q is "
			"required\",\"status\":400}"},
		{"GET /v1/html", "404 Not Found", "<html>not here</html>"},
		{"GET /v1/key", "401 Unauthorized",
			"{\"code\":\"unauthorized\",\"message\":\"Access token "
			"is invalid\",\"status\":401}"},
		{"GET /v1/gateway", "502 Bad Gateway", "<html></html>"},
		{"GET /v1/later", "504 Gateway Time-out", "<html></html>"},
		{"GET /v1/down", "503 Service Unavailable", ""},
		{"GET /v1/unknown", "500 Internal Server Error",
			"{\"message\":\"Internal Server Error\",\"code\":"
			"\"unknown\",\"status\":500}"},
		{"GET /v1/half-json", "200 OK", "{\"x\":"},
	};
	size_t i;

	for (i = 0; i < nitems(plain); i++)
		if (server_is(r, plain[i].path)) {
			server_answer(r->fd, plain[i].status,
				"application/json", plain[i].body);
			return true;
		}
	if (server_is(r, "GET /v1/cut")) {
		server_say(r->fd, "HTTP/1.1 200 OK\r\n"
				  "Content-Length: 50\r\n\r\n{\"x\"");
		return false;
	}
	if (server_is(r, "GET /v1/slow-down")) {
		server_say(r->fd,
			"HTTP/1.1 429 Too Many Requests\r\n"
			"Retry-After: 3\r\nContent-Length: 0\r\n\r\n");
	} else if (server_is(r, "GET /v1/tomorrow")) {
		server_say(r->fd,
			"HTTP/1.1 503 Service Unavailable\r\n"
			"Retry-After: 86400\r\nContent-Length: 0\r\n\r\n");
	} else if (server_is(r, "POST /v1/workflows/run")) {
		server_answer(r->fd, "200 OK", "text/event-stream",
			"event: ping\n\n"
			"data: {\"event\":\"workflow_started\",\"task_id\":"
			"\"t1\",\"data\":{\"id\":\"r1\"}}\n\n"
			"data: no json\n\n"
			"data: {\"event\":\"workflow_finished\",\"data\":"
			"{\"status\":\"succeeded\"}}\n\n");
	} else if (server_is(r, "POST /v1/chat-messages")) {
		server_answer(
			r->fd, "400 Bad Request", "application/json", r->body);
	} else if (server_is(r, "GET /v1/silent")) {
		sleep(20);
	}
	return true;
}

/* ---- one call ---- */

static struct {
	enum dify_end end;
	int status;
	char message[300];
	char code[100];
	bool body;
	int64_t retry_after_ms;
	char events[300];
} heard;

static void
save(void *context, const char *session)
{
	(void)context;
	(void)session;
	fail_msg("an app's key needs no session");
}

static void
on_answer(void *context, const struct dify_answer *a)
{
	(void)context;
	heard.end = a->end;
	heard.status = a->status;
	heard.body = a->body != NULL;
	heard.retry_after_ms = a->retry_after_ms;
	snprintf(heard.code, sizeof(heard.code), "%s", a->code);
	snprintf(heard.message, sizeof(heard.message), "%s",
		a->message == NULL ? "" : a->message);
	net_stop();
}

static void
on_event(void *context, const char *event, const struct value *v)
{
	size_t n = strlen(heard.events);

	(void)context;
	snprintf(heard.events + n, sizeof(heard.events) - n, "%s%s ", event,
		v == NULL ? "!" : "");
}

static struct dify *
client(int port)
{
	static char url[60];
	struct dify_config c = {.base_url = url,
		.email = "",
		.secret = "",
		.version = "1.16.1"};

	snprintf(url, sizeof(url), "http://127.0.0.1:%d", port);
	memset(&heard, 0, sizeof(heard));
	return dify_new(&c, save, NULL);
}

static void
cancel(void *call)
{
	dify_cancel(call);
}

static void
get(const char *path, int port, int cancel_ms)
{
	struct dify *d = client(port);
	struct dify_request r = {.method = "GET",
		.path = path,
		.key = "app-key",
		.total_ms = 1000};
	struct dify_call *c;

	net_init();
	c = dify_send(d, &r, on_answer, NULL);
	if (cancel_ms > 0)
		net_timer(cancel_ms, cancel, c);
	net_loop(1000);
	net_release();
	dify_free(&d);
	assert_null(strstr(heard.message, "app-key"));
}

static const struct {
	int line;
	const char *path;
	enum dify_end end;
	int status;
	const char *message; /* a part of it */
	bool body;
} rows[] = {
	{__LINE__, "/ok", DIFY_OK, 200, "", true},
	{__LINE__, "/empty", DIFY_OK, 204, "", false},
	{__LINE__, "/half-json", DIFY_LOST, 200, "is no JSON", false},
	{__LINE__, "/no", DIFY_FAILED, 400, "q is required", true},
	{__LINE__, "/html", DIFY_FAILED, 404, "does not know", false},
	{__LINE__, "/unknown", DIFY_FAILED, 500, "Internal Server Error", true},
	{__LINE__, "/key", DIFY_AUTH, 401, "Access token is invalid", true},
	{__LINE__, "/gateway", DIFY_LOST, 502, "gateway", false},
	{__LINE__, "/later", DIFY_LOST, 504, "gateway", false},
	{__LINE__, "/down", DIFY_BUSY, 503, "not ready", false},
	{__LINE__, "/slow-down", DIFY_BUSY, 429, "slow down", false},
	{__LINE__, "/cut", DIFY_LOST, 0, "broke off", false},
	{__LINE__, "/silent", DIFY_LOST, 0, "in time", false},
};

static void
every_answer_has_one_meaning(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		get(rows[i].path, server.port, 0);
		if (heard.end != rows[i].end ||
			heard.status != rows[i].status ||
			heard.body != rows[i].body ||
			strstr(heard.message, rows[i].message) == NULL)
			fail_msg("line %d: %s %d '%s'", rows[i].line,
				dify_end_names[heard.end], heard.status,
				heard.message);
		assert_null(strchr(heard.message, '<'));
	}
	get("/slow-down", server.port, 0);
	assert_int_equal(heard.retry_after_ms, 3000);
	get("/tomorrow", server.port, 0);
	assert_int_equal(heard.retry_after_ms, 300000);
	get("/no", server.port, 0);
	assert_string_equal(heard.code, "invalid_param");
	assert_int_equal(heard.retry_after_ms, -1);
}

static void
nobody_there(void **state)
{
	(void)state;
	get("/ok", 1, 0);
	assert_int_equal(heard.end, DIFY_UNREACHABLE);
}

static void
cancelled(void **state)
{
	(void)state;
	get("/silent", server.port, 100);
	assert_int_equal(heard.end, DIFY_CANCELLED);
}

static void
a_run_is_a_stream_of_events(void **state)
{
	struct dify *d = client(server.port);
	struct dify_run run = {.key = "app-key",
		.inputs = "{\"q\":\"x\"}",
		.user = "studio-1"};

	(void)state;
	net_init();
	dify_run(d, &run, on_event, on_answer, NULL);
	net_loop(1000);
	net_release();
	dify_free(&d);
	assert_int_equal(heard.end, DIFY_OK);
	assert_string_equal(
		heard.events, "ping! workflow_started workflow_finished ");
}

static void
a_refused_stream_has_its_message(void **state)
{
	struct dify *d = client(server.port);
	struct dify_run run = {.key = "app-key",
		.chat = true,
		.inputs = "no object",
		.query = "hello",
		.user = "studio-1"};

	(void)state;
	net_init();
	dify_run(d, &run, on_event, on_answer, NULL);
	net_loop(1000);
	net_release();
	dify_free(&d);
	assert_int_equal(heard.end, DIFY_FAILED);
	assert_string_equal(heard.events, "");
	assert_true(heard.body); /* the echo of what was sent */
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
	cmocka_unit_test(every_answer_has_one_meaning),
	cmocka_unit_test(nobody_there),
	cmocka_unit_test(cancelled),
	cmocka_unit_test(a_run_is_a_stream_of_events),
	cmocka_unit_test(a_refused_stream_has_its_message),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
