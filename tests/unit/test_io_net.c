/* test_io_net.c: transfers, timers and descriptors in one loop. */
#include "server.h"
#include "unit.h"

#include "base/clock.h"
#include "base/str.h"
#include "io/net.h"

#include <sys/mman.h>

enum { LARGE = 300000, MANY = 100, SECOND = 1000 };

static struct server server;

/* Requests with this body, over all children of the server. */
static struct counts {
	int first;
	int second;
	int connections;
} * counts;

static void
count_one(const char *body)
{
	static bool known;

	counts->connections += !known;
	known = true;
	if (strcmp(body, "first") == 0)
		counts->first++;
	else
		counts->second++;
}

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
	} else if (server_is(r, "POST /count")) {
		count_one(r->body);
		if (strcmp(r->body, "first") != 0)
			return false; /* without a word */
		server_answer(r->fd, "200 OK", "text/plain", "kept");
	} else if (server_is(r, "GET /pause")) {
		usleep(300000);
		server_answer(r->fd, "200 OK", "text/plain", "late");
	}
	return true;
}

/* ---- one transfer, and what was heard of it ---- */

struct heard {
	int ends;
	enum net_end end;
	int status;
	char body[LARGE + 1];
	size_t len;
	char type[100];
	char error[200];
	int pieces;
	char streamed[1000];
	int64_t ms;
	bool stop_early;
	void (*then)(void); /* at the end, with the connection kept */
};

static int under_way;

static void
on_end(void *context, const struct net_answer *a)
{
	struct heard *h = context;
	const char *type = net_answer_header(a, "content-type");

	h->ends++;
	h->end = a->end;
	h->status = a->status;
	h->len = a->len;
	memcpy(h->body, a->body, a->len + 1);
	snprintf(h->type, sizeof(h->type), "%s", type == NULL ? "" : type);
	snprintf(h->error, sizeof(h->error), "%s",
		a->error == NULL ? "" : a->error);
	h->ms = a->total_ms;
	if (h->then != NULL)
		h->then();
	if (--under_way == 0)
		net_stop();
}

static bool
on_data(void *context, const char *bytes, size_t n)
{
	struct heard *h = context;
	size_t at = strlen(h->streamed);

	h->pieces++;
	snprintf(h->streamed + at, sizeof(h->streamed) - at, "%.*s", (int)n,
		bytes);
	return !h->stop_early;
}

static const char *
url_of(const char *path)
{
	static char url[4][200];
	static int at;

	at = (at + 1) % 4;
	snprintf(url[at], sizeof(url[at]), "http://127.0.0.1:%d%s", server.port,
		path);
	return url[at];
}

static struct net_transfer *
begin(struct net_request r, struct heard *h, bool streamed)
{
	struct net_callbacks c = {streamed ? on_data : NULL, on_end};

	memset(h, 0, sizeof(*h));
	if (r.method == NULL)
		r.method = "GET";
	under_way++;
	return net_start(&r, &c, h);
}

static void
run(struct net_request r, struct heard *h, bool streamed)
{
	net_init();
	begin(r, h, streamed);
	net_loop(SECOND);
	net_release();
	assert_int_equal(h->ends, 1);
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

static struct net_request
counted(const char *body)
{
	return (struct net_request){.method = "POST",
		.url = url_of("/count"),
		.body = body,
		.body_len = strlen(body),
		.once = true};
}

static struct heard second;

static void
begin_second(void)
{
	begin(counted("second"), &second, false);
}

/* On a connection that was kept; the server closes it without an answer. */
static void
what_must_not_be_sent_twice_is_not(void **state)
{
	(void)state;
	memset(counts, 0, sizeof(*counts));
	net_init();
	begin(counted("first"), &heard, false);
	heard.then = begin_second;
	net_loop(SECOND);
	net_release();
	assert_int_equal(heard.end, NET_OK);
	assert_string_equal(heard.body, "kept");
	assert_int_equal(second.end, NET_BROKEN);
	assert_int_equal(counts->connections, 1);
	assert_int_equal(counts->first, 1);
	assert_int_equal(counts->second, 1);
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

/* ---- the loop without transfers ---- */

static char order[100];
static char names[] = "a\0b\0c\0d\0x\0r"; /* one letter every second byte */

static void
say(void *context)
{
	size_t n = strlen(order);

	snprintf(order + n, sizeof(order) - n, "%s", (const char *)context);
}

static void
stop(void *context)
{
	(void)context;
	net_stop();
}

static void
timers_come_in_their_order(void **state)
{
	unsigned gone;

	(void)state;
	order[0] = '\0';
	net_init();
	net_timer(60, say, names + 4);
	net_timer(20, say, names + 2);
	net_timer(0, say, names);
	gone = net_timer(30, say, names + 8);
	net_timer(60, say, names + 6);
	net_untimer(gone);
	net_untimer(gone);
	net_untimer(0);
	net_timer(100, stop, NULL);
	net_loop(0);
	net_release();
	assert_string_equal(order, "abcd");
}

static int turns;

static void
again(void *context)
{
	if (++turns < 1000)
		net_timer(0, again, context);
	else
		net_stop();
}

static void
a_timer_may_start_another(void **state)
{
	(void)state;
	turns = 0;
	net_init();
	net_timer(0, again, NULL);
	net_loop(0);
	net_release();
	assert_int_equal(turns, 1000);
}

static int pipe_fds[2];

static void
on_readable(void *context)
{
	char c;

	assert_int_equal(read(pipe_fds[0], &c, 1), 1);
	say(context);
	net_watch(pipe_fds[0], NULL, NULL);
	net_timer(50, stop, NULL);
}

static void
write_to_pipe(void *context)
{
	(void)context;
	assert_int_equal(write(pipe_fds[1], "ab", 2), 2);
}

static void
a_descriptor_is_watched_until_it_is_not(void **state)
{
	(void)state;
	assert_int_equal(pipe(pipe_fds), 0);
	order[0] = '\0';
	net_init();
	net_watch(pipe_fds[0], on_readable, names + 10);
	net_timer(10, write_to_pipe, NULL);
	net_loop(0);
	net_release();
	assert_string_equal(order, "r"); /* "b" is left in the pipe */
	close(pipe_fds[0]);
	close(pipe_fds[1]);
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
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	server = server_start(answer);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	server_stop(&server);
	munmap(counts, sizeof(*counts));
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
	cmocka_unit_test(what_must_not_be_sent_twice_is_not),
	cmocka_unit_test(many_at_once_take_as_long_as_one),
	cmocka_unit_test(timers_come_in_their_order),
	cmocka_unit_test(a_timer_may_start_another),
	cmocka_unit_test(a_descriptor_is_watched_until_it_is_not),
	cmocka_unit_test(stopping_waits_for_transfers_but_not_for_ever),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
