/* job.c: adding, finding and listing; job_work.c has the worker's half. */
#include "model/job.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/db.h"
#include "io/wake.h"
#include "model/event.h"
#include "model/job_row.h"
#include "model/names.h"

#include <string.h>

const char *const job_state_names[JOB_STATE__MAX] = {
	[JOB_QUEUED] = "queued",
	[JOB_RUNNING] = "running",
	[JOB_SUCCEEDED] = "succeeded",
	[JOB_FAILED] = "failed",
	[JOB_CANCELLED] = "cancelled",
};

const char *const job_kind_names[JOB_KIND__MAX] = {
	[JOB_GENERATE] = "generate",
	[JOB_DEPLOY] = "deploy",
	[JOB_RUN] = "run",
	[JOB_UNDEPLOY] = "undeploy",
	[JOB_FORWARD] = "forward",
	[JOB_TEST_MODEL] = "test_model",
	[JOB_TEST_CONNECTION] = "test_connection",
	[JOB_LIST_APPS] = "list_apps",
	[JOB_IMPORT_APPS] = "import_apps",
	[JOB_TEST_RUN] = "test_run",
	[JOB_PROMOTE] = "promote",
};

static const char sql_find[] = "SELECT " JOB_COLUMNS " FROM jobs WHERE id = ?1";
static const char sql_state[] = "SELECT state FROM jobs WHERE id = ?1";
static const char sql_deploys[] =
	"SELECT EXISTS (SELECT 1 FROM jobs WHERE " JOB_IS_OPEN
	" AND kind = 'deploy' AND workflow_id = ?1)";
static const char sql_add[] =
	"INSERT INTO jobs (id, kind, payload, workflow_id, user_id,"
	" created_at, lane, state, attempts, lease_owner, lease_until,"
	" started_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
	" iif(?2 = 'test_model', NULL, ?3 ->> '$.model_id'),"
	" iif(?7 IS NULL, 'queued', 'running'), ?7 IS NOT NULL, ?7,"
	" iif(?7 IS NULL, NULL, ?6 + ?8), iif(?7 IS NULL, NULL, ?6))";
#define LIST                                                         \
	"SELECT id, kind, state, NULL, progress, NULL, NULL, error," \
	" workflow_id, user_id, attempts, cancel, created_at,"       \
	" started_at, finished_at FROM jobs WHERE "
#define LIST_REST                                                       \
	" AND (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR state = ?2)" \
	" AND (?3 IS NULL OR workflow_id = ?3)"                         \
	" AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?5"
#define UNUSUAL \
	"state <> 'queued' AND state <> 'running' AND state <> 'succeeded'"
static const char sql_list_open[] =
	LIST JOB_IS_OPEN " AND state = ?2" LIST_REST;
static const char sql_list_unusual[] = LIST UNUSUAL " AND state = ?2" LIST_REST;
static const char sql_list[] = LIST "true" LIST_REST;
static const char sql_mark[] = "UPDATE jobs SET cancel = 1 WHERE id = ?1";
static const char sql_cancel[] =
	"UPDATE jobs SET state = 'cancelled', cancel = 1, finished_at = ?2"
	" WHERE id = ?1 AND state = 'queued'";
static const char sql_counts[] =
	"SELECT state, count(*) FROM jobs WHERE " JOB_IS_OPEN
	" GROUP BY state UNION ALL SELECT state, count(*) FROM jobs"
	" WHERE " UNUSUAL " AND state = 'failed' AND finished_at > ?1"
	" GROUP BY state";

bool
job_ended(enum job_state state)
{
	return state == JOB_SUCCEEDED || state == JOB_FAILED ||
	       state == JOB_CANCELLED;
}

int
job_add(const struct job_new *n, char out[static ID_SIZE])
{
	struct db_stmt *s;
	int taken;

	id_new_r(out);
	taken = request_key_take(&n->key, out);
	if (taken != 1)
		return taken;
	s = db_stmt(sql_add);
	db_bind(s, "tttttiti", out, job_kind_names[n->kind], n->payload,
		n->workflow_id, n->user_id, clock_now_ms(), n->owner,
		(int64_t)LIMIT_LEASE_MS);
	db_run(s);
	if (n->owner == NULL) /* who tells of its progress at once */
		job_event(out);
	return 1;
}

int
job_find(struct arena *a, const char *id, struct job *out)
{
	struct db_stmt *s = db_stmt(sql_find);

	db_bind(s, "t", id);
	if (db_step(s) != DB_ROW)
		return 0;
	job_from_row(a, s, out);
	db_done(s);
	return 1;
}

int
job_state(const char *id)
{
	struct db_stmt *s = db_stmt(sql_state);
	int state = -1;
	size_t n;

	db_bind(s, "t", id);
	if (db_step(s) == DB_ROW)
		state = name_index(
			db_peek(s, 0, &n), job_state_names, JOB_STATE__MAX);
	db_done(s);
	return state;
}

bool
job_deploys(const char *workflow_id)
{
	struct db_stmt *s = db_stmt(sql_deploys);

	db_bind(s, "t", workflow_id);
	return db_one_int(s, 0) != 0;
}

/* Most jobs went well; of the others an index knows the state. */
static const char *
list_by(int state)
{
	if (state < 0 || state == JOB_SUCCEEDED)
		return sql_list;
	return job_ended((enum job_state)state) ? sql_list_unusual
						: sql_list_open;
}

int
job_list(struct arena *a, const struct job_filter *f, struct job **out_r)
{
	struct db_stmt *s = db_stmt(list_by(f->state));
	struct job *rows = arena_array(a, (size_t)f->limit, sizeof(*rows));
	int n = 0;

	db_bind(s, "tttti", f->kind < 0 ? NULL : job_kind_names[f->kind],
		f->state < 0 ? NULL : job_state_names[f->state], f->workflow_id,
		f->after, (int64_t)f->limit);
	while (n < f->limit && db_step(s) == DB_ROW)
		job_from_row(a, s, &rows[n++]);
	db_done(s);
	*out_r = rows;
	return n;
}

int
job_request_cancel(const char *id)
{
	struct arena *a = arena_new((size_t)1 << 24);
	struct db_stmt *s;
	struct job job;
	int result = job_find(a, id, &job) ? 1 : -1;

	if (result == 1 && job_ended(job.state))
		result = 0;
	if (result == 1) {
		s = db_stmt(job.state == JOB_QUEUED ? sql_cancel : sql_mark);
		db_bind_text(s, 1, id);
		if (job.state == JOB_QUEUED)
			db_bind_int(s, 2, clock_now_ms());
		db_run(s);
		job_event(id);
		wake_touch(WAKE_END);
	}
	arena_free(&a);
	return result;
}

void
job_counts(int64_t counts[static JOB_STATE__MAX])
{
	enum { DAY_MS = 24 * 60 * 60 * 1000 };
	struct db_stmt *s = db_stmt(sql_counts);
	size_t n;

	memset(counts, 0, JOB_STATE__MAX * sizeof(counts[0]));
	db_bind(s, "i", clock_now_ms() - DAY_MS);
	while (db_step(s) == DB_ROW)
		counts[name_index(db_peek(s, 0, &n), job_state_names,
			JOB_STATE__MAX)] = db_int(s, 1);
}
