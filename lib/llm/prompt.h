/* prompt.h: what the planner is told: the plan language, and what there is. */
#ifndef LLM_PROMPT_H
#define LLM_PROMPT_H

#include "base/str.h"
#include "dsl/dsl.h"

/* The number of this text; stored with what was made from it. */
enum { PROMPT_VERSION = 1 };

/*
 * llm_system_prompt: teaches the plan: its form, its rules, the step types
 * that the target has, and the handles of models, knowledge bases and tools.
 */
const char *llm_system_prompt(struct arena *a, const struct dsl_target *target);

/*
 * llm_mend_prompt: asks for the whole plan once more, with only the findings
 * of tier E and R that are open.
 */
const char *llm_mend_prompt(struct arena *a, const struct findings *findings);

/* llm_open_count: how many findings such a question would name. */
size_t llm_open_count(const struct findings *findings);

#endif
