/* plan_place.h: where in the text of a plan a finding is. */
#ifndef PLAN_PLACE_H
#define PLAN_PLACE_H

#include "dsl/finding.h"

/*
 * plan_line: the line of the plan's text that a finding is about, from 1; 0
 * when that cannot be told. Findings about the DSL that was built lead to the
 * step that its node was made of.
 */
uint32_t plan_line(
	struct arena *a, const struct value *plan, const struct finding *f);

#endif
