/* generate.c: a sentence becomes a workflow: asking the model. What is made of
 * its answer is in generate_read.c. */
#include "worker/generate.h"
#include "worker/generate_edit.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "io/metrics.h"
#include "io/seal.h"
#include "worker/kinds.h"
#include "worker/planner.h"
#include "worker/tasks.h"
#include "dsl/plan_schema.h"
#include "worker/sent.h"
#include "llm/prompt.h"

#include <string.h>

enum {
	THOUGHT_MAX = 32768, /* bytes that are kept */
	TRIES = 2,
	BUSY_TRIES = 4, /* of a server that asks to come again later */
	LONGEST_RETRY_AFTER_MS = 300000,
	LOOK_MS = 200
};

/* ---- whom to ask ---- */

static void
assemble(struct task *t)
{
	struct generate *g = t->state;

	if (generate_waits(t)) {
		task_wait(t, LOOK_MS, assemble);
		return;
	}
	if (generate_by_dify(t)) {
		generate_tell(t, "assemble", NULL, 0);
		task_go(t, "dify");
		return;
	}
	if (!generate_model(t)) {
		task_fail(t, "model_not_found",
			"there is no such language model; add one under "
			"Models");
		return;
	}
	task_memo_set(t, "model_id", g->model.id);
	generate_tell(t, "assemble", NULL, 0);
	task_go(t, "ask");
}

/* ---- asking ---- */

static void
count_tokens(struct task *t, const char *key, const char *direction, int64_t n)
{
	struct generate *g = t->state;
	const char *labels[] = {g->model.name, direction};
	int64_t before = value_get_int(t->memo, key, 0);

	if (n < 0)
		return;
	value_set_int(t->arena, t->memo, key, before + n);
	metrics_add(METRIC_LLM_TOKENS, labels, (uint64_t)n);
}

/* Whatever the model's server said, once it said it for good. What there is of
 * an answer is kept: it may hold a plan. */
static void
ask_failed(struct task *t, const struct llm_answer *answer)
{
	int64_t wait = answer->retry_after_ms;
	bool busy = answer->end == LLM_BUSY;

	if (answer->len > 0)
		task_memo_set(t, "partial", answer->text);
	task_memo_set(t, "model_error", answer->message);
	task_note(t, generate_write_used);
	if (llm_end_passes(answer->end) && wait <= LONGEST_RETRY_AFTER_MS &&
		task_again(t, busy ? BUSY_TRIES : TRIES, wait)) {
		task_tell_trouble(
			t, llm_end_names[answer->end], answer->message);
		if (busy)
			task_note(t, generate_write_pause);
		return;
	}
	generate_fail(t, llm_end_names[answer->end], answer->message);
}

static void
on_end(void *context, const struct llm_answer *answer)
{
	struct task *t = context;
	struct generate *g = t->state;

	g->call = NULL;
	if (!task_back(t))
		return;
	if (answer->first_token_ms >= 0)
		metrics_observe(METRIC_LLM_FIRST_TOKEN,
			(const char *const[]){g->model.name},
			(double)answer->first_token_ms / 1000);
	count_tokens(t, "prompt_tokens", "prompt", answer->prompt_tokens);
	count_tokens(t, "completion_tokens", "completion",
		answer->completion_tokens);
	if (*answer->reasoning != '\0')
		task_memo_set(t, "reasoning",
			arena_strcut(
				t->scratch, answer->reasoning, THOUGHT_MAX));
	if (answer->end == LLM_OK || answer->end == LLM_CUT)
		task_memo_set(t, "answer", answer->text);
	if (answer->end != LLM_OK && answer->end != LLM_CUT) {
		ask_failed(t, answer);
		return;
	}
	g->learnt = planner_learn(&g->model, answer, &g->found);
	if (generate_is_edit(t)) /* was not asked with a schema */
		g->found = LLM_MODEL_AUTO;
	g->quirks = llm_quirks_text(t->arena, answer->quirks);
	task_memo_set(t, "model_error", NULL);
	value_set_bool(t->arena, t->memo, "cut", answer->end == LLM_CUT);
	generate_tell(t, "extract", answer->text, answer->len);
	task_note(t, generate_write_used);
	task_go(t, "read");
}

static void
on_text(void *context, const char *text, size_t len)
{
	struct task *t = context;

	if (!t->gone)
		generate_tell(t, NULL, text, len);
}

static void
on_thought(void *context, const char *text, size_t len)
{
	struct task *t = context;
	struct generate *g = t->state;
	const char *tail = text;

	if (t->gone)
		return;
	if (len >= sizeof(g->thought)) {
		tail += len - sizeof(g->thought) + 1;
		while (((unsigned char)*tail & 0xC0) == 0x80)
			tail++;
	}
	memcpy(g->thought, tail, strlen(tail) + 1);
	g->thought_len = len;
	generate_tell(t, NULL, NULL, 0);
}

static void
stop(void *call)
{
	llm_cancel(call);
}

/* The beginning of a text's hash: enough to know it again. */
static const char *
hash_of(struct arena *a, const char *text)
{
	unsigned char hash[SEAL_HASH_BYTES];

	seal_hash(text, hash);
	return arena_printf(a, "%02x%02x%02x%02x%02x%02x%02x%02x", hash[0],
		hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]);
}

enum { MOST_MESSAGES = 6 };

/* System, request; the plan whose questions were answered, and the answers; in
 * a later round the model's answer and what is wrong with it. */
static size_t
messages(struct task *t, const struct dsl_target *target, bool held,
	struct llm_message *out)
{
	struct llm_prompt system;
	const char *request = value_get_text(t->payload, "prompt", "");
	const struct value *plan = value_get(t->payload, "plan");
	const char *answer = generate_said(t);
	const char *mend = task_memo_text(t, "mend");
	size_t n = 0;

	llm_system_prompt(t->scratch, request, target, &system);
	task_memo_set(t, "examples", system.examples);
	generate_keep_handles(t, system.handles);
	if (held)
		system.text = arena_printf(
			t->scratch, "%s%s", system.text, llm_pairs_prompt);
	task_memo_set(t, "prompt_hash", hash_of(t->scratch, system.text));
	out[n++] = (struct llm_message){"system", system.text};
	out[n++] = (struct llm_message){"user", request};
	if (plan != NULL) {
		out[n++] = (struct llm_message){
			"assistant", task_json(t->scratch, plan)};
		out[n++] = (struct llm_message){
			"user", llm_answers_prompt(t->scratch,
					value_get(t->payload, "answers"))};
	}
	if (answer != NULL && mend != NULL) {
		out[n++] = (struct llm_message){"assistant", answer};
		out[n++] = (struct llm_message){"user", mend};
	}
	return n;
}

/* What is known not to fit is not asked: some servers would drop the beginning
 * without a word. */
static bool
fits(struct task *t, const struct llm_message *list, size_t n,
	struct llm_endpoint *e)
{
	struct generate *g = t->state;
	int tokens = llm_tokens_about(list, n);
	int left = g->model.context_size - tokens;

	if (g->model.context_size <= 0)
		return true;
	if (left <= 0) {
		generate_fail(t, llm_end_names[LLM_CONTEXT],
			arena_printf(t->scratch,
				"the request has about %d tokens, the model "
				"can read %d",
				tokens, g->model.context_size));
		return false;
	}
	if (e->max_tokens > left)
		e->max_tokens = left;
	return true;
}

/* Those that can be held to a schema get the plan's; many wait for an answer
 * at once, so nothing is kept that is not sent. */
static void
hold_to_schema(struct llm_endpoint *endpoint, int version, struct arena *a)
{
	if (endpoint->output != LLM_JSON_SCHEMA)
		return;
	endpoint->schema = plan_schema(a, version);
	endpoint->schema_name = "plan";
}

static void
ask(struct task *t)
{
	static const struct llm_callbacks callbacks = {
		on_text, on_end, on_thought};
	struct generate *g = t->state;
	struct llm_endpoint endpoint;
	struct llm_message list[MOST_MESSAGES];
	const char *why;
	int64_t until;
	struct dsl_target target;
	struct arena *a;
	size_t n;

	if (!generate_model(t)) {
		generate_fail(t, "model_not_found",
			"the language model was deleted meanwhile");
		return;
	}
	until = generate_paused(t, &why);
	if (until > 0) {
		task_again_at(t, until, "model_busy", why);
		return;
	}
	a = arena_new(LIMIT_ARENA);
	generate_target(t, a, &target);
	generate_endpoint(t, &endpoint);
	n = generate_is_edit(t)
		    ? generate_edit_messages(t, &target, list)
		    : messages(t, &target, endpoint.output == LLM_JSON_SCHEMA,
			      list);
	generate_tell(t, "ask", NULL, 0);
	if (fits(t, list, n, &endpoint)) {
		if (!generate_is_edit(t)) /* operations have no schema */
			hold_to_schema(&endpoint, target.version, a);
		g->call = llm_chat(&endpoint, list, n, &callbacks, t);
		task_calling(t, g->call, stop);
	}
	planner_wipe(&endpoint);
	arena_free(&a);
}

static const struct task_step steps[] = {
	{"assemble", assemble},
	{"ask", ask},
	{"dify", generate_dify},
	{"read", generate_read},
};

const struct task_kind generate_kind = {
	.kind = JOB_GENERATE,
	.choose = sent_choose,
	.most = 250,
	.size = sizeof(struct generate),
	.steps = steps,
	.nsteps = nitems(steps),
	.fail_hook = generate_write_row,
};
