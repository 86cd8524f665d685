/* jsonschema_refer.c: patterns and references of a schema. */
#include "text/jsonschema_parts.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

static struct schema_pattern *
find_pattern(struct schema *s, const char *text)
{
	struct schema_pattern *p = s->patterns;
	int error;
	PCRE2_SIZE offset;

	while (p != NULL && strcmp(p->text, text) != 0)
		p = p->next;
	if (p != NULL)
		return p;
	p = arena_alloc(s->arena, sizeof(*p));
	p->text = arena_strdup(s->arena, text);
	p->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX, &error,
		&offset, NULL);
	p->next = s->patterns;
	s->patterns = p;
	return p;
}

int
schema_matches(
	struct schema *s, const char *pattern, const char *text, size_t len)
{
	const struct schema_pattern *p = find_pattern(s, pattern);
	pcre2_match_data *data;
	int found;

	if (p->code == NULL)
		return -1;
	data = pcre2_match_data_create(1, NULL);
	if (data == NULL)
		return -1;
	found = pcre2_match(
		p->code, (PCRE2_SPTR)text, len, 0, 0, data, s->limits);
	pcre2_match_data_free(data);
	if (found >= 0)
		return 1;
	return found == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

static size_t
scheme_length(const char *uri)
{
	size_t n = 0;

	while (isalnum((unsigned char)uri[n]) ||
		(uri[n] != '\0' && strchr("+-.", uri[n]) != NULL))
		n++;
	return n > 0 && uri[n] == ':' ? n + 1 : 0;
}

/* How much of base stays in front of a path that begins with /. */
static size_t
authority_length(const char *base)
{
	size_t n = scheme_length(base);

	if (strncmp(base + n, "//", 2) == 0)
		n += 2 + strcspn(base + n + 2, "/?#");
	return n;
}

/* "a/b/../c" is "a/c". */
static const char *
without_dots(struct arena *a, const char *uri)
{
	char *s = arena_strdup(a, uri);
	char *up;

	while ((up = strstr(s, "/../")) != NULL) {
		char *slash = up;

		while (slash > s && slash[-1] != '/')
			slash--;
		memmove(slash, up + 4, strlen(up + 4) + 1);
	}
	while ((up = strstr(s, "/./")) != NULL)
		memmove(up, up + 2, strlen(up + 2) + 1);
	return s;
}

/* What reference means where base counts (RFC 3986 5.2, without queries). */
static const char *
joined(struct arena *a, const char *base, const char *reference)
{
	size_t keep = strcspn(base, "#");

	if (scheme_length(reference) > 0)
		return reference;
	if (reference[0] == '#' || reference[0] == '\0')
		return arena_printf(a, "%.*s%s", (int)keep, base, reference);
	if (reference[0] == '/')
		return arena_printf(a, "%.*s%s", (int)authority_length(base),
			base, reference);
	while (keep > authority_length(base) && base[keep - 1] != '/')
		keep--;
	return without_dots(
		a, arena_printf(a, "%.*s%s", (int)keep, base, reference));
}

static const struct value *
root_of(const struct value *v)
{
	while (v->parent != NULL)
		v = v->parent;
	return v;
}

static const char *
uri_of(const struct schema *s, const struct value *root)
{
	for (const struct schema_document *d = s->documents; d; d = d->next)
		if (d->root == root)
			return d->uri;
	return "";
}

/* The URI against which references inside v count: that of the document,
 * changed by each $id on the way. */
static const char *
base_of(struct schema_walk *w, const struct value *v)
{
	const char *id = value_get_text(v, "$id", NULL);
	const char *base = v->parent != NULL ? base_of(w, v->parent)
					     : uri_of(w->s, root_of(v));

	if (id == NULL || value_get(v, "$ref") != NULL)
		return base;
	return joined(w->arena, base, id);
}

/* Whether a and b are one URI, but for an empty fragment. */
static bool
same_uri(const char *a, const char *b)
{
	size_t n = strlen(a);
	size_t m = strlen(b);

	n -= n > 0 && a[n - 1] == '#';
	m -= m > 0 && b[m - 1] == '#';
	return n == m && memcmp(a, b, n) == 0;
}

/* The schema below v that says that it is this URI. */
static const struct value *
named(struct schema_walk *w, const struct value *v, const char *uri)
{
	const char *id = value_get_text(v, "$id", NULL);

	if (id != NULL && same_uri(base_of(w, v), uri))
		return v;
	value_each(child, v) {
		const struct value *found;

		if ((child->type != VALUE_OBJECT &&
			    child->type != VALUE_ARRAY) ||
			(child->key != NULL &&
				(strcmp(child->key, "enum") == 0 ||
					strcmp(child->key, "const") == 0)))
			continue;
		found = named(w, child, uri);
		if (found != NULL)
			return found;
	}
	return NULL;
}

/* A whole document or a part of one, by its URI without a pointer. */
static const struct value *
find_uri(struct schema_walk *w, const char *uri)
{
	const struct schema_document *d;

	for (d = w->s->documents; d != NULL; d = d->next) {
		const struct value *found;

		if (d->uri[0] != '\0' && same_uri(d->uri, uri))
			return d->root;
		found = named(w, d->root, uri);
		if (found != NULL)
			return found;
	}
	return NULL;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %41 is A. */
static const char *
unescaped(struct arena *a, const char *s)
{
	struct str out;

	str_init(&out, a, strlen(s));
	while (*s != '\0') {
		if (*s == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0) {
			str_putc(&out, (char)(hex(s[1]) * 16 + hex(s[2])));
			s += 3;
		} else {
			str_putc(&out, *s++);
		}
	}
	return out.s;
}

/* The part of the document around from that is meant without any URI: the
 * nearest schema with an $id, or the root. */
static const struct value *
resource_of(const struct value *from)
{
	while (from->parent != NULL &&
		(value_get_text(from, "$id", NULL) == NULL ||
			value_get_text(from, "$id", "#")[0] == '#' ||
			value_get(from, "$ref") != NULL))
		from = from->parent;
	return from;
}

const struct value *
schema_resolve(
	struct schema_walk *w, const struct value *from, const char *reference)
{
	const char *fragment = strchr(reference, '#');
	const struct value *document;
	const char *uri;

	if (fragment != NULL && (fragment[1] == '/' || fragment[1] == '\0')) {
		size_t n = (size_t)(fragment - reference);

		uri = joined(w->arena, base_of(w, from),
			arena_memdup(w->arena, reference, n));
		document = n == 0 ? resource_of(from) : find_uri(w, uri);
		return document != NULL
			       ? value_find(document,
					 unescaped(w->arena, fragment + 1))
			       : NULL;
	}
	uri = joined(w->arena, base_of(w, from), reference);
	return find_uri(w, uri);
}
