/* str.h: a text that grows up to a limit. */
#ifndef STR_H
#define STR_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A bounded buffer in an arena. s always ends with a NUL that len does not
 * count. What would pass max is left out whole and sets full, so a writer
 * may add many pieces and ask once.
 */
struct str {
	char *s;
	size_t len;
	size_t room;
	size_t max;
	bool full;
	struct arena *arena;
};

/* str_init: an empty text of at most max bytes, its memory from a. */
void str_init(struct str *s, struct arena *a, size_t max);

/* str_reset: empties the text and keeps its memory. */
void str_reset(struct str *s);

/* str_add: appends n bytes. */
void str_add(struct str *s, const void *bytes, size_t n);

/* str_puts, str_putc: append a text, a byte. */
void str_puts(struct str *s, const char *text);
void str_putc(struct str *s, char c);

/* str_printf: appends a formatted text. */
void str_printf(struct str *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* str_cut: forgets everything behind the first len bytes. */
void str_cut(struct str *s, size_t len);

#endif
