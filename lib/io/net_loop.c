/* net_loop.c: epoll, timers in a sorted list, and the loop over both. */
#include "io/net_loop.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/nitems.h"
#include "io/net.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS_A_PASS = 64, LONGEST_WAIT_MS = 60000, MOST_BUSY = 8 };

struct watch {
	void (*fn)(void *context, unsigned events);
	void *context;
	void (*readable)(void *context); /* of net_watch() */
};

struct timer {
	struct timer *next;
	int64_t due; /* monotonic ms */
	unsigned number;
	void (*fn)(void *context);
	void *context;
};

static int epoll = -1;
static struct watch *watches; /* by descriptor */
static size_t nwatches;
static struct timer *timers; /* the next one first */
static unsigned last_number;
static int held;
static bool stopping;
static void (*before_wait)(void);
static int busy; /* passes that did not wait, one after the other */

void
loop_init(void)
{
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0)
		fatal("epoll_create1: %s", strerror(errno));
	stopping = false;
	held = 0;
}

void
loop_release(void)
{
	while (timers != NULL)
		net_untimer(timers->number);
	free(watches);
	watches = NULL;
	nwatches = 0;
	close(epoll);
	epoll = -1;
}

void
loop_hold(int change)
{
	held += change;
}

static struct watch *
watch_of(int fd)
{
	size_t want = (size_t)fd + 1;

	if (want > nwatches) {
		size_t room = want < 64 ? 64 : want * 2;

		watches = realloc(watches, room * sizeof(*watches));
		if (watches == NULL)
			fatal("net: out of memory");
		memset(watches + nwatches, 0,
			(room - nwatches) * sizeof(*watches));
		nwatches = room;
	}
	return &watches[fd];
}

void
loop_fd(int fd, unsigned events, void (*fn)(void *context, unsigned events),
	void *context)
{
	struct watch *w = watch_of(fd);
	struct epoll_event e = {.events = events, .data.fd = fd};

	w->readable = NULL;
	if (events == 0) {
		w->fn = NULL;
		epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
		return;
	}
	w->fn = fn;
	w->context = context;
	/* A descriptor that was closed meanwhile left the set by itself. */
	if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e) == 0)
		return;
	if (errno != ENOENT || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		fatal("epoll_ctl: %s", strerror(errno));
}

void
net_watch(int fd, void (*fn)(void *context), void *context)
{
	loop_fd(fd, fn == NULL ? 0 : EPOLLIN, NULL, context);
	watch_of(fd)->readable = fn;
}

unsigned
net_timer(int64_t ms, void (*fn)(void *context), void *context)
{
	struct timer *t = calloc(1, sizeof(*t));
	struct timer **at = &timers;

	if (t == NULL)
		fatal("net: out of memory");
	t->due = clock_mono_ms() + (ms < 0 ? 0 : ms);
	t->number = ++last_number == 0 ? ++last_number : last_number;
	t->fn = fn;
	t->context = context;
	while (*at != NULL && (*at)->due <= t->due)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
	return t->number;
}

void
net_untimer(unsigned timer)
{
	struct timer **at = &timers;
	struct timer *t;

	while (*at != NULL && (*at)->number != timer)
		at = &(*at)->next;
	t = *at;
	if (t == NULL)
		return;
	*at = t->next;
	free(t);
}

/* Timers that are started while these run wait for the next pass. */
static void
run_timers(void)
{
	int64_t now = clock_mono_ms();
	unsigned newest = last_number;

	while (timers != NULL && timers->due <= now &&
		(int)(newest - timers->number) >= 0) {
		struct timer *t = timers;

		timers = t->next;
		t->fn(t->context);
		free(t);
	}
}

static int
wait_ms(int64_t end)
{
	int64_t now = clock_mono_ms();
	int64_t wait = LONGEST_WAIT_MS;

	if (timers != NULL && timers->due - now < wait)
		wait = timers->due - now;
	if (stopping && end - now < wait)
		wait = end - now;
	return wait < 0 ? 0 : (int)wait;
}

void
net_before_wait(void (*fn)(void))
{
	before_wait = fn;
}

static void
serve(int wait)
{
	struct epoll_event events[EVENTS_A_PASS];
	int n = epoll_wait(epoll, events, nitems(events), wait);
	int i;

	if (n < 0 && errno != EINTR)
		fatal("epoll_wait: %s", strerror(errno));
	for (i = 0; i < n; i++) {
		struct watch *w = watch_of(events[i].data.fd);

		if (w->fn != NULL)
			w->fn(w->context, events[i].events);
		else if (w->readable != NULL)
			w->readable(w->context);
	}
	run_timers();
}

static void
pass(int64_t end)
{
	int wait = wait_ms(end);

	busy = wait > 0 ? MOST_BUSY : busy + 1;
	if (busy >= MOST_BUSY && before_wait != NULL) {
		before_wait();
		busy = 0;
	}
	serve(wait);
}

int
net_fd(void)
{
	return epoll;
}

int
net_pause_ms(void)
{
	return wait_ms(0);
}

void
net_turn(void)
{
	serve(0);
}

void
net_loop(int grace_ms)
{
	int64_t end = stopping ? clock_mono_ms() + grace_ms : 0;

	while (!stopping || (held > 0 && clock_mono_ms() < end)) {
		bool before = stopping;

		pass(end);
		if (stopping && !before)
			end = clock_mono_ms() + grace_ms;
	}
}

void
net_stop(void)
{
	stopping = true;
}

bool
net_stopping(void)
{
	return stopping;
}
