/* test_io_hub_conn.c: connections, parked requests and queued writes of a hub,
 * over a socket pair and with the clock in the test's hand. */
#include "folder.h"

#include "base/clock.h"
#include "io/hub_conn.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int peer;
static bool ready;
static int asked;
static int late_asked;

static enum hub_poll
look(struct req *r, void *context, bool late)
{
	(void)context;
	asked++;
	late_asked += late;
	if (!ready && !late)
		return HUB_WAIT;
	http_empty(r, 204);
	return HUB_ANSWERED;
}

static int
wait_long(struct req *r)
{
	return hub_wait(r, 60000, look, NULL);
}

static int
wait_not(struct req *r)
{
	return hub_wait(r, 0, look, NULL);
}

static bool
add_fact(struct req *r, void *context)
{
	static const char sql[] =
		"INSERT INTO facts VALUES (hex(randomblob(4)), 1, 1)";

	(void)r;
	db_run(db_stmt(sql));
	return context == NULL;
}

static int
added(struct req *r, void *context, bool written)
{
	(void)context;
	return http_send(r, 200, "text/plain", written ? "DONE" : "BACK", 4);
}

static int
write_it(struct req *r)
{
	return hub_write(r, add_fact, added, NULL);
}

static int
park(struct req *r, void *context, bool written)
{
	(void)written;
	return hub_wait_new(r, 60000, look, context);
}

static int
write_and_wait(struct req *r)
{
	return hub_write(r, add_fact, park, NULL);
}

static int
write_and_undo(struct req *r)
{
	return hub_write(r, add_fact, added, r);
}

static void
tick(struct req *r, void *context)
{
	(void)context;
	if (ready)
		hub_event(r, 7, "job", "a\nb");
}

static int
stream(struct req *r)
{
	return hub_stream(r, tick, NULL);
}

static const struct route table[] = {
	{HTTP_GET, "/wait", ROLE_PUBLIC, wait_long},
	{HTTP_GET, "/now", ROLE_PUBLIC, wait_not},
	{HTTP_GET, "/write", ROLE_PUBLIC, write_it},
	{HTTP_GET, "/later", ROLE_PUBLIC, write_and_wait},
	{HTTP_GET, "/undo", ROLE_PUBLIC, write_and_undo},
	{HTTP_GET, "/stream", ROLE_PUBLIC, stream},
};
static const struct http_service service = {"t", table, nitems(table)};

static int
set_up(void **state)
{
	hub.service = &service;
	hub.most = 1000;
	hub.scratch = arena_new((size_t)1 << 20);
	hub.due_ms = INT64_MAX;
	hub.parked = 0;
	ready = false;
	asked = late_asked = 0;
	signal(SIGPIPE, SIG_IGN);
	return store_set_up(state);
}

static int
tear_down(void **state)
{
	while (!LIST_EMPTY(&hub.conns)) {
		struct conn *c = LIST_FIRST(&hub.conns);

		conn_free(&c);
	}
	arena_free(&hub.scratch);
	return folder_tear_down(state);
}

static void
put(int type, const void *content, size_t n)
{
	unsigned char header[WIRE_HEADER];

	wire_header(header, (enum wire_type)type, 1, n);
	assert_int_equal(write(peer, header, sizeof(header)), sizeof(header));
	if (n > 0)
		assert_int_equal(write(peer, content, n), n);
}

/* A request for a path; the connection, NULL when it is over already. */
static struct conn *
ask(const char *path)
{
	char pairs[128];
	size_t n = strlen(path);
	struct conn *c;
	int ends[2];
	int len;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	peer = ends[0];
	c = conn_new(ends[1]);
	put(WIRE_BEGIN, "\0\1\0\0\0\0\0", 8);
	len = snprintf(pairs, sizeof(pairs),
		"%c%cREQUEST_METHODGET%c%cREQUEST_URI%s", 14, 3, 11, (char)n,
		path);
	put(WIRE_PARAMS, pairs, (size_t)len);
	put(WIRE_PARAMS, "", 0);
	put(WIRE_STDIN, "", 0);
	assert_true(conn_read(c));
	conn_settle(&c);
	return c;
}

/* What the peer has got so far. */
static const char *
got(void)
{
	static char text[8192];
	ssize_t n = recv(peer, text, sizeof(text) - 1, MSG_DONTWAIT);
	ssize_t i;

	if (n < 0)
		n = 0;
	for (i = 0; i < n; i++) {
		if (text[i] == '\0')
			text[i] = '.';
	}
	text[n] = '\0';
	return text;
}

static void
a_wait_ends_when_its_poll_says_so(void **state)
{
	(void)state;
	assert_non_null(ask("/wait"));
	assert_int_equal(asked, 1);
	park_sweep(clock_mono_ms(), true);
	assert_int_equal(asked, 2);
	assert_string_equal(got(), "");
	ready = true;
	hub_woken(); /* within a turn: at once */
	assert_non_null(strstr(got(), "Status: 204"));
	assert_int_equal(late_asked, 0);
	assert_int_equal(hub.count, 0);
	close(peer);
}

static void
a_wait_ends_when_its_time_is_up(void **state)
{
	(void)state;
	assert_non_null(ask("/wait"));
	assert_true(hub.due_ms <= clock_mono_ms() + 60000);
	park_sweep(clock_mono_ms() + 59000, false);
	assert_int_equal(asked, 1);
	park_sweep(clock_mono_ms() + 60001, false);
	assert_int_equal(late_asked, 1);
	assert_non_null(strstr(got(), "Status: 204"));
	assert_true(hub.due_ms == INT64_MAX);
	close(peer);
}

static void
no_wait_is_answered_at_once(void **state)
{
	(void)state;
	assert_null(ask("/now"));
	assert_int_equal(late_asked, 1);
	assert_non_null(strstr(got(), "Status: 204"));
	close(peer);
}

static void
nearly_full_means_no_more_waiting(void **state)
{
	(void)state;
	hub.most = 1;
	assert_null(ask("/wait"));
	assert_non_null(strstr(got(), "too_many_waiting"));
	close(peer);
}

static void
a_write_is_done_with_the_lock(void **state)
{
	(void)state;
	assert_non_null(ask("/write"));
	assert_int_equal(NUMBER("SELECT count(*) FROM facts"), 0);
	write_try(clock_mono_ms());
	assert_int_equal(NUMBER("SELECT count(*) FROM facts"), 1);
	assert_non_null(strstr(got(), "DONE"));
	assert_true(TAILQ_EMPTY(&hub.writers));
	close(peer);
}

/* But nobody waits for it before that, or for the sake of others. */
static void
the_disk_has_what_an_answer_tells(void **state)
{
	unsigned before = hub.batch;
	int later;

	(void)state;
	assert_non_null(ask("/later"));
	later = peer;
	write_try(clock_mono_ms());
	assert_int_equal(hub.batch, before + 1);
	assert_null(strstr(got(), "204"));
	assert_null(ask("/now")); /* answered, and over */
	assert_non_null(strstr(got(), "204"));
	assert_int_equal(hub.synced, before);
	close(peer);
	peer = later;
	ready = true;
	park_sweep(clock_mono_ms(), true);
	assert_non_null(strstr(got(), "204"));
	assert_int_equal(hub.synced, before + 1);
	close(peer);
}

/* At once for few; many of them are not kept waiting for it so often. */
static void
the_disk_has_the_rest_in_time(void **state)
{
	int64_t now = clock_mono_ms();
	unsigned before = hub.batch;
	int later[2];

	(void)state;
	assert_non_null(ask("/later"));
	later[0] = peer;
	write_try(now);
	assert_int_equal(hub.sync_ms, now);
	write_due(now);
	assert_int_equal(hub.synced, before + 1);
	assert_non_null(ask("/later"));
	later[1] = peer;
	hub.parked = 100;
	write_try(now);
	assert_true(hub.sync_ms > now + 10);
	write_due(hub.sync_ms - 1);
	assert_int_equal(hub.synced, before + 1);
	write_due(hub.sync_ms);
	assert_int_equal(hub.synced, before + 2);
	close(later[0]);
	close(later[1]);
}

static void
an_undone_part_leaves_the_rest(void **state)
{
	int first;

	(void)state;
	assert_non_null(ask("/write"));
	first = peer;
	assert_non_null(ask("/undo"));
	write_try(clock_mono_ms());
	assert_non_null(strstr(got(), "BACK"));
	close(peer);
	peer = first;
	assert_non_null(strstr(got(), "DONE"));
	assert_int_equal(NUMBER("SELECT count(*) FROM facts"), 1);
	close(peer);
}

static void
a_write_of_one_who_left_is_not_done(void **state)
{
	struct conn *c = ask("/write");

	(void)state;
	conn_free(&c);
	write_try(clock_mono_ms());
	assert_int_equal(NUMBER("SELECT count(*) FROM facts"), 0);
	close(peer);
}

static void
a_stream_sends_events_and_heartbeats(void **state)
{
	const char *text;

	(void)state;
	assert_non_null(ask("/stream"));
	text = got();
	assert_non_null(strstr(text, "Content-Type: text/event-stream"));
	assert_non_null(strstr(text, "retry: 2000\n\n"));
	ready = true;
	park_sweep(clock_mono_ms(), true);
	assert_non_null(
		strstr(got(), "id: 7\nevent: job\ndata: a\ndata: b\n\n"));
	ready = false;
	park_sweep(clock_mono_ms() + LIMIT_HEARTBEAT_MS - 1000, false);
	assert_string_equal(got(), "");
	park_sweep(clock_mono_ms() + LIMIT_HEARTBEAT_MS + 1, false);
	assert_non_null(strstr(got(), ":\n\n"));
	close(peer);
}

static void
a_stream_whose_reader_left_is_over(void **state)
{
	(void)state;
	assert_non_null(ask("/stream"));
	close(peer);
	ready = true;
	park_sweep(clock_mono_ms(), true);
	assert_int_equal(hub.count, 0);
}

static void
the_end_of_the_process_answers_all(void **state)
{
	(void)state;
	assert_non_null(ask("/wait"));
	park_end();
	assert_non_null(strstr(got(), "Status: 204"));
	assert_int_equal(hub.count, 0);
	close(peer);
}

#define HUB_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	HUB_TEST(a_wait_ends_when_its_poll_says_so),
	HUB_TEST(a_wait_ends_when_its_time_is_up),
	HUB_TEST(no_wait_is_answered_at_once),
	HUB_TEST(nearly_full_means_no_more_waiting),
	HUB_TEST(a_write_is_done_with_the_lock),
	HUB_TEST(the_disk_has_what_an_answer_tells),
	HUB_TEST(the_disk_has_the_rest_in_time),
	HUB_TEST(an_undone_part_leaves_the_rest),
	HUB_TEST(a_write_of_one_who_left_is_not_done),
	HUB_TEST(a_stream_sends_events_and_heartbeats),
	HUB_TEST(a_stream_whose_reader_left_is_over),
	HUB_TEST(the_end_of_the_process_answers_all),
};

UNIT_MAIN(tests)
