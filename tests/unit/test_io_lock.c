/* test_io_lock.c: one process at a time writes; waiting has an end. */
#include "dies.h"
#include "folder.h"

#include "base/clock.h"
#include "io/lock.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

static int to_child[2];
static int from_child[2];

static void
put_byte(int fd)
{
	assert_int_equal(write(fd, "x", 1), 1);
}

static void
get_byte(int fd)
{
	char c;

	assert_int_equal(read(fd, &c, 1), 1);
}

/* A process that holds the lock until it gets a byte, or for hold_ms. */
static pid_t
holder(int hold_ms)
{
	struct timespec nap = {hold_ms / 1000, hold_ms % 1000 * 1000000L};
	pid_t pid;
	char c;

	assert_int_equal(pipe(to_child), 0);
	assert_int_equal(pipe(from_child), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid != 0) {
		get_byte(from_child[0]);
		return pid;
	}
	lock_close();
	if (lock_open(folder_path("lock")) != 0 || !lock_take(5000))
		_exit(1);
	if (write(from_child[1], "x", 1) != 1)
		_exit(2);
	if (hold_ms > 0)
		nanosleep(&nap, NULL);
	else if (read(to_child[0], &c, 1) != 1)
		_exit(3);
	lock_give();
	_exit(0);
}

static void
end_holder(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(to_child[0]);
	close(to_child[1]);
	close(from_child[0]);
	close(from_child[1]);
}

static int
set_up(void **state)
{
	return folder_set_up(state) == 0 ? lock_open(folder_path("lock")) : -1;
}

static int
tear_down(void **state)
{
	lock_close();
	return folder_tear_down(state);
}

static void
taken_and_given_many_times(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		assert_true(lock_take(0));
		lock_give();
	}
	assert_true(lock_take(1000));
	lock_give();
}

static void
the_file_is_private(void **state)
{
	struct stat s;

	(void)state;
	assert_int_equal(stat(folder_path("lock"), &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
}

static void
one_try_does_not_wait(void **state)
{
	pid_t pid = holder(0);
	int64_t start = clock_mono_ms();

	(void)state;
	assert_false(lock_take(0));
	assert_in_range(clock_mono_ms() - start, 0, 100);
	put_byte(to_child[1]);
	end_holder(pid);
	assert_true(lock_take(0));
	lock_give();
}

static void
waiting_ends_when_the_other_is_done(void **state)
{
	pid_t pid = holder(150);
	int64_t start = clock_mono_ms();

	(void)state;
	assert_true(lock_take(5000));
	assert_in_range(clock_mono_ms() - start, 50, 2000);
	lock_give();
	end_holder(pid);
}

static const int waits[] = {1, 20, 21, 100, 300};

static void
waiting_ends_when_the_time_is_up(void **state)
{
	pid_t pid = holder(0);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(waits); i++) {
		int64_t start = clock_mono_ms();

		assert_false(lock_take(waits[i]));
		assert_in_range(clock_mono_ms() - start + 25, waits[i],
			waits[i] + 1000);
	}
	put_byte(to_child[1]);
	end_holder(pid);
}

static void
wake_up(int number)
{
	(void)number;
}

/* A signal that is not the timer's must not end the wait. */
static void
other_signals_do_not_end_the_wait(void **state)
{
	struct sigaction action = {.sa_handler = wake_up};
	pid_t pid = holder(0);
	pid_t parent = getpid();
	int64_t start;
	pid_t shooter;
	int i;

	(void)state;
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	shooter = fork();
	assert_true(shooter >= 0);
	if (shooter == 0) {
		struct timespec nap = {0, 10 * 1000000L};

		for (i = 0; i < 20; i++) {
			nanosleep(&nap, NULL);
			kill(parent, SIGUSR1);
		}
		_exit(0);
	}
	start = clock_mono_ms();
	assert_false(lock_take(400));
	assert_in_range(clock_mono_ms() - start, 375, 2000);
	assert_int_equal(waitpid(shooter, NULL, 0), shooter);
	put_byte(to_child[1]);
	end_holder(pid);
}

static void
a_holder_that_dies_lets_go(void **state)
{
	pid_t pid = holder(0);

	(void)state;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(lock_take(0));
	lock_give();
}

/* Eight processes add to a number in a file, each under the lock. */
static void
no_write_is_lost(void **state)
{
	enum { WRITERS = 8, ROUNDS = 25 };
	pid_t pids[WRITERS];
	FILE *file;
	int n = -1;
	int i;
	int k;

	(void)state;
	folder_write("number", "0\n");
	for (i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] != 0)
			continue;
		lock_close();
		if (lock_open(folder_path("lock")) != 0)
			_exit(1);
		for (k = 0; k < ROUNDS; k++) {
			if (!lock_take(20000))
				_exit(2);
			file = fopen(folder_path("number"), "r+");
			if (file == NULL || fscanf(file, "%d", &n) != 1)
				_exit(3);
			rewind(file);
			fprintf(file, "%d\n", n + 1);
			fclose(file);
			lock_give();
		}
		_exit(0);
	}
	for (i = 0; i < WRITERS; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	file = fopen(folder_path("number"), "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%d", &n), 1);
	fclose(file);
	assert_int_equal(n, WRITERS * ROUNDS);
}

static void
take_twice(void)
{
	if (lock_take(0))
		lock_take(0);
}

static void
give_untaken(void)
{
	lock_give();
}

static void
take_closed(void)
{
	lock_close();
	lock_take(0);
}

static void
misuse_is_fatal(void **state)
{
	(void)state;
	assert_dies(take_twice, "taken twice");
	assert_dies(give_untaken, "without being taken");
	assert_dies(take_closed, "not open");
}

static void
opening_where_nothing_can_be_fails(void **state)
{
	(void)state;
	lock_close();
	errno = 0;
	assert_int_equal(lock_open(folder_path("no/such/folder")), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(lock_open(folder_path("lock")), 0);
	assert_int_equal(lock_open(folder_path("lock")), 0);
	assert_true(lock_take(0));
	lock_close();
	lock_close();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(taken_and_given_many_times),
	TEST(the_file_is_private),
	TEST(one_try_does_not_wait),
	TEST(waiting_ends_when_the_other_is_done),
	TEST(waiting_ends_when_the_time_is_up),
	TEST(other_signals_do_not_end_the_wait),
	TEST(a_holder_that_dies_lets_go),
	TEST(no_write_is_lost),
	TEST(misuse_is_fatal),
	TEST(opening_where_nothing_can_be_fails),
};

UNIT_MAIN(tests)
