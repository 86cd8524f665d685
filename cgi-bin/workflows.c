/* workflows.c: /api/workflows lists; /api/workflows/ID reads, changes, deletes,
 * deploys and runs one. */
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "api/job_answer.h"
#include "model/run.h"
#include "model/search.h"
#include "api/workflow_answer.h"
#include "text/json.h"
#include "text/yaml.h"

static const char *const use_kinds[] = {
	"node", "model", "tool", "dataset", "host", NULL};

enum {
	Q_LIMIT,
	Q_AFTER,
	Q_TEXT,
	Q_TAG,
	Q_USES, /* one a kind of use */
	Q__MAX = Q_USES + USES__MAX
};
static const struct field list_query[Q__MAX] = {
	[Q_LIMIT] = {"limit", FIELD_INT, false, 1, LIMIT_PAGE},
	[Q_AFTER] = {"after", FIELD_ID},
	[Q_TEXT] = {"q", FIELD_STRING, false, 0, LIMIT_NAME},
	[Q_TAG] = {"tag", FIELD_STRING, false, 0, LIMIT_TAG},
	[Q_USES + USES_NODE] = {"node", FIELD_STRING, false, 1, LIMIT_NAME},
	[Q_USES + USES_MODEL] = {"model", FIELD_STRING, false, 1, LIMIT_NAME},
	[Q_USES + USES_TOOL] = {"tool", FIELD_STRING, false, 1, LIMIT_NAME},
	[Q_USES +
		USES_DATASET] = {"dataset", FIELD_STRING, false, 1, LIMIT_NAME},
	[Q_USES + USES_HOST] = {"host", FIELD_STRING, false, 1, LIMIT_NAME},
};

static const struct field uses_query[] = {
	{"kind", FIELD_ENUM, true, .values = use_kinds}};

enum { IN_NAME, IN_DESCRIPTION, IN_TAGS, IN__MAX };
static const struct field change_fields[IN__MAX] = {
	[IN_NAME] = {"name", FIELD_STRING, false, 1, LIMIT_NAME},
	[IN_DESCRIPTION] = {"description", FIELD_TEXT, false, 0, 2000},
	[IN_TAGS] = {"tags", FIELD_STRINGS, false, 1, LIMIT_TAG},
};

static const struct field delete_query[] = {{"dify", FIELD_BOOL}};

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
	http_problem(
		r, 404, "workflow_not_found", "There is no such workflow.");
	return -1;
}

static int
list(struct req *r)
{
	int limit = (int)http_query_int(r, Q_LIMIT, 50);
	struct workflow_filter f = {
		.text = http_query(r, Q_TEXT),
		.tag = http_query(r, Q_TAG),
		.after = http_query(r, Q_AFTER),
		.limit = limit + 1,
	};
	struct workflow *rows;
	int kind;
	int n;
	int i;

	for (kind = 0; kind < USES__MAX; kind++)
		f.uses[kind] = http_query(r, (size_t)(Q_USES + kind));
	n = workflow_list(http_arena(r), &f, &rows);

	http_page_begin(r);
	for (i = 0; i < n && i < limit; i++)
		workflow_json(http_out(r), &rows[i]);
	return http_page_end(r, n > limit ? rows[limit - 1].id : NULL);
}

static int
tags(struct req *r)
{
	struct str *out = http_out(r);
	struct tag_count *rows;
	int n = workflow_tag_counts(http_arena(r), &rows);
	int i;

	http_page_begin(r);
	for (i = 0; i < n; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_text(out, "tag", rows[i].tag);
		jsonw_int(out, "count", rows[i].count);
		jsonw_close(out, '}');
	}
	return http_page_end(r, NULL);
}

/* What is in use, for a list's filters. */
static int
uses(struct req *r)
{
	struct str *out = http_out(r);
	struct use_count *rows;
	int n = search_uses(http_arena(r), http_query(r, 0), &rows);
	int i;

	http_page_begin(r);
	for (i = 0; i < n; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_text(out, "value", rows[i].value);
		jsonw_int(out, "count", rows[i].count);
		jsonw_close(out, '}');
	}
	return http_page_end(r, NULL);
}

static int
read_one(struct req *r)
{
	struct workflow w;

	if (find(r, &w) != 0)
		return 0;
	workflow_json(http_out(r), &w);
	return http_json(r, 200);
}

static int
change(struct req *r)
{
	const char *const *names;
	size_t n = http_strs(r, IN_TAGS, &names);

	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	workflow_update(http_path_id(r, 0), http_str(r, IN_NAME),
		http_str(r, IN_DESCRIPTION), names, n);
	db_commit();
	job_wake();
	return read_one(r);
}

/* With dify=1 the app in Dify goes too; that is a job and may outlive us. */
static int
remove_one(struct req *r)
{
	struct workflow w;
	struct job_new n = {.kind = JOB_UNDEPLOY, .user_id = http_user(r)};
	char job[ID_SIZE];
	bool undeploy;

	if (find(r, &w) != 0)
		return 0;
	undeploy = http_query_bool(r, 0, false) && w.dify_app_id != NULL &&
		   w.connection_id != NULL;
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	workflow_delete(w.id);
	if (undeploy) {
		n.payload = arena_printf(http_arena(r),
			"{\"connection_id\":\"%s\",\"app_id\":\"%s\"}",
			w.connection_id, w.dify_app_id);
		job_add(&n, job);
	}
	db_commit();
	job_wake();
	return undeploy ? job_accepted(r, job, JOB_UNDEPLOY)
			: http_empty(r, 204);
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
	struct jsonx_report report;
	struct job job;

	if (job_find(http_arena(r), job_id, &job) != 1)
		return NULL;
	return value_get_text(jsonx_read(http_arena(r), job.payload,
				      strlen(job.payload), 0, &report),
		"run_id", NULL);
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
	{HTTP_GET, "/api/workflows", ROLE_VIEWER, list, NULL, 0, list_query,
		Q__MAX, ROUTE_CACHED},
	{HTTP_GET, "/api/workflows/tags", ROLE_VIEWER, tags,
		.flags = ROUTE_CACHED},
	{HTTP_GET, "/api/workflows/uses", ROLE_VIEWER, uses,
		.query = uses_query, .nquery = nitems(uses_query)},
	{HTTP_GET, "/api/workflows/{id}", ROLE_VIEWER, read_one,
		.flags = ROUTE_CACHED},
	{HTTP_PATCH, "/api/workflows/{id}", ROLE_EDITOR, change, change_fields,
		IN__MAX},
	{HTTP_DELETE, "/api/workflows/{id}", ROLE_EDITOR, remove_one, NULL, 0,
		delete_query, nitems(delete_query)},
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
	return http_serve(argc, argv, "workflows", routes, nitems(routes));
}
