/* secret.h: takes secrets out of a DSL, and puts them back. */
#ifndef SECRET_H
#define SECRET_H

#include "text/value.h"

/* What stands in a DSL in the place of a secret: this and an id. */
#define SECRET_PREFIX "studio-secret:"

/*
 * Where secrets stand: values of environment variables of type secret; the
 * api_key of an http-request's authorization; its headers and params, and the
 * parameters of tools, agents and triggers, whose name says so ("api_key",
 * "Authorization", "token", ...). A reference ({{#...#}}), asterisks and an
 * empty text are no secrets.
 */

/*
 * secret_take: hands every secret of dsl to keep(), which returns the id it
 * is kept under (in a), and writes SECRET_PREFIX and that id in its place.
 * Returns how many there were.
 */
size_t secret_take(struct arena *a, struct value *dsl,
	const char *(*keep)(void *context, struct arena *a, const char *secret),
	void *context);

/*
 * secret_put: the other way, in the same places only: find() returns the
 * secret of an id, or NULL. Returns how many were not found; they stay.
 */
size_t secret_put(struct arena *a, struct value *dsl,
	const char *(*find)(void *context, struct arena *a, const char *id),
	void *context);

#endif
