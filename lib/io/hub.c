/* hub.c: the loop: accepting, reading, waking, timing. */
#include "io/hub.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/log.h"
#include "io/db.h"
#include "io/hub_conn.h"
#include "io/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	SWEEP_MS = 1000,  /* between two looks when nothing woke us */
	QUIET_MS = 10,    /* between two looks, when many are parked */
	PARKED_A_MS = 20, /* that may be looked at, as long as they are few */
	RETRY_MS = 2,     /* between two tries of the lock */
	EVENTS = 256,
	DESCRIPTORS = 16384, /* as many as lighttpd.conf asks for */
	SPARE = 160 /* descriptors that are no connections of the web server */
};

static bool woken;
static bool accepting;
static bool waking; /* only while somebody waits to be told */
static const struct hub_beside *beside;
static int beside_fd = -1;

void
hub_beside(const struct hub_beside *b)
{
	beside = b;
}

void
beside_turn(void)
{
	if (beside_fd >= 0)
		beside->turn();
}

/* Between two looks at all that are parked. */
static int
look_ms(void)
{
	size_t quiet = hub.parked / PARKED_A_MS;

	if (!woken)
		return SWEEP_MS;
	return quiet > QUIET_MS ? QUIET_MS : (int)quiet;
}

/* How long nothing needs to be done, at most. */
static int
pause_ms(int64_t now)
{
	int64_t until = hub.swept_ms + look_ms();

	if (!TAILQ_EMPTY(&hub.writers) && now + RETRY_MS < until)
		until = now + RETRY_MS;
	if (hub.due_ms < until)
		until = hub.due_ms;
	if (beside_fd >= 0 && now + beside->pause_ms() < until)
		until = now + beside->pause_ms();
	if (hub.synced != hub.batch && hub.sync_ms < until)
		until = hub.sync_ms;
	return until <= now ? 0 : (int)(until - now);
}

/* Those who wait, when it is time for it. */
static void
look(void)
{
	static unsigned looks;
	int64_t now = clock_mono_ms();
	bool all = now - hub.swept_ms >= look_ms();

	if (!all && now < hub.due_ms)
		return;
	if (all && woken)
		hub.look = ++looks == 0 ? ++looks : looks;
	park_sweep(now, all);
	hub.look = 0;
	if (all) {
		hub.swept_ms = now;
		woken = false;
	}
}

void
hub_woken(void)
{
	woken = true;
	look();
}

/* What has to be done whenever a while has passed. */
static void
tend(void)
{
	int64_t now = clock_mono_ms();

	write_try(now);
	write_due(now);
	look();
}

static void
watch_for(bool *was, bool on, int fd, void *what)
{
	struct epoll_event e = {.events = on ? EPOLLIN : 0, .data.ptr = what};

	if (fd < 0 || *was == on)
		return;
	*was = on;
	epoll_ctl(hub.epoll, EPOLL_CTL_MOD, fd, &e);
}

static void
listen_for(bool on)
{
	watch_for(&accepting, on, STDIN_FILENO, NULL);
}

static void
serve(struct conn *c, uint32_t events)
{
	bool was = c->handled;

	if ((events & EPOLLIN) != 0 && !conn_read(c)) {
		conn_free(&c);
		return;
	}
	if (c->handled && !was) {
		conn_settle(&c);
		return;
	}
	if ((events & (EPOLLHUP | EPOLLERR)) != 0 || !conn_flush(c) ||
		(c->over && c->unsent_len == 0))
		conn_free(&c);
}

/* No more at once than events, or those who wait would do so for ever. */
static void
accept_some(void)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP};
	int i;

	for (i = 0; i < EVENTS && hub.count < hub.most; i++) {
		int fd = accept4(
			STDIN_FILENO, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0 && errno == ECONNABORTED)
			continue;
		if (fd < 0)
			return;
		e.data.ptr = conn_new(fd);
		if (epoll_ctl(hub.epoll, EPOLL_CTL_ADD, fd, &e) != 0)
			fatal("epoll: %s", strerror(errno));
		serve(e.data.ptr, EPOLLIN); /* the request came with it */
	}
	if (hub.count >= hub.most)
		listen_for(false);
}

/* When nobody has come for a while what a crowd needed goes back. */
static void
rest(bool busy)
{
	static int64_t busy_ms;
	int64_t now = clock_mono_ms();

	if (busy) {
		busy_ms = now;
	} else if (busy_ms != 0 && now - busy_ms >= SWEEP_MS &&
		   TAILQ_EMPTY(&hub.writers)) {
		busy_ms = 0;
		db_rest();
		malloc_trim(0);
	}
}

static void
turn(void)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(
		hub.epoll, events, EVENTS, pause_ms(clock_mono_ms()));
	bool aside = beside_fd >= 0 && beside->pause_ms() == 0;
	int i;

	log_hold(true); /* nobody waits for the log */
	for (i = 0; i < n; i++) {
		if (events[i].data.ptr == &hub) {
			wake_drain(hub.wake);
			woken = true;
		} else if (events[i].data.ptr == &beside) {
			aside = true;
		} else if (events[i].data.ptr != NULL) {
			serve(events[i].data.ptr, events[i].events);
		} else {
			accept_some();
		}
	}
	db_read_end();
	wake_batch(true); /* others hear of it after those who wait here */
	/* Else after those who write: what was noted joins them. */
	if (aside && (TAILQ_EMPTY(&hub.writers) || hub.locked_out))
		beside_turn();
	tend();
	wake_batch(false);
	log_hold(false);
	rest(n > 0);
	watch_for(&waking, hub.parked > 0, hub.wake, &hub);
	if (hub.count < hub.most)
		listen_for(true);
}

static void
watch(int fd, void *what)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = what};

	if (fd >= 0 && epoll_ctl(hub.epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		fatal("epoll: %s", strerror(errno));
}

/* The soft limit of descriptors goes up as far as it may. */
static void
count_descriptors(void)
{
	struct rlimit lim = {0, 0};

	getrlimit(RLIMIT_NOFILE, &lim);
	if (lim.rlim_cur < DESCRIPTORS && lim.rlim_cur < lim.rlim_max) {
		lim.rlim_cur =
			lim.rlim_max < DESCRIPTORS ? lim.rlim_max : DESCRIPTORS;
		setrlimit(RLIMIT_NOFILE, &lim);
		getrlimit(RLIMIT_NOFILE, &lim);
	}
	hub.most = lim.rlim_cur <= (rlim_t)2 * SPARE ? SPARE
						     : lim.rlim_cur - SPARE;
}

static void
serve_wire(void)
{
	fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
	count_descriptors();
	hub.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (hub.epoll < 0)
		fatal("epoll: %s", strerror(errno));
	watch(STDIN_FILENO, NULL);
	watch(hub.wake, &hub);
	beside_fd = beside == NULL ? -1 : beside->begin();
	watch(beside_fd, &beside);
	accepting = waking = true;
	while (!http_stopping())
		turn();
	listen_for(false);
	while (!TAILQ_EMPTY(&hub.writers))
		turn();
	write_sync(hub.batch);
	if (beside_fd >= 0)
		beside->end();
	park_end();
}

/* One request, its whole body first, then poll(2) until it is answered. */
static void
serve_plain(char *const *env)
{
	struct conn *c = conn_new(-1);
	struct pollfd p = {.fd = hub.wake, .events = POLLIN};
	char piece[4096];
	ssize_t n;

	hub.most = DESCRIPTORS;
	conn_begin(c);
	while ((n = read(STDIN_FILENO, piece, sizeof(piece))) > 0)
		conn_add_body(c, piece, (size_t)n);
	conn_start(c, env);
	conn_settle(&c);
	while (!LIST_EMPTY(&hub.conns) && !http_stopping()) {
		if (poll(&p, 1, pause_ms(clock_mono_ms())) > 0) {
			wake_drain(hub.wake);
			woken = true;
		}
		wake_batch(true);
		tend();
		wake_batch(false);
	}
	park_end();
}

int
hub_serve(int argc, char **argv, const char *name, const struct route *routes,
	size_t nroutes)
{
	const struct http_service service = {name, routes, nroutes};
	int ended = http_start(argc, argv, &service);

	if (ended != 0)
		return ended - 1;
	hub.service = &service;
	hub.scratch = arena_new(LIMIT_ARENA);
	hub.wake = wake_watch(0);
	hub.swept_ms = clock_mono_ms();
	hub.due_ms = INT64_MAX;
	if (http_is_listening(STDIN_FILENO))
		serve_wire();
	else
		serve_plain(environ);
	arena_free(&hub.scratch);
	http_stop();
	return 0;
}
