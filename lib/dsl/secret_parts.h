/* secret_parts.h: what the files of secret.h share: what a secret is called,
 * what it looks like, and where it stands in a text. */
#ifndef SECRET_PARTS_H
#define SECRET_PARTS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Where a name stands. */
enum secret_place {
	SECRET_MEMBER, /* of an object, or of a variable, in code or a body */
	SECRET_QUERY,  /* a header or a parameter: "key" alone says enough */
};

/* What a name says of the text that it stands for. */
enum secret_says {
	SECRET_NO,
	SECRET_MAYBE, /* when it looks like one: "openai_key" */
	SECRET_YES,
};

/* secret_name: whether people keep secrets under that name of n bytes:
 * "api_key", "X-Auth-Token", "dbPassword", but not "max_tokens". */
enum secret_says secret_name(
	const char *name, size_t n, enum secret_place place);

/* secret_looks: whether n bytes are one long word of letters and digits. */
bool secret_looks(const char *text, size_t n);

/* secret_word: whether n bytes are no secret whatever they are called: a word
 * of code ("true", "string"), a scheme ("Bearer"), or asterisks. */
bool secret_word(const char *text, size_t n);

/* Parts of a text; they do not overlap once spans_sort() was called. */
struct span {
	size_t from;
	size_t to;
};

struct spans {
	struct arena *a;
	const char *text;
	struct span *at;
	size_t n;
	size_t room;
};

void spans_init(struct spans *s, struct arena *a, const char *text);
void spans_sort(struct spans *s);

/*
 * spans_value: the secret in the value from..to of something that is called so:
 * all of it, or, where references ({{...}}) or marks (SECRET_PREFIX) stand in
 * it, the words of min bytes and more beside them. braces: so does "{...}".
 */
void spans_value(
	struct spans *s, size_t from, size_t to, size_t min, bool braces);

/* spans_called: the same for what has a name of n bytes, if it says so. */
void spans_called(struct spans *s, const char *name, size_t n,
	enum secret_place place, struct span value, size_t min, bool braces);

/* spans_shapes: what looks like the key of a known service. */
void spans_shapes(struct spans *s);

/* spans_urls: the password in front of a host, and parameters by name. */
void spans_urls(struct spans *s);

/* spans_lines: the values of "name:value" lines, by name. */
void spans_lines(struct spans *s);

/* spans_pairs: those of "name=value&name=value", by name. */
void spans_pairs(struct spans *s, size_t from, size_t to);

/* spans_assigned: texts in quotes that are given to a name: api_key = "...",
 * "password": "...". */
void spans_assigned(struct spans *s);

/* secret_skip: behind the reference or mark that stands at text, or text. */
const char *secret_skip(const char *text);

#endif
