/* generate_dify.c: the other engine: the generator of the connected Dify makes
 * the graph (contract.md 2.10). What it answers is read, mended and checked
 * like the answer of a model. */
#include "worker/generate.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "worker/servers.h"
#include "text/json.h"

#include <string.h>

enum { LONGEST_MS = 900000, TRIES = 2 };

bool
generate_by_dify(const struct task *t)
{
	return strcmp(value_get_text(t->payload, "engine", ""), "dify") == 0;
}

/* ---- the answer ---- */

static struct value *
model_value(struct arena *a, const struct resource *r)
{
	struct value *v = value_object(a);

	value_set_text(a, v, "provider", r->provider);
	value_set_text(a, v, "name", r->id);
	value_set_text(a, v, "mode", r->mode == NULL ? "chat" : r->mode);
	value_set(a, v, "completion_params", value_object(a));
	return v;
}

/* Nodes that ask a model and name none get the one that made them. */
static void
set_models(struct arena *a, const struct value *nodes, const struct resource *r)
{
	static const char *const types[] = {
		"llm", "question-classifier", "parameter-extractor"};
	size_t i;

	value_each(n, nodes) {
		struct value *data = value_get(n, "data");
		const char *type = value_get_text(data, "type", "");
		const char *name =
			value_get_text(value_get(data, "model"), "name", "");

		for (i = 0; i < nitems(types); i++)
			if (*name == '\0' && strcmp(type, types[i]) == 0)
				value_set(a, data, "model", model_value(a, r));
	}
}

/* A whole DSL around the graph, as Dify would export it. */
static const char *
dsl_text(struct task *t, const struct value *result)
{
	struct arena *a = t->scratch;
	struct generate *g = t->state;
	struct value *dsl = value_object(a);
	struct value *app = value_set(a, dsl, "app", value_object(a));
	struct value *w = value_object(a);
	struct str out;

	value_set_text(
		a, app, "name", value_get_text(result, "app_name", "Workflow"));
	value_set_text(
		a, app, "mode", value_get_text(result, "mode", "workflow"));
	value_set_text(
		a, app, "description", value_get_text(result, "message", ""));
	value_set_text(a, app, "icon", value_get_text(result, "icon", ""));
	value_set_text(a, dsl, "kind", "app");
	value_set_text(a, dsl, "version", g->dify_dsl);
	value_set(a, dsl, "workflow", w);
	value_set(a, w, "graph", value_clone(a, value_get(result, "graph")));
	set_models(a, value_find(w, "/graph/nodes"), g->dify_model);
	str_init(&out, t->arena, LIMIT_DOCUMENT);
	jsonx_write(&out, dsl, 0);
	return out.full ? "" : out.s;
}

static void
take_result(struct task *t, const struct value *result)
{
	const struct value *nodes =
		value_get(value_get(result, "graph"), "nodes");
	const char *error = value_get_text(result, "error", "");
	const char *code = value_get_text(
		value_at(value_get(result, "errors"), 0), "code", "");

	if (value_count(nodes) == 0) {
		generate_fail(t,
			strcmp(code, "MODEL_ERROR") == 0 ? "engine_model"
							 : "engine_failed",
			*error == '\0' ? "Dify's generator made nothing"
				       : error);
		return;
	}
	task_memo_set(t, "answer", dsl_text(t, result));
	generate_tell(t, "extract", NULL, 0);
	task_go(t, "read");
}

static const char *
reason_of(const struct dify_answer *answer)
{
	switch (answer->end) {
	case DIFY_AUTH:
		return "dify_auth";
	case DIFY_FAILED:
		return "dify_refused";
	default:
		return "dify_unreachable";
	}
}

static void
on_answer(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct generate *g = t->state;
	bool passes = answer->end == DIFY_BUSY ||
		      answer->end == DIFY_UNREACHABLE ||
		      answer->end == DIFY_LOST;

	if (!task_back(t))
		return;
	if (answer->end == DIFY_OK)
		take_result(t, g->made != NULL ? g->made : answer->body);
	else if (passes && task_again(t, TRIES, answer->retry_after_ms))
		task_tell_trouble(t, answer->trouble, answer->message);
	else
		generate_fail(t, reason_of(answer), answer->message);
}

/* The plan is shown before the nodes are built. */
static void
show_plan(struct task *t, const struct value *plan)
{
	struct arena *a = t->scratch;
	struct value *list = value_array(a);

	value_each(n, value_get(plan, "nodes")) {
		struct value *v = value_append(list, value_object(a));

		value_set_text(a, v, "id",
			arena_printf(a, "node%zu", value_count(list)));
		value_set_text(
			a, v, "type", value_get_text(n, "node_type", ""));
		value_set_text(a, v, "title", value_get_text(n, "label", ""));
	}
	generate_show(t, list);
}

static void
on_event(void *context, const char *event, const struct value *v)
{
	struct task *t = context;
	struct generate *g = t->state;

	if (t->gone)
		return;
	if (strcmp(event, "plan") == 0)
		show_plan(t, v);
	else if (strcmp(event, "result") == 0)
		g->made = value_clone(t->arena, v);
}

/* ---- the question ---- */

static const char *
request_body(struct task *t, const struct resource *model, bool any_mode)
{
	struct arena *a = t->scratch;
	struct value *v = value_object(a);
	struct str out;

	value_set(a, v, "model_config", model_value(a, model));
	value_set_text(a, v, "mode", any_mode ? "auto" : "workflow");
	value_set_text(
		a, v, "instruction", value_get_text(t->payload, "prompt", ""));
	str_init(&out, a, LIMIT_BODY);
	jsonx_write(&out, v, 0);
	return out.s;
}

/* The Dify and its default model: NULL when the job has failed for the lack of
 * one. */
static struct dify *
find(struct task *t, const struct resource **model_r)
{
	struct generate *g = t->state;
	struct connection c;
	struct dify *d = server_of(t->arena,
		value_get_text(t->payload, "connection_id", NULL), &c);

	if (d == NULL) {
		generate_fail(t, "no_connection", "no Dify is connected");
		return NULL;
	}
	if (dify_profile_of(d)->generator == GENERATOR_NONE) {
		generate_fail(t, "no_generator",
			"this Dify has no generator of its own");
		return NULL;
	}
	*model_r = resource_first(
		connection_resources(t->arena, c.id), RESOURCE_MODEL);
	if (*model_r == NULL) {
		generate_fail(t, "engine_no_model",
			"no language model is set up in this Dify");
		return NULL;
	}
	g->dify_model = *model_r;
	g->dify_dsl = dify_profile_of(d)->dsl;
	task_memo_set(t, "engine_model", (*model_r)->name);
	return d;
}

void
generate_dify(struct task *t)
{
	struct generate *g = t->state;
	const struct resource *model;
	struct dify_request q = {
		.method = "POST", .total_ms = LONGEST_MS, .once = true};
	struct dify *d = find(t, &model);
	bool streams;

	if (d == NULL)
		return;
	streams = dify_profile_of(d)->generator == GENERATOR_STREAM;
	g->made = NULL;
	q.path = streams ? "/workflow-generate/stream" : "/workflow-generate";
	q.body = request_body(t, model, streams);
	if (streams)
		q.on_event = on_event;
	generate_tell(t, "ask", NULL, 0);
	task_dify_calling(t, dify_send(d, &q, on_answer, t));
}
