/* prompt_text.h: the fixed words of the planner's prompt. */
#ifndef LLM_PROMPT_TEXT_H
#define LLM_PROMPT_TEXT_H

extern const char prompt_form[];     /* what a plan is */
extern const char prompt_rules[];    /* what to mind */
extern const char prompt_parallel[]; /* the step type that only plans have */
extern const char prompt_parallel_words[]; /* of requests that may want it */

#endif
