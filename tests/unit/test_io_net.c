/* test_io_net.c: transfers, many of them in one loop. */
#include "heard.h"

#include "base/clock.h"
#include "base/str.h"

enum { MANY = 100 };

static bool
answer(struct server_request *r)
{
	static char large[LARGE + 1];
	char text[20000];

	if (server_is(r, "GET /hello")) {
		server_answer(r->fd, "200 OK", "text/plain", "hello");
	} else if (server_is(r, "GET /missing")) {
		server_answer(r->fd, "404 Not Found", "text/plain", "no such");
	} else if (server_is(r, "POST /echo")) {
		snprintf(text, sizeof(text), "%s|%s", r->head, r->body);
		server_answer(r->fd, "201 Created", "text/plain", text);
	} else if (server_is(r, "GET /large")) {
		memset(large, 'x', LARGE);
		server_answer(r->fd, "200 OK", "text/plain", large);
	} else if (server_is(r, "GET /silent")) {
		sleep(30);
	} else if (server_is(r, "GET /drip")) {
		server_say(r->fd, "HTTP/1.1 200 OK\r\n"
				  "Transfer-Encoding: chunked\r\n\r\n"
				  "3\r\none\r\n");
		usleep(100000);
		server_say(r->fd, "3\r\ntwo\r\n");
		usleep(100000);
		server_say(r->fd, "0\r\n\r\n");
	} else if (server_is(r, "GET /half")) {
		server_say(r->fd, "HTTP/1.1 200 OK\r\n"
				  "Content-Length: 100\r\n\r\nhalf");
		return false;
	} else if (server_is(r, "GET /nothing")) {
		return false;
	} else if (server_is(r, "GET /pause")) {
		usleep(300000);
		server_answer(r->fd, "200 OK", "text/plain", "late");
	}
	return true;
}

static struct heard heard;

/* ---- the tests ---- */

static void
an_answer_is_collected(void **state)
{
	(void)state;
	run((struct net_request){.url = url_of("/hello")}, &heard, false);
	assert_int_equal(heard.end, NET_OK);
	assert_int_equal(heard.status, 200);
	assert_string_equal(heard.body, "hello");
	assert_string_equal(heard.type, "text/plain");
	run((struct net_request){.url = url_of("/missing")}, &heard, false);
	assert_int_equal(heard.end, NET_OK);
	assert_int_equal(heard.status, 404);
	assert_string_equal(heard.body, "no such");
}

static void
headers_and_body_go_out(void **state)
{
	const struct net_header headers[] = {
		{"X-One", "1"}, {"Content-Type", "application/json"}};

	(void)state;
	run((struct net_request){.method = "POST",
		    .url = url_of("/echo"),
		    .headers = headers,
		    .nheaders = 2,
		    .body = "{\"a\":1}",
		    .body_len = 7},
		&heard, false);
	assert_int_equal(heard.status, 201);
	assert_non_null(strstr(heard.body, "X-One: 1\r\n"));
	assert_non_null(strstr(heard.body, "application/json"));
	assert_null(strstr(heard.body, "Expect:"));
	assert_null(strstr(heard.body, "Cookie:"));
	assert_non_null(strstr(heard.body, "|{\"a\":1}"));
}

static void
a_file_goes_out_as_multipart(void **state)
{
	char path[] = "/tmp/test_io_net.XXXXXX";
	int fd = mkstemp(path);
	const struct net_header part = {"data", "{\"x\":1}"};

	(void)state;
	assert_int_equal(write(fd, "content of the file", 19), 19);
	close(fd);
	run((struct net_request){.method = "POST",
		    .url = url_of("/echo"),
		    .file_path = path,
		    .file_name = "a file.txt",
		    .file_type = "text/plain",
		    .parts = &part,
		    .nparts = 1},
		&heard, false);
	unlink(path);
	assert_int_equal(heard.status, 201);
	assert_non_null(strstr(heard.body, "filename=\"a file.txt\""));
	assert_non_null(strstr(heard.body, "content of the file"));
	assert_non_null(strstr(heard.body, "name=\"data\""));
	assert_non_null(strstr(heard.body, "{\"x\":1}"));
}

static void
a_stream_is_heard_as_it_comes(void **state)
{
	(void)state;
	run((struct net_request){.url = url_of("/drip")}, &heard, true);
	assert_int_equal(heard.end, NET_OK);
	assert_int_equal(heard.pieces, 2);
	assert_string_equal(heard.streamed, "onetwo");
	assert_int_equal(heard.len, 0);
	/* what is no 2xx is no stream */
	run((struct net_request){.url = url_of("/missing")}, &heard, true);
	assert_int_equal(heard.pieces, 0);
	assert_string_equal(heard.body, "no such");
}

static void
a_listener_may_stop_early(void **state)
{
	struct net_callbacks c = {on_data, on_end};
	struct net_request r = {.method = "GET", .url = url_of("/drip")};

	(void)state;
	net_init();
	memset(&heard, 0, sizeof(heard));
	heard.stop_early = true;
	under_way++;
	net_start(&r, &c, &heard);
	net_loop(SECOND);
	net_release();
	assert_int_equal(heard.end, NET_OK);
	assert_string_equal(heard.streamed, "one");
}

static const struct {
	int line;
	const char *path;
	struct net_request r;
	enum net_end end;
} troubles[] = {
	{__LINE__, "/half", {.method = "GET"}, NET_BROKEN},
	{__LINE__, "/nothing", {.method = "GET", .once = true}, NET_BROKEN},
	{__LINE__, "/silent", {.method = "GET", .total_ms = 100}, NET_TIMEOUT},
	{__LINE__, "/silent", {.method = "GET", .idle_ms = 100}, NET_TIMEOUT},
	{__LINE__, "/large", {.method = "GET", .max_body = 1000},
		NET_TOO_LARGE},
	{__LINE__, "/large", {.method = "GET", .max_body = LARGE}, NET_OK},
	{__LINE__, "/pause", {.method = "GET", .idle_ms = 2000}, NET_OK},
};

static void
what_can_go_wrong_has_a_name(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(troubles); i++) {
		struct net_request r = troubles[i].r;

		r.url = url_of(troubles[i].path);
		run(r, &heard, false);
		if (heard.end != troubles[i].end)
			fail_msg("line %d: %d %s", troubles[i].line,
				(int)heard.end, heard.error);
		assert_int_equal(
			heard.error[0] == '\0', troubles[i].end == NET_OK);
		assert_true(heard.ms < (int64_t)2 * SECOND);
	}
}

static void
nobody_there(void **state)
{
	static const char *const urls[] = {"http://127.0.0.1:1/",
		"http://no-such-host.invalid/", "ftp://127.0.0.1/", "nonsense"};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(urls); i++) {
		run((struct net_request){.url = urls[i]}, &heard, false);
		assert_int_equal(heard.end, NET_UNREACHABLE);
		assert_int_equal(heard.status, 0);
		assert_true(heard.error[0] != '\0');
	}
}

static void
the_environment_names_no_proxy(void **state)
{
	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	run((struct net_request){.url = url_of("/hello")}, &heard, false);
	unsetenv("http_proxy");
	assert_int_equal(heard.end, NET_OK);
}

static void
cancel(void *context)
{
	net_cancel(context);
	net_cancel(context);
}

static void
a_cancelled_transfer_ends_once(void **state)
{
	struct net_transfer *t;

	(void)state;
	net_init();
	t = begin(
		(struct net_request){.url = url_of("/silent")}, &heard, false);
	net_timer(100, cancel, t);
	net_loop(SECOND);
	assert_int_equal(heard.ends, 1);
	assert_int_equal(heard.end, NET_CANCELLED);
	net_release();
	/* before it began */
	net_init();
	t = begin((struct net_request){.url = url_of("/hello")}, &heard, false);
	net_cancel(t);
	assert_int_equal(heard.ends, 0);
	net_loop(SECOND);
	assert_int_equal(heard.end, NET_CANCELLED);
	net_release();
}

static void
many_at_once_take_as_long_as_one(void **state)
{
	static struct heard all[MANY];
	int64_t start = clock_mono_ms();
	int i;

	(void)state;
	net_init();
	for (i = 0; i < MANY; i++)
		begin((struct net_request){.url = url_of("/pause")}, &all[i],
			false);
	net_loop(SECOND);
	net_release();
	for (i = 0; i < MANY; i++)
		assert_string_equal(all[i].body, "late");
	assert_true(clock_mono_ms() - start < (int64_t)5 * SECOND);
}

static void
stop(void *context)
{
	(void)context;
	net_stop();
}

static void
stopping_waits_for_transfers_but_not_for_ever(void **state)
{
	int64_t start = clock_mono_ms();

	(void)state;
	net_init();
	begin((struct net_request){.url = url_of("/pause")}, &heard, false);
	net_timer(0, stop, NULL);
	net_loop(5 * SECOND);
	assert_int_equal(heard.ends, 1);
	assert_true(clock_mono_ms() - start < (int64_t)2 * SECOND);
	net_release();
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
	cmocka_unit_test(an_answer_is_collected),
	cmocka_unit_test(headers_and_body_go_out),
	cmocka_unit_test(a_file_goes_out_as_multipart),
	cmocka_unit_test(a_stream_is_heard_as_it_comes),
	cmocka_unit_test(a_listener_may_stop_early),
	cmocka_unit_test(what_can_go_wrong_has_a_name),
	cmocka_unit_test(nobody_there),
	cmocka_unit_test(the_environment_names_no_proxy),
	cmocka_unit_test(a_cancelled_transfer_ends_once),
	cmocka_unit_test(many_at_once_take_as_long_as_one),
	cmocka_unit_test(stopping_waits_for_transfers_but_not_for_ever),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
