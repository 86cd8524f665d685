/* trial.h: what a test run of a workflow would set off, and what to begin it
 * with. Pure. */
#ifndef DSL_TRIAL_H
#define DSL_TRIAL_H

#include "text/value.h"

/*
 * dsl_trial_effects: the nodes that reach out of the workflow or wait for a
 * person: {node, type, title} of each.
 */
struct value *dsl_trial_effects(struct arena *a, const struct value *dsl);

/* dsl_trial_start: whether a person can begin it: it has a start node, and no
 * trigger. */
bool dsl_trial_start(const struct value *dsl);

/*
 * dsl_trial_inputs: as little as its form takes: a value for each input that is
 * needed or has a default, by its type and label. Files cannot be made up:
 * *files_r says whether one is needed. dsl_trial_query: what to say to a chat,
 * NULL when it is none.
 */
struct value *dsl_trial_inputs(
	struct arena *a, const struct value *dsl, bool *files_r);
const char *dsl_trial_query(const struct value *dsl);

#endif
