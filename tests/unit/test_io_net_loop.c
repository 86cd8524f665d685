/* test_io_net_loop.c: timers and descriptors in one loop, without transfers. */
#include "unit.h"

#include "io/net.h"

#include <unistd.h>

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

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(timers_come_in_their_order),
	cmocka_unit_test(a_timer_may_start_another),
	cmocka_unit_test(a_descriptor_is_watched_until_it_is_not),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
