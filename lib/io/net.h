/* net.h: HTTP to the outside: one event loop, many transfers. Over libcurl. */
#ifndef NET_H
#define NET_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why a transfer ended. */
enum net_end {
	NET_OK,          /* an HTTP answer, whatever its status */
	NET_UNREACHABLE, /* no connection, name or TLS */
	NET_TIMEOUT,
	NET_TOO_LARGE, /* more than max_body */
	NET_BROKEN,    /* the connection ended in the middle */
	NET_CANCELLED
};

struct net_header {
	const char *name;
	const char *value;
};

/* How a server is reached: what TLS trusts, and whom it goes through. */
struct net_way {
	const char *ca;    /* PEM text of authorities that are trusted besides
			      the system's; NULL: those alone */
	const char *proxy; /* "http://host:port"; NULL: none (the environment
			      is not asked) */
	bool insecure;     /* do not check the certificate */
};

struct net_request {
	const char *method; /* "GET", ... */
	const char *url;
	const struct net_header *headers;
	size_t nheaders;
	const char *body; /* NULL: none; must live until the end */
	size_t body_len;
	const char *file_path; /* multipart: the file's path; NULL: none */
	const char *file_name; /* multipart: name told to the server */
	const char *file_type; /* multipart: Content-Type of the file */
	const struct net_header *parts; /* multipart: text parts */
	size_t nparts;
	int connect_ms;  /* 0: 10 s */
	int total_ms;    /* 0: no limit */
	int idle_ms;     /* no byte for so long ends it; 0: no limit */
	size_t max_body; /* 0: LIMIT_DOCUMENT */
	bool once;       /* never sent a second time, as is done when a kept
			    connection turns out dead */
	struct net_way way;
};

struct net_answer {
	enum net_end end;
	int status;        /* HTTP, 0 when end is not NET_OK */
	const char *error; /* English, when end is not NET_OK */
	const char *body;  /* NUL behind len bytes; "" when streamed */
	size_t len;
	const struct net_header *headers; /* names in lower case */
	size_t nheaders;
	int64_t first_byte_ms; /* after the start, -1: none came */
	int64_t total_ms;
};

struct net_transfer;

/*
 * Called by the loop, never from inside net_start(). on_data, where given,
 * gets the body of a 2xx answer piece by piece (then answer->body stays
 * empty; the body of any other answer is there as ever) and returns false to
 * stop. on_end comes exactly once, then the transfer is gone; the answer is
 * valid during the call.
 */
struct net_callbacks {
	bool (*on_data)(void *context, const char *bytes, size_t n);
	void (*on_end)(void *context, const struct net_answer *answer);
};

/* net_init, net_release: once a process. */
void net_init(void);
void net_release(void);

/*
 * net_start: begins a transfer; request and what it points to are copied but
 * for body. Cookies are never kept; redirects are not followed. Returns a
 * handle for net_cancel(), valid until on_end.
 */
struct net_transfer *net_start(const struct net_request *request,
	const struct net_callbacks *callbacks, void *context);

/* net_cancel: ends it; on_end comes with NET_CANCELLED, from the loop. */
void net_cancel(struct net_transfer *t);

/* net_answer_header: the value of a header (lower-case name), or NULL. */
const char *net_answer_header(const struct net_answer *a, const char *name);

/*
 * net_retry_after: ms from now_ms (clock_now_ms()) until the Retry-After of an
 * answer, as seconds or as an HTTP date (RFC 9110 10.2.3); 0 for a date that is
 * over. -1: none, no such text, or more than a day.
 */
int64_t net_retry_after(const struct net_answer *a, int64_t now_ms);

/* ---- the loop ---- */

/* net_watch: calls fn when fd is readable; fn NULL ends it. */
void net_watch(int fd, void (*fn)(void *context), void *context);

/* net_timer: calls fn once, ms from now. Returns a number for net_untimer(). */
unsigned net_timer(int64_t ms, void (*fn)(void *context), void *context);
void net_untimer(unsigned timer);

/* net_before_wait: fn is called whenever the loop is about to wait, and after
 * some passes that had no time to. For what may be late, but not long. */
void net_before_wait(void (*fn)(void));

/* net_loop: runs until net_stop() and no transfer is left, or until
 * grace_ms after net_stop(). */
void net_loop(int grace_ms);
void net_stop(void);
bool net_stopping(void);

/* The same by turns, in the loop of another: net_turn() does what there is to
 * do, when net_fd() is readable or net_pause_ms() are over. */
int net_fd(void);
int net_pause_ms(void);
void net_turn(void);

#endif
