/* secret_text.c: where secrets stand in a text; see secret_parts.h. */
#include "dsl/secret_parts.h"
#include "dsl/secret.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 16, LEAST_ASSIGNED = 4, ID_MOST = 20 };

/* ---- spans ---- */

void
spans_init(struct spans *s, struct arena *a, const char *text)
{
	*s = (struct spans){.a = a, .text = text};
}

static void
add(struct spans *s, size_t from, size_t to)
{
	if (from >= to || secret_word(s->text + from, to - from))
		return;
	if (s->n == s->room) {
		size_t room = s->room == 0 ? ROOM : s->room * 2;

		s->at = arena_grow(s->a, s->at, s->room * sizeof(*s->at),
			room * sizeof(*s->at));
		s->room = room;
	}
	s->at[s->n++] = (struct span){from, to};
}

static int
by_place(const void *x, const void *y)
{
	const struct span *a = x;
	const struct span *b = y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->to > b->to ? -1 : a->to < b->to;
}

void
spans_sort(struct spans *s)
{
	size_t kept = 0;

	if (s->n == 0)
		return;
	qsort(s->at, s->n, sizeof(*s->at), by_place);
	for (size_t i = 1; i < s->n; i++) {
		if (s->at[i].from >= s->at[kept].to)
			s->at[++kept] = s->at[i];
		else if (s->at[i].to > s->at[kept].to)
			s->at[kept].to = s->at[i].to;
	}
	s->n = kept + 1;
}

/* ---- references ---- */

const char *
secret_skip(const char *text)
{
	const char *end;

	if (*text == *SECRET_PREFIX &&
		strncmp(text, SECRET_PREFIX, strlen(SECRET_PREFIX)) == 0) {
		size_t n = 0;

		text += strlen(SECRET_PREFIX);
		while (n < ID_MOST && (isdigit((unsigned char)text[n]) ||
					      islower((unsigned char)text[n])))
			n++;
		return text + n;
	}
	if (text[0] != '{' || (text[1] != '{' && text[1] != '%'))
		return text;
	end = strstr(text + 2, text[1] == '{' ? "}}" : "%}");
	return end == NULL ? text : end + 2;
}

/* The same, also over "{name}" and "${name}" of a text that is filled in. */
static const char *
skip_any(const char *text, bool braces)
{
	const char *behind = secret_skip(text);
	const char *end;

	if (behind != text || !braces)
		return behind;
	if (text[0] == '$' && text[1] == '{')
		text++;
	end = text[0] == '{' ? strchr(text, '}') : NULL;
	return end == NULL ? behind : end + 1;
}

static bool
plain(const char *text, size_t n, bool braces)
{
	for (size_t i = 0; i < n; i++)
		if (skip_any(text + i, braces) != text + i)
			return false;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One word after the other, none of which holds a reference. */
static void
add_words(struct spans *s, size_t from, size_t to, size_t min, bool braces)
{
	size_t begin = from;
	size_t at = from;

	while (at <= to) {
		const char *here = s->text + at;
		const char *behind = at < to ? skip_any(here, braces) : here;

		if (at < to && behind == here && !is_blank(*here)) {
			at++;
			continue;
		}
		if (at - begin >= min)
			add(s, begin, at);
		at += behind == here ? 1 : (size_t)(behind - here);
		begin = at;
	}
}

/* Whether it is nothing but the words that stand in front of a secret. */
static bool
only_words(const char *text, size_t n)
{
	size_t at = 0;

	while (at < n) {
		size_t end = at;

		while (end < n && !is_blank(text[end]))
			end++;
		if (end > at && !secret_word(text + at, end - at))
			return false;
		at = end + 1;
	}
	return true;
}

void
spans_value(struct spans *s, size_t from, size_t to, size_t min, bool braces)
{
	if (from >= to || only_words(s->text + from, to - from))
		return;
	if (!plain(s->text + from, to - from, braces))
		add_words(s, from, to,
			min < LEAST_ASSIGNED ? LEAST_ASSIGNED : min, braces);
	else if (to - from >= min)
		add(s, from, to);
}

void
spans_called(struct spans *s, const char *name, size_t n,
	enum secret_place place, struct span value, size_t min, bool braces)
{
	enum secret_says says = secret_name(name, n, place);

	if (says == SECRET_YES ||
		(says == SECRET_MAYBE && secret_looks(s->text + value.from,
						 value.to - value.from)))
		spans_value(s, value.from, value.to, min, braces);
}

/* ---- what is given to a name ---- */

static bool
is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' ||
	       (unsigned char)c >= 0x80;
}

static const char *
blanks(const char *at)
{
	while (is_blank(*at))
		at++;
	return at;
}

/* Behind the name: its quote, the brackets around it, a type. NULL: nothing is
 * given to it. */
static const char *
behind_name(const char *at)
{
	const char *type;

	while (*at == '"' || *at == '\'' || *at == '\\')
		at++;
	at = blanks(*at == ']' ? at + 1 : at);
	if (*at == '=')
		return at[1] == '=' ? NULL : blanks(at + (at[1] == '>') + 1);
	if (*at != ':')
		return NULL;
	at = blanks(at + 1);
	if (*at == '=') /* := */
		return blanks(at + 1);
	for (type = at; isalnum((unsigned char)*type) || *type == '_';)
		type++;
	if (type == at || *blanks(type) != '=' || blanks(type)[1] == '=')
		return at;
	return blanks(blanks(type) + 1); /* name: str = */
}

/* The text in quotes at *at: where it begins and ends; behind it in *at. */
static bool
quoted(const char **at, const char **from_r, const char **to_r, bool *braces_r)
{
	const char *q = *at;
	bool escaped = false;
	size_t n;
	char quote;

	*braces_r = false;
	for (; *q != '\0' && strchr("fFrRbBuU", *q) != NULL; q++)
		*braces_r |= *q == 'f' || *q == 'F';
	if (*q == '\\') { /* JSON in a text of JSON */
		escaped = true;
		q++;
	}
	if (*q != '"' && *q != '\'' && *q != '`')
		return false;
	quote = *q;
	*braces_r |= quote == '`';
	n = q[1] == quote && q[2] == quote ? 3 : 1;
	*from_r = q += n;
	while (*q != '\0' &&
		!(*q == quote &&
			(n == 1 || (q[1] == quote && q[2] == quote)))) {
		if (n == 1 && *q == '\n')
			return false;
		if (*q == '\\' && escaped && q[1] == quote)
			break;
		q += *q == '\\' && q[1] != '\0' ? 2 : 1;
	}
	*to_r = q;
	*at = *q == '\0' ? q : q + n + (*q == '\\');
	return *q != '\0';
}

static bool
is_ascii(const char *from, const char *to)
{
	while (from < to && (unsigned char)*from < 0x80)
		from++;
	return from == to;
}

/* What is given to the name of n bytes in front of *at, which goes behind. */
static void
assigned(struct spans *s, const char *name, const char **at)
{
	const char *value = behind_name(*at);
	const char *from;
	const char *to;
	bool braces;

	if (value == NULL || !quoted(&value, &from, &to, &braces))
		return;
	if (is_ascii(from, to))
		spans_called(s, name, (size_t)(*at - name), SECRET_MEMBER,
			(struct span){(size_t)(from - s->text),
				(size_t)(to - s->text)},
			LEAST_ASSIGNED, braces);
	*at = value;
}

void
spans_assigned(struct spans *s)
{
	const char *at = s->text;

	while (*at != '\0') {
		const char *name = at;

		while (is_name_byte(*at))
			at++;
		if (at == name)
			at++;
		else if (secret_name(name, (size_t)(at - name),
				 SECRET_MEMBER) != SECRET_NO)
			assigned(s, name, &at);
	}
}
