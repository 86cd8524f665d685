/* lower.h: a plan (plan.md) as a flow. */
#ifndef LOWER_H
#define LOWER_H

#include "dsl/flow.h"

/*
 * plan_lower: fills an empty flow with what a plan says: inputs become the
 * start node, splits are joined by variable-aggregators, outputs become the
 * end node or, in chat, an answer. What cannot be said is a finding of the
 * flow.
 */
void plan_lower(struct flow *f, const struct value *plan);

#endif
