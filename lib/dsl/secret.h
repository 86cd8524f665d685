/* secret.h: takes secrets out of a DSL, and puts them back. */
#ifndef SECRET_H
#define SECRET_H

#include "text/value.h"

/* What stands in a DSL in the place of a secret: this and an id. */
#define SECRET_PREFIX "studio-secret:"

/*
 * Where secrets stand, by name (secret_name.c):
 *   a text that is a member under such a name, or the "value" or "default" of
 *   an object that is named so by its "name", "key" or "variable": variables of
 *   the environment, of a conversation and of the start, fields of forms,
 *   parameters of tools, agents and triggers; all texts under "credentials"
 *   lines of an http-request's headers, parameters and body
 *   parameters of an address, and what stands in front of its host
 *   texts in quotes that code, a body or a parameter gives to such a name
 * whatever their name: values of environment variables of type secret; by shape
 * (secret_shape.c): keys of known services, in any text.
 * A reference ({{...}}), asterisks and an empty text are no secrets; in a text
 * with references only what stands beside them is one.
 */

/*
 * secret_take: hands every secret of dsl to keep(), which returns the id it
 * is kept under (in a; 1 to 20 digits and lower letters), and writes
 * SECRET_PREFIX and that id in its place. Returns how many there were.
 */
size_t secret_take(struct arena *a, struct value *dsl,
	const char *(*keep)(void *context, struct arena *a, const char *secret),
	void *context);

/*
 * secret_put: the other way: find() returns the secret of an id, or NULL.
 * Returns how many were not found; they stay. What secret_take() left is then,
 * byte for byte, what it was.
 */
size_t secret_put(struct arena *a, struct value *dsl,
	const char *(*find)(void *context, struct arena *a, const char *id),
	void *context);

#endif
