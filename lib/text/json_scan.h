/* json_scan.h: what the parts of the JSON reader share; for json*.c only. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "text/json.h"

/* A place in a text that is read as JSON. */
struct scan {
	struct arena *arena;
	struct jsonx_report *report;
	const char *start;
	const char *at;
	const char *end;
	const char *line_start;
	uint32_t line;
	bool tolerant;
	size_t values;
	int depth;
	const struct level *level; /* innermost open container */
	struct jsonx_note *last_note;
	size_t notes;
};

/* One open container; its parent is the one around it. */
struct level {
	enum value_type type;
	const struct level *parent;
	const struct value *value; /* what has been read of it */
};

/* scan_fail: notes the first error, where reading is. Returns NULL. */
void *scan_fail(struct scan *s, const char *error);

/* scan_note: notes something that was forgiven. */
void scan_note(struct scan *s, const char *code);

/* scan_blank: skips white space, and comments when tolerant. */
void scan_blank(struct scan *s);

/*
 * scan_mark: the structural character at p as ASCII, also when it stands
 * there in full width; *size_r gets its bytes. 0 when there is none.
 */
char scan_mark(const struct scan *s, const char *p, size_t *size_r);

/* scan_take: steps over the structural character c, if it is there. */
bool scan_take(struct scan *s, char c);

/* scan_quote: whether a string starts at p. */
bool scan_quote(const struct scan *s, const char *p);

/* scan_string: reads the string that starts here; NULL is an error. */
struct value *scan_string(struct scan *s);

/* scan_key: reads a member's name; NULL is an error. */
const char *scan_key(struct scan *s);

/* scan_scalar: reads a number, a literal or, when tolerant, a bare text. */
struct value *scan_scalar(struct scan *s);

/* scan_new: counts and places a new value; NULL when there are too many. */
struct value *scan_new(
	struct scan *s, struct value *v, uint32_t line, uint32_t column);

/* scan_column: the column of p in the present line, from 1. */
uint32_t scan_column(const struct scan *s, const char *p);

/* scan_skip: the first byte from p on that is no blank; notes line ends. */
const char *scan_skip(const struct scan *s, const char *p, bool *new_line);

/* scan_value_ends, scan_name_ends: whether the quote here (n bytes) ends a
 * value, or a name that has len bytes so far: what follows must make sense. */
bool scan_value_ends(const struct scan *s, size_t n);
bool scan_name_ends(const struct scan *s, size_t n, size_t len);

/* scan_fits: whether what stands at p, behind a closer, can go on in a
 * container; NULL is the end of all. */
bool scan_fits(const struct scan *s, const struct level *level, const char *p);

/* scan_swallowed: at a quote that closes a name inside of a string that began
 * at from: where that name's line begins; NULL when there is none. */
const char *scan_swallowed(const struct scan *s, const char *from);

/* scan_left_open: whether an object was not closed before the { here. */
bool scan_left_open(const struct scan *s);

/* scan_member_in_array: whether "name": stands here, in an array. */
bool scan_member_in_array(const struct scan *s);

#endif
