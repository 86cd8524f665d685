/* redis.h: one Redis server: commands, and a stream that is waited for. From
 * the loop of net.h. Over hiredis. */
#ifndef REDIS_H
#define REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REDIS_WORDS = 24 };

/* A command: its words, which may hold any bytes and must live until it is
 * handed over. More than REDIS_WORDS is fatal. */
struct redis_command {
	const char *words[REDIS_WORDS];
	size_t lens[REDIS_WORDS];
	size_t count;
	char numbers[REDIS_WORDS][24];
};

void redis_word(struct redis_command *c, const char *text);
void redis_bytes(struct redis_command *c, const void *bytes, size_t n);
void redis_number(struct redis_command *c, int64_t n);

/* What came back; valid during the call that brings it. */
struct redis_value;
enum redis_kind {
	REDIS_NIL,
	REDIS_NUMBER,
	REDIS_TEXT,
	REDIS_LIST,
	REDIS_ERROR
};

/* All take NULL for nil. redis_text: NUL behind n bytes, also of an error; ""
 * for what has none. redis_item: NULL beyond the end. */
enum redis_kind redis_kind(const struct redis_value *v);
int64_t redis_int(const struct redis_value *v);
const char *redis_text(const struct redis_value *v, size_t *n_r);
size_t redis_count(const struct redis_value *v);
const struct redis_value *redis_item(const struct redis_value *v, size_t at);

typedef void redis_fn(void *context, const struct redis_value *v);

/*
 * redis_open: takes the address, redis://[[user]:password@]host[:port][/db];
 * nobody is spoken to yet. 0, or -1 with *error_r.
 */
int redis_open(const char *url, const char **error_r);

/*
 * redis_send: sends a command from the loop, many at a time. When the
 * connection breaks it is made anew and all that has no answer yet is sent
 * once more, so a command must bear to be done twice. fn (or NULL) hears the
 * answer once, never from inside redis_send().
 */
void redis_send(const struct redis_command *c, redis_fn *fn, void *context);

/*
 * redis_wait: a command that blocks, for less than 10 s, over a connection of
 * its own, one at a time. fn hears the answer, or NULL, a little later, when
 * there is none: it then asks anew.
 */
void redis_wait(const struct redis_command *c, redis_fn *fn, void *context);

/* redis_since: how long (ms) the server has answered without a break, -1 when
 * it does not. */
int64_t redis_since(void);

/* redis_flush: sends what waits, now; for the end of the process.
 * redis_close: forgets the rest. */
void redis_flush(void);
void redis_close(void);

#endif
