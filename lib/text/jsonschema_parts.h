/* jsonschema_parts.h: what jsonschema*.c share. */
#ifndef JSONSCHEMA_PARTS_H
#define JSONSCHEMA_PARTS_H

#include "text/jsonschema.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* A document, and the URI that it is known by. */
struct schema_document {
	const char *uri;
	const struct value *root;
	struct schema_document *next;
};

/* A pattern that was compiled; code NULL: it cannot be. */
struct schema_pattern {
	const char *text;
	pcre2_code *code;
	struct schema_pattern *next;
};

struct schema {
	struct arena *arena;
	struct schema_document *documents; /* the main one is the last */
	const struct value *main;
	struct schema_pattern *patterns;
	pcre2_match_context *limits;
};

/* A value that is held against a schema. */
struct schema_walk {
	struct arena *arena;
	struct schema *s;
	struct schema_errors *errors; /* NULL: only whether it fits counts */
	int depth;
	size_t steps;
};

/* schema_fits: v against one schema, an object or a truth value. */
bool schema_fits(struct schema_walk *w, const struct value *schema,
	const struct value *v);

/* schema_fail: tells that v breaks keyword of schema. Returns false. */
bool schema_fail(struct schema_walk *w, const struct value *schema,
	const char *keyword, const struct value *v, const char *detail);

/* schema_matches: whether text holds the pattern; -1 when nobody can tell. */
int schema_matches(
	struct schema *s, const char *pattern, const char *text, size_t len);

/* schema_resolve: the schema that the $ref inside from names, or NULL. */
const struct value *schema_resolve(
	struct schema_walk *w, const struct value *from, const char *reference);

/* The keywords of single kinds of values; each is false when one is broken. */
bool schema_number(struct schema_walk *w, const struct value *schema,
	const struct value *v);
bool schema_text(struct schema_walk *w, const struct value *schema,
	const struct value *v);
bool schema_list(struct schema_walk *w, const struct value *schema,
	const struct value *v);
bool schema_object(struct schema_walk *w, const struct value *schema,
	const struct value *v);

/* schema_limit: whether keyword is a number; *n_r is it. */
bool schema_limit(const struct value *schema, const char *keyword, double *n_r);

#endif
