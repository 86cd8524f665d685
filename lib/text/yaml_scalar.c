/* yaml_scalar.c: YAML 1.1 scalars as PyYAML's safe loader resolves them. */
#include "text/yaml_scalar.h"

#include "base/nitems.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_ROOM = 400 };

/* A place in a scalar that is matched from left to right. */
struct cursor {
	const char *at;
	const char *end;
};

static bool
at_end(const struct cursor *c)
{
	return c->at == c->end;
}

static bool
take(struct cursor *c, const char *set)
{
	if (at_end(c) || *c->at == '\0' || strchr(set, *c->at) == NULL)
		return false;
	c->at++;
	return true;
}

/* run: takes as many bytes of the set as there are; their count. */
static size_t
run(struct cursor *c, const char *set)
{
	size_t n = 0;

	while (take(c, set))
		n++;
	return n;
}

#define DIGITS  "0123456789"
#define DIGITS_ "0123456789_"

static bool
word_of(const char *s, size_t n, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) == n && memcmp(words[i], s, n) == 0)
			return true;
	return false;
}

static bool
is_bool(const char *s, size_t n)
{
	static const char *const words[] = {"yes", "Yes", "YES", "no", "No",
		"NO", "true", "True", "TRUE", "false", "False", "FALSE", "on",
		"On", "ON", "off", "Off", "OFF"};

	return n >= 2 && n <= 5 && word_of(s, n, words, nitems(words));
}

static bool
is_null(const char *s, size_t n)
{
	static const char *const words[] = {"~", "null", "Null", "NULL"};

	return n == 0 || word_of(s, n, words, nitems(words));
}

/* [eE][-+][0-9]+, which may be missing; then the end. */
static bool
exponent_and_end(struct cursor *c)
{
	if (take(c, "eE") && (!take(c, "+-") || run(c, DIGITS) == 0))
		return false;
	return at_end(c);
}

/* (:[0-5]?[0-9])+ */
static bool
sixties(struct cursor *c)
{
	size_t groups = 0;

	while (take(c, ":")) {
		size_t digits;
		const char *first = c->at;

		digits = run(c, DIGITS);
		if (digits == 0 || digits > 2 || (digits == 2 && *first > '5'))
			return false;
		groups++;
	}
	return groups > 0;
}

static bool
is_float(const char *s, size_t n)
{
	static const char *const words[] = {".inf", ".Inf", ".INF", "+.inf",
		"+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN",
		".NAN"};
	struct cursor c = {s, s + n};
	struct cursor whole;

	if (word_of(s, n, words, nitems(words)))
		return true;
	if (take(&c, ".") && take(&c, DIGITS)) {
		run(&c, DIGITS_);
		return exponent_and_end(&c);
	}
	c.at = s;
	take(&c, "+-");
	if (!take(&c, DIGITS))
		return false;
	run(&c, DIGITS_);
	whole = c;
	if (take(&c, ".")) {
		run(&c, DIGITS_);
		return exponent_and_end(&c);
	}
	if (!sixties(&whole) || !take(&whole, "."))
		return false;
	run(&whole, DIGITS_);
	return at_end(&whole);
}

static bool
is_int(const char *s, size_t n)
{
	struct cursor c = {s, s + n};

	take(&c, "+-");
	if (take(&c, "0")) {
		if (at_end(&c))
			return true;
		if (take(&c, "b"))
			return run(&c, "01_") > 0 && at_end(&c);
		if (take(&c, "x"))
			return run(&c, "0123456789abcdefABCDEF_") > 0 &&
			       at_end(&c);
		return run(&c, "01234567_") > 0 && at_end(&c);
	}
	if (!take(&c, "123456789"))
		return false;
	run(&c, DIGITS_);
	return at_end(&c) || (sixties(&c) && at_end(&c));
}

static bool
digits_of(struct cursor *c, size_t least, size_t most)
{
	size_t n = run(c, DIGITS);

	return n >= least && n <= most;
}

static bool
time_and_zone(struct cursor *c)
{
	if (!take(c, "Tt") && run(c, " \t") == 0)
		return false;
	if (!digits_of(c, 1, 2) || !take(c, ":") || !digits_of(c, 2, 2) ||
		!take(c, ":") || !digits_of(c, 2, 2))
		return false;
	if (take(c, "."))
		run(c, DIGITS);
	run(c, " \t");
	if (take(c, "+-"))
		return digits_of(c, 1, 2) &&
		       (!take(c, ":") || digits_of(c, 2, 2)) && at_end(c);
	take(c, "Z");
	return at_end(c) && c->at[-1] != ' ' && c->at[-1] != '\t';
}

static bool
is_date(const char *s, size_t n)
{
	struct cursor c = {s, s + n};
	const char *month;
	const char *day;

	if (!digits_of(&c, 4, 4) || !take(&c, "-"))
		return false;
	month = c.at;
	if (!digits_of(&c, 1, 2) || !take(&c, "-"))
		return false;
	day = c.at;
	if (!digits_of(&c, 1, 2))
		return false;
	if (at_end(&c))
		return day - month == 3 && c.at - day == 2;
	return time_and_zone(&c);
}

enum yaml_kind
yaml_scalar_kind(const char *s, size_t n)
{
	if (n == 0)
		return YAML_NULL;
	if (strchr("yYnNtTfFoO~", s[0]) != NULL && s[0] != '\0') {
		if (is_bool(s, n))
			return YAML_BOOL;
		return is_null(s, n) ? YAML_NULL : YAML_STR;
	}
	if (strchr("-+.0123456789", s[0]) != NULL && s[0] != '\0') {
		if (is_float(s, n))
			return YAML_FLOAT;
		if (is_int(s, n))
			return YAML_INT;
		return is_date(s, n) ? YAML_DATE : YAML_STR;
	}
	if (n == 2 && memcmp(s, "<<", 2) == 0)
		return YAML_MERGE;
	return n == 1 && s[0] == '=' ? YAML_VALUE : YAML_STR;
}

bool
yaml_scalar_bool(const char *s)
{
	int second = tolower((unsigned char)s[1]);

	return second != 'o'
		       ? tolower((unsigned char)s[0]) != 'f' && second != 'f'
		       : false;
}

/* strip: the text without underscores and sign; false when it is too long. */
static bool
strip(const char *s, size_t n, char out[static NUMBER_ROOM], int *sign_r)
{
	size_t used = 0;

	*sign_r = 1;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '_')
			continue;
		if (i == 0 && (s[i] == '+' || s[i] == '-')) {
			*sign_r = s[i] == '-' ? -1 : 1;
			continue;
		}
		if (used + 1 >= NUMBER_ROOM)
			return false;
		out[used++] = s[i];
	}
	out[used] = '\0';
	return used > 0;
}

/* Hours, minutes and seconds: each group counts sixty of the next. */
static double
sexagesimal(const char *s)
{
	double sum = 0;

	for (;;) {
		char *end;

		sum = sum * 60 + strtod(s, &end);
		if (*end != ':')
			return sum;
		s = end + 1;
	}
}

bool
yaml_scalar_int(const char *s, size_t n, int64_t *integer_r, double *number_r)
{
	char text[NUMBER_ROOM];
	const char *digits = text;
	int sign;
	int base = 10;
	char *end;
	long long whole;

	*number_r = INFINITY;
	if (!strip(s, n, text, &sign))
		return false;
	if (strchr(text, ':') != NULL) {
		*number_r = sign * sexagesimal(text);
		if (!(fabs(*number_r) < 1e15))
			return false;
		*integer_r = (int64_t)*number_r;
		return true;
	}
	if (text[0] == '0' && (text[1] == 'b' || text[1] == 'x')) {
		base = text[1] == 'b' ? 2 : 16;
		digits += 2;
	} else if (text[0] == '0') {
		base = 8;
	}
	errno = 0;
	whole = strtoll(digits, &end, base);
	*integer_r = sign * whole;
	*number_r = sign * strtod(digits, NULL);
	return errno == 0 && end != digits;
}

double
yaml_scalar_float(const char *s, size_t n)
{
	char text[NUMBER_ROOM];
	int sign;

	if (!strip(s, n, text, &sign))
		return 0;
	if (strchr(text, ':') != NULL)
		return sign * sexagesimal(text);
	if (text[0] == '.' && tolower((unsigned char)text[1]) == 'i')
		return sign * (double)INFINITY;
	if (text[0] == '.' && tolower((unsigned char)text[1]) == 'n')
		return (double)NAN;
	return sign * strtod(text, NULL);
}
