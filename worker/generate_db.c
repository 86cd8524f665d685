/* generate_db.c: all that a generation asks of the database and writes there
 * besides its job; the other files of generate.h know of none. */
#include "worker/generate.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/metrics.h"
#include "worker/planner.h"
#include "worker/tasks.h"
#include "model/connection.h"
#include "model/event.h"
#include "model/generation.h"
#include "text/json.h"
#include "model/lane.h"

enum {
	NEW_MS = 10000, /* so long after the first look a Dify is new */
	MOST_LOOKS = 15
};

static bool
find_connection(struct task *t, struct arena *a, struct connection *out)
{
	const char *id = value_get_text(t->payload, "connection_id", NULL);

	return id == NULL ? connection_default(a, out)
			  : connection_find(a, id, out);
}

bool
generate_waits(struct task *t)
{
	struct generate *g = t->state;
	struct connection c;

	return find_connection(t, t->scratch, &c) &&
	       connection_resources(t->scratch, c.id)->count == 0 &&
	       (c.checked_at == 0 || clock_now_ms() - c.checked_at < NEW_MS) &&
	       g->looks++ < MOST_LOOKS;
}

void
generate_target(struct task *t, struct arena *a, struct dsl_target *target)
{
	const char *version = value_get_text(t->payload, "target", NULL);
	struct connection c;
	bool found = find_connection(t, a, &c);

	*target = (struct dsl_target){0};
	target->resources = found ? connection_resources(a, c.id) : NULL;
	if (target->resources != NULL && target->resources->count == 0)
		target->resources = NULL; /* nobody has looked yet */
	target->resources = resource_bound(
		a, target->resources, value_get(t->memo, "handles"));
	if (version == NULL && found)
		version = c.version;
	target->version = version == NULL ? 0 : dsl_version(version);
	if (target->version == 0)
		target->version = DSL_VERSION_NEWEST;
}

/* In the memo: what the model will speak of may stand elsewhere in the list by
 * then. */
void
generate_keep_handles(struct task *t, const struct value *handles)
{
	if (value_get(t->memo, "handles") == NULL)
		value_set(t->arena, t->memo, "handles",
			value_clone(t->arena, handles));
}

bool
generate_model(struct task *t)
{
	struct generate *g = t->state;
	const char *id = task_memo_text(t, "model_id");

	if (id == NULL)
		id = value_get_text(t->payload, "model_id", NULL);
	return id == NULL ? llm_model_default(t->arena, &g->model)
			  : llm_model_find(t->arena, id, &g->model);
}

void
generate_endpoint(struct task *t, struct llm_endpoint *out)
{
	struct generate *g = t->state;

	planner_endpoint(t->scratch, &g->model, out);
}

void
generate_write_events(struct task *t)
{
	struct generate *g = t->state;

	value_each(e, g->events)
		event_add(EVENT_GENERATE, value_text(e));
	g->events = NULL;
	if (g->keep)
		task_keep_progress(t);
	g->keep = false;
}

void
generate_write_used(struct task *t)
{
	struct generate *g = t->state;
	const char *error = task_memo_text(t, "model_error");

	llm_model_used(g->model.id, error == NULL, error);
	if (error == NULL && g->learnt)
		llm_model_learnt(g->model.id, g->found, g->quirks);
}

static struct value *
read_json(struct arena *a, const char *text)
{
	struct jsonx_report report;

	return text == NULL ? NULL
			    : jsonx_read(a, text, strlen(text), 0, &report);
}

static void
count_codes(struct arena *a, enum metric m, const char *json)
{
	value_each(n, read_json(a, json))
		metrics_add(m, (const char *const[]){n->key},
			(uint64_t)n->u.integer);
}

static void
count(struct arena *a, const struct generation *g)
{
	const char *labels[] = {g->engine, g->model, g->stage, g->result};
	double seconds = (double)(g->finished_at - g->started_at) / 1000;

	metrics_add(METRIC_GENERATE, labels, 1);
	metrics_observe(METRIC_GENERATE_SECONDS, labels, seconds);
	count_codes(a, METRIC_GENERATE_FIXES, g->fixes);
	count_codes(a, METRIC_GENERATE_FINDINGS, g->findings);
	if (g->prompt_tokens + g->completion_tokens == 0)
		return;
	metrics_observe(METRIC_GENERATE_TOKENS,
		(const char *const[]){g->model, "prompt"},
		(double)g->prompt_tokens);
	metrics_observe(METRIC_GENERATE_TOKENS,
		(const char *const[]){g->model, "completion"},
		(double)g->completion_tokens);
}

void
generate_write_row(struct task *t)
{
	struct generate *state = t->state;
	struct arena *a = arena_new(LIMIT_ARENA);
	const char *model = task_memo_text(t, "engine_model");
	struct generation g;

	if (state->model.name == NULL && !generate_by_dify(t))
		generate_model(t);
	if (model == NULL)
		model = state->model.name;
	generation_read(a, &t->job, t->end->state, model, t->payload, t->memo,
		read_json(a, t->end->result), read_json(a, t->end->error), &g);
	generation_add(&g);
	count(a, &g);
	arena_free(&a);
}

int64_t
generate_paused(struct task *t, const char **why_r)
{
	struct generate *g = t->state;

	return lane_paused(t->scratch, g->model.id, why_r);
}

void
generate_write_pause(struct task *t)
{
	struct generate *g = t->state;

	lane_pause(g->model.id, t->again_at, task_memo_text(t, "model_error"));
}
