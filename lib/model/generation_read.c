/* generation_read.c: the end of a generate job as a row of its own. */
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "model/generation.h"
#include "text/json.h"

#include <string.h>

static const char *
json_of(struct arena *a, const struct value *v)
{
	struct str out;

	if (v == NULL)
		return "[]";
	str_init(&out, a, LIMIT_BODY);
	jsonx_write(&out, v, 0);
	return out.s;
}

/* {code: how often} of a list of objects that have codes. */
static const char *
counted(struct arena *a, const struct value *list)
{
	struct value *v = value_object(a);

	value_each(x, list) {
		const char *code = value_get_text(x, "code", "");

		value_set_int(a, v, code, value_get_int(v, code, 0) + 1);
	}
	return json_of(a, v);
}

static const char *
result_of(enum job_state state, const struct value *error)
{
	if (state == JOB_SUCCEEDED)
		return "ok";
	if (state == JOB_CANCELLED)
		return "cancelled";
	return value_get_text(
		error, "reason", value_get_text(error, "code", "failed"));
}

/* The last phase that it came to. */
static const char *
stage_of(enum job_state state, const struct value *phases)
{
	size_t n = value_count(phases);

	if (state == JOB_SUCCEEDED)
		return "done";
	return n == 0 ? "queued"
		      : value_get_text(
				value_at(phases, n - 1), "phase", "queued");
}

/* A member of the result, else of what was noted on the way. */
static const char *
text_of(const struct value *result, const struct value *memo, const char *key,
	const char *other)
{
	return value_get_text(result, key, value_get_text(memo, key, other));
}

static void
read_numbers(const struct value *memo, const struct value *result,
	struct generation *g)
{
	const struct value *tokens = value_get(result, "tokens");
	const struct value *cost = value_get(result, "cost");
	const struct value *amount = value_get(cost, "amount");

	g->prompt_tokens = value_get_int(
		tokens, "prompt", value_get_int(memo, "prompt_tokens", 0));
	g->completion_tokens = value_get_int(tokens, "completion",
		value_get_int(memo, "completion_tokens", 0));
	g->rounds = value_get_int(
		result, "rounds", value_get_int(memo, "round", 0) + 1);
	g->prompt_version = value_get_int(result, "prompt_version", 0);
	g->cost = -1;
	if (value_is(amount, VALUE_FLOAT))
		g->cost = amount->u.number;
	else if (value_is(amount, VALUE_INT))
		g->cost = (double)amount->u.integer;
	g->currency = value_get_text(cost, "currency", NULL);
}

void
generation_read(struct arena *a, const struct job *job, enum job_state state,
	const char *model, const struct value *payload,
	const struct value *memo, const struct value *result,
	const struct value *error, struct generation *g)
{
	const struct value *phases =
		value_get(value_get(memo, "progress"), "phases");

	memset(g, 0, sizeof(*g));
	memcpy(g->job_id, job->id, ID_SIZE);
	g->engine = text_of(result, payload, "engine", "studio");
	g->model_id = text_of(result, memo, "model_id", NULL);
	g->model = value_get_text(result, "model", model == NULL ? "" : model);
	g->user_id = job->user_id;
	g->request = arena_strcut(
		a, value_get_text(payload, "prompt", ""), GENERATION_REQUEST);
	g->prompt_hash = text_of(result, memo, "prompt_hash", NULL);
	g->result = result_of(state, error);
	g->stage = stage_of(state, phases);
	g->phases = json_of(a, phases);
	read_numbers(memo, result, g);
	g->answer = arena_strcut(
		a, text_of(result, memo, "answer", ""), GENERATION_ANSWER);
	g->fixes = counted(a, value_get(result, "fixes"));
	/* That nothing was answered is the result, and no finding. */
	g->findings = counted(
		a, *g->answer == '\0' ? NULL : value_get(result, "findings"));
	g->started_at = job->started_at > 0 ? job->started_at : job->created_at;
	g->finished_at = clock_now_ms();
}
