/* jsonw.h: JSON written straight into a text, for answers that must be fast. */
#ifndef JSONW_H
#define JSONW_H

#include "base/str.h"
#include "text/value.h"

#include <stdint.h>

/*
 * Each call appends one value, with its key in an object and with key NULL
 * inside an array or as the whole text; the comma in front is put where it is
 * due. Keys are names of ours: letters, digits, "_". What stands in out before
 * the first call must end with '{', '[' or ':' or be empty.
 */

/* jsonw_open: begins an object ('{') or an array ('['). */
void jsonw_open(struct str *out, const char *key, char bracket);

/* jsonw_close: ends it, with '}' or ']'. */
void jsonw_close(struct str *out, char bracket);

/* jsonw_text: a string; NULL gives null. */
void jsonw_text(struct str *out, const char *key, const char *s);

void jsonw_int(struct str *out, const char *key, int64_t n);
void jsonw_real(struct str *out, const char *key, double n);
void jsonw_bool(struct str *out, const char *key, bool b);
void jsonw_null(struct str *out, const char *key);

/* jsonw_since: a number, null when it is below least: times that are not known
 * yet are 0, counts that are not known -1. */
void jsonw_since(struct str *out, const char *key, int64_t n, int64_t least);

/* jsonw_raw: a text that is JSON already; NULL gives null. */
void jsonw_raw(struct str *out, const char *key, const char *json);

/* jsonw_value: a tree; NULL gives null. */
void jsonw_value(struct str *out, const char *key, const struct value *v);

#endif
