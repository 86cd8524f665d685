/* jsonw.c: see jsonw.h. */
#include "text/jsonw.h"
#include "text/json.h"

#include <math.h>
#include <string.h>

enum { KEY_BYTES = 40, INT_BYTES = 20 };

/* The comma, and the key. Keys are names of ours, with nothing to escape, and
 * short: one piece is put where four would be. */
static void
begin(struct str *out, const char *key)
{
	char piece[KEY_BYTES + 4] = ",";
	size_t n = 0;

	if (out->len > 0 && strchr("{[:", out->s[out->len - 1]) == NULL)
		n = 1;
	if (key != NULL && strlen(key) <= KEY_BYTES) {
		piece[n++] = '"';
		while (*key != '\0')
			piece[n++] = *key++;
		piece[n++] = '"';
		piece[n++] = ':';
		key = NULL;
	}
	str_add(out, piece, n);
	if (key != NULL) {
		jsonx_quote(out, key, strlen(key));
		str_putc(out, ':');
	}
}

void
jsonw_open(struct str *out, const char *key, char bracket)
{
	begin(out, key);
	str_putc(out, bracket);
}

void
jsonw_close(struct str *out, char bracket)
{
	str_putc(out, bracket);
}

void
jsonw_text(struct str *out, const char *key, const char *s)
{
	if (s == NULL) {
		jsonw_null(out, key);
		return;
	}
	begin(out, key);
	jsonx_quote(out, s, strlen(s));
}

void
jsonw_null(struct str *out, const char *key)
{
	jsonw_raw(out, key, "null");
}

void
jsonw_int(struct str *out, const char *key, int64_t n)
{
	char digits[INT_BYTES];
	char *p = digits + sizeof(digits);
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (n < 0)
		*--p = '-';
	begin(out, key);
	str_add(out, p, (size_t)(digits + sizeof(digits) - p));
}

void
jsonw_since(struct str *out, const char *key, int64_t n, int64_t least)
{
	if (n < least)
		jsonw_null(out, key);
	else
		jsonw_int(out, key, n);
}

void
jsonw_real(struct str *out, const char *key, double n)
{
	if (!isfinite(n)) {
		jsonw_null(out, key);
		return;
	}
	begin(out, key);
	str_printf(out, "%.15g", n);
}

void
jsonw_bool(struct str *out, const char *key, bool b)
{
	jsonw_raw(out, key, b ? "true" : "false");
}

void
jsonw_raw(struct str *out, const char *key, const char *json)
{
	begin(out, key);
	str_puts(out, json == NULL ? "null" : json);
}

void
jsonw_value(struct str *out, const char *key, const struct value *v)
{
	if (v == NULL) {
		jsonw_null(out, key);
		return;
	}
	begin(out, key);
	jsonx_write(out, v, 0);
}
