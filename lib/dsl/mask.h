/* mask.h: secret variables whose values Dify does not show. */
#ifndef MASK_H
#define MASK_H

#include "text/value.h"

/*
 * mask_fill: gives each secret environment variable of dsl that is asterisks,
 * or empty, the value that the variable of that name has in from; both are
 * DSLs. Returns how many are asterisks still.
 */
size_t mask_fill(struct arena *a, struct value *dsl, const struct value *from);

/* mask_differs: whether a secret variable that both DSLs show has another value
 * in each. */
bool mask_differs(const struct value *x, const struct value *y);

/* mask_set: gives the secret environment variable of that name a value; false:
 * there is none. */
bool mask_set(struct arena *a, struct value *dsl, const char *name,
	const char *value);

/* mask_names: an array of the names of those that are asterisks. */
struct value *mask_names(struct arena *a, const struct value *dsl);

/* mask_is: whether a text is nothing but asterisks. */
bool mask_is(const char *text);

#endif
