/* hub_conn.h: a connection of the web server with the one request on it. */
#ifndef HUB_CONN_H
#define HUB_CONN_H

#include "base/limits.h"
#include "io/http_req.h"
#include "io/hub.h"
#include "io/hub_wire.h"

#include <sys/queue.h>

enum { CONN_UNSENT_MAX = 1 << 20 };

/* A write that waits for the lock. */
struct conn_write {
	bool (*fn)(struct req *r, void *context);
	int (*done)(struct req *r, void *context, bool written);
	void *context;
	bool written;
	unsigned batch; /* that it went with, or 0 */
	int64_t since_ms;
};

/* What a parked request waits for: poll or next, not both. */
struct conn_park {
	enum hub_poll (*poll)(struct req *r, void *context, bool late);
	void (*next)(struct req *r, void *context);
	void *context;
	int64_t due_ms; /* poll: the end; next: the next heartbeat */
};

struct conn {
	LIST_ENTRY(conn) all;
	TAILQ_ENTRY(conn) writers; /* when write.fn is set */
	int in;                    /* what is read from: a socket, or -1 */
	int out;                   /* what is written to */
	bool wire;                 /* FastCGI records, not plain CGI */

	/* the request that is being read or answered */
	bool begun;
	bool handled;
	bool keep;
	uint16_t id;
	struct arena *arena;
	struct str params;
	struct str body;
	size_t body_at;
	struct req req;
	struct conn_write write;
	struct conn_park park;

	/* bytes of a record that is not whole, and bytes to be sent */
	unsigned char *rest;
	size_t rest_len;
	char *unsent;
	size_t unsent_at;
	size_t unsent_len;
	size_t unsent_room;
	bool over;           /* closed as soon as all is sent */
	bool writable_asked; /* epoll is asked for EPOLLOUT */
	bool broken;         /* nothing can be sent any more */
};

/* All connections, those that wait for the lock in order of coming, and how
 * many there are and may be. */
LIST_HEAD(conn_list, conn);
TAILQ_HEAD(conn_writers, conn);
struct hub {
	struct conn_list conns;
	struct conn_writers writers;
	size_t count;
	size_t most;      /* by the limit of descriptors */
	int epoll;        /* -1: plain CGI */
	int wake;         /* readable when something happened, or -1 */
	unsigned heard;   /* by wake: bit 1 << what */
	bool locked_out;  /* at the last try to write */
	unsigned batch;   /* the last one that was committed */
	unsigned synced;  /* the last one that is on disk */
	int64_t sync_ms;  /* when the next one has to be */
	unsigned look;    /* what hub_look() says */
	size_t parked;    /* how many, or were at the last look */
	int64_t swept_ms; /* when all parked requests were asked */
	int64_t due_ms;   /* when the first parked request has its end */
	struct arena *scratch;
	const struct http_service *service;
};

extern struct hub hub;

/* conn_new: on a descriptor that it closes; on -1 plain CGI with fd 1. */
struct conn *conn_new(int fd);
void conn_free(struct conn **c);

/* conn_of: the connection of a request. */
struct conn *conn_of(const struct req *r);

/* conn_read: takes what the socket has, and starts the request when it is
 * whole. false when the connection is over. */
bool conn_read(struct conn *c);

/* conn_begin: makes ready for a request. conn_add_body: takes n bytes of its
 * body; one that is too large is cut, and its length brings it 413. */
void conn_begin(struct conn *c);
void conn_add_body(struct conn *c, const void *bytes, size_t n);

/* conn_start: runs the handler of a request that is whole. */
void conn_start(struct conn *c, char *const *env);

/* conn_settle: after a handler or what it left: an answered request is
 * finished, and the connection freed unless it is kept; sets *c to NULL then.
 */
void conn_settle(struct conn **c);

/* conn_flush: sends what it can of the unsent. false when it is broken. */
bool conn_flush(struct conn *c);

/* beside_turn: what runs beside the connections does what it has to. */
void beside_turn(void);

/* ---- hub_park.c, hub_write.c ---- */

/* park_sweep: asks parked requests: all of them, or only those whose time is
 * up at now. park_end: the last chance of all, before the process ends. */
void park_sweep(int64_t now, bool all);
void park_end(void);

/* write_try: runs the queue when the lock is to be had; ends those that waited
 * too long. Within wake_batch(). write_drop: forgets the write of a connection
 * that is over. */
void write_try(int64_t now);
void write_drop(struct conn *c);

/* write_sync: what was written is on disk, up to that batch at least.
 * write_due: what has to be there by now. */
void write_sync(unsigned batch);
void write_due(int64_t now);

#endif
