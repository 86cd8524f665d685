/* dsl_parts.h: what dsl.c and read.c share. */
#ifndef DSL_PARTS_H
#define DSL_PARTS_H

#include "dsl/dsl.h"

/* dsl_start: an empty result. */
void dsl_start(struct arena *a, struct dsl_result *result);

/* dsl_check: adds the findings of result->dsl, and sorts them all. */
void dsl_check(struct arena *a, const struct dsl_target *target,
	struct dsl_result *result);

#endif
