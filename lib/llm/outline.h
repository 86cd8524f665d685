/* outline.h: the steps that can be seen in a plan while it is written. */
#ifndef LLM_OUTLINE_H
#define LLM_OUTLINE_H

#include "text/value.h"

/*
 * llm_outline: an array of {id, type, title}, in the order of writing, of
 * each object so far that has an id and the type of a step. The text may end
 * anywhere; what is no plan gives an empty array.
 */
struct value *llm_outline(struct arena *a, const char *text, size_t len);

#endif
