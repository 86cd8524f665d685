/* prompt_parts.h: what the files that write prompts share; for prompt*.c only.
 */
#ifndef LLM_PROMPT_PARTS_H
#define LLM_PROMPT_PARTS_H

#include "base/str.h"
#include "dsl/dsl.h"
#include "llm/example.h"

/* prompt_put_kit: the step types that are needed or that the request may want,
 * and the models, knowledge bases and tools that there are; their short handles
 * are returned. */
struct value *prompt_put_kit(struct str *out, const char *request,
	const struct llm_types *needs, const struct dsl_target *target);

/* prompt_put_findings: those that are open, one a line. */
void prompt_put_findings(struct str *out, const struct findings *findings);

#endif
