/* refusal.h: what a model's server means when it says no. */
#ifndef LLM_REFUSAL_H
#define LLM_REFUSAL_H

#include "llm/chat.h"

/*
 * llm_refusal: why, out of the status and the body of an answer that is no
 * completion; *text_r is what the body says, NULL when it says nothing
 * readable.
 */
enum llm_end llm_refusal(struct arena *a, int status, const char *body,
	size_t len, const char **text_r);

/*
 * llm_learn: whether a refusal names something of the request that can be
 * done without; endpoint's quirks and output are changed then.
 */
bool llm_learn(struct llm_endpoint *endpoint, int status, const char *body);

/* llm_error_text: what the body of a refusal says: error.message, message,
 * detail or error as text; NULL when it says nothing readable. */
const char *llm_error_text(struct arena *a, const char *body, size_t len);

#endif
