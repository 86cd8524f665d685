/* chat_request.h: what goes to a chat model; for the files of chat. */
#ifndef LLM_CHAT_REQUEST_H
#define LLM_CHAT_REQUEST_H

#include "llm/chat.h"
#include "text/value.h"

/* llm_messages: the messages as a value. llm_request_body: the whole body, as
 * quirks and output of the endpoint want it. */
struct value *llm_messages(
	struct arena *a, const struct llm_message *messages, size_t count);
const char *llm_request_body(struct arena *a, const struct llm_endpoint *e,
	const struct value *messages, size_t *len_r);

/* llm_endpoint_copy: a copy whose texts are in a. */
void llm_endpoint_copy(struct arena *a, struct llm_endpoint *to,
	const struct llm_endpoint *from);

#endif
