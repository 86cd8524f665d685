/* secret_url.c: secrets in addresses, parameters and lines; see
 * secret_parts.h. */
#include "dsl/secret_parts.h"
#include "dsl/secret.h"

#include <string.h>

enum { LEAST_KEY = 8 };

/* ---- addresses ---- */

/* The first byte from at on, outside of references, that is in stops. */
static size_t
until(const char *text, size_t at, size_t end, const char *stops)
{
	while (at < end) {
		const char *behind = secret_skip(text + at);

		if (behind != text + at)
			at = (size_t)(behind - text);
		else if (strchr(stops, text[at]) != NULL)
			return at;
		else
			at++;
	}
	return at < end ? at : end;
}

/* Whether n bytes may be a name, and not a text that has a sign in it. */
static bool
is_name(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr("\"'{}<>,;\\\n", text[i]) != NULL)
			return false;
	return true;
}

void
spans_pairs(struct spans *s, size_t from, size_t to)
{
	while (from < to) {
		size_t end = until(s->text, from, to, "&");
		size_t name = until(s->text, from, end, "=");

		if (name < end && is_name(s->text + from, name - from))
			spans_called(s, s->text + from, name - from,
				SECRET_QUERY, (struct span){name + 1, end}, 1,
				false);
		from = end + 1;
	}
}

/* USER:PASSWORD@HOST, or KEY@HOST. */
static void
userinfo(struct spans *s, size_t from, size_t to)
{
	size_t at = from;
	size_t last = to; /* the last @ counts */
	size_t colon;

	while ((at = until(s->text, at, to, "@")) < to)
		last = at++;
	if (last == to)
		return;
	colon = until(s->text, from, last, ":");
	if (colon < last)
		spans_value(s, colon + 1, last, 1, false);
	else
		spans_value(s, from, last, LEAST_KEY, false);
}

static const char outside_url[] = " \t\r\n\"'<>`\\";

/* What stands behind the host of an address. */
static void
path_and_query(struct spans *s, size_t path, size_t end)
{
	size_t query = until(s->text, path, end, "?#");
	size_t hash = until(s->text, query, end, "#");

	if (query < hash)
		spans_pairs(s, query + 1, hash);
	if (hash < end) /* as sign-ins hand tokens back */
		spans_pairs(s, hash + 1, end);
}

/* The host is a variable: {{#env.HOST#}}/path?key=value */
static void
behind_variables(struct spans *s)
{
	size_t len = strlen(s->text);
	const char *found = s->text;

	while ((found = strstr(found, "#}}")) != NULL) {
		size_t from = (size_t)(found - s->text) + 3;

		if (s->text[from] == '/' || s->text[from] == '?')
			path_and_query(s, from,
				until(s->text, from, len, outside_url));
		found = s->text + from;
	}
}

void
spans_urls(struct spans *s)
{
	size_t len = strlen(s->text);
	const char *found = s->text;

	while ((found = strstr(found, "://")) != NULL) {
		size_t from = (size_t)(found - s->text) + 3;
		size_t end = until(s->text, from, len, outside_url);
		size_t path = until(s->text, from, end, "/?#");

		userinfo(s, from, path);
		path_and_query(s, path, end);
		found = s->text + end;
	}
	behind_variables(s);
}

/* ---- lines ---- */

void
spans_lines(struct spans *s)
{
	size_t len = strlen(s->text);
	size_t at = 0;

	while (at < len) {
		size_t end = until(s->text, at, len, "\n");
		size_t colon = until(s->text, at, end, ":");
		size_t from = colon + 1;

		while (from < end && strchr(" \t\r", s->text[from]) != NULL)
			from++;
		if (from < end && is_name(s->text + at, colon - at))
			spans_called(s, s->text + at, colon - at, SECRET_QUERY,
				(struct span){from, end}, 1, false);
		at = end + 1;
	}
}
