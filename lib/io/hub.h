/* hub.h: FastCGI over epoll: one process that lets thousands of callers wait.
 */
#ifndef HUB_H
#define HUB_H

#include "io/http.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A hub runs the same route tables and handlers as http.h, with two more
 * answers that a handler may give: to wait, or to stream.
 */

/* What a waiting request asks itself whenever something was woken. */
enum hub_poll {
	HUB_WAIT,    /* not yet */
	HUB_ANSWERED /* the handler's kind of answer was given */
};

/*
 * hub_wait: parks the request. poll is called at once, then after every touch
 * of WAKE_END, at least once a second, and a last time with late set when
 * wait_ms are over (it must answer then, 202 as a rule). context lives in the
 * request's arena. Returns what the handler returns. 503 when the caller's
 * user has LIMIT_PARKED_USER parked, or all connections are nearly used up.
 * hub_wait_new: not at once, for what was begun just now.
 */
int hub_wait(struct req *r, int wait_ms,
	enum hub_poll (*poll)(struct req *r, void *context, bool late),
	void *context);
int hub_wait_new(struct req *r, int wait_ms,
	enum hub_poll (*poll)(struct req *r, void *context, bool late),
	void *context);

/*
 * hub_write: a database write that must not block the loop. fn runs inside a
 * transaction as soon as the lock is to be had: at once, or from a queue that
 * a timer tries again, all of the queue in one transaction; after the commit
 * done is called and answers (or parks); no answer leaves before the disk has
 * what was written. After 5 s: 503 lock_timeout. fn
 * returns false to have its part undone (a savepoint) and done called with
 * written false.
 */
int hub_write(struct req *r, bool (*fn)(struct req *r, void *context),
	int (*done)(struct req *r, void *context, bool written), void *context);

/*
 * hub_stream: answers 200 text/event-stream and keeps the request; next is
 * called at every touch of WAKE_EVENT and like poll, and writes with
 * hub_event(); a comment goes out every LIMIT_HEARTBEAT_MS. The request ends
 * when the client leaves.
 */
int hub_stream(struct req *r, void (*next)(struct req *r, void *context),
	void *context);

/*
 * hub_look: within a poll, the number of the look at all who wait; nothing that
 * they see changes within one. 0: a request is looked at by itself, or for the
 * sake of safety, without having been woken.
 */
unsigned hub_look(void);

/*
 * hub_scratch: memory that is reset before each poll and next, for what they
 * read in order to decide; what stays goes into the request's arena.
 */
struct arena *hub_scratch(void);

/* hub_event: one event; data may hold newlines. false: too much is unsent. */
bool hub_event(struct req *r, int64_t id, const char *event, const char *data);

/*
 * hub_beside: another loop that this one gives its turns; not in plain CGI.
 * begin is called once, before the first request, and returns a descriptor
 * that is readable when there is something to do, or -1: nothing ever is.
 * turn is called then, when pause_ms() are over, and after each transaction of
 * hub_write(), before the disk has it. end is the last call, before
 * those that still wait are answered. Call it before hub_serve().
 */
struct hub_beside {
	int (*begin)(void);
	int (*pause_ms)(void);
	void (*turn)(void);
	void (*end)(void);
};
void hub_beside(const struct hub_beside *b);

/* hub_woken: within such a turn, outside of a transaction: what somebody here
 * may wait for happened, and who waits is asked. */
void hub_woken(void);

/* hub_serve: as http_serve(), evented; as plain CGI one request with poll(2).
 */
int hub_serve(int argc, char **argv, const char *name,
	const struct route *routes, size_t nroutes);

#endif
