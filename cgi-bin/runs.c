/* runs.c: /api/runs: runs of workflows, and what each node did. */
#include "base/clock.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "io/wake.h"
#include "api/job_answer.h"
#include "api/run_start.h"
#include "model/job_cancel.h"
#include "model/run.h"
#include "model/workflow.h"

#include <string.h>

/* Times are ms UTC; this is far off. */
#define LATEST INT64_C(9999999999999)

static const char *const statuses[] = {"queued", "running", "succeeded",
	"failed", "stopped", "partial-succeeded", "paused", "unknown", NULL};

enum {
	Q_WORKFLOW,
	Q_STATUS,
	Q_CONVERSATION,
	Q_SINCE,
	Q_UNTIL,
	Q_LIMIT,
	Q_AFTER,
	Q__MAX
};
static const struct field list_query[Q__MAX] = {
	[Q_WORKFLOW] = {"workflow_id", FIELD_ID},
	[Q_STATUS] = {"status", FIELD_ENUM, .values = statuses},
	[Q_CONVERSATION] = {"conversation_id", FIELD_ID},
	[Q_SINCE] = {"since", FIELD_INT, false, 0, LATEST},
	[Q_UNTIL] = {"until", FIELD_INT, false, 1, LATEST},
	[Q_LIMIT] = {"limit", FIELD_INT, false, 1, LIMIT_PAGE},
	[Q_AFTER] = {"after", FIELD_ID},
};

static void
node_json(struct str *out, const struct run_node *n)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "execution", n->execution);
	jsonw_text(out, "node_id", n->node_id);
	jsonw_text(out, "title", n->title);
	jsonw_text(out, "type", n->type);
	jsonw_text(out, "status", n->status);
	jsonw_raw(out, "inputs", n->inputs);
	jsonw_raw(out, "outputs", n->outputs);
	jsonw_text(out, "error", n->error);
	jsonw_text(out, "parent", n->parent);
	jsonw_since(out, "round", n->round, 0);
	jsonw_since(out, "tokens", n->tokens, 0);
	jsonw_since(out, "elapsed_ms", n->elapsed_ms, 0);
	jsonw_int(out, "started_at", n->started_at);
	jsonw_close(out, '}');
}

/* nodes NULL: a run of a list, without them. */
static void
run_json(struct str *out, const struct run *run, const struct run_node *nodes,
	int count)
{
	int i;

	jsonw_open(out, NULL, '{');
	jsonw_text(out, "id", run->id);
	jsonw_text(out, "workflow_id", run->workflow_id);
	jsonw_text(out, "job_id", run->job_id);
	jsonw_text(out, "status", run->status);
	jsonw_raw(out, "inputs", run->inputs);
	jsonw_text(out, "query", run->query);
	jsonw_text(out, "answer", run->answer);
	jsonw_raw(out, "forms",
		strcmp(run->status, "paused") == 0 ? run->forms : NULL);
	jsonw_text(out, "conversation_id", run->conversation_id);
	jsonw_raw(out, "outputs", run->outputs);
	jsonw_text(out, "error", run->error);
	jsonw_text(out, "error_code", run->error_code);
	jsonw_since(out, "elapsed_ms", run->elapsed_ms, 0);
	jsonw_since(out, "total_tokens", run->total_tokens, 0);
	jsonw_since(out, "total_steps", run->total_steps, 0);
	jsonw_text(out, "dify_run_id", run->dify_run_id);
	jsonw_int(out, "created_at", run->created_at);
	jsonw_since(out, "started_at", run->started_at, 1);
	jsonw_since(out, "finished_at", run->finished_at, 1);
	if (nodes != NULL) {
		jsonw_open(out, "nodes", '[');
		for (i = 0; i < count; i++)
			node_json(out, &nodes[i]);
		jsonw_close(out, ']');
	}
	jsonw_close(out, '}');
}

static int
not_found(struct req *r)
{
	return http_problem(r, 404, "run_not_found", "There is no such run.");
}

static int
list(struct req *r)
{
	int limit = (int)http_query_int(r, Q_LIMIT, 50);
	struct run_filter f = {
		.workflow_id = http_query(r, Q_WORKFLOW),
		.status = http_query(r, Q_STATUS),
		.conversation_id = http_query(r, Q_CONVERSATION),
		.since = http_query_int(r, Q_SINCE, 0),
		.until = http_query_int(r, Q_UNTIL, 0),
		.after = http_query(r, Q_AFTER),
		.limit = limit + 1,
	};
	struct run *rows;
	int n = run_list(http_arena(r), &f, &rows);
	int i;

	http_page_begin(r);
	for (i = 0; i < n && i < limit; i++)
		run_json(http_out(r), &rows[i], NULL, 0);
	return http_page_end(r, n > limit ? rows[limit - 1].id : NULL);
}

static int
read_one(struct req *r)
{
	struct run_node *nodes;
	struct run run;
	int n;

	if (run_find(http_arena(r), http_path_id(r, 0), &run) != 1)
		return not_found(r);
	n = run_nodes(http_arena(r), run.id, &nodes);
	run_json(http_out(r), &run, nodes, n);
	return http_json(r, 200);
}

/* Nobody waits for the person any more; Dify has no way to end a paused run. */
static int
give_up(const struct run *run)
{
	struct run r = {.workflow_id = run->workflow_id,
		.status = "stopped",
		.elapsed_ms = -1,
		.total_tokens = -1,
		.total_steps = -1,
		.finished_at = clock_now_ms()};

	memcpy(r.id, run->id, ID_SIZE);
	run_set(&r);
	return 1;
}

/* A run is stopped by ending its job; the worker tells Dify. */
static int
stop(struct req *r)
{
	struct run run;
	int done;

	if (run_find(http_arena(r), http_path_id(r, 0), &run) != 1)
		return not_found(r);
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	wake_batch(true);
	done = job_cancel(http_arena(r), run.job_id);
	if (done != 1 && strcmp(run.status, "paused") == 0)
		done = give_up(&run);
	db_commit();
	job_wake();
	wake_batch(false);
	if (done != 1)
		return http_problem(
			r, 409, "run_ended", "The run has ended already.");
	return job_accepted(r, run.job_id, JOB_RUN);
}

/* What a run was begun with, once more. */
static int
retry(struct req *r)
{
	struct job_new n = {.kind = JOB_RUN, .user_id = http_user(r)};
	const struct value *inputs;
	struct run run;
	struct workflow w;
	char job[ID_SIZE];
	bool chat;
	int taken;

	if (job_key(r, &n.key) != 0)
		return 0;
	if (run_find(http_arena(r), http_path_id(r, 0), &run) != 1)
		return not_found(r);
	if (workflow_find(http_arena(r), run.workflow_id, &w) != 1 ||
		w.dify_app_id == NULL)
		return http_problem(r, 409, "not_deployed",
			"The workflow is not in Dify; deploy it first.");
	inputs = job_value(http_arena(r), run.inputs);
	if (run_start_uploads(r, inputs) != 0 ||
		run_start_conversation(
			r, &w, run.conversation_id, n.key.key, &run) != 0)
		return 0;
	chat = strcmp(w.mode, "advanced-chat") == 0;
	id_new_r(run.id);
	run.job_id = job;
	n.workflow_id = run.workflow_id;
	n.payload = run_start_payload(http_arena(r), &run);
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	taken = job_add(&n, job);
	if (taken == 1) {
		run_start_add(r, &run, w.dify_app_id, chat, inputs);
	}
	db_commit();
	job_wake();
	if (taken < 0)
		return job_key_reused(r);
	job_name_run(r, job);
	return job_accepted(r, job, JOB_RUN);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/runs", ROLE_VIEWER, list, NULL, 0, list_query, Q__MAX,
		ROUTE_CACHED},
	{HTTP_GET, "/api/runs/{id}", ROLE_VIEWER, read_one,
		.flags = ROUTE_CACHED},
	{HTTP_POST, "/api/runs/{id}/retry", ROLE_EDITOR, retry},
	{HTTP_POST, "/api/runs/{id}/stop", ROLE_EDITOR, stop},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "runs", routes, nitems(routes));
}
