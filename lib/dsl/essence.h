/* essence.h: what matters of a workflow, to know whether it was edited. */
#ifndef ESSENCE_H
#define ESSENCE_H

#include "text/value.h"

/*
 * dsl_essence: the workflow (the member of a DSL, or a draft of Dify) without
 * places on the canvas, ids of variables, values of secret variables, and what
 * an editor notes while it is open; nodes, edges and variables in a fixed
 * order. Equal for two that do the same.
 */
struct value *dsl_essence(struct arena *a, const struct value *workflow);

#endif
