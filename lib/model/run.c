/* run.c: see run.h. */
#include "model/run.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/db.h"
#include "model/event.h"
#include "model/job.h"
#include "model/names.h"
#include "model/rows.h"
#include "model/workflow.h"

#include <string.h>

enum { MOST_NODES = 2000 };

#define COLUMNS                                                              \
	"id, workflow_id, job_id, status, inputs, outputs, error,"           \
	" dify_run_id, dify_task_id, elapsed_ms, total_tokens, total_steps," \
	" created_at, started_at, finished_at, query, conversation_id, "     \
	"answer, forms, error_code, end_user"

static const char sql_add[] =
	"INSERT INTO runs (id, workflow_id, job_id, inputs, created_by,"
	" created_at, query, conversation_id, end_user)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
static const char sql_find[] = "SELECT " COLUMNS " FROM runs WHERE id = ?1";
/* One for each index that a filter can be found by; the last one goes through
 * all runs. */
#define LIST "SELECT " COLUMNS " FROM runs WHERE "
#define LIST_REST                                                      \
	" AND (?1 IS NULL OR workflow_id = ?1)"                        \
	" AND (?2 IS NULL OR id < ?2) AND (?3 IS NULL OR status = ?3)" \
	" AND created_at >= ?4 AND (?5 = 0 OR created_at < ?5)"        \
	" AND (?7 IS NULL OR conversation_id = ?7)"                    \
	" ORDER BY id DESC LIMIT ?6"
#define NOT_SCRATCH \
	"workflow_id NOT IN (SELECT id FROM workflows WHERE scratch = 1)"
static const char sql_list_said[] =
	LIST "conversation_id = ?7 AND (?1 IS NOT NULL OR " NOT_SCRATCH
	     ")" LIST_REST;
static const char sql_list_of[] = LIST "workflow_id = ?1" LIST_REST;
static const char sql_list_unusual[] =
	LIST "status = ?3 AND status <> 'queued' AND status <> 'running'"
	     " AND status <> 'succeeded' AND " NOT_SCRATCH LIST_REST;
static const char sql_list[] = LIST NOT_SCRATCH LIST_REST;
static const char sql_set_inputs[] =
	"UPDATE runs SET inputs = ?2 WHERE id = ?1";
static const char sql_set[] =
	"UPDATE runs SET status = coalesce(?2, status),"
	" outputs = coalesce(?3, outputs), error = coalesce(?4, error),"
	" dify_run_id = coalesce(?5, dify_run_id),"
	" dify_task_id = coalesce(?6, dify_task_id),"
	" elapsed_ms = coalesce(?7, elapsed_ms),"
	" total_tokens = coalesce(?8, total_tokens),"
	" total_steps = coalesce(?9, total_steps),"
	" started_at = coalesce(?10, started_at),"
	" finished_at = coalesce(?11, finished_at),"
	" answer = coalesce(?12, answer), forms = coalesce(?13, forms),"
	" error_code = coalesce(?14, error_code)"
	" WHERE id = ?1";
#define RUN_AS_EVENT                                        \
	"json_object('id', id, 'workflow_id', workflow_id," \
	" 'status', status, 'error', error, 'elapsed_ms',"  \
	" elapsed_ms, 'job_id', job_id)"
static const char sql_event[] =
	EVENT_OF("run", RUN_AS_EVENT) "FROM runs WHERE id = ?1";
/* What is left open when a run pauses or ends: Dify tells nothing of it. */
static const char sql_left[] =
	"UPDATE run_nodes SET status = CASE"
	" WHEN ?2 = 'paused' THEN 'paused'"
	" WHEN ?2 IN ('succeeded', 'partial-succeeded') THEN 'succeeded'"
	" ELSE 'stopped' END"
	" WHERE run_id = ?1"
	" AND (status = 'running' OR status = 'paused' OR status = 'retry')";
static const char sql_own_user[] =
	"UPDATE runs SET end_user = NULL WHERE id = ?1";
static const char sql_known[] =
	"SELECT 1 FROM runs WHERE dify_run_id = ?1 LIMIT 1";
static const char sql_resume[] =
	"UPDATE runs SET status = 'running', forms = NULL, finished_at = NULL,"
	" job_id = ?2 WHERE id = ?1 AND status = 'paused'";
static const char sql_node_set[] =
	"INSERT INTO run_nodes (run_id, execution, node_id, title, type,"
	" status, inputs, outputs, error, parent, elapsed_ms, started_at,"
	" round, tokens)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
	" ON CONFLICT (run_id, execution) DO UPDATE SET status = ?6,"
	" inputs = coalesce(?7, inputs), outputs = coalesce(?8, outputs),"
	" error = coalesce(?9, error), parent = coalesce(?10, parent),"
	" elapsed_ms = coalesce(?11, elapsed_ms),"
	" round = coalesce(?13, round), tokens = coalesce(?14, tokens)";
#define NODE_AS_EVENT                                            \
	"json_object('run_id', run_id, 'node_id', node_id,"      \
	" 'execution', execution, 'title', title, 'type', type," \
	" 'status', status, 'error', error, 'parent', parent,"   \
	" 'round', round, 'tokens', tokens, 'elapsed_ms',"       \
	" elapsed_ms, 'started_at', started_at)"
static const char sql_node_event[] = EVENT_OF("node",
	NODE_AS_EVENT) "FROM run_nodes WHERE run_id = ?1 AND execution = ?3";
static const char sql_nodes[] =
	"SELECT execution, node_id, title, type, status, inputs, outputs,"
	" error, elapsed_ms, started_at, parent, round, tokens"
	" FROM run_nodes WHERE run_id = ?1"
	" ORDER BY rowid LIMIT 2000";

static void
from_row(struct arena *a, struct db_stmt *s, void *out)
{
	struct run *r = out;
	size_t n;

	memset(r, 0, sizeof(*r));
	memcpy(r->id, db_peek(s, 0, &n), ID_SIZE);
	r->workflow_id = db_text(s, 1, a);
	r->job_id = db_text(s, 2, a);
	r->status = db_text(s, 3, a);
	r->inputs = db_text(s, 4, a);
	r->outputs = db_text(s, 5, a);
	r->error = db_text(s, 6, a);
	r->dify_run_id = db_text(s, 7, a);
	r->dify_task_id = db_text(s, 8, a);
	r->elapsed_ms = db_int_or(s, 9, -1);
	r->total_tokens = db_int_or(s, 10, -1);
	r->total_steps = db_int_or(s, 11, -1);
	r->created_at = db_int(s, 12);
	r->started_at = db_int(s, 13);
	r->finished_at = db_int(s, 14);
	r->query = db_text(s, 15, a);
	r->conversation_id = db_text(s, 16, a);
	r->answer = db_text(s, 17, a);
	r->forms = db_text(s, 18, a);
	r->error_code = db_text(s, 19, a);
	r->end_user = db_text(s, 20, a);
}

void
run_add(struct run *r, const char *user_id)
{
	struct db_stmt *s = db_stmt(sql_add);

	if (r->id[0] == '\0')
		id_new_r(r->id);
	r->created_at = clock_now_ms();
	db_bind(s, "tttttittt", r->id, r->workflow_id, r->job_id, r->inputs,
		user_id, r->created_at, r->query, r->conversation_id,
		r->end_user);
	db_run(s);
}

int
run_find(struct arena *a, const char *id, struct run *out)
{
	return rows_find(a, sql_find, id, from_row, out);
}

static const char *
list_by(const struct run_filter *f)
{
	if (f->conversation_id != NULL)
		return sql_list_said;
	if (f->workflow_id != NULL)
		return sql_list_of;
	if (f->status != NULL && strcmp(f->status, "queued") != 0 &&
		strcmp(f->status, "running") != 0 &&
		strcmp(f->status, "succeeded") != 0)
		return sql_list_unusual;
	return sql_list;
}

int
run_list(struct arena *a, const struct run_filter *f, struct run **out_r)
{
	struct db_stmt *s = db_stmt(list_by(f));

	db_bind(s, "tttiiit", f->workflow_id, f->after, f->status, f->since,
		f->until, (int64_t)f->limit, f->conversation_id);
	return rows_page(a, s, f->limit, sizeof(**out_r), from_row, out_r);
}

void
run_set_inputs(const char *id, const char *inputs)
{
	struct db_stmt *s = db_stmt(sql_set_inputs);

	db_bind(s, "tt", id, inputs);
	db_run(s);
}

static void
bind_known(struct db_stmt *s, int at, int64_t n, int64_t unknown)
{
	if (n == unknown)
		db_bind_null(s, at);
	else
		db_bind_int(s, at, n);
}

/* The workflow shows the state of its newest run, in Dify's words. */
static void
show_on_workflow(
	const char *workflow_id, const char *run_id, const char *status)
{
	int known = name_find(status, workflow_status_names, STATUS__MAX);

	if (known >= 0)
		workflow_set_status(
			workflow_id, (enum workflow_status)known, run_id);
}

static void
close_nodes(const char *run_id, const char *status)
{
	struct db_stmt *s;

	if (strcmp(status, "queued") == 0 || strcmp(status, "running") == 0 ||
		strcmp(status, "unknown") == 0)
		return;
	s = db_stmt(sql_left);
	db_bind(s, "tt", run_id, status);
	db_run(s);
}

void
run_set(const struct run *r)
{
	struct db_stmt *s = db_stmt(sql_set);

	db_bind(s, "tttttt", r->id, r->status, r->outputs, r->error,
		r->dify_run_id, r->dify_task_id);
	bind_known(s, 7, r->elapsed_ms, -1);
	bind_known(s, 8, r->total_tokens, -1);
	bind_known(s, 9, r->total_steps, -1);
	bind_known(s, 10, r->started_at, 0);
	bind_known(s, 11, r->finished_at, 0);
	db_bind_text(s, 12, r->answer);
	db_bind_text(s, 13, r->forms);
	db_bind_text(s, 14, r->error_code);
	db_run(s);
	if (db_changes() > 0 && r->status != NULL) {
		show_on_workflow(r->workflow_id, r->id, r->status);
		close_nodes(r->id, r->status);
	}
	event_tell(sql_event, r->id);
}

void
run_own_user(const char *id)
{
	struct db_stmt *s = db_stmt(sql_own_user);

	db_bind(s, "t", id);
	db_run(s);
}

bool
run_known(const char *dify_run_id)
{
	struct db_stmt *s = db_stmt(sql_known);

	db_bind(s, "t", dify_run_id);
	return db_one_int(s, 0) != 0;
}

int
run_resume(const char *id)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct job_new n = {.kind = JOB_RUN};
	struct db_stmt *s = db_stmt(sql_resume);
	char job[ID_SIZE];
	struct run r;
	int found = run_find(a, id, &r) == 1 && strcmp(r.status, "paused") == 0;

	if (found) {
		n.workflow_id = r.workflow_id;
		n.payload = arena_printf(a,
			"{\"run_id\":\"%s\",\"workflow_id\":\"%s\"}", id,
			r.workflow_id);
		job_add(&n, job);
		db_bind(s, "tt", id, job);
		db_run(s);
		event_tell(sql_event, id);
		show_on_workflow(r.workflow_id, id, "running");
	}
	arena_free(&a);
	return found;
}

void
run_node_set(const char *run_id, const struct run_node *n)
{
	struct db_stmt *s = db_stmt(sql_node_set);

	db_bind(s, "tttttttttt", run_id, n->execution, n->node_id, n->title,
		n->type, n->status, n->inputs, n->outputs, n->error, n->parent);
	bind_known(s, 11, n->elapsed_ms, -1);
	db_bind_int(s, 12, n->started_at);
	bind_known(s, 13, n->round, -1);
	bind_known(s, 14, n->tokens, -1);
	db_run(s);
	s = db_stmt(sql_node_event);
	db_bind(s, "tit", run_id, clock_now_ms(), n->execution);
	db_run(s);
}

int
run_nodes(struct arena *a, const char *run_id, struct run_node **out_r)
{
	struct db_stmt *s = db_stmt(sql_nodes);
	struct run_node *rows = arena_array(a, MOST_NODES, sizeof(*rows));
	int n = 0;

	db_bind(s, "t", run_id);
	while (n < MOST_NODES && db_step(s) == DB_ROW) {
		struct run_node *r = &rows[n++];

		r->execution = db_text(s, 0, a);
		r->node_id = db_text(s, 1, a);
		r->title = db_text(s, 2, a);
		r->type = db_text(s, 3, a);
		r->status = db_text(s, 4, a);
		r->inputs = db_text(s, 5, a);
		r->outputs = db_text(s, 6, a);
		r->error = db_text(s, 7, a);
		r->elapsed_ms = db_int_or(s, 8, -1);
		r->started_at = db_int(s, 9);
		r->parent = db_text(s, 10, a);
		r->round = db_int_or(s, 11, -1);
		r->tokens = db_int_or(s, 12, -1);
	}
	db_done(s);
	*out_r = rows;
	return n;
}
