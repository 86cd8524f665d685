/* show.h: a DSL in the words of a plan, for people and models to read and to
 * change. */
#ifndef SHOW_H
#define SHOW_H

#include "dsl/dsl.h"

/*
 * dsl_show_flow: any DSL as a flow: {name, description, mode, nodes}, each
 * node with its fields in a plan's words and its own routes (next,
 * cases[].next, else, on_error_next); children stand in their container's
 * nodes. Ids stay. What no word of a plan says stands in Dify's words in the
 * node's member "dify".
 */
struct value *dsl_show_flow(struct arena *a, const struct value *dsl,
	const struct dsl_target *target);

/*
 * dsl_show_plan: the same as a plan (plan.md). Ids that a plan does not allow
 * are made anew out of titles. NULL when no structured program expresses the
 * graph; *why_r then says what stands in the way, in English.
 */
struct value *dsl_show_plan(struct arena *a, const struct value *dsl,
	const struct dsl_target *target, const char **why_r);

#endif
