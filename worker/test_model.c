/* test_model.c: step by step, does a language model answer, how fast, which
 * others does its server have, and which constrained output does it take? The
 * job succeeds either way; its result tells. */
#include "base/nitems.h"
#include "worker/kinds.h"
#include "worker/planner.h"
#include "text/json.h"

#include <string.h>

enum {
	LIST_MS = 15000,
	TEST_S = 60,
	MAX_MODELS = 200,
	ASK_TOKENS = 64,
	PROBE_TOKENS = 1024 /* some think before they answer */
};

struct test {
	struct llm_model model;
	struct value *steps;
	struct value *models; /* names; NULL: the server does not tell */
	const char *error;
	const char *code;
	const char *answer;
	int64_t first_token_ms;
	unsigned quirks;
	bool thinks;
	enum llm_output found;
};

static bool
find(struct task *t)
{
	struct test *s = t->state;
	const char *id = value_get_text(t->payload, "model_id", "");

	if (s->steps == NULL) {
		s->steps = value_array(t->arena);
		s->first_token_ms = -1;
	}
	if (llm_model_find(t->arena, id, &s->model))
		return true;
	task_fail(t, "model_not_found", "there is no such language model");
	return false;
}

/* optional: what is not there is no fault. */
static void
note(struct task *t, const char *step, bool ok, bool optional,
	const char *detail)
{
	struct test *s = t->state;
	struct value *v = value_append(s->steps, value_object(t->arena));

	value_set_text(t->arena, v, "step", step);
	value_set_bool(t->arena, v, "ok", ok);
	value_set_bool(t->arena, v, "optional", optional);
	value_set_text(t->arena, v, "detail", detail == NULL ? "" : detail);
}

/* ---- the end ---- */

static void
write_found(struct task *t)
{
	struct test *s = t->state;

	llm_model_used(s->model.id, s->error == NULL, s->error);
	if (s->error == NULL)
		llm_model_learnt(s->model.id, planner_output(s->found),
			llm_quirks_text(t->arena, s->quirks));
}

static void
set_or_null(struct task *t, struct value *v, const char *key, const char *text)
{
	value_set(t->arena, v, key,
		text == NULL ? value_null(t->arena)
			     : value_string(t->arena, text));
}

static void
finish(struct task *t)
{
	struct test *s = t->state;
	struct value *v = value_object(t->arena);
	bool ok = s->error == NULL;

	value_set_bool(t->arena, v, "ok", ok);
	value_set(t->arena, v, "steps", s->steps);
	value_set(t->arena, v, "models",
		s->models == NULL ? value_array(t->arena) : s->models);
	value_set(t->arena, v, "ms_first_token",
		s->first_token_ms < 0 ? value_null(t->arena)
				      : value_int(t->arena, s->first_token_ms));
	set_or_null(t, v, "answer", s->answer);
	set_or_null(t, v, "output", ok ? llm_output_names[s->found] : NULL);
	value_set_text(
		t->arena, v, "quirks", llm_quirks_text(t->scratch, s->quirks));
	value_set_bool(t->arena, v, "reasoning", s->thinks);
	set_or_null(t, v, "error", s->error);
	set_or_null(t, v, "code", s->code);
	task_succeed(t, v, write_found);
}

/* ---- which models are there ---- */

static void
stop_transfer(void *call)
{
	net_cancel(call);
}

static bool
listed(const struct test *s)
{
	value_each(m, s->models)
		if (strcmp(value_text(m), s->model.model) == 0)
			return true;
	return false;
}

static void
take_list(struct task *t, const struct value *data)
{
	struct test *s = t->state;

	s->models = value_array(t->arena);
	value_each(m, data) {
		const char *id = value_get_text(m, "id", NULL);

		if (id != NULL && value_count(s->models) < MAX_MODELS)
			value_append_text(t->arena, s->models, id);
	}
}

static void
on_list(void *context, const struct net_answer *n)
{
	struct task *t = context;
	struct test *s = t->state;
	struct jsonx_report report;
	const struct value *data = NULL;

	if (!task_back(t))
		return;
	if (n->status == 200)
		data = value_get(
			jsonx_read(t->scratch, n->body, n->len, 0, &report),
			"data");
	take_list(t, data);
	note(t, "list", value_count(s->models) > 0, true,
		value_count(s->models) > 0
			? arena_printf(t->arena, "%zu", value_count(s->models))
			: NULL);
	if (value_count(s->models) > 0 && !listed(s))
		note(t, "listed", false, true, s->model.model);
	task_go(t, "ask");
}

static void
list(struct task *t)
{
	static const struct net_callbacks callbacks = {.on_end = on_list};
	struct test *s = t->state;
	struct net_request r = {.method = "GET", .total_ms = LIST_MS};
	struct llm_endpoint e;

	if (!find(t))
		return;
	planner_endpoint(t->scratch, &s->model, &e);
	r.url = llm_url(t->scratch, e.base_url, "/models");
	r.headers = llm_headers(t->scratch, &e, 0, &r.nheaders);
	r.way = e.way;
	task_calling(t, net_start(&r, &callbacks, t), stop_transfer);
	planner_wipe(&e);
}

/* ---- questions ---- */

static void
stop_call(void *call)
{
	llm_cancel(call);
}

/* Asks one thing; output and schema are what is tried. */
static void
ask_for(struct task *t, const char *question, int max_tokens,
	enum llm_output output, const struct value *schema,
	void (*on_end)(void *context, const struct llm_answer *answer))
{
	const struct llm_message message = {"user", question};
	const struct llm_callbacks callbacks = {.on_end = on_end};
	struct test *s = t->state;
	struct llm_endpoint e;
	struct llm_call *call;

	planner_endpoint(t->scratch, &s->model, &e);
	e.max_tokens = max_tokens;
	e.timeout_s = s->model.timeout_s < TEST_S ? s->model.timeout_s : TEST_S;
	e.quirks = s->quirks;
	e.output = output;
	e.schema = schema;
	e.schema_name = "capital";
	call = llm_chat(&e, &message, 1, &callbacks, t);
	planner_wipe(&e);
	task_calling(t, call, stop_call);
}

static void
on_word(void *context, const struct llm_answer *answer)
{
	struct task *t = context;
	struct test *s = t->state;
	bool ok = answer->end == LLM_OK || answer->end == LLM_CUT;

	if (!task_back(t))
		return;
	s->first_token_ms = answer->first_token_ms;
	s->quirks = answer->quirks;
	s->thinks = *answer->reasoning != '\0';
	s->answer = arena_strdup(t->arena, answer->text);
	if (!ok) {
		s->error = arena_strdup(t->arena, answer->message);
		s->code = llm_end_names[answer->end];
	}
	note(t, "ask", ok, false, ok ? s->answer : s->error);
	if (s->thinks)
		note(t, "thinks", true, true, NULL);
	if (s->quirks != 0)
		note(t, "quirks", true, true,
			llm_quirks_text(t->arena, s->quirks));
	if (ok)
		task_go(t, "schema");
	else
		finish(t);
}

static void
ask(struct task *t)
{
	if (find(t))
		ask_for(t, "Answer with the single word: ready", ASK_TOKENS,
			LLM_PLAIN, NULL, on_word);
}

/* ---- which constrained output ---- */

/* Whether it came as asked: held to JSON to the end, with what was wanted. */
static bool
held(struct task *t, const struct llm_answer *answer, enum llm_output output)
{
	struct jsonx_report report;
	struct value *v = NULL;

	if (answer->end == LLM_OK && answer->output == output)
		v = jsonx_read(
			t->scratch, answer->text, answer->len, 0, &report);
	if (output == LLM_JSON_OBJECT)
		return value_is(v, VALUE_OBJECT) && value_count(v) > 0;
	return value_count(v) == 1 && value_get_text(v, "city", NULL) != NULL;
}

static void
take_probe(struct task *t, const struct llm_answer *answer,
	enum llm_output output, const char *next)
{
	struct test *s = t->state;
	bool ok;

	if (!task_back(t))
		return;
	ok = held(t, answer, output);
	note(t, llm_output_names[output], ok, true, NULL);
	if (ok)
		s->found = output;
	if (ok || next == NULL)
		finish(t);
	else
		task_go(t, next);
}

static void
on_schema(void *context, const struct llm_answer *answer)
{
	take_probe(context, answer, LLM_JSON_SCHEMA, "object");
}

/* Nothing in the question asks for JSON: only the schema can bring it. */
static void
schema(struct task *t)
{
	static const char text[] =
		"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":"
		"\"string\"}},\"required\":[\"city\"],\"additionalProperties\":"
		"false}";
	struct jsonx_report report;

	if (find(t))
		ask_for(t, "What is the capital of France?", PROBE_TOKENS,
			LLM_JSON_SCHEMA,
			jsonx_read(
				t->scratch, text, sizeof(text) - 1, 0, &report),
			on_schema);
}

static void
on_object(void *context, const struct llm_answer *answer)
{
	take_probe(context, answer, LLM_JSON_OBJECT, NULL);
}

/* OpenAI refuses json_object where no message speaks of JSON. */
static void
object(struct task *t)
{
	if (find(t))
		ask_for(t, "What is the capital of France? Answer as JSON.",
			PROBE_TOKENS, LLM_JSON_OBJECT, NULL, on_object);
}

static const struct task_step steps[] = {
	{"list", list},
	{"ask", ask},
	{"schema", schema},
	{"object", object},
};

const struct task_kind test_model_kind = {
	.kind = JOB_TEST_MODEL,
	.most = 8,
	.size = sizeof(struct test),
	.steps = steps,
	.nsteps = nitems(steps),
};
