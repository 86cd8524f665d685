/* chat.c: see chat.h. */
#include "llm/chat.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "io/net.h"
#include "llm/chat_request.h"
#include "llm/refusal.h"
#include "llm/reply.h"
#include "llm/verdict.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 32 << 20, SCRATCH_MAX = 64 << 20 };

struct llm_call {
	struct arena *arena;   /* of the whole call */
	struct arena *scratch; /* of one frame */
	struct llm_endpoint endpoint;
	struct value *messages;
	struct llm_callbacks callbacks;
	void *context;
	struct net_transfer *transfer;
	struct llm_reply reply;
	unsigned silence_timer;
	int64_t started;
	int64_t last_word;
	int64_t first_word; /* -1 */
	size_t heard_text;  /* bytes so far */
	size_t heard_thought;
	bool silent;
	bool cancelled;
};

static void send_request(struct llm_call *c);

/* ---- the end ---- */

static void
judge(struct llm_call *c, const struct net_answer *n, struct llm_answer *out)
{
	if (c->cancelled) {
		out->end = LLM_CANCELLED;
		out->message = "cancelled";
	} else if (c->silent) {
		out->end = LLM_TIMEOUT;
		out->message = arena_printf(c->arena,
			"nothing came from the model for %d seconds",
			c->endpoint.timeout_s);
	} else {
		llm_verdict(c->arena, &c->endpoint, &c->reply, n, out);
	}
}

static void
release(struct llm_call *c)
{
	net_untimer(c->silence_timer);
	arena_free(&c->scratch);
	arena_free(&c->arena);
	free(c);
}

static void
on_end(void *context, const struct net_answer *n)
{
	struct llm_call *c = context;
	struct llm_answer answer = {.end = LLM_OK, .retry_after_ms = -1};

	c->transfer = NULL;
	if (!c->cancelled && !c->silent && n->end == NET_OK &&
		llm_learn(&c->endpoint, n->status, n->body)) {
		send_request(c);
		return;
	}
	llm_reply_end(&c->reply);
	judge(c, n, &answer);
	answer.status = n->status;
	answer.text = c->reply.text.s;
	answer.len = c->reply.text.len;
	answer.reasoning = c->reply.reasoning.s;
	answer.prompt_tokens = c->reply.prompt_tokens;
	answer.completion_tokens = c->reply.completion_tokens;
	answer.first_token_ms = c->first_word >= 0 || c->reply.text.len == 0
					? c->first_word
					: n->first_byte_ms;
	answer.total_ms = clock_mono_ms() - c->started;
	answer.quirks = c->endpoint.quirks;
	answer.output = c->endpoint.output;
	c->callbacks.on_end(c->context, &answer);
	release(c);
}

/* ---- on the way ---- */

static bool
on_data(void *context, const char *bytes, size_t n)
{
	struct llm_call *c = context;
	const struct llm_callbacks *call = &c->callbacks;
	bool more = llm_reply_feed(&c->reply, bytes, n);
	const struct str *text = &c->reply.text;
	const struct str *thought = &c->reply.reasoning;
	bool spoke = text->len != c->heard_text;
	bool thinks = thought->len != c->heard_thought;

	if (!spoke && !thinks)
		return more;
	c->last_word = clock_mono_ms();
	if (c->first_word < 0)
		c->first_word = c->last_word - c->started;
	c->heard_text = text->len;
	c->heard_thought = thought->len;
	if (thinks && call->on_thought != NULL)
		call->on_thought(c->context, thought->s, thought->len);
	if (spoke && call->on_text != NULL && c->reply.think == THINK_OUT)
		call->on_text(c->context, text->s, text->len);
	return more;
}

/* Keep-alive comments are no words: the net's own idle limit misses them. */
static void
on_silence(void *context)
{
	struct llm_call *c = context;
	int64_t left = c->last_word + (int64_t)c->endpoint.timeout_s * 1000 -
		       clock_mono_ms();

	c->silence_timer = 0;
	if (left > 0) {
		c->silence_timer = net_timer(left, on_silence, c);
		return;
	}
	c->silent = true;
	if (c->transfer != NULL)
		net_cancel(c->transfer);
}

static void
send_request(struct llm_call *c)
{
	static const struct net_callbacks callbacks = {on_data, on_end};
	struct net_request r = {
		.method = "POST",
		.url = llm_url(
			c->arena, c->endpoint.base_url, "/chat/completions"),
		.total_ms = llm_total_s(&c->endpoint) * 1000,
		.max_body = 1 << 20,
		.way = c->endpoint.way,
	};
	struct net_header *h =
		llm_headers(c->arena, &c->endpoint, 2, &r.nheaders);

	h[r.nheaders++] =
		(struct net_header){"Content-Type", "application/json"};
	h[r.nheaders++] = (struct net_header){
		"Accept", "text/event-stream, application/json"};
	r.headers = h;
	r.body = llm_request_body(
		c->arena, &c->endpoint, c->messages, &r.body_len);
	c->transfer = net_start(&r, &callbacks, c);
}

struct llm_call *
llm_chat(const struct llm_endpoint *endpoint,
	const struct llm_message *messages, size_t count,
	const struct llm_callbacks *callbacks, void *context)
{
	struct llm_call *c = calloc(1, sizeof(*c));

	if (c == NULL)
		fatal("llm: out of memory");
	c->arena = arena_new(ARENA_MAX);
	c->scratch = arena_new(SCRATCH_MAX);
	llm_endpoint_copy(c->arena, &c->endpoint, endpoint);
	c->messages = llm_messages(c->arena, messages, count);
	c->callbacks = *callbacks;
	c->context = context;
	c->started = c->last_word = clock_mono_ms();
	c->first_word = -1;
	llm_reply_init(&c->reply, c->arena, c->scratch);
	c->silence_timer =
		net_timer((int64_t)c->endpoint.timeout_s * 1000, on_silence, c);
	send_request(c);
	return c;
}

void
llm_cancel(struct llm_call *call)
{
	call->cancelled = true;
	if (call->transfer != NULL)
		net_cancel(call->transfer);
}
