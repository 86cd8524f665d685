/* reply.h: what a model sends back, read piece by piece. */
#ifndef LLM_REPLY_H
#define LLM_REPLY_H

#include "base/str.h"
#include "text/sse.h"

#include <stdint.h>

struct llm_reply {
	struct arena *scratch; /* of one frame */
	struct sse sse;
	struct str text;      /* the answer */
	struct str reasoning; /* of its own member, or in <think> before it */
	struct str whole;     /* an answer that is no stream */
	enum { REPLY_UNKNOWN, REPLY_STREAM, REPLY_WHOLE } form;
	enum { THINK_UNKNOWN, THINK_IN, THINK_OUT } think; /* in content */
	bool done;         /* [DONE] or a finish_reason came */
	bool cut;          /* finish_reason "length" */
	bool filtered;     /* finish_reason "content_filter", or a refusal */
	int frames;        /* that were completions, or pieces of one */
	const char *error; /* an error inside a good answer */
	struct arena *arena;
	int64_t prompt_tokens;
	int64_t completion_tokens;
};

/* llm_reply_init: memory from a; scratch is reset with every frame. */
void llm_reply_init(
	struct llm_reply *r, struct arena *a, struct arena *scratch);

/* llm_reply_feed: n more bytes. false: too much, or nothing more matters. */
bool llm_reply_feed(struct llm_reply *r, const char *bytes, size_t n);

/* llm_reply_end: the body is over. */
void llm_reply_end(struct llm_reply *r);

#endif
