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

/* planner_output: an output as lib/model names it, which does not know of
 * lib/llm. */
enum llm_model_output planner_output(enum llm_output output);

/* planner_learn: whether an answer showed something new of m: its quirks, and
 * in *found_r a simpler output (else AUTO). For llm_model_learnt(). */
bool planner_learn(const struct llm_model *m, const struct llm_answer *answer,
	enum llm_model_output *found_r);

#endif
