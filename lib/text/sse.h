/* sse.h: reads a stream of server-sent events in pieces of any size. */
#ifndef SSE_H
#define SSE_H

#include "base/str.h"

/* One event; its texts are valid during the callback. */
struct sse_event {
	const char *event; /* "message" when the stream names none */
	const char *data;  /* lines joined by \n */
	size_t data_len;
	const char *id; /* "" when there is none */
};

struct sse {
	struct str line;
	struct str data;
	struct str event;
	struct str id;
	bool after_cr;
	bool begun; /* a line was read: no BOM any more */
	bool has_data;
	bool too_long; /* a frame passed the limit; nothing more is read */
	void (*on_event)(const struct sse_event *, void *);
	void *context;
};

/*
 * sse_init: a reader (WHATWG HTML, 9.2.6) whose frames hold at most max bytes,
 * memory from a. on_event gets each event that has data or, without data, a
 * name (Dify's ping). CR, LF and CRLF end lines; a BOM is skipped.
 */
void sse_init(struct sse *s, struct arena *a, size_t max,
	void (*on_event)(const struct sse_event *, void *), void *context);

/* sse_feed: takes n more bytes. Returns 0, or -1 once a frame was too long. */
int sse_feed(struct sse *s, const char *bytes, size_t n);

/* sse_end: the stream is over; a last frame without its blank line counts. */
void sse_end(struct sse *s);

#endif
