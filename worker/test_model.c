/* test_model.c: does a language model answer, how fast, and which others does
 * its server have? The job succeeds either way; its result tells. */
#include "base/nitems.h"
#include "io/net.h"
#include "io/seal.h"
#include "worker/kinds.h"
#include "worker/planner.h"
#include "llm/chat.h"
#include "model/llm_model.h"
#include "text/json.h"

#include <string.h>

enum { LIST_MS = 15000, TEST_S = 60, MAX_MODELS = 200, MAX_TOKENS = 64 };

struct test {
	struct llm_model model;
	struct llm_call *call;
	struct value *models; /* names; NULL: the server does not tell */
	const char *error;
};

static bool
find(struct task *t)
{
	struct test *s = t->state;
	const char *id = value_get_text(t->payload, "model_id", "");

	if (llm_model_find(t->arena, id, &s->model))
		return true;
	task_fail(t, "model_not_found", "there is no such language model");
	return false;
}

/* ---- which models are there ---- */

static void
stop_transfer(void *call)
{
	net_cancel(call);
}

static void
on_list(void *context, const struct net_answer *n)
{
	struct task *t = context;
	struct test *s = t->state;
	struct jsonx_report report;
	struct value *v;

	if (!task_back(t))
		return;
	v = n->status == 200
		    ? jsonx_read(t->scratch, n->body, n->len, 0, &report)
		    : NULL;
	s->models = value_array(t->arena);
	value_each(m, value_get(v, "data")) {
		const char *id = value_get_text(m, "id", NULL);

		if (id != NULL && value_count(s->models) < MAX_MODELS)
			value_append_text(t->arena, s->models, id);
	}
	task_go(t, "ask");
}

static void
list(struct task *t)
{
	static const struct net_callbacks callbacks = {.on_end = on_list};
	struct test *s = t->state;
	struct net_header headers[1];
	struct net_request r = {
		.method = "GET", .headers = headers, .total_ms = LIST_MS};
	char *key;

	if (!find(t))
		return;
	r.url = llm_url(t->scratch, s->model.base_url, "/models");
	key = llm_model_key(t->scratch, s->model.id);
	if (key != NULL) {
		headers[0] = (struct net_header){"Authorization",
			arena_printf(t->scratch, "Bearer %s", key)};
		r.nheaders = 1;
	}
	task_calling(t, net_start(&r, &callbacks, t), stop_transfer);
	if (key != NULL)
		seal_wipe(key);
}

/* ---- one word ---- */

static void
write_used(struct task *t)
{
	struct test *s = t->state;

	llm_model_used(s->model.id, s->error == NULL, s->error);
}

static void
on_end(void *context, const struct llm_answer *answer)
{
	struct task *t = context;
	struct test *s = t->state;
	struct value *v;
	bool ok = answer->end == LLM_OK || answer->end == LLM_CUT;

	s->call = NULL;
	if (!task_back(t))
		return;
	if (!ok)
		s->error = arena_strdup(t->arena, answer->message);
	v = value_object(t->arena);
	value_set_bool(t->arena, v, "ok", ok);
	value_set(t->arena, v, "models",
		s->models == NULL ? value_array(t->arena) : s->models);
	value_set(t->arena, v, "ms_first_token",
		answer->first_token_ms < 0
			? value_null(t->arena)
			: value_int(t->arena, answer->first_token_ms));
	value_set_text(t->arena, v, "answer", answer->text);
	value_set(t->arena, v, "error",
		s->error == NULL ? value_null(t->arena)
				 : value_string(t->arena, s->error));
	task_succeed(t, v, write_used);
}

static void
stop_call(void *call)
{
	llm_cancel(call);
}

static void
ask(struct task *t)
{
	static const struct llm_callbacks callbacks = {.on_end = on_end};
	static const struct llm_message message = {
		"user", "Answer with the single word: ready"};
	struct test *s = t->state;
	struct llm_endpoint e;

	if (!find(t))
		return;
	planner_endpoint(t->scratch, &s->model, &e);
	e.temperature = -1;
	e.max_tokens = MAX_TOKENS;
	e.timeout_s = s->model.timeout_s < TEST_S ? s->model.timeout_s : TEST_S;
	s->call = llm_chat(&e, &message, 1, &callbacks, t);
	planner_wipe(&e);
	task_calling(t, s->call, stop_call);
}

static const struct task_step steps[] = {
	{"list", list},
	{"ask", ask},
};

const struct task_kind test_model_kind = {
	.kind = JOB_TEST_MODEL,
	.most = 8,
	.size = sizeof(struct test),
	.steps = steps,
	.nsteps = nitems(steps),
};
