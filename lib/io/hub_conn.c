/* hub_conn.c: see hub_conn.h. */
#include "io/hub_conn.h"
#include "base/fatal.h"
#include "io/db.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	PARAMS_MAX = 256 << 10,
	READ_SIZE = 64 << 10,
	FIRST_ROOM = 4096,
	LAST_WORDS_MS = 1000,
	CLIENT_LEFT = 499 /* in the log; nobody gets it */
};

struct hub hub = {
	.conns = LIST_HEAD_INITIALIZER(hub.conns),
	.writers = TAILQ_HEAD_INITIALIZER(hub.writers),
	.epoll = -1,
	.wake = -1,
};

/* ---- life ---- */
struct conn *
conn_new(int fd)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		fatal("hub: out of memory");
	c->wire = fd >= 0;
	c->in = fd;
	c->out = fd >= 0 ? fd : STDOUT_FILENO;
	LIST_INSERT_HEAD(&hub.conns, c, all);
	hub.count++;
	return c;
}

void
conn_free(struct conn **c)
{
	struct conn *gone = *c;

	*c = NULL;
	if (gone->handled && !gone->req.sent)
		gone->req.status = CLIENT_LEFT;
	if (gone->handled)
		http_finish(&gone->req);
	write_drop(gone);
	LIST_REMOVE(gone, all);
	hub.count--;
	if (gone->wire)
		close(gone->in);
	arena_free(&gone->arena);
	free(gone->rest);
	free(gone->unsent);
	free(gone);
}

struct conn *
conn_of(const struct req *r)
{
	return r->context;
}

/* ---- sending ---- */
static void
ask_writable(struct conn *c, bool on)
{
	struct epoll_event e = {
		.events = EPOLLIN | EPOLLRDHUP | (on ? EPOLLOUT : 0),
		.data.ptr = c,
	};

	if (hub.epoll < 0 || c->writable_asked == on)
		return;
	c->writable_asked = on;
	epoll_ctl(hub.epoll, EPOLL_CTL_MOD, c->in, &e);
}

bool
conn_flush(struct conn *c)
{
	while (!c->broken && c->unsent_at < c->unsent_len) {
		ssize_t n = write(c->out, c->unsent + c->unsent_at,
			c->unsent_len - c->unsent_at);

		if (n > 0)
			c->unsent_at += (size_t)n;
		else if (n < 0 && errno == EAGAIN && c->wire)
			break;
		else if (n < 0 && errno != EINTR)
			c->broken = true;
	}
	if (c->unsent_at == c->unsent_len) {
		free(c->unsent);
		c->unsent = NULL;
		c->unsent_at = c->unsent_len = c->unsent_room = 0;
	}
	ask_writable(c, c->unsent_len > 0);
	return !c->broken;
}

/* Room for n more bytes: first what was sent already, then new memory. */
static void
make_room(struct conn *c, size_t n)
{
	size_t room = c->unsent_room == 0 ? FIRST_ROOM : c->unsent_room;

	if (c->unsent_at > 0) {
		c->unsent_len -= c->unsent_at;
		memmove(c->unsent, c->unsent + c->unsent_at, c->unsent_len);
		c->unsent_at = 0;
	}
	while (room < c->unsent_len + n)
		room *= 2;
	if (room == c->unsent_room)
		return;
	c->unsent = realloc(c->unsent, room);
	if (c->unsent == NULL)
		fatal("hub: out of memory (%zu bytes)", room);
	c->unsent_room = room;
}

static void
queue(struct conn *c, const void *bytes, size_t n)
{
	if (c->unsent_len + n > c->unsent_room)
		make_room(c, n);
	memcpy(c->unsent + c->unsent_len, bytes, n);
	c->unsent_len += n;
}

static void
write_conn(void *context, const void *bytes, size_t n)
{
	unsigned char header[WIRE_HEADER];
	struct conn *c = context;
	const char *p = bytes;

	while (n > 0) {
		size_t piece = n > WIRE_CONTENT_MAX ? WIRE_CONTENT_MAX : n;

		if (c->wire) {
			wire_header(header, WIRE_STDOUT, c->id, piece);
			queue(c, header, sizeof(header));
		}
		queue(c, p, piece);
		p += piece;
		n -= piece;
	}
}

static void
put_end(struct conn *c, uint16_t id, enum wire_status status)
{
	unsigned char end[WIRE_HEADER + WIRE_BODY];

	if (!c->wire)
		return;
	wire_end(end, id, status);
	queue(c, end, sizeof(end));
}

/* The process is about to end: what is queued goes out while somebody waits. */
static void
end_conn(void *context)
{
	struct conn *c = context;
	struct pollfd p = {.fd = c->out, .events = POLLOUT};

	put_end(c, c->id, WIRE_COMPLETE);
	while (conn_flush(c) && c->unsent_len > 0) {
		if (poll(&p, 1, LAST_WORDS_MS) != 1)
			return;
	}
}

/* ---- the request ---- */
static long
read_conn(void *context, void *buf, size_t n)
{
	struct conn *c = context;
	size_t left = c->body.len - c->body_at;

	if (n > left)
		n = left;
	memcpy(buf, c->body.s + c->body_at, n);
	c->body_at += n;
	return (long)n;
}

static const struct http_transport transport = {
	read_conn, write_conn, end_conn};

void
conn_start(struct conn *c, char *const *env)
{
	http_req_init(&c->req, c->arena, hub.service, &transport, c, env);
	c->handled = true;
	http_current(&c->req);
	http_handle(&c->req);
	http_current(NULL);
}

void
conn_settle(struct conn **c)
{
	struct conn *done = *c;
	bool sent;

	if (done->req.later) {
		if (!conn_flush(done))
			conn_free(c);
		return;
	}
	write_sync(done->write.batch); /* what is told is never lost */
	done->write.batch = 0;
	put_end(done, done->id, WIRE_COMPLETE);
	sent = conn_flush(done); /* nobody waits for what is noted of it */
	http_finish(&done->req);
	done->handled = false;
	done->begun = false;
	memset(&done->park, 0, sizeof(done->park));
	arena_free(&done->arena);
	done->over = !done->keep;
	if (!sent || (done->over && done->unsent_len == 0))
		conn_free(c);
}

void
conn_begin(struct conn *c)
{
	c->begun = true;
	c->arena = arena_new(LIMIT_ARENA);
	c->body_at = 0;
	str_init(&c->params, c->arena, PARAMS_MAX);
	str_init(&c->body, c->arena, LIMIT_BODY + 1);
}

static void
begin(struct conn *c, const struct wire_record *r)
{
	unsigned role;
	unsigned flags;

	if (wire_begin(r, &role, &flags) != 0) {
		c->broken = true;
		return;
	}
	if (c->begun || role != WIRE_RESPONDER) {
		put_end(c, r->id,
			c->begun ? WIRE_CANNOT_MULTIPLEX : WIRE_UNKNOWN_ROLE);
		return;
	}
	c->id = r->id;
	c->keep = (flags & WIRE_KEEP) != 0;
	conn_begin(c);
}

void
conn_add_body(struct conn *c, const void *bytes, size_t n)
{
	size_t room = c->body.max - c->body.len;

	str_add(&c->body, bytes, n < room ? n : room);
}

static void
request_is_whole(struct conn *c)
{
	char **env = wire_params(c->arena, c->params.s, c->params.len);

	if (env == NULL || c->params.full) {
		c->broken = true;
		return;
	}
	db_read_begin(); /* what comes together is looked up together */
	conn_start(c, env);
}

static void
take_record(struct conn *c, const struct wire_record *r)
{
	unsigned char unknown[WIRE_HEADER + WIRE_BODY];

	if (r->type == WIRE_BROKEN) {
		c->broken = true;
	} else if (r->id == 0) {
		wire_unknown(unknown, (unsigned)r->type);
		queue(c, unknown, sizeof(unknown));
	} else if (r->type == WIRE_BEGIN) {
		begin(c, r);
	} else if (!c->begun || r->id != c->id) {
		return;
	} else if (r->type == WIRE_ABORT) {
		c->broken = true;
	} else if (r->type == WIRE_PARAMS) {
		str_add(&c->params, r->content, r->len);
	} else if (r->type == WIRE_STDIN && !c->handled) {
		if (r->len > 0)
			conn_add_body(c, r->content, r->len);
		else
			request_is_whole(c);
	}
}

static void
keep_rest(struct conn *c, const unsigned char *bytes, size_t n)
{
	if (n > 0 && c->rest == NULL) {
		c->rest = malloc(WIRE_RECORD_MAX);
		if (c->rest == NULL)
			fatal("hub: out of memory");
	}
	if (n > 0)
		memcpy(c->rest, bytes, n);
	c->rest_len = n;
	if (n == 0) {
		free(c->rest);
		c->rest = NULL;
	}
}

bool
conn_read(struct conn *c)
{
	static unsigned char bytes[WIRE_RECORD_MAX + READ_SIZE];
	struct wire_record record;
	size_t n = c->rest_len;
	size_t at = 0;
	size_t size;
	ssize_t got;

	if (n > 0)
		memcpy(bytes, c->rest, n);
	got = read(c->in, bytes + n, READ_SIZE);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (got == 0)
		return false;
	n += (size_t)got;
	while (!c->broken &&
		(size = wire_take(bytes + at, n - at, &record)) > 0) {
		take_record(c, &record);
		at += size;
	}
	keep_rest(c, bytes + at, n - at);
	return !c->broken;
}
