/* prompt_text.h: the fixed words of the planner's prompt. */
#ifndef LLM_PROMPT_TEXT_H
#define LLM_PROMPT_TEXT_H

#include <stddef.h>

/* A step type and how it is written in a plan. */
struct step_text {
	const char *type;
	const char *text;
};

extern const struct step_text step_texts[];
extern const size_t step_text_count;

extern const char prompt_form[];  /* what a plan is */
extern const char prompt_rules[]; /* what to mind */
extern const char prompt_examples[];

#endif
