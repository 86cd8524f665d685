/* verdict.c: see verdict.h. */
#include "llm/verdict.h"
#include "base/clock.h"
#include "llm/refusal.h"

enum { TOTAL_FACTOR = 5 }; /* of the longest silence */

const char *const llm_output_names[LLM_OUTPUT__MAX] = {
	[LLM_PLAIN] = "plain",
	[LLM_JSON_OBJECT] = "json_object",
	[LLM_JSON_SCHEMA] = "json_schema",
};

const char *const llm_end_names[LLM__MAX] = {
	[LLM_OK] = "ok",
	[LLM_CUT] = "cut_off",
	[LLM_TOO_LONG] = "answer_too_long",
	[LLM_UNREACHABLE] = "model_unreachable",
	[LLM_TIMEOUT] = "model_timeout",
	[LLM_BUSY] = "model_busy",
	[LLM_TROUBLE] = "model_trouble",
	[LLM_REFUSED] = "model_refused",
	[LLM_KEY] = "model_key",
	[LLM_QUOTA] = "model_quota",
	[LLM_UNKNOWN] = "model_unknown",
	[LLM_CONTEXT] = "model_context",
	[LLM_FILTERED] = "model_declined",
	[LLM_BROKEN] = "model_broken",
	[LLM_CANCELLED] = "cancelled",
};

bool
llm_end_passes(enum llm_end end)
{
	return end == LLM_UNREACHABLE || end == LLM_BUSY ||
	       end == LLM_TROUBLE || end == LLM_BROKEN;
}

int
llm_total_s(const struct llm_endpoint *endpoint)
{
	return endpoint->timeout_s * TOTAL_FACTOR;
}

/* HTTP answered, but not with a completion. */
static void
refuse(struct arena *a, const struct net_answer *n, struct llm_answer *out)
{
	const char *text;

	out->end = llm_refusal(a, n->status, n->body, n->len, &text);
	out->retry_after_ms = net_retry_after(n, clock_now_ms());
	out->message = arena_printf(a, "the model's server answered %d%s%s",
		n->status, text == NULL ? "" : ": ", text == NULL ? "" : text);
}

static void
set(struct llm_answer *out, enum llm_end end, const char *message)
{
	out->end = end;
	out->message = message;
}

static void
judge(const struct llm_reply *r, struct llm_answer *out)
{
	if (r->error != NULL)
		set(out, LLM_REFUSED, r->error);
	else if (r->text.full || r->whole.full || r->sse.too_long)
		set(out, LLM_TOO_LONG,
			"the model's answer is far too long for a plan and "
			"was cut off");
	else if (r->filtered)
		set(out, LLM_FILTERED, "the model declined to answer");
	else if (r->cut)
		set(out, LLM_CUT, "the answer was cut off by the output limit");
	else if (r->frames == 0 && r->form != REPLY_UNKNOWN)
		set(out, LLM_BROKEN,
			"the server's answer is no chat completion");
	else if (r->text.len == 0)
		set(out, LLM_BROKEN, "the model answered nothing");
	else if (!r->done)
		set(out, LLM_BROKEN, "the answer broke off");
}

void
llm_verdict(struct arena *a, const struct llm_endpoint *endpoint,
	const struct llm_reply *reply, const struct net_answer *n,
	struct llm_answer *out)
{
	if (n->end == NET_TIMEOUT)
		set(out, LLM_TIMEOUT,
			arena_printf(a, "no end of the answer in %d seconds",
				llm_total_s(endpoint)));
	else if (n->end == NET_UNREACHABLE)
		set(out, LLM_UNREACHABLE,
			arena_printf(a, "the model cannot be reached: %s",
				n->error));
	else if (n->end != NET_OK && !reply->done)
		set(out, LLM_BROKEN,
			arena_printf(a, "the answer broke off: %s", n->error));
	else if (n->end == NET_OK && n->status / 100 != 2)
		refuse(a, n, out);
	else
		judge(reply, out);
}
