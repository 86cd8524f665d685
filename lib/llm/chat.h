/* chat.h: one question to a language model, as OpenAI's chat completions. */
#ifndef LLM_CHAT_H
#define LLM_CHAT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of answer, and of reasoning, that are taken from a model. More answer
 * ends the call, more reasoning is dropped. */
#define LLM_ANSWER_MAX ((size_t)512 << 10)

/* Where the model is; valid until the call ended. */
struct llm_endpoint {
	const char *base_url; /* with or without /v1 */
	const char *key;      /* NULL: none */
	const char *model;
	double temperature; /* below 0: not sent */
	int max_tokens;     /* 0: not sent */
	int timeout_s;      /* longest silence, also before the first word */
};

struct llm_message {
	const char *role; /* system, user, assistant */
	const char *text;
};

enum llm_end {
	LLM_OK,
	LLM_CUT,         /* stopped by its output limit */
	LLM_TOO_LONG,    /* more than LLM_ANSWER_MAX: no end in sight */
	LLM_UNREACHABLE, /* no connection */
	LLM_TIMEOUT,     /* silent for too long, or no end in sight */
	LLM_BUSY,        /* 429, 5xx: another try may do */
	LLM_REFUSED,     /* any other error of the server */
	LLM_FILTERED,    /* the model declined */
	LLM_BROKEN,      /* what came is no chat completion, or broke off */
	LLM_CANCELLED,
	LLM__MAX
};

extern const char *const llm_end_names[LLM__MAX];

struct llm_answer {
	enum llm_end end;
	int status;          /* HTTP, 0: none came */
	const char *message; /* English, for people; NULL when fine */
	const char *text;    /* what there is, also after a failure */
	size_t len;
	const char *reasoning;
	int64_t prompt_tokens;     /* -1: not told */
	int64_t completion_tokens; /* -1 */
	int64_t first_token_ms;    /* -1: none came */
	int64_t total_ms;
	int64_t retry_after_ms; /* -1: not told */
};

/*
 * on_text hears of every new piece: text is all there is so far. on_end comes
 * exactly once, from the loop; the answer is valid during the call.
 */
struct llm_callbacks {
	void (*on_text)(void *context, const char *text, size_t len);
	void (*on_end)(void *context, const struct llm_answer *answer);
};

struct llm_call;

/*
 * llm_chat: asks. Streamed where the server can, and taken whole where it
 * answers whole. Options that a server refuses by name (stream_options,
 * temperature, max_tokens) are left out on a second try. The key appears in
 * no message. llm_cancel() ends it with LLM_CANCELLED.
 */
struct llm_call *llm_chat(const struct llm_endpoint *endpoint,
	const struct llm_message *messages, size_t count,
	const struct llm_callbacks *callbacks, void *context);
void llm_cancel(struct llm_call *call);

/*
 * llm_url: the address of path ("/models") below base_url: /v1 is added to a
 * host without a path, and a /chat/completions at its end is dropped.
 */
const char *llm_url(struct arena *a, const char *base_url, const char *path);

/* llm_error_text: what the body of a refusal says: error.message, message,
 * detail or error as text; NULL when it says nothing readable. */
const char *llm_error_text(struct arena *a, const char *body, size_t len);

#endif
