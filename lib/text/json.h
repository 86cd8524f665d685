/* json.h: JSON text to values and back; tolerant of what models write. */
#ifndef JSONX_H
#define JSONX_H

#include "base/str.h"
#include "text/value.h"

/* What a reader may forgive, and how a writer lays out. */
enum {
	JSONX_TOLERANT = 1 << 0, /* see jsonx_read() */
	JSONX_PRETTY = 1 << 0,   /* two blanks a level, one member a line */
	JSONX_ASCII = 1 << 1     /* everything above U+007E as \u escapes */
};

/* Where and why reading stopped, or what was forgiven on the way. */
struct jsonx_note {
	const char *code; /* "trailing_comma", "unexpected_end", ... */
	uint32_t line;    /* from 1 */
	uint32_t column;  /* from 1, in bytes */
	struct jsonx_note *next;
};

struct jsonx_report {
	const char *error; /* English, NULL when a value was read */
	uint32_t line;
	uint32_t column;
	struct jsonx_note *notes; /* tolerant: what was forgiven, in order */
	size_t end;               /* offset behind the value */
	bool cut;                 /* tolerant: closers were added at the end */
	bool limit;               /* a limit was passed: no reader can help */
};

/*
 * jsonx_read: the value that the text holds (RFC 8259), in a. Strict: UTF-8
 * is checked, a repeated member, NUL, more than LIMIT_DEPTH levels, more
 * than LIMIT_VALUES values or anything behind the value is an error.
 * JSONX_TOLERANT also takes: comments, trailing and missing commas, single
 * or full-width quotes, bare member names, True/False/None/NaN, raw newlines
 * in strings, full-width punctuation where structure is expected, lone
 * surrogates, and a text that ends too early (closers are added, cut is set);
 * of repeated members the last one stays; the rest behind the value is left.
 * Returns NULL with report->error set when there is no value. report may not
 * be NULL.
 */
struct value *jsonx_read(struct arena *a, const char *text, size_t len,
	unsigned flags, struct jsonx_report *report);

/* jsonx_write: the value as JSON text; flags JSONX_PRETTY, JSONX_ASCII. */
void jsonx_write(struct str *out, const struct value *v, unsigned flags);

/* jsonx_quote: n bytes as a JSON string with its quotes; bytes that are no
 * UTF-8 become U+FFFD. */
void jsonx_quote(struct str *out, const char *s, size_t n);

#endif
