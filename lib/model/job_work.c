/* job_work.c: claiming, renewing and ending jobs; see job.h. */
#include "base/clock.h"
#include "base/limits.h"
#include "io/db.h"
#include "io/wake.h"
#include "model/event.h"
#include "model/job_row.h"
#include "model/names.h"

#include <string.h>

enum { MOST_ROWS = 100 };

static const char sql_free[] = "SELECT " JOB_COLUMNS " FROM jobs WHERE id = ?2"
			       " AND " JOB_IS_OPEN " AND " JOB_IS_FREE;
static const char sql_turn[] =
	"INSERT INTO job_turns (user_id, kind, turn) VALUES (coalesce(?1, ''),"
	" ?2, (SELECT coalesce(max(turn), 0) + 1 FROM job_turns))"
	" ON CONFLICT DO UPDATE SET turn = excluded.turn";
static const char sql_claim[] =
	"UPDATE jobs SET state = 'running', attempts = attempts + 1,"
	" lease_owner = ?2, lease_until = ?3,"
	" started_at = coalesce(started_at, ?4) WHERE id = ?1";
static const char sql_beat[] =
	"UPDATE jobs SET lease_until = ?3 WHERE id = ?1 AND lease_owner = ?2"
	" AND state = 'running'";
static const char sql_memo[] =
	"UPDATE jobs SET lease_until = ?3, memo = ?4,"
	" progress = coalesce(?5, progress) WHERE id = ?1"
	" AND lease_owner = ?2 AND state = 'running'";
static const char sql_progress[] =
	"UPDATE jobs SET lease_until = ?3, progress = ?4 WHERE id = ?1"
	" AND lease_owner = ?2 AND state = 'running'";
static const char sql_finish[] =
	"UPDATE jobs SET state = ?3, result = ?4, error = ?5, finished_at = ?6,"
	" lease_owner = NULL, lease_until = NULL,"
	" memo = iif(kind = 'generate', NULL, memo)" /* result has the answer */
	" WHERE id = ?1 AND lease_owner = ?2 AND state = 'running'";
static const char sql_retry[] =
	"UPDATE jobs SET state = 'queued', run_after = ?3, lease_owner = NULL,"
	" lease_until = NULL"
	" WHERE id = ?1 AND lease_owner = ?2 AND state = 'running'";
static const char sql_cancelled[] =
	"SELECT id FROM jobs WHERE state = 'running' AND cancel"
	" AND lease_owner = ?1 LIMIT 100";
static const char sql_owners[] =
	"SELECT DISTINCT lease_owner FROM jobs WHERE " JOB_IS_RUNNING
	" LIMIT 100";
static const char sql_release[] =
	"UPDATE jobs SET lease_until = 1" /* 0: none is due */
	" WHERE " JOB_IS_RUNNING " AND lease_owner = ?1";
static const char sql_doubt[] =
	"UPDATE jobs SET memo = json_set(coalesce(memo, '{}'), '$.sent_at',"
	" created_at) WHERE kind = 'run' AND " JOB_IS_OPEN
	" AND coalesce(memo, '{}') ->> '$.sent_at' IS NULL"
	" AND EXISTS (SELECT 1 FROM runs WHERE id = jobs.payload ->> '$.run_id'"
	" AND conversation_id IS NULL)";
static const char sql_due[] =
	"SELECT min(CASE state WHEN 'queued' THEN max(run_after, created_at)"
	" ELSE lease_until END) FROM jobs WHERE " JOB_IS_OPEN;
#define JOB_AS_EVENT                                              \
	"json_object('id', id, 'kind', kind, 'state', state,"     \
	" 'progress', json(progress), 'error', json(error),"      \
	" 'workflow_id', workflow_id, 'cancel', json(iif(cancel," \
	" 'true', 'false')))"
static const char sql_event[] =
	EVENT_OF("job", JOB_AS_EVENT) "FROM jobs WHERE id = ?1";

void
job_from_row(struct arena *a, struct db_stmt *s, struct job *out)
{
	size_t n;

	memset(out, 0, sizeof(*out));
	memcpy(out->id, db_peek(s, 0, &n), ID_SIZE);
	out->kind = (enum job_kind)name_index(
		db_peek(s, 1, &n), job_kind_names, JOB_KIND__MAX);
	out->state = (enum job_state)name_index(
		db_peek(s, 2, &n), job_state_names, JOB_STATE__MAX);
	out->payload = db_text(s, 3, a);
	out->progress = db_text(s, 4, a);
	out->memo = db_text(s, 5, a);
	out->result = db_text(s, 6, a);
	out->error = db_text(s, 7, a);
	out->workflow_id = db_text(s, 8, a);
	out->user_id = db_text(s, 9, a);
	out->attempts = (int)db_int(s, 10);
	out->cancel = db_int(s, 11) != 0;
	out->created_at = db_int(s, 12);
	out->started_at = db_int(s, 13);
	out->finished_at = db_int(s, 14);
}

void
job_event(const char *id)
{
	event_tell(sql_event, id);
}

/* Opens a transaction unless one is open. 1: opened, 0: was open, -1: lock. */
static int
enter(void)
{
	if (db_in_transaction())
		return 0;
	return db_begin(LIMIT_LOCK_MS) == 0 ? 1 : -1;
}

static void
leave(int entered, bool event)
{
	if (entered != 1)
		return;
	db_commit();
	if (event)
		wake_touch(WAKE_EVENT);
}

void
job_turn(const struct job *j)
{
	struct db_stmt *s = db_stmt(sql_turn);

	db_bind(s, "tt", j->user_id, job_kind_names[j->kind]);
	db_run(s);
}

static int
take_locked(struct arena *a, const char *owner, const char *id, struct job *out)
{
	int64_t now = clock_now_ms();
	struct db_stmt *s = db_stmt(sql_free);

	db_bind(s, "it", now, id);
	if (db_step(s) != DB_ROW)
		return 0;
	job_from_row(a, s, out);
	db_done(s);
	s = db_stmt(sql_claim);
	db_bind(s, "ttii", out->id, owner, now + LIMIT_LEASE_MS, now);
	db_run(s);
	out->state = JOB_RUNNING;
	out->attempts++;
	if (out->started_at == 0)
		out->started_at = now;
	return 1;
}

int
job_take(struct arena *a, const char *owner, const char *id, struct job *out)
{
	int entered = enter();
	int result;

	if (entered < 0)
		return -1;
	result = take_locked(a, owner, id, out);
	leave(entered, false);
	return result;
}

/* Runs a bound update of a job whose lease holds. */
static bool
change(struct db_stmt *s, const char *id, bool event)
{
	bool mine;

	db_run(s);
	mine = db_changes() > 0;
	if (mine && event)
		job_event(id);
	return mine;
}

static int
renew(const char *sql, const char *id, const char *owner, const char *text,
	const char *more, bool event)
{
	int entered = enter();
	struct db_stmt *s;
	bool mine;

	if (entered < 0)
		return -1;
	s = db_stmt(sql);
	db_bind(s, "tti", id, owner, clock_now_ms() + LIMIT_LEASE_MS);
	if (sql != sql_beat)
		db_bind_text(s, 4, text);
	if (more != NULL)
		db_bind_text(s, 5, more);
	mine = change(s, id, event);
	leave(entered, event);
	return mine;
}

int
job_beat(const char *id, const char *owner)
{
	return renew(sql_beat, id, owner, NULL, NULL, false);
}

int
job_save(const char *id, const char *owner, const char *memo,
	const char *progress)
{
	return renew(sql_memo, id, owner, memo, progress, progress != NULL);
}

int
job_set_progress(const char *id, const char *owner, const char *progress)
{
	return renew(sql_progress, id, owner, progress, NULL, true);
}

int
job_keep_progress(const char *id, const char *owner, const char *progress)
{
	return renew(sql_progress, id, owner, progress, NULL, false);
}

int
job_finish(const char *id, const char *owner, enum job_state state,
	const char *result, const char *error)
{
	int entered = enter();
	struct db_stmt *s;
	bool mine;

	if (entered < 0)
		return -1;
	s = db_stmt(sql_finish);
	db_bind(s, "ttttti", id, owner, job_state_names[state], result, error,
		clock_now_ms());
	mine = change(s, id, true);
	if (mine)
		wake_touch(WAKE_END);
	leave(entered, true);
	return mine;
}

int
job_retry(const char *id, const char *owner, int64_t delay_ms)
{
	int entered = enter();
	struct db_stmt *s;
	bool mine;

	if (entered < 0)
		return -1;
	s = db_stmt(sql_retry);
	db_bind(s, "tti", id, owner, clock_now_ms() + delay_ms);
	mine = change(s, id, true);
	leave(entered, true);
	return mine;
}

/* The first column of all rows, at most MOST_ROWS. */
static int
texts(struct arena *a, struct db_stmt *s, const char ***rows_r)
{
	const char **rows = arena_array(a, MOST_ROWS, sizeof(*rows));
	int n = 0;

	while (n < MOST_ROWS && db_step(s) == DB_ROW)
		rows[n++] = db_text(s, 0, a);
	db_done(s);
	*rows_r = rows;
	return n;
}

int
job_cancel_asked(struct arena *a, const char *owner, const char ***ids_r)
{
	struct db_stmt *s = db_stmt(sql_cancelled);

	db_bind(s, "t", owner);
	return texts(a, s, ids_r);
}

int
job_owners(struct arena *a, const char ***owners_r)
{
	return texts(a, db_stmt(sql_owners), owners_r);
}

void
job_release(const char *owner)
{
	struct db_stmt *s = db_stmt(sql_release);

	db_bind(s, "t", owner);
	db_run(s);
}

void
job_doubt_sent(void)
{
	db_run(db_stmt(sql_doubt));
}

int64_t
job_next_due(void)
{
	return db_one_int(db_stmt(sql_due), 0);
}
