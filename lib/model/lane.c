/* lane.c: see lane.h. */
#include "model/lane.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/db.h"
#include "model/job_row.h"

enum { MOST_TOLD = 200 };

static const char sql_pause[] =
	"INSERT INTO lanes (model_id, paused_until, why)"
	" SELECT id, ?2, ?3 FROM models WHERE id = ?1"
	" ON CONFLICT DO UPDATE SET paused_until = excluded.paused_until,"
	" why = excluded.why WHERE excluded.paused_until > paused_until";
static const char sql_tell[] =
	"UPDATE jobs SET progress = json_object('phase', 'queued', 'percent',"
	" 0, 'trouble', ?3, 'trouble_code', 'model_busy', 'again_at', ?2) "
	"WHERE id IN (SELECT id FROM jobs"
	" WHERE " JOB_IS_QUEUED " AND lane = ?1 ORDER BY id LIMIT ?4)"
	" RETURNING id";
static const char sql_paused[] =
	"SELECT paused_until, why FROM lanes WHERE model_id = ?1"
	" AND paused_until > ?2";

static void
tell_queued(const char *model_id, int64_t until, const char *why)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	const char **ids = arena_array(a, MOST_TOLD, sizeof(*ids));
	struct db_stmt *s = db_stmt(sql_tell);
	int n = 0;

	db_bind(s, "titi", model_id, until, why, (int64_t)MOST_TOLD);
	while (db_step(s) == DB_ROW)
		ids[n++] = db_text(s, 0, a);
	while (n > 0)
		job_event(ids[--n]);
	arena_free(&a);
}

void
lane_pause(const char *model_id, int64_t until, const char *why)
{
	struct db_stmt *s = db_stmt(sql_pause);

	db_bind(s, "tit", model_id, until, why);
	db_run(s);
	if (db_changes() > 0)
		tell_queued(model_id, until, why);
}

int64_t
lane_paused(struct arena *a, const char *model_id, const char **why_r)
{
	struct db_stmt *s = db_stmt(sql_paused);
	int64_t until = 0;

	db_bind(s, "ti", model_id, clock_now_ms());
	if (db_step(s) == DB_ROW) {
		until = db_int(s, 0);
		*why_r = db_text(s, 1, a);
		db_done(s);
	}
	return until;
}
