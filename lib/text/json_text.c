/* json_text.c: strings and names of the JSON reader. */
#include "base/limits.h"
#include "base/utf8.h"
#include "text/json_scan.h"

static const char open_quote[] = "\xE2\x80\x9C", close_quote[] = "\xE2\x80\x9D";

static bool
starts(const char *p, const char *end, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(end - p) >= n && memcmp(p, with, n) == 0;
}

bool
scan_quote(const struct scan *s, const char *p)
{
	if (p == s->end)
		return false;
	if (*p == '"')
		return true;
	return s->tolerant &&
	       (*p == '\'' || *p == '`' || starts(p, s->end, open_quote));
}

static int
hex4(const char *p, const char *end)
{
	int n = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		n *= 16;
		if (c >= '0' && c <= '9')
			n += c - '0';
		else if (c >= 'a' && c <= 'f')
			n += c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			n += c - 'A' + 10;
		else
			return -1;
	}
	return n;
}

static void
put_utf8(struct str *out, unsigned c)
{
	char b[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (n == 1) {
		str_putc(out, (char)c);
		return;
	}
	for (size_t i = n; i-- > 1; c >>= 6)
		b[i] = (char)(0x80 | (c & 0x3F));
	b[0] = (char)((0xF0U << (4 - n) & 0xFFU) | c);
	str_add(out, b, n);
}

/* A \u escape; s->at is behind the u. False is an error. */
static bool
unicode(struct scan *s, struct str *out)
{
	int hi = hex4(s->at, s->end), lo;

	if (hi < 0 || (hi == 0 && !s->tolerant))
		return false;
	s->at += 4;
	if (hi >= 0xD800 && hi <= 0xDBFF && starts(s->at, s->end, "\\u")) {
		lo = hex4(s->at + 2, s->end);
		if (lo >= 0xDC00 && lo <= 0xDFFF) {
			s->at += 6;
			put_utf8(out, 0x10000U +
					      (((unsigned)hi - 0xD800U) << 10) +
					      ((unsigned)lo - 0xDC00U));
			return true;
		}
	}
	if ((hi >= 0xD800 && hi <= 0xDFFF) || hi == 0) {
		if (!s->tolerant)
			return false;
		scan_note(s, "lone_surrogate");
		hi = 0xFFFD;
	}
	put_utf8(out, (unsigned)hi);
	return true;
}

/* An escape; s->at is at the backslash. False is an error. */
static bool
escape(struct scan *s, struct str *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *hit;

	if (s->at + 1 == s->end) {
		s->at++;
		return s->tolerant;
	}
	hit = strchr(from, s->at[1]);
	s->at += 2;
	if (hit != NULL && *hit != '\0') {
		str_putc(out, to[hit - from]);
		return true;
	}
	if (s->at[-1] == 'u' && unicode(s, out))
		return true;
	if (!s->tolerant)
		return false;
	if (s->at[-1] == '\'' || s->at[-1] == '`') {
		str_putc(out, s->at[-1]);
		return true;
	}
	scan_note(s, "bad_escape");
	str_putc(out, '\\');
	if (s->at[-1] == '\n') {
		str_cut(out, out->len - 1);
		return true;
	}
	s->at--;
	return true;
}

struct quote {
	const char *close; /* the texts that may end the string */
	const char *other;
};

static struct quote
opened(struct scan *s)
{
	if (*s->at == '"') {
		s->at++;
		return (struct quote){"\"", NULL};
	}
	scan_note(s, *s->at == '\'' ? "single_quote" : "odd_quote");
	if (starts(s->at, s->end, open_quote)) {
		s->at += 3;
		return (struct quote){close_quote, "\""};
	}
	s->at++;
	return (struct quote){s->at[-1] == '\'' ? "'" : "`", NULL};
}

static size_t
at_close(const struct scan *s, const struct quote *q)
{
	if (starts(s->at, s->end, q->close))
		return strlen(q->close);
	if (q->other != NULL && starts(s->at, s->end, q->other))
		return strlen(q->other);
	return 0;
}

/* One character of a string. False is an error. */
static bool
character(struct scan *s, struct str *out)
{
	size_t n;

	if (*s->at == '\\')
		return escape(s, out);
	n = s->tolerant ? utf8_length(s->at, s->end) : 1;
	if (n == 0) {
		scan_note(s, "not_utf8");
		put_utf8(out, 0xFFFD);
		s->at++;
		return true;
	}
	if ((unsigned char)*s->at < 0x20) {
		if (!s->tolerant)
			return false;
		if (*s->at == '\n') {
			scan_note(s, "raw_newline");
			s->line++;
			s->line_start = s->at + 1;
		}
	}
	str_add(out, s->at, n);
	s->at += n;
	return true;
}

/* Gives a string that swallowed the next line's name back what is not its. */
static bool
give_back(struct scan *s, struct str *out, const char *from)
{
	const char *open = scan_swallowed(s, from), *p;
	size_t lines = 0;

	if (open == NULL)
		return false;
	scan_note(s, "missing_quote");
	for (p = open; p < s->at; p++)
		lines += *p == '\n';
	s->line -= (uint32_t)lines;
	str_cut(out, out->len - (size_t)(s->at - open));
	while (out->len > 0 && strchr(" \t\r\n,", out->s[out->len - 1]) != NULL)
		str_cut(out, out->len - 1);
	s->at = open;
	return true;
}

/* The body of a string up to its closing quote; false is an error. */
static bool
body(struct scan *s, struct str *out, bool key)
{
	const char *first = s->at;
	const struct quote q = opened(s);

	while (s->at < s->end) {
		const char *from = s->at;
		size_t n;

		while (s->at < s->end && (unsigned char)*s->at >= 0x20 &&
			(unsigned char)*s->at < 0x80 && *s->at != '\\' &&
			*s->at != *q.close && *s->at != '"')
			s->at++;
		str_add(out, from, (size_t)(s->at - from));
		if (s->at == s->end)
			break;
		n = at_close(s, &q);
		if (n > 0 &&
			(!s->tolerant || (key ? scan_name_ends(s, n, out->len)
					      : scan_value_ends(s, n)))) {
			s->at += n;
			return true;
		}
		if (n > 0 && !key && give_back(s, out, first + 1))
			return true;
		if (n > 0)
			scan_note(s, "unescaped_quote");
		if (!character(s, out))
			return scan_fail(s, "bad character in a string") !=
			       NULL;
	}
	if (!s->tolerant)
		return scan_fail(s, "string without end") != NULL;
	s->report->cut = true;
	return true;
}

/* Python's triple quotes; s->at is behind them. */
static void
triple(struct scan *s, struct str *out)
{
	scan_note(s, "triple_quote");
	while (s->at < s->end && !starts(s->at, s->end, "\"\"\""))
		if (!character(s, out))
			return;
	if (s->at == s->end)
		s->report->cut = true;
	else
		s->at += 3;
}

static bool
plus(struct scan *s)
{
	bool new_line = false;
	const char *p = scan_skip(s, s->at, &new_line);

	if (p == s->end || *p != '+')
		return false;
	s->at = p + 1;
	scan_blank(s);
	scan_note(s, "joined_strings");
	return scan_quote(s, s->at);
}

/* Whether another string is joined behind p by a plus. */
static bool
joined_behind(const struct scan *s, const char *p)
{
	bool new_line = false;

	p = scan_skip(s, p, &new_line);
	return p < s->end && *p == '+';
}

/* The end of a text without anything to be rewritten behind its first quote,
 * which s->at is at; NULL when it has some. */
static const char *
plain_end(const struct scan *s)
{
	const char *p = s->at + 1;

	if (*s->at != '"')
		return NULL;
	while (p < s->end && *p != '"' && *p != '\\' &&
		(unsigned char)*p >= 0x20 &&
		((unsigned char)*p < 0x80 || !s->tolerant))
		p++;
	return p < s->end && *p == '"' ? p : NULL;
}

static struct value *
plain_string(struct scan *s)
{
	const char *from = s->at + 1;
	const char *end = plain_end(s);

	if (end == NULL)
		return NULL;
	s->at = end;
	if (s->tolerant && (end == from || !scan_value_ends(s, 1) ||
				   joined_behind(s, end + 1))) {
		s->at = from - 1;
		return NULL;
	}
	s->at = end + 1;
	return value_string_n(s->arena, from, (size_t)(end - from));
}

/* A member's name where JSON is strict; NULL: it has to be rewritten. */
static const char *
plain_key(struct scan *s)
{
	const char *from = s->at + 1;
	const char *end = s->tolerant ? NULL : plain_end(s);

	if (end == NULL)
		return NULL;
	s->at = end + 1;
	return arena_memdup(s->arena, from, (size_t)(end - from));
}

struct value *
scan_string(struct scan *s)
{
	struct str out;
	struct value *v;

	v = plain_string(s);
	if (v != NULL)
		return v;
	str_init(&out, s->arena, LIMIT_DOCUMENT);
	do {
		if (s->tolerant && starts(s->at, s->end, "\"\"\"")) {
			s->at += 3;
			triple(s, &out);
		} else if (!body(s, &out, false)) {
			return NULL;
		}
	} while (s->tolerant && plus(s));
	v = value_null(s->arena);
	v->type = VALUE_STRING;
	v->u.text.s = out.s;
	v->u.text.len = out.len;
	return v;
}

static bool
bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '$' ||
	       c == '.' || (unsigned char)c >= 0x80;
}

const char *
scan_key(struct scan *s)
{
	const char *from;
	struct str out;
	size_t size;

	scan_blank(s);
	if (scan_quote(s, s->at)) {
		from = plain_key(s);
		if (from != NULL)
			return from;
		str_init(&out, s->arena, LIMIT_DOCUMENT);
		return body(s, &out, true) ? out.s : NULL;
	}
	if (!s->tolerant)
		return scan_fail(s, "expected a member's name");
	from = s->at;
	while (s->at < s->end && bare(*s->at) &&
		scan_mark(s, s->at, &size) == 0)
		s->at++;
	if (s->at == from)
		return scan_fail(s, "expected a member's name");
	if (!utf8_valid(from, (size_t)(s->at - from)))
		return scan_fail(s, "not UTF-8");
	scan_note(s, "bare_name");
	return arena_memdup(s->arena, from, (size_t)(s->at - from));
}
