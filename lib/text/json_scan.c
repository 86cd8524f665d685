/* json_scan.c: blanks, marks, numbers and literals of the JSON reader. */
#include "text/json_scan.h"

#include "base/limits.h"
#include "base/nitems.h"
#include "base/utf8.h"

#include <errno.h>
#include <math.h>

enum { MAX_NOTES = 1000, MAX_NUMBER = 400 };

uint32_t
scan_column(const struct scan *s, const char *p)
{
	return (uint32_t)(p - s->line_start) + 1;
}

void *
scan_fail(struct scan *s, const char *error)
{
	if (s->report->error == NULL) {
		s->report->error = error;
		s->report->line = s->line;
		s->report->column = scan_column(s, s->at);
		s->report->end = (size_t)(s->at - s->start);
	}
	return NULL;
}

void
scan_note(struct scan *s, const char *code)
{
	struct jsonx_note *note;

	if (s->notes++ >= MAX_NOTES)
		return;
	note = arena_alloc(s->arena, sizeof(*note));
	note->code = code;
	note->line = s->line;
	note->column = scan_column(s, s->at);
	if (s->last_note == NULL)
		s->report->notes = note;
	else
		s->last_note->next = note;
	s->last_note = note;
}

/* Skips a comment; false when there is none at s->at. */
static bool
comment(struct scan *s)
{
	const char *p = s->at;
	bool block = s->end - p > 1 && p[0] == '/' && p[1] == '*';

	if (!block && *p != '#' &&
		!(s->end - p > 1 && p[0] == '/' && p[1] == '/'))
		return false;
	scan_note(s, "comment");
	for (; s->at < s->end; s->at++) {
		if (block && s->end - s->at > 1 && s->at > p + 1 &&
			s->at[0] == '*' && s->at[1] == '/') {
			s->at += 2;
			return true;
		}
		if (*s->at != '\n')
			continue;
		if (!block)
			return true;
		s->line++;
		s->line_start = s->at + 1;
	}
	return true;
}

void
scan_blank(struct scan *s)
{
	if (!s->tolerant && s->at != s->end && (unsigned char)*s->at > ' ')
		return;
	for (; s->at < s->end; s->at++) {
		if (*s->at == '\n') {
			s->line++;
			s->line_start = s->at + 1;
		} else if (*s->at == ' ' || *s->at == '\t' || *s->at == '\r') {
			continue;
		} else if (!s->tolerant) {
			return;
		} else if (s->end - s->at > 2 &&
			   (memcmp(s->at, "\xE3\x80\x80", 3) == 0 ||
				   memcmp(s->at, "\xEF\xBB\xBF", 3) == 0)) {
			s->at += 2;
		} else if (s->end - s->at > 1 &&
			   memcmp(s->at, "\xC2\xA0", 2) == 0) {
			s->at++;
		} else if (comment(s)) {
			s->at--;
			if (s->at + 1 == s->end)
				s->at = s->end - 1;
		} else {
			return;
		}
	}
}

char
scan_mark(const struct scan *s, const char *p, size_t *size_r)
{
	static const struct {
		char wide[4];
		char c;
	} marks[] = {
		{"\xEF\xBC\x8C", ','},
		{"\xEF\xBC\x9A", ':'},
		{"\xEF\xBD\x9B", '{'},
		{"\xEF\xBD\x9D", '}'},
		{"\xEF\xBC\xBB", '['},
		{"\xEF\xBC\xBD", ']'},
		{"\xE3\x80\x90", '['},
		{"\xE3\x80\x91", ']'},
		{"\xEF\xBC\x89", ')'},
		{"\xE3\x80\x81", ','},
	};

	*size_r = 1;
	if (p >= s->end)
		return 0;
	if (*p != '\0' && strchr("{}[],:)", *p) != NULL)
		return *p;
	if ((unsigned char)*p < 0x80 || !s->tolerant || s->end - p < 3)
		return 0;
	*size_r = 3;
	for (size_t i = 0; i < nitems(marks); i++)
		if (memcmp(p, marks[i].wide, 3) == 0)
			return marks[i].c;
	return 0;
}

bool
scan_take(struct scan *s, char c)
{
	size_t size;

	if (s->at < s->end && *s->at == c) {
		s->at++;
		return true;
	}
	if (!s->tolerant || scan_mark(s, s->at, &size) != c)
		return false;
	scan_note(s, "full_width");
	s->at += size;
	return true;
}

struct value *
scan_new(struct scan *s, struct value *v, uint32_t line, uint32_t column)
{
	if (++s->values > LIMIT_VALUES) {
		s->report->limit = true;
		return scan_fail(s, "too many values");
	}
	v->line = line;
	v->column = column;
	return v;
}

/* The length of the number at s->at by the grammar of RFC 8259, or 0. */
static size_t
number_length(const struct scan *s, bool *whole_r)
{
	const char *p = s->at, *digits;

	*whole_r = true;
	if (p < s->end && *p == '-')
		p++;
	digits = p;
	while (p < s->end && *p >= '0' && *p <= '9')
		p++;
	if (p == digits || (*digits == '0' && p > digits + 1))
		return 0;
	if (p + 1 < s->end && *p == '.' && p[1] >= '0' && p[1] <= '9') {
		*whole_r = false;
		for (p++; p < s->end && *p >= '0' && *p <= '9'; p++)
			continue;
	}
	if (p < s->end && (*p == 'e' || *p == 'E')) {
		const char *q = p + 1;

		if (q < s->end && (*q == '+' || *q == '-'))
			q++;
		if (q == s->end || *q < '0' || *q > '9')
			return 0;
		while (q < s->end && *q >= '0' && *q <= '9')
			q++;
		*whole_r = false;
		p = q;
	}
	return (size_t)(p - s->at);
}

static struct value *
number(struct scan *s, size_t n, bool whole)
{
	char text[MAX_NUMBER + 1];
	long long integer;
	double d;

	if (n > MAX_NUMBER)
		return scan_fail(s, "number too long");
	memcpy(text, s->at, n);
	text[n] = '\0';
	s->at += n;
	errno = 0;
	integer = strtoll(text, NULL, 10);
	if (whole && errno == 0)
		return value_int(s->arena, integer);
	d = strtod(text, NULL);
	if (isinf(d))
		return scan_fail(s, "number out of range");
	return value_float(s->arena, d);
}

struct literal {
	const char *word;
	enum value_type type;
	bool truth;
};

static const struct literal strict_words[] = {
	{"true", VALUE_BOOL, true},
	{"false", VALUE_BOOL, false},
	{"null", VALUE_NULL, false},
};

static const struct literal other_words[] = {
	{"True", VALUE_BOOL, true},
	{"TRUE", VALUE_BOOL, true},
	{"False", VALUE_BOOL, false},
	{"FALSE", VALUE_BOOL, false},
	{"None", VALUE_NULL, false},
	{"NULL", VALUE_NULL, false},
	{"undefined", VALUE_NULL, false},
	{"NaN", VALUE_NULL, false},
	{"Infinity", VALUE_NULL, false},
	{"-Infinity", VALUE_NULL, false},
};

static const struct literal *
find_word(const struct literal *words, size_t count, const char *s, size_t n)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i].word) == n &&
			memcmp(words[i].word, s, n) == 0)
			return &words[i];
	return NULL;
}

static struct value *
literal_value(struct scan *s, const struct literal *w)
{
	return w->type == VALUE_BOOL ? value_bool(s->arena, w->truth)
				     : value_null(s->arena);
}

/* A bare text ends before a structural mark, a quote, a comment or the line's
 * end. */
static size_t
word_length(const struct scan *s)
{
	const char *p = s->at;
	size_t size;

	while (p < s->end && *p != '\n' && *p != '"' &&
		scan_mark(s, p, &size) == 0 &&
		!(*p == ' ' && p + 1 < s->end && (p[1] == '#' || p[1] == '/')))
		p++;
	while (p > s->at && (p[-1] == ' ' || p[-1] == '\r' || p[-1] == '\t'))
		p--;
	return (size_t)(p - s->at);
}

static struct value *
tolerant_scalar(struct scan *s)
{
	size_t n = word_length(s);
	const struct literal *w =
		find_word(other_words, nitems(other_words), s->at, n);
	char text[MAX_NUMBER + 1], *end;
	struct value *v;

	if (n == 0)
		return scan_fail(s, "expected a value");
	if (w != NULL) {
		scan_note(s, "python_word");
		s->at += n;
		return literal_value(s, w);
	}
	if (n < MAX_NUMBER) {
		double d;

		memcpy(text, s->at, n);
		text[n] = '\0';
		d = strtod(text, &end);
		if (*end == '\0' && isfinite(d)) {
			scan_note(s, "odd_number");
			s->at += n;
			return d == floor(d) && fabs(d) < 1e15
				       ? value_int(s->arena, (int64_t)d)
				       : value_float(s->arena, d);
		}
	}
	scan_note(s, "bare_text");
	v = value_string_n(s->arena, s->at, n);
	if (!utf8_valid(s->at, n))
		return scan_fail(s, "not UTF-8");
	s->at += n;
	return v;
}

struct value *
scan_scalar(struct scan *s)
{
	size_t letters = 0;
	const struct literal *w;
	bool whole;
	size_t n = number_length(s, &whole);

	if (n > 0 && (!s->tolerant || n == word_length(s)))
		return number(s, n, whole);
	while (s->at + letters < s->end && s->at[letters] >= 'a' &&
		s->at[letters] <= 'z')
		letters++;
	w = find_word(strict_words, nitems(strict_words), s->at, letters);
	if (w != NULL && (!s->tolerant || letters == word_length(s))) {
		s->at += letters;
		return literal_value(s, w);
	}
	if (s->tolerant)
		return tolerant_scalar(s);
	return scan_fail(s, "expected a value");
}
