/* prompt_edit.h: what a model is told that is to change a workflow. */
#ifndef LLM_PROMPT_EDIT_H
#define LLM_PROMPT_EDIT_H

#include "llm/prompt.h"

/*
 * llm_edit_prompt: teaches the operations that change a workflow (edit.h), with
 * the step types that it has and those that the request may want; examples is
 * "". llm_edit_request: the workflow as a flow, what was asked before (an
 * array of texts, or NULL), and the request. Secrets stand there as what keeps
 * their place.
 */
void llm_edit_prompt(struct arena *a, const char *request,
	const struct value *dsl, const struct dsl_target *target,
	struct llm_prompt *out);
const char *llm_edit_request(struct arena *a, const char *request,
	const struct value *dsl, const struct value *before,
	const struct dsl_target *target);

/* llm_edit_mend_prompt: asks for all operations once more. */
const char *llm_edit_mend_prompt(
	struct arena *a, const struct findings *findings);

#endif
