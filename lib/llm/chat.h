/* chat.h: one question to a language model, as OpenAI's chat completions. */
#ifndef LLM_CHAT_H
#define LLM_CHAT_H

#include "base/arena.h"
#include "io/net.h"
#include "text/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of answer, and of reasoning, that are taken from a model: eight times
 * the longest plan of 1,185 that models wrote. More answer ends the call, more
 * reasoning is dropped. */
#define LLM_ANSWER_MAX ((size_t)128 << 10)

/* Bytes of one server-sent event, or of an answer that is no stream: both texts
 * with every character escaped. */
#define LLM_FRAME_MAX (LLM_ANSWER_MAX * 4)

/* How an answer is held to JSON; each is more than the one before. */
enum llm_output {
	LLM_PLAIN,       /* by the prompt alone */
	LLM_JSON_OBJECT, /* response_format json_object */
	LLM_JSON_SCHEMA, /* response_format json_schema, strict */
	LLM_OUTPUT__MAX
};

extern const char *const llm_output_names[LLM_OUTPUT__MAX];

/* What a server turned out not to take; "quirks" is a set of these. */
enum llm_quirk {
	LLM_NO_STREAM_OPTIONS = 1 << 0,
	LLM_NO_TEMPERATURE = 1 << 1,
	LLM_MAX_COMPLETION_TOKENS = 1 << 2 /* not max_tokens */
};

/* llm_quirks_text, llm_quirks_of: a set as words with blanks between, and
 * back; words that are not known count for nothing, NULL is the empty set. */
const char *llm_quirks_text(struct arena *a, unsigned quirks);
unsigned llm_quirks_of(const char *words);

/* Where the model is, and what it is asked for beside the messages. */
struct llm_endpoint {
	const char *base_url; /* with or without /v1 */
	const char *key;      /* NULL: none */
	const char *model;
	const struct net_header *headers; /* sent with each request */
	size_t nheaders;
	struct net_way way;
	double temperature; /* below 0: not sent */
	int max_tokens;     /* 0: not sent */
	int timeout_s;      /* longest silence, also before the first word */
	unsigned quirks;    /* that are known already */
	enum llm_output output;
	const struct value *schema; /* for LLM_JSON_SCHEMA; NULL: json_object */
	const char *schema_name;    /* letters, digits, "_", "-" */
};

struct llm_message {
	const char *role; /* system, user, assistant */
	const char *text;
};

/* Why a question ended; llm_end_names are the codes that people see. */
enum llm_end {
	LLM_OK,
	LLM_CUT,         /* stopped by its output limit */
	LLM_TOO_LONG,    /* more than LLM_ANSWER_MAX: no end in sight */
	LLM_UNREACHABLE, /* no connection */
	LLM_TIMEOUT,     /* silent for too long, or no end in sight */
	LLM_BUSY,        /* 429, 503: another try may do, later */
	LLM_TROUBLE,     /* any other 5xx: another try may do */
	LLM_REFUSED,     /* any other error of the server */
	LLM_KEY,         /* 401, 403: the key */
	LLM_QUOTA,       /* no money left */
	LLM_UNKNOWN,     /* no such model there */
	LLM_CONTEXT,     /* the messages are longer than it can read */
	LLM_FILTERED,    /* the model declined */
	LLM_BROKEN,      /* what came is no chat completion, or broke off */
	LLM_CANCELLED,
	LLM__MAX
};

extern const char *const llm_end_names[LLM__MAX];

/* llm_end_passes: whether the same question may do better a little later. */
bool llm_end_passes(enum llm_end end);

struct llm_answer {
	enum llm_end end;
	int status;          /* HTTP, 0: none came */
	const char *message; /* English, for people; NULL when fine */
	const char *text;    /* what there is, also after a failure */
	size_t len;
	const char *reasoning;     /* never part of text; "" without */
	int64_t prompt_tokens;     /* -1: not told */
	int64_t completion_tokens; /* -1 */
	int64_t first_token_ms;    /* -1: none came */
	int64_t total_ms;
	int64_t retry_after_ms; /* -1: not told */
	unsigned quirks;        /* with those that showed this time */
	enum llm_output output; /* what it was held to in the end */
};

/*
 * on_text hears of every new piece of the answer: text is all there is so far;
 * on_thought likewise of the reasoning. on_end comes exactly once, from the
 * loop; the answer is valid during the call. All but on_end may be NULL.
 */
struct llm_callbacks {
	void (*on_text)(void *context, const char *text, size_t len);
	void (*on_end)(void *context, const struct llm_answer *answer);
	void (*on_thought)(void *context, const char *text, size_t len);
};

struct llm_call;

/*
 * llm_chat: asks; endpoint and messages are copied. Streamed where the server
 * can, and taken whole where it answers whole. What a server refuses by name
 * (stream_options, temperature, max_tokens, the response_format) is left out,
 * or put into its older form, on another try. Reasoning, be it in a member of
 * its own or in <think> in front of the answer, is kept apart. The key appears
 * in no message. llm_cancel() ends it with LLM_CANCELLED.
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

/* llm_tokens_about: how many tokens the messages have, rather too few: a
 * quarter of the ASCII bytes, three fifths of the other characters. */
int llm_tokens_about(const struct llm_message *messages, size_t count);

/* llm_headers: those of endpoint and its key, with room for more behind them;
 * *count_r of them. A header named Authorization takes the place of the key. */
struct net_header *llm_headers(struct arena *a,
	const struct llm_endpoint *endpoint, size_t more, size_t *count_r);

#endif
