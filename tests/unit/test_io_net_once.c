/* test_io_net_once.c: what must not be sent twice, on a kept connection. */
#include "heard.h"

#include <sys/mman.h>

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
	count_one(r->body);
	if (strcmp(r->body, "first") != 0)
		return false; /* without a word */
	server_answer(r->fd, "200 OK", "text/plain", "kept");
	return true;
}

static struct heard heard;

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
	cmocka_unit_test(what_must_not_be_sent_twice_is_not),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
