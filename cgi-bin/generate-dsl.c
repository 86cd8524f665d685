/* generate-dsl.c: POST /api/workflows/generate-dsl: a sentence to a DSL. */
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/dsl.h"
#include "io/hub.h"
#include "model/connection.h"
#include "api/job_answer.h"
#include "model/llm_model.h"

#include <string.h>

/* The same members in the query string and in a JSON body. */
enum { IN_PROMPT, IN_MODEL, IN_CONNECTION, IN_TARGET, IN__MAX };
static const struct field fields[IN__MAX] = {
	[IN_PROMPT] = {"prompt", FIELD_TEXT, false, 1, LIMIT_PROMPT},
	[IN_MODEL] = {"model_id", FIELD_ID},
	[IN_CONNECTION] = {"connection_id", FIELD_ID},
	[IN_TARGET] = {"target", FIELD_STRING, false, 1, 20},
};

/* A generation that somebody waits for. */
struct wanted {
	struct job_new job;
	char id[ID_SIZE];
	int taken; /* what job_add() said */
};

static const char *
member(struct req *r, size_t at)
{
	return http_has(r, at) ? http_str(r, at) : http_query(r, at);
}

/* ---- the answer ---- */
static int
succeeded(struct req *r, const struct job *job)
{
	const struct value *result = job_value(http_arena(r), job->result);
	const struct value *dsl = value_get(result, "dsl");

	jsonw_value(http_out(r), NULL, dsl);
	return http_json(r, 200);
}

/* What went wrong, and the other way to a workflow: bring one's own DSL. */
static int
failed(struct req *r, const struct job *job)
{
	const struct value *error = job_value(http_arena(r), job->error);
	const struct value *findings = value_get(error, "findings");
	struct str *more = http_more(r);

	jsonw_text(more, "reason",
		value_get_text(error, "code", job_state_names[job->state]));
	if (findings == NULL)
		jsonw_raw(more, "findings", "[]");
	else
		jsonw_value(more, "findings", findings);
	jsonw_text(more, "upload_url", "/api/workflows");
	jsonw_text(more, "job_id", job->id);
	return http_problem(r, 422, "generation_failed", "%s",
		value_get_text(error, "message", "The job was called off."));
}

static enum hub_poll
look(struct req *r, void *context, bool late)
{
	struct wanted *w = context;
	int state = job_state(w->id);
	struct job job;

	if (!job_ended((enum job_state)state) && !late)
		return HUB_WAIT;
	if (!job_ended((enum job_state)state) ||
		job_find(http_arena(r), w->id, &job) != 1 ||
		job.kind != JOB_GENERATE) {
		job_accepted(r, w->id, JOB_GENERATE);
		return HUB_ANSWERED;
	}
	job_headers(r, w->id);
	if (job.state == JOB_SUCCEEDED)
		succeeded(r, &job);
	else
		failed(r, &job);
	return HUB_ANSWERED;
}

/* ---- the request ---- */
static bool
add(struct req *r, void *context)
{
	struct wanted *w = context;

	(void)r;
	w->taken = job_add(&w->job, w->id);
	return w->taken == 1;
}

static int
added(struct req *r, void *context, bool written)
{
	const struct wanted *w = context;

	if (written)
		job_wake();
	if (w->taken < 0)
		return job_key_reused(r);
	return hub_wait(
		r, http_wait_ms(r, LIMIT_WAIT_DEFAULT_MS), look, context);
}

/* The model and the Dify that are meant: ids, or -1 with the answer given. */
static int
resolve(struct req *r, const char **model_r, const char **connection_r)
{
	struct arena *a = http_arena(r);
	struct connection c;
	struct llm_model m;

	*model_r = member(r, IN_MODEL);
	*connection_r = member(r, IN_CONNECTION);
	if (*model_r == NULL && llm_model_default(a, &m) == 1)
		*model_r = arena_strdup(a, m.id);
	else if (*model_r == NULL)
		return http_refuse(r, 409, "no_model",
			"No language model is set up yet; add one "
			"first.");
	else if (llm_model_find(a, *model_r, &m) != 1)
		return http_refuse_field(
			r, "/model_id", "not_found", "There is no such model.");
	if (*connection_r == NULL && connection_default(a, &c) == 1)
		*connection_r = arena_strdup(a, c.id);
	else if (*connection_r != NULL &&
		 connection_find(a, *connection_r, &c) != 1)
		return http_refuse_field(r, "/connection_id", "not_found",
			"There is no such connection.");
	return 0;
}

static const char *
payload(struct req *r, const char *model, const char *connection)
{
	struct str s;

	str_init(&s, http_arena(r), LIMIT_BODY);
	jsonw_open(&s, NULL, '{');
	jsonw_text(&s, "prompt", member(r, IN_PROMPT));
	jsonw_text(&s, "model_id", model);
	jsonw_text(&s, "connection_id", connection);
	jsonw_text(&s, "target", member(r, IN_TARGET));
	jsonw_close(&s, '}');
	return s.s;
}

static int
generate(struct req *r)
{
	struct wanted *w = arena_alloc(http_arena(r), sizeof(*w));
	const char *target = member(r, IN_TARGET);
	const char *connection;
	const char *model;

	if (member(r, IN_PROMPT) == NULL)
		return http_field_problem(r, "/prompt", "required",
			"Say what the workflow should do.");
	if (target != NULL && dsl_version(target) == 0)
		return http_field_problem(r, "/target", "invalid",
			"A version of Dify, like 1.16.1.");
	if (job_key(r, &w->job.key) != 0 ||
		resolve(r, &model, &connection) != 0)
		return 0;
	w->job.kind = JOB_GENERATE;
	w->job.user_id = http_user(r);
	w->job.payload = payload(r, model, connection);
	return hub_write(r, add, added, w);
}

static const struct route routes[] = {
	{HTTP_POST, "/api/workflows/generate-dsl", ROLE_EDITOR, generate,
		fields, IN__MAX, fields, IN__MAX},
};

int
main(int argc, char **argv)
{
	return hub_serve(argc, argv, "generate-dsl", routes, nitems(routes));
}
