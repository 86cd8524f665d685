/* chat_request.h: what goes to a chat model; for chat.c. */
#ifndef LLM_CHAT_REQUEST_H
#define LLM_CHAT_REQUEST_H

#include "llm/chat.h"
#include "text/value.h"

/* What some servers do not know; left out once they said so. */
enum {
	WITHOUT_STREAM_OPTIONS = 1 << 0,
	WITHOUT_TEMPERATURE = 1 << 1,
	OTHER_MAX_TOKENS = 1 << 2
};

/* llm_quirks_in: those that the text of a refusal names. */
unsigned llm_quirks_in(const char *body);

/* llm_messages: the messages as a value. llm_request_body: the whole body. */
struct value *llm_messages(
	struct arena *a, const struct llm_message *messages, size_t count);
const char *llm_request_body(struct arena *a, const struct llm_endpoint *e,
	const struct value *messages, unsigned quirks, size_t *len_r);

#endif
