/* secret_shape.c: what keys of known services look like; see secret_parts.h. */
#include "base/nitems.h"
#include "dsl/secret_parts.h"

#include <ctype.h>
#include <string.h>

enum { SHORTEST = 16 }; /* of all shapes: LTAI and 12 bytes */

/* What stands in front of a key, how many bytes of one alphabet follow at
 * least, and whether a digit must be among them. */
static const struct shape {
	const char *front;
	size_t least;
	bool digit;
	bool kept; /* the front is no part of the secret */
} shapes[] = {
	{"sk-", 16, true, false},
	{"sk_live_", 16, false, false},
	{"sk_test_", 16, false, false},
	{"rk_live_", 16, false, false},
	{"whsec_", 16, false, false},
	{"ghp_", 20, false, false},
	{"gho_", 20, false, false},
	{"ghu_", 20, false, false},
	{"ghs_", 20, false, false},
	{"ghr_", 20, false, false},
	{"github_pat_", 20, false, false},
	{"glpat-", 16, false, false},
	{"xoxb-", 16, true, false},
	{"xoxp-", 16, true, false},
	{"xoxa-", 16, true, false},
	{"xapp-", 16, true, false},
	{"AKIA", 16, false, false},
	{"ASIA", 16, true, false},
	{"LTAI", 12, true, false},
	{"AIza", 30, false, false},
	{"ya29.", 20, false, false},
	{"app-", 24, true, false},
	{"dataset-", 24, true, false},
	{"hf_", 24, false, false},
	{"gsk_", 24, true, false},
	{"tvly-", 16, true, false},
	{"pplx-", 20, true, false},
	{"fc-", 24, true, false},
	{"r8_", 24, true, false},
	{"npm_", 24, true, false},
	{"SG.", 30, true, false},
	{"shpat_", 20, false, false},
	{"eyJ", 40, true, false},
	{"Bearer ", 16, true, true},
	{"bearer ", 16, true, true},
	{"Basic ", 12, true, true},
};

static bool
is_key_byte(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("_-.~+/=", c));
}

/* The length of what a shape takes at text, 0 when it is none. */
static size_t
taken(const struct shape *s, const char *text)
{
	size_t front;
	size_t n = 0;
	size_t digits = 0;

	if (*text != *s->front)
		return 0;
	front = strlen(s->front);
	if (strncmp(text, s->front, front) != 0)
		return 0;
	while (is_key_byte(text[front + n])) {
		digits += isdigit((unsigned char)text[front + n]) != 0;
		n++;
	}
	while (n > 0 && strchr(".-/", text[front + n - 1]) != NULL)
		n--; /* the end of a sentence */
	return n < s->least || (s->digit && digits == 0) ? 0 : front + n;
}

static size_t
shape_at(struct spans *s, size_t at)
{
	for (size_t i = 0; i < nitems(shapes); i++) {
		size_t n = taken(&shapes[i], s->text + at);

		if (n == 0)
			continue;
		spans_value(s,
			at + (shapes[i].kept ? strlen(shapes[i].front) : 0),
			at + n, 1, false);
		return n;
	}
	return 0;
}

/* A key in PEM, without its first and last line. */
static void
pem(struct spans *s)
{
	static const char begin[] = "PRIVATE KEY-----";
	static const char end[] = "-----END";
	const char *at = s->text;

	while ((at = strstr(at, begin)) != NULL) {
		const char *to = strstr(at += sizeof(begin) - 1, end);

		if (to == NULL)
			to = at + strlen(at);
		spans_value(s, (size_t)(at - s->text), (size_t)(to - s->text),
			1, false);
		at = to;
		if (strncmp(at, end, sizeof(end) - 1) == 0) {
			at = strstr(at, begin);
			if (at == NULL)
				return;
			at += sizeof(begin) - 1;
		}
	}
}

void
spans_shapes(struct spans *s)
{
	size_t at = 0;
	bool inside = false; /* of a word, where no key begins */

	if (strlen(s->text) < SHORTEST)
		return;
	while (s->text[at] != '\0') {
		const char *behind = secret_skip(s->text + at);
		size_t n = (size_t)(behind - (s->text + at));

		if (n == 0 && !inside)
			n = shape_at(s, at);
		if (n == 0) {
			char c = s->text[at++];

			inside = isalnum((unsigned char)c) || c == '_' ||
				 c == '-';
			continue;
		}
		at += n;
		inside = false;
	}
	pem(s);
}
