/* generate_read.c: from the model's answer to a workflow, or to another round
 * of asking with what is still wrong. */
#include "worker/generate.h"
#include "worker/generate_edit.h"
#include "base/clock.h"
#include "base/str.h"
#include "llm/prompt.h"

#include <string.h>

enum { SIGNATURE_MAX = 8192, SHOWN_MAX = 2000 };

/* ---- the job's result ---- */

static void
set_or_null(struct arena *a, struct value *o, const char *key,
	const struct value *v)
{
	value_set(a, o, key, v == NULL ? value_null(a) : value_clone(a, v));
}

static void
set_cost(struct arena *a, struct value *v, const struct llm_model *m,
	int64_t in, int64_t out)
{
	double amount = llm_model_cost(m, in, out);
	struct value *cost;

	if (m->name == NULL || amount < 0)
		return;
	cost = value_set(a, v, "cost", value_object(a));
	value_set(a, cost, "amount", value_float(a, amount));
	value_set_text(
		a, cost, "currency", m->currency == NULL ? "" : m->currency);
}

/* What it was made with, and what that cost. */
static void
set_engine(struct task *t, struct arena *a, struct value *v)
{
	const struct generate *g = t->state;
	int64_t in = value_get_int(t->memo, "prompt_tokens", 0);
	int64_t out = value_get_int(t->memo, "completion_tokens", 0);
	const char *model = generate_by_dify(t)
				    ? task_memo_text(t, "engine_model")
				    : g->model.name;
	struct value *tokens = value_object(a);

	value_set_text(a, v, "engine", generate_by_dify(t) ? "dify" : "studio");
	set_or_null(a, v, "model_id", value_get(t->memo, "model_id"));
	value_set_text(a, v, "model", model == NULL ? "" : model);
	value_set(a, v, "tokens", tokens);
	value_set_int(a, tokens, "prompt", in);
	value_set_int(a, tokens, "completion", out);
	if (!generate_by_dify(t))
		set_cost(a, v, &g->model, in, out);
}

static struct value *
result_value(struct task *t, const struct dsl_result *r, const char *answer)
{
	struct arena *a = t->scratch;
	struct value *v = value_object(a);
	const char *examples = task_memo_text(t, "examples");

	set_or_null(a, v, "dsl", r->dsl);
	value_set_text(a, v, "name", r->dsl == NULL ? "" : dsl_name(r->dsl));
	set_or_null(a, v, "plan", r->plan);
	value_set(a, v, "fixes", repairs_json(a, &r->repairs));
	value_set(a, v, "findings", findings_json(a, &r->findings));
	set_engine(t, a, v);
	value_set_int(a, v, "ms", clock_now_ms() - t->job.started_at);
	value_set_int(a, v, "rounds", value_get_int(t->memo, "round", 0) + 1);
	if (!generate_by_dify(t))
		value_set_int(a, v, "prompt_version", PROMPT_VERSION);
	value_set_text(a, v, "examples", examples == NULL ? "" : examples);
	value_set_text(a, v, "answer", answer);
	if (task_memo_text(t, "reasoning") != NULL)
		value_set_text(
			a, v, "reasoning", task_memo_text(t, "reasoning"));
	set_or_null(a, v, "assumptions", r->assumptions);
	set_or_null(a, v, "questions", r->questions);
	if (generate_is_edit(t))
		generate_edit_result(t, v);
	return v;
}

static void
told(void *context, const char *phase)
{
	generate_tell(context, phase, NULL, 0);
}

/* What became of an answer, with its phases told or not; an empty one gives an
 * empty result. */
static void
build(struct task *t, const char *answer, bool tell, struct dsl_result *r)
{
	struct dsl_target target;

	memset(r, 0, sizeof(*r));
	generate_target(t, t->scratch, &target);
	target.told = tell ? told : NULL;
	target.told_context = t;
	if (generate_is_edit(t))
		generate_edit_build(t, answer, &target, r);
	else
		dsl_build(t->scratch, answer, strlen(answer), &target, r);
}

void
generate_fail(struct task *t, const char *reason, const char *message)
{
	const char *answer = task_memo_text(t, "best_answer");
	struct value *error = task_error(t, "generation_failed", "%s", message);
	struct value *result;
	struct dsl_result r;

	if (answer == NULL)
		answer = task_memo_text(t, "answer");
	if (answer == NULL)
		answer = task_memo_text(t, "partial");
	build(t, answer == NULL ? "" : answer, false, &r);
	value_set_text(t->arena, error, "reason", reason);
	value_set(t->arena, error, "findings",
		findings_json(t->arena, &r.findings));
	generate_tell(t, "done", NULL, 0);
	result = result_value(t, &r, answer == NULL ? "" : answer);
	value_set(t->scratch, result, "phases", generate_phases(t, t->scratch));
	task_fail_with(t, error, result);
}

/* ---- another round ---- */

/* What is wrong, as a text: two rounds with the same one are enough. */
static const char *
signature(struct arena *a, const struct findings *findings)
{
	const struct finding *f;
	struct str out;

	str_init(&out, a, SIGNATURE_MAX);
	for (f = findings->first; f != NULL; f = f->next)
		if (f->tier == TIER_E || f->tier == TIER_R)
			str_printf(&out, "%s %s\n", f->kind->code, f->node);
	return out.s;
}

static const char *
mend_text(struct task *t, const struct dsl_result *r)
{
	if (value_get_bool(t->memo, "cut", false))
		return "Your answer was cut off by the output limit. Write it "
		       "all again and shorter: fewer words in prompts and "
		       "descriptions. Answer with the JSON object alone.";
	if (r->dsl == NULL && r->plan == NULL)
		return generate_is_edit(t)
			       ? "Your answer held no JSON operations. Answer "
				 "with the JSON object of the operations and "
				 "nothing else."
			       : "Your answer held no JSON plan. Answer with "
				 "the JSON object of the plan and nothing "
				 "else.";
	return generate_is_edit(t) ? generate_edit_mend(t, r)
				   : llm_mend_prompt(t->scratch, &r->findings);
}

const char *
generate_said(struct task *t)
{
	const char *answer = task_memo_text(t, "answer");

	return answer != NULL && value_get_bool(t->memo, "prose", false)
		       ? arena_strcut(t->scratch, answer, SHOWN_MAX)
		       : answer;
}

static bool
ask_again(struct task *t, const struct dsl_result *r)
{
	int64_t round = value_get_int(t->memo, "round", 0);
	const char *now = signature(t->scratch, &r->findings);
	const char *before = task_memo_text(t, "signature");

	if (generate_by_dify(t) || round >= GENERATE_ROUNDS ||
		(before != NULL && strcmp(before, now) == 0))
		return false;
	value_set_int(t->arena, t->memo, "round", round + 1);
	task_memo_set(t, "signature", now);
	value_set_int(t->arena, t->memo, "open",
		(int64_t)llm_open_count(&r->findings));
	task_memo_set(t, "mend", mend_text(t, r));
	value_set_bool(
		t->arena, t->memo, "prose", r->dsl == NULL && r->plan == NULL);
	task_go(t, "ask");
	return true;
}

/* The answer with the fewest open findings is what people get in the end. */
static void
keep_best(struct task *t, const struct dsl_result *r)
{
	size_t open = llm_open_count(&r->findings);

	if (r->dsl == NULL ||
		(int64_t)open >= value_get_int(t->memo, "best_open", INT64_MAX))
		return;
	value_set_int(t->arena, t->memo, "best_open", (int64_t)open);
	task_memo_set(t, "best_answer", task_memo_text(t, "answer"));
}

static void
give_up(struct task *t, const struct dsl_result *r)
{
	if (generate_is_edit(t) && r->dsl != NULL)
		generate_fail(t, "invalid", generate_edit_failure(t, r));
	else if (value_get_bool(t->memo, "cut", false))
		generate_fail(t, "cut_off",
			"the answer was cut off by the model's output limit");
	else if (r->dsl == NULL && task_memo_text(t, "best_answer") == NULL)
		generate_fail(t, "no_json",
			"the model's answer holds no plan that could be read");
	else
		generate_fail(t, "invalid",
			"the plan has mistakes that the model did not mend");
}

static void
succeed(struct task *t, const struct dsl_result *r, const char *answer)
{
	struct value *result;

	generate_tell(t, "build", NULL, 0);
	result = result_value(t, r, answer);
	generate_tell(t, "preview", NULL, 0);
	generate_tell(t, "done", NULL, 0);
	value_set(t->scratch, result, "phases", generate_phases(t, t->scratch));
	task_succeed(t, result, generate_write_row);
}

void
generate_read(struct task *t)
{
	const char *answer = task_memo_text(t, "answer");
	bool cut = value_get_bool(t->memo, "cut", false);
	struct generate *g = t->state;
	struct dsl_result r;

	if (answer == NULL) {
		task_go(t, "ask");
		return;
	}
	if (g->model.name == NULL && !generate_by_dify(t)) /* another worker */
		generate_model(t);
	generate_tell(t, "extract", answer, strlen(answer));
	build(t, answer, true, &r);
	keep_best(t, &r);
	if (r.dsl != NULL && llm_open_count(&r.findings) == 0 && !cut) {
		succeed(t, &r, answer);
	} else if (!ask_again(t, &r)) {
		give_up(t, &r);
	}
}
