/* canon.h: the canonical form of a DSL. */
#ifndef CANON_H
#define CANON_H

#include "text/value.h"

/* dsl_canon: the same DSL with Dify's members in one fixed order: equal meaning
 * is equal bytes. */
struct value *dsl_canon(struct arena *a, const struct value *dsl);

#endif
