/* prompt_text.h: the fixed words of the planner's prompt. */
#ifndef LLM_PROMPT_TEXT_H
#define LLM_PROMPT_TEXT_H

extern const char prompt_form[];     /* what a plan is */
extern const char prompt_rules[];    /* what to mind */
extern const char prompt_parallel[]; /* the step type that only plans have */
extern const char prompt_parallel_words[]; /* of requests that may want it */
extern const char prompt_edit_form[];      /* what operations are */
extern const char prompt_edit_rules[];     /* what to mind with them */
extern const char prompt_edit_examples[];  /* a sentence and its answer */
extern const char prompt_usual_words[];    /* of edits that name no step type */

#endif
