/* verdict.h: what came of a question; for chat.c. */
#ifndef LLM_VERDICT_H
#define LLM_VERDICT_H

#include "llm/chat.h"
#include "llm/reply.h"

/* llm_verdict: end, message and retry_after_ms of an answer that neither timed
 * out by its silence nor was cancelled. Texts are in a or static. */
void llm_verdict(struct arena *a, const struct llm_endpoint *endpoint,
	const struct llm_reply *reply, const struct net_answer *n,
	struct llm_answer *out);

/* llm_total_s: the longest that an answer may take as a whole. */
int llm_total_s(const struct llm_endpoint *endpoint);

#endif
