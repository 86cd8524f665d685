/* jsonschema.h: holds values against a JSON Schema (draft-07). */
#ifndef JSONSCHEMA_H
#define JSONSCHEMA_H

#include "text/value.h"

/* One thing that is not as the schema says. */
struct schema_error {
	const char *pointer; /* JSON Pointer into the value */
	const char *schema;  /* and into the schema's document */
	const char *keyword; /* "type", "required", ... */
	const char *detail;  /* the member that is missing, the limit, or "" */
	struct schema_error *next;
};

struct schema_errors {
	struct schema_error *first;
	struct schema_error *last;
	size_t count;
};

struct schema;

/*
 * schema_new: a schema from its document, which must live as long as it; its
 * own memory comes from a, but for compiled patterns: schema_free() gives
 * those back and sets *s to NULL.
 */
struct schema *schema_new(struct arena *a, const struct value *document);
void schema_free(struct schema **s);

/* schema_add: another document, which $ref may name by this URI. Nothing is
 * ever fetched. */
void schema_add(
	struct schema *s, const char *uri, const struct value *document);

/*
 * schema_check: adds everything of v that is not as the schema says; whether
 * nothing is. Of anyOf and oneOf only the keyword itself is told. format and
 * content* are not looked at. A $ref that leads nowhere, a pattern that cannot
 * be read or takes too long, and more than LIMIT_DEPTH schemas in one another
 * are errors of the keyword. At most 1000 errors are told.
 */
bool schema_check(struct arena *a, struct schema *s, const struct value *v,
	struct schema_errors *errors);

#endif
