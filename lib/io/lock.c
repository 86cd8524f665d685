/* lock.c: see lock.h. */
#include "io/lock.h"
#include "base/fatal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

/* The signal that ends a wait; nothing else in the program uses it. */
#define LOCK_SIGNAL (SIGRTMIN + 1)

static int lock_fd = -1;
static bool held;

static void
on_signal(int number)
{
	(void)number; /* its only work is to interrupt fcntl(2) */
}

int
lock_open(const char *path)
{
	struct sigaction action = {.sa_handler = on_signal};

	if (lock_fd >= 0)
		return 0;
	lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock_fd < 0)
		return -1;
	sigemptyset(&action.sa_mask);
	return sigaction(LOCK_SIGNAL, &action, NULL);
}

void
lock_close(void)
{
	if (lock_fd < 0)
		return;
	close(lock_fd);
	lock_fd = -1;
	held = false;
}

static int
set(int command, short type)
{
	struct flock region = {.l_type = type, .l_whence = SEEK_SET};

	return fcntl(lock_fd, command, &region);
}

/*
 * The timer repeats after its first shot: a signal that falls between the
 * arming and the fcntl() would otherwise be lost, and the wait endless.
 */
static bool
take_until(int wait_ms)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = LOCK_SIGNAL};
	struct itimerspec when = {
		.it_value = {wait_ms / 1000, (wait_ms % 1000) * 1000000L},
		.it_interval = {0, 20 * 1000000L}};
	struct itimerspec left;
	timer_t timer;
	bool taken = false;
	bool over = false;

	if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
		fatal("lock: no timer");
	timer_settime(timer, 0, &when, NULL);
	while (!taken && !over) {
		taken = set(F_OFD_SETLKW, F_WRLCK) == 0;
		if (!taken && errno != EINTR)
			fatal("lock: cannot be taken");
		/* Past its first shot the timer counts in short intervals. */
		timer_gettime(timer, &left);
		over = left.it_value.tv_sec == 0 &&
		       left.it_value.tv_nsec <= when.it_interval.tv_nsec;
	}
	timer_delete(timer);
	return taken;
}

bool
lock_take(int wait_ms)
{
	if (lock_fd < 0)
		fatal("lock: not open");
	if (held)
		fatal("lock: taken twice");
	held = set(F_OFD_SETLK, F_WRLCK) == 0;
	if (!held && wait_ms > 0)
		held = take_until(wait_ms);
	return held;
}

void
lock_give(void)
{
	if (!held)
		fatal("lock: given without being taken");
	held = false;
	if (set(F_OFD_SETLK, F_UNLCK) != 0)
		fatal("lock: cannot be given");
}
