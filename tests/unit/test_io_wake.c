/* test_io_wake.c: whoever watches is told at once. */
#include "folder.h"

#include "io/wake.h"

#include <poll.h>
#include <unistd.h>

static bool
readable(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, ms) == 1;
}

static void
a_touch_wakes_those_who_watch(void **state)
{
	int jobs = wake_watch(1U << WAKE_JOB);
	int events = wake_watch(1U << WAKE_EVENT);
	int both = wake_watch(1U << WAKE_JOB | 1U << WAKE_EVENT);

	(void)state;
	assert_true(jobs >= 0 && events >= 0 && both >= 0);
	assert_false(readable(jobs, 0));
	wake_touch(WAKE_JOB);
	assert_true(readable(jobs, 1000));
	assert_true(readable(both, 1000));
	assert_false(readable(events, 0));
	wake_touch(WAKE_EVENT);
	assert_true(readable(events, 1000));
	close(jobs);
	close(events);
	close(both);
}

static void
draining_makes_it_quiet_again(void **state)
{
	int fd = wake_watch(1U << WAKE_JOB);
	int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		wake_touch(WAKE_JOB);
	assert_true(readable(fd, 1000));
	wake_drain(fd);
	assert_false(readable(fd, 0));
	wake_drain(fd);
	wake_touch(WAKE_JOB);
	assert_true(readable(fd, 1000));
	close(fd);
}

static void
one_touch_is_enough_for_a_batch(void **state)
{
	int fd = wake_watch(1U << WAKE_JOB | 1U << WAKE_EVENT);

	(void)state;
	wake_batch(true);
	wake_touch(WAKE_JOB);
	wake_touch(WAKE_JOB);
	assert_false(readable(fd, 0));
	wake_batch(false);
	assert_true(readable(fd, 1000));
	wake_drain(fd);
	wake_batch(false);
	assert_false(readable(fd, 0));
	wake_touch(WAKE_JOB);
	assert_true(readable(fd, 1000));
	close(fd);
}

static void
another_process_is_heard(void **state)
{
	int fd = wake_watch(1U << WAKE_EVENT);
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		wake_touch(WAKE_EVENT);
		_exit(0);
	}
	assert_true(readable(fd, 5000));
	close(fd);
}

static void
the_files_are_made_and_private(void **state)
{
	struct stat s;
	int fd = wake_watch(1U << WAKE_JOB);

	(void)state;
	assert_int_equal(stat(folder_path("wake/job"), &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	assert_int_equal(s.st_size, 0);
	close(fd);
}

static void
without_a_folder_there_is_nothing_to_watch(void **state)
{
	(void)state;
	assert_int_equal(rmdir(folder_path("wake")), 0);
	wake_touch(WAKE_JOB);
	assert_int_equal(wake_watch(1U << WAKE_JOB), -1);
	assert_int_equal(mkdir(folder_path("wake"), 0700), 0);
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(a_touch_wakes_those_who_watch),
	FOLDER_TEST(draining_makes_it_quiet_again),
	FOLDER_TEST(one_touch_is_enough_for_a_batch),
	FOLDER_TEST(another_process_is_heard),
	FOLDER_TEST(the_files_are_made_and_private),
	FOLDER_TEST(without_a_folder_there_is_nothing_to_watch),
};

UNIT_MAIN(tests)
