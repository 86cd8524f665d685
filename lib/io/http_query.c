/* http_query.c: the query string: decoding and checking. */
#include "base/limits.h"
#include "base/utf8.h"
#include "io/http_req.h"
#include "text/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "%41+b" to "A b" (WHATWG URL 5.1); NULL when it is malformed. */
static const char *
decode(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1);
	size_t len = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] != '%') {
			out[len++] = s[i] == '+' ? ' ' : s[i];
			continue;
		}
		if (i + 2 >= n || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
			return NULL;
		out[len++] = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
		i += 2;
	}
	return utf8_valid(out, len) ? out : NULL;
}

/* A text as the JSON value that the field wants; NULL: it is none. */
static struct value *
as_value(struct arena *a, const struct field *f, const char *text)
{
	char *end;
	long long n;

	if (f->type == FIELD_INT) {
		errno = 0;
		n = strtoll(text, &end, 10);
		if (*text == '\0' || *end != '\0' || errno != 0)
			return NULL;
		return value_int(a, n);
	}
	if (f->type == FIELD_BOOL) {
		if (strcmp(text, "1") == 0 || strcmp(text, "true") == 0)
			return value_bool(a, true);
		if (strcmp(text, "0") == 0 || strcmp(text, "false") == 0)
			return value_bool(a, false);
		return NULL;
	}
	return value_string(a, text);
}

/* One "name=value" of n bytes into object; false when it is malformed. */
static bool
take(struct arena *a, const struct field *fields, size_t nfields,
	const char *pair, size_t n, struct value *object)
{
	const char *eq = memchr(pair, '=', n);
	size_t name_len = eq == NULL ? n : (size_t)(eq - pair);
	const char *name = decode(a, pair, name_len);
	const char *text =
		eq == NULL ? "" : decode(a, eq + 1, n - name_len - 1);
	struct value *v = NULL;
	size_t i;

	if (name == NULL || text == NULL || value_get(object, name) != NULL)
		return false;
	if (*text == '\0')
		v = value_null(a); /* "q=" says no more than leaving it out */
	for (i = 0; i < nfields; i++) {
		if (v == NULL && strcmp(fields[i].name, name) == 0)
			v = as_value(a, &fields[i], text);
	}
	value_set(a, object, name, v == NULL ? value_string(a, text) : v);
	return true;
}

size_t
http_check_query(struct arena *a, const struct field *fields, size_t nfields,
	const char *text, const struct value **values_r, struct str *errors)
{
	struct value *object = value_object(a);
	const char *p = text;

	while (*p != '\0') {
		size_t n = strcspn(p, "&");

		if (n > 0 && !take(a, fields, nfields, p, n, object)) {
			http_error(errors, "?", "invalid",
				"The query string is malformed or repeats a "
				"name.");
			return 1;
		}
		p += n;
		p += *p == '&';
	}
	return http_check_fields(
		a, '?', fields, nfields, object, values_r, errors);
}

int
http_take_query(struct req *r)
{
	const struct route *route = r->route;
	const char *text = http_env(r, "QUERY_STRING");
	struct str errors;

	r->query = arena_array(r->arena, route->nquery + 1, sizeof(*r->query));
	str_init(&errors, r->arena, LIMIT_BODY);
	if (http_check_query(r->arena, route->query, route->nquery,
		    text == NULL ? "" : text, r->query, &errors) == 0)
		return 0;
	jsonw_raw(&r->more, "errors", arena_printf(r->arena, "[%s]", errors.s));
	return http_refuse(r, 400, "invalid_request",
		"The query is not what this address takes; see errors.");
}

const char *
http_query(const struct req *r, size_t at)
{
	return value_text(r->query[at]);
}

int64_t
http_query_int(const struct req *r, size_t at, int64_t other)
{
	const struct value *v = r->query[at];

	return value_is(v, VALUE_INT) ? v->u.integer : other;
}

bool
http_query_bool(const struct req *r, size_t at, bool other)
{
	const struct value *v = r->query[at];

	return value_is(v, VALUE_BOOL) ? v->u.truth : other;
}

int
http_query_enum(const struct req *r, size_t at, int other)
{
	const char *text = http_query(r, at);
	const char *const *values = r->route->query[at].values;
	int i;

	for (i = 0; text != NULL && values[i] != NULL; i++) {
		if (strcmp(values[i], text) == 0)
			return i;
	}
	return other;
}
