/* planner.h: a language model that was set up, as lib/llm asks it. */
#ifndef PLANNER_H
#define PLANNER_H

#include "llm/chat.h"
#include "model/llm_model.h"

/* planner_endpoint: where m is and how it wants to be asked; texts in a, the
 * key in clear. planner_wipe: once the call has begun. */
void planner_endpoint(
	struct arena *a, const struct llm_model *m, struct llm_endpoint *out);
void planner_wipe(struct llm_endpoint *e);

#endif
