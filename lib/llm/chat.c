/* chat.c: see chat.h. */
#include "llm/chat.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "io/net.h"
#include "llm/chat_request.h"
#include "llm/reply.h"

#include <stdlib.h>
#include <string.h>

enum {
	TOTAL_FACTOR = 5, /* of the longest silence */
	ARENA_MAX = 32 << 20,
	SCRATCH_MAX = 64 << 20
};

const char *const llm_end_names[LLM__MAX] = {
	[LLM_OK] = "ok",
	[LLM_CUT] = "cut",
	[LLM_TOO_LONG] = "too_long",
	[LLM_UNREACHABLE] = "unreachable",
	[LLM_TIMEOUT] = "timeout",
	[LLM_BUSY] = "busy",
	[LLM_REFUSED] = "refused",
	[LLM_FILTERED] = "filtered",
	[LLM_BROKEN] = "broken",
	[LLM_CANCELLED] = "cancelled",
};

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
	size_t heard;       /* bytes of text and reasoning so far */
	unsigned quirks;
	bool silent;
	bool cancelled;
};

static void send_request(struct llm_call *c);

/* ---- the end ---- */

/* Reasoning inside the answer, as some servers pass it on. */
static void
split_thoughts(struct llm_answer *answer, char *text)
{
	static const char open[] = "<think>";
	static const char shut[] = "</think>";
	char *at = text;
	char *end;

	while (*at != '\0' && strchr(" \t\r\n", *at) != NULL)
		at++;
	if (strncmp(at, open, sizeof(open) - 1) != 0)
		return;
	end = strstr(at, shut);
	if (end == NULL)
		return;
	answer->reasoning = at + sizeof(open) - 1;
	answer->text = end + sizeof(shut) - 1;
	answer->len -= (size_t)(answer->text - text);
	*end = '\0';
}

static int64_t
retry_after(const struct net_answer *n)
{
	const char *text = net_answer_header(n, "retry-after");
	char *end;
	long s;

	if (text == NULL)
		return -1;
	s = strtol(text, &end, 10);
	return end == text || s < 0 || s > 86400 ? -1 : (int64_t)s * 1000;
}

/* HTTP answered, but not with a completion. */
static void
refuse(struct llm_call *c, const struct net_answer *n, struct llm_answer *out)
{
	const char *text = llm_error_text(c->arena, n->body, n->len);
	bool busy = n->status == 429 || n->status >= 500;

	out->end = busy ? LLM_BUSY : LLM_REFUSED;
	out->retry_after_ms = retry_after(n);
	out->message = arena_printf(c->arena,
		"the model's server answered %d%s%s", n->status,
		text == NULL ? "" : ": ", text == NULL ? "" : text);
}

static void
judge_reply(struct llm_call *c, struct llm_answer *out)
{
	const struct llm_reply *r = &c->reply;

	if (r->error != NULL) {
		out->end = LLM_REFUSED;
		out->message = r->error;
	} else if (r->text.full || r->whole.full || r->sse.too_long) {
		out->end = LLM_TOO_LONG;
		out->message = "the model's answer is far too long for a plan "
			       "and was cut off";
	} else if (r->filtered) {
		out->end = LLM_FILTERED;
		out->message = "the model declined to answer";
	} else if (r->cut) {
		out->end = LLM_CUT;
		out->message = "the answer was cut off by the output limit";
	} else if (r->text.len == 0) {
		out->end = LLM_BROKEN;
		out->message =
			r->bad_frames > 0
				? "the server's answer is no chat completion"
				: "the model answered nothing";
	} else if (!r->done) {
		out->end = LLM_BROKEN;
		out->message = "the answer broke off";
	}
}

static void
judge(struct llm_call *c, const struct net_answer *n, struct llm_answer *out)
{
	if (c->cancelled) {
		out->end = LLM_CANCELLED;
		out->message = "cancelled";
	} else if (c->silent || n->end == NET_TIMEOUT) {
		out->end = LLM_TIMEOUT;
		out->message = arena_printf(c->arena,
			c->silent ? "nothing came from the model for %d seconds"
				  : "no end of the answer in %d seconds",
			c->silent ? c->endpoint.timeout_s
				  : c->endpoint.timeout_s * TOTAL_FACTOR);
	} else if (n->end == NET_UNREACHABLE) {
		out->end = LLM_UNREACHABLE;
		out->message = arena_printf(
			c->arena, "the model cannot be reached: %s", n->error);
	} else if (n->end != NET_OK && !c->reply.done) {
		out->end = LLM_BROKEN;
		out->message = arena_printf(
			c->arena, "the answer broke off: %s", n->error);
	} else if (n->end == NET_OK && n->status / 100 != 2) {
		refuse(c, n, out);
	} else {
		judge_reply(c, out);
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

/* Whether the refusal names something that can be left out. */
static bool
learns(struct llm_call *c, const struct net_answer *n)
{
	unsigned more;

	if (c->cancelled || n->end != NET_OK ||
		(n->status != 400 && n->status != 422))
		return false;
	more = llm_quirks_in(n->body) & ~c->quirks;
	c->quirks |= more;
	return more != 0;
}

static void
on_end(void *context, const struct net_answer *n)
{
	struct llm_call *c = context;
	struct llm_answer answer = {.end = LLM_OK, .retry_after_ms = -1};

	c->transfer = NULL;
	if (learns(c, n)) {
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
	split_thoughts(&answer, c->reply.text.s);
	c->callbacks.on_end(c->context, &answer);
	release(c);
}

/* ---- on the way ---- */

static bool
on_data(void *context, const char *bytes, size_t n)
{
	struct llm_call *c = context;
	bool more = llm_reply_feed(&c->reply, bytes, n);
	size_t heard = c->reply.text.len + c->reply.reasoning.len;

	if (heard == c->heard)
		return more;
	c->last_word = clock_mono_ms();
	if (c->first_word < 0)
		c->first_word = c->last_word - c->started;
	c->heard = heard;
	if (c->callbacks.on_text != NULL)
		c->callbacks.on_text(
			c->context, c->reply.text.s, c->reply.text.len);
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
	struct net_header headers[3] = {
		{"Content-Type", "application/json"},
		{"Accept", "text/event-stream, application/json"},
	};
	struct net_request r = {
		.method = "POST",
		.url = llm_url(
			c->arena, c->endpoint.base_url, "/chat/completions"),
		.headers = headers,
		.nheaders = 2,
		.total_ms = c->endpoint.timeout_s * TOTAL_FACTOR * 1000,
		.max_body = 1 << 16,
	};

	if (c->endpoint.key != NULL)
		headers[r.nheaders++] = (struct net_header){"Authorization",
			arena_printf(c->arena, "Bearer %s", c->endpoint.key)};
	r.body = llm_request_body(
		c->arena, &c->endpoint, c->messages, c->quirks, &r.body_len);
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
	c->endpoint = *endpoint;
	c->endpoint.base_url = arena_strdup(c->arena, endpoint->base_url);
	c->endpoint.key = arena_strdup(c->arena, endpoint->key);
	c->endpoint.model = arena_strdup(c->arena, endpoint->model);
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
