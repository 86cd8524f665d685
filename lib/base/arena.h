/* arena.h: memory that is given back all at once, at the end of a request. */
#ifndef ARENA_H
#define ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/*
 * arena_new: a new arena that will hand out at most max bytes between two
 * resets. Owned by the caller, ended by arena_free(). Out of memory, and
 * passing max, end the process (fatal.h): nothing here can fail.
 */
struct arena *arena_new(size_t max);

/* arena_free: gives all memory back and sets *a to NULL; NULL is allowed. */
void arena_free(struct arena **a);

/* arena_reset: everything handed out becomes invalid; one block is kept. */
void arena_reset(struct arena *a);

/* arena_used: bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

/* arena_alloc: size zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size)
	__attribute__((malloc, returns_nonnull, alloc_size(2)));

/* arena_array: count * size zeroed bytes; an overflow is fatal. */
void *arena_array(struct arena *a, size_t count, size_t size)
	__attribute__((malloc, returns_nonnull, alloc_size(2, 3)));

/*
 * arena_grow: the old bytes in a block of size bytes, the rest zeroed; old is
 * invalid from now on. In place, or without a copy left behind, when old was
 * the last thing handed out.
 */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t size)
	__attribute__((returns_nonnull));

/* arena_memdup: a copy of size bytes with a NUL behind them. */
char *arena_memdup(struct arena *a, const void *src, size_t size)
	__attribute__((malloc, returns_nonnull));

/* arena_strdup: a copy of a text; NULL gives NULL. */
char *arena_strdup(struct arena *a, const char *src);

/* arena_strcut: a copy of at most max bytes of a UTF-8 text, which ends in
 * front of a character. */
char *arena_strcut(struct arena *a, const char *src, size_t max)
	__attribute__((malloc, returns_nonnull));

/* arena_printf: a formatted text. */
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0), returns_nonnull));

#endif
