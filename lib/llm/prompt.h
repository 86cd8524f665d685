/* prompt.h: what the planner is told: the plan language, and what there is. */
#ifndef LLM_PROMPT_H
#define LLM_PROMPT_H

#include "base/str.h"
#include "dsl/dsl.h"

/* The number of this text; stored with what was made from it. */
enum { PROMPT_VERSION = 2 };

/* What a model is told before it hears the request. */
struct llm_prompt {
	const char *text;
	size_t tokens;         /* of the text, as llm_tokens() counts */
	const char *examples;  /* ids of those that it shows, with blanks */
	struct value *handles; /* that it gave; for resource_bound() */
};

/*
 * llm_system_prompt: teaches the plan: its form, its rules, those step types
 * of the target that the request may want (by its words, and by the examples
 * that are like it), two or three such examples, and the short handles (m1,
 * kb1, t1) of models, knowledge bases and tools. The same request and target
 * give the same text. For what people write in a line or two it has less than
 * PROMPT_MOST_TOKENS.
 */
enum { PROMPT_MOST_TOKENS = 3000 };

void llm_system_prompt(struct arena *a, const char *request,
	const struct dsl_target *target, struct llm_prompt *out);

/* llm_pairs_prompt: what is added where the answer is held to plan_schema(),
 * whose maps look unlike those of the examples. */
extern const char llm_pairs_prompt[];

/*
 * llm_mend_prompt: asks for the whole plan once more, with only the findings
 * of tier E and R that are open.
 */
const char *llm_mend_prompt(struct arena *a, const struct findings *findings);

/* llm_answers_prompt: what the plan's questions were answered with, an array of
 * {question, answer}, and that the plan is wanted anew. */
const char *llm_answers_prompt(struct arena *a, const struct value *answers);

/* llm_open_count: how many findings such a question would name. */
size_t llm_open_count(const struct findings *findings);

#endif
