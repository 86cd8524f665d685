/* workflow.c: /api/workflows/ID/...: what belongs to one workflow: its DSL, its
 * versions, deploys and runs. */
#include "api/job_answer.h"
#include "api/workflow_answer.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "model/run.h"
#include "text/json.h"
#include "text/yaml.h"

static const char *const formats[] = {"json", "yaml", NULL};
enum { Q_FORMAT, Q_VERSION };
static const struct field dsl_query[] = {
	[Q_FORMAT] = {"format", FIELD_ENUM, .values = formats},
	[Q_VERSION] = {"version", FIELD_INT, false, 1, 1000000},
};

static const struct field deploy_fields[] = {{"connection_id", FIELD_ID}};

enum { RUN_INPUTS, RUN_QUERY, RUN__MAX };
static const struct field run_fields[RUN__MAX] = {
	[RUN_INPUTS] = {"inputs", FIELD_OBJECT},
	[RUN_QUERY] = {"query", FIELD_TEXT, false, 0, LIMIT_PROMPT},
};

/* The workflow of the path: 0, or -1 with 404 answered. */
static int
find(struct req *r, struct workflow *w)
{
	if (workflow_find(http_arena(r), http_path_id(r, 0), w) == 1)
		return 0;
	return http_refuse(
		r, 404, "workflow_not_found", "There is no such workflow.");
}

static int
dsl(struct req *r)
{
	struct jsonx_report report;
	struct value *v;
	struct workflow w;
	const char *text;

	if (find(r, &w) != 0)
		return 0;
	text = version_dsl(
		http_arena(r), w.id, (int)http_query_int(r, Q_VERSION, 0));
	if (text == NULL)
		return http_problem(r, 404, "version_not_found",
			"The workflow has no such version.");
	if (http_query_enum(r, Q_FORMAT, 0) == 0) {
		str_puts(http_out(r), text);
		return http_json(r, 200);
	}
	v = jsonx_read(http_arena(r), text, strlen(text), 0, &report);
	if (v != NULL)
		yamlx_write(http_out(r), v);
	return http_send(r, 200, "application/yaml; charset=utf-8",
		http_out(r)->s, http_out(r)->len);
}

static int
versions(struct req *r)
{
	struct str *out = http_out(r);
	struct workflow w;
	struct version *rows;
	int n;
	int i;

	if (find(r, &w) != 0)
		return 0;
	n = version_list(http_arena(r), w.id, &rows);
	http_page_begin(r);
	for (i = 0; i < n; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_int(out, "number", rows[i].number);
		jsonw_text(out, "reason", rows[i].reason);
		jsonw_text(out, "created_by", rows[i].created_by);
		jsonw_int(out, "created_at", rows[i].created_at);
		jsonw_int(out, "bytes", rows[i].bytes);
		jsonw_close(out, '}');
	}
	return http_page_end(r, NULL);
}

static int
deploy(struct req *r)
{
	struct job_new n = {.kind = JOB_DEPLOY, .user_id = http_user(r)};
	struct connection c;
	struct workflow w;
	const char *wanted = http_str(r, 0);
	char job[ID_SIZE];

	if (find(r, &w) != 0 || job_key(r, &n.idempotency_key) != 0)
		return 0;
	if (workflow_connection(
		    r, wanted != NULL ? wanted : w.connection_id, &c) != 0)
		return 0;
	n.workflow_id = w.id;
	n.payload = workflow_deploy_payload(http_arena(r), w.id, c.id);
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	if (job_add(&n, job) == 1)
		workflow_set_status(w.id, STATUS_DEPLOYING, NULL);
	db_commit();
	job_wake();
	return job_accepted(r, job, JOB_DEPLOY);
}

/* The run that a job is for: its payload names it. */
static const char *
run_of_job(struct req *r, const char *job_id)
{
	struct job job;

	if (job_find(http_arena(r), job_id, &job) != 1)
		return NULL;
	return value_get_text(
		job_value(http_arena(r), job.payload), "run_id", NULL);
}

static const char *
run_payload(struct req *r, const struct run *run)
{
	struct str s;

	str_init(&s, http_arena(r), LIMIT_BODY);
	jsonw_open(&s, NULL, '{');
	jsonw_text(&s, "run_id", run->id);
	jsonw_text(&s, "workflow_id", run->workflow_id);
	if (http_has(r, RUN_QUERY))
		jsonw_text(&s, "query", http_str(r, RUN_QUERY));
	jsonw_close(&s, '}');
	return s.s;
}

static const char *
run_inputs(struct req *r)
{
	struct str s;

	str_init(&s, http_arena(r), LIMIT_BODY);
	if (http_has(r, RUN_INPUTS))
		jsonx_write(&s, http_obj(r, RUN_INPUTS), 0);
	return s.len == 0 ? "{}" : s.s;
}

static int
run(struct req *r)
{
	struct job_new n = {.kind = JOB_RUN, .user_id = http_user(r)};
	struct run run = {.inputs = run_inputs(r)};
	struct workflow w;
	char job[ID_SIZE];

	if (find(r, &w) != 0 || job_key(r, &n.idempotency_key) != 0)
		return 0;
	if (w.dify_app_id == NULL)
		return http_problem(r, 409, "not_deployed",
			"The workflow is not in Dify yet; deploy it first.");
	id_new_r(run.id);
	run.workflow_id = n.workflow_id = w.id;
	run.job_id = job;
	n.payload = run_payload(r, &run);
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	if (job_add(&n, job) == 1)
		run_add(&run, http_user(r));
	db_commit();
	job_wake();
	jsonw_text(http_more(r), "run_id", run_of_job(r, job));
	return job_accepted(r, job, JOB_RUN);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/workflows/{id}/dsl", ROLE_VIEWER, dsl, NULL, 0,
		dsl_query, nitems(dsl_query)},
	{HTTP_GET, "/api/workflows/{id}/versions", ROLE_VIEWER, versions},
	{HTTP_POST, "/api/workflows/{id}/deploy", ROLE_EDITOR, deploy,
		deploy_fields, nitems(deploy_fields)},
	{HTTP_POST, "/api/workflows/{id}/run", ROLE_EDITOR, run, run_fields,
		RUN__MAX},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "workflow", routes, nitems(routes));
}
