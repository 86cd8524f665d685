/* trial.c: /api/jobs/ID/test: a test run of what a generation made, in a
 * scratch app that goes again. */
#include "api/job_answer.h"
#include "api/run_start.h"
#include "api/workflow_answer.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/trial.h"
#include "io/db.h"
#include "io/http.h"
#include "text/json.h"

#include <string.h>

enum { IN_CONNECTION, IN_INPUTS, IN_QUERY, IN_AGREED, IN_FIX, IN__MAX };
static const struct field fields[IN__MAX] = {
	[IN_CONNECTION] = {"connection_id", FIELD_ID},
	[IN_INPUTS] = {"inputs", FIELD_OBJECT},
	[IN_QUERY] = {"query", FIELD_TEXT, false, 1, LIMIT_PROMPT},
	[IN_AGREED] = {"agreed", FIELD_BOOL},
	[IN_FIX] = {"fix", FIELD_BOOL},
};

/* What is to be tested. */
struct subject {
	const struct value *request; /* of the generation */
	const char *name;
	struct value *dsl;
	const struct value *effects;
	const struct value *inputs; /* that the test may begin with */
	bool files;                 /* one is needed that cannot be made up */
};

/* 0, or -1 with the answer given. */
static int
find(struct req *r, struct subject *s)
{
	struct arena *a = http_arena(r);
	const struct value *result;
	struct job job;

	if (job_find(a, http_path_id(r, 0), &job) != 1 ||
		job.kind != JOB_GENERATE)
		return http_refuse(r, 404, "job_not_found",
			"There is no such generation.");
	result = job_value(a, job.result);
	s->dsl = value_get(result, "dsl");
	if (job.state != JOB_SUCCEEDED || !value_is(s->dsl, VALUE_OBJECT))
		return http_refuse(r, 409, "nothing_to_test",
			"That generation has no workflow.");
	s->request = job_value(a, job.payload);
	s->name = value_get_text(result, "name", "workflow");
	s->effects = dsl_trial_effects(a, s->dsl);
	s->inputs = dsl_trial_inputs(a, s->dsl, &s->files);
	return 0;
}

static int
plan(struct req *r)
{
	struct str *out = http_out(r);
	struct subject s = {0};

	if (find(r, &s) != 0)
		return 0;
	jsonw_open(out, NULL, '{');
	jsonw_bool(out, "possible", dsl_trial_start(s.dsl));
	jsonw_value(out, "effects", s.effects);
	jsonw_value(out, "inputs", s.inputs);
	jsonw_bool(out, "files_needed", s.files);
	jsonw_text(out, "query", dsl_trial_query(s.dsl));
	jsonw_close(out, '}');
	return http_json(r, 200);
}

/* ---- beginning ---- */

static int
may_begin(struct req *r, const struct subject *s)
{
	if (!dsl_trial_start(s->dsl))
		return http_refuse(r, 409, "trigger_start",
			"A trigger starts this workflow, and a test switches "
			"no trigger on.");
	if (value_count(s->effects) > 0 && !http_bool(r, IN_AGREED, false)) {
		jsonw_value(http_more(r), "effects", s->effects);
		return http_refuse(r, 409, "test_consent_needed",
			"The test would set off what the effects name; agree "
			"to that first.");
	}
	return run_start_uploads(
		r, http_has(r, IN_INPUTS) ? http_obj(r, IN_INPUTS) : NULL);
}

static const char *
payload(struct req *r, const struct subject *s, const char *connection)
{
	const char *query = http_has(r, IN_QUERY) ? http_str(r, IN_QUERY)
						  : dsl_trial_query(s->dsl);
	struct str out;

	str_init(&out, http_arena(r), LIMIT_BODY);
	jsonw_open(&out, NULL, '{');
	jsonw_text(&out, "generation", http_path_id(r, 0));
	jsonw_text(&out, "connection_id", connection);
	jsonw_text(
		&out, "model_id", value_get_text(s->request, "model_id", NULL));
	jsonw_value(&out, "inputs",
		http_has(r, IN_INPUTS) ? http_obj(r, IN_INPUTS) : s->inputs);
	if (query != NULL)
		jsonw_text(&out, "query", query);
	jsonw_bool(&out, "fix", http_bool(r, IN_FIX, false));
	jsonw_close(&out, '}');
	return out.s;
}

/* The workflow is here, in no list, for as long as the test lasts. */
static int
begin(struct req *r, const struct subject *s, struct job_new *n,
	const struct connection *c, char id[static ID_SIZE])
{
	struct arena *a = http_arena(r);
	struct workflow w = {.connection_id = c->id,
		.scratch = true,
		.mode = dsl_mode(s->dsl),
		.name = arena_strcut(
			a, arena_printf(a, "Test of %s", s->name), LIMIT_NAME)};
	int taken;

	n->payload = payload(r, s, c->id);
	if (db_begin(LIMIT_LOCK_MS) != 0) {
		http_busy(r);
		return -1;
	}
	workflow_add(&w, s->dsl, VERSION_GENERATED, http_user(r));
	n->workflow_id = arena_strdup(a, w.id);
	taken = job_add(n, id);
	if (taken == 1)
		db_commit();
	else
		db_rollback();
	job_wake();
	if (taken >= 0)
		return 0;
	job_key_reused(r);
	return -1;
}

static int
test(struct req *r)
{
	struct job_new n = {.kind = JOB_TEST_RUN, .user_id = http_user(r)};
	struct connection c = {0};
	struct subject s = {0};
	char id[ID_SIZE] = "";

	if (job_key(r, &n.key) != 0 || find(r, &s) != 0 ||
		may_begin(r, &s) != 0 ||
		workflow_connection(r,
			http_has(r, IN_CONNECTION)
				? http_str(r, IN_CONNECTION)
				: value_get_text(
					  s.request, "connection_id", NULL),
			&c) != 0 ||
		begin(r, &s, &n, &c, id) != 0)
		return 0;
	return job_accepted(r, id, JOB_TEST_RUN);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/jobs/{id}/test", ROLE_VIEWER, plan},
	{HTTP_POST, "/api/jobs/{id}/test", ROLE_EDITOR, test, fields, IN__MAX},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "trial", routes, nitems(routes));
}
