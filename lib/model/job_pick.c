/* job_pick.c: which jobs are next, so that users take turns; see job.h. */
#include "base/clock.h"
#include "base/limits.h"
#include "io/conf.h"
#include "io/db.h"
#include "model/job_row.h"
#include "model/names.h"
#include "text/jsonw.h"

#include <string.h>

enum { ROOM_BYTES = 512, MOST_FEW = 4 };

/* Deploys of one workflow follow one another as they were made (ids of one
 * millisecond have any order, rows have not): each of two at once would see no
 * app, and make one. What a dead worker had goes on first. */
#define JOB_IS_NEXT                                              \
	"(kind <> 'deploy' OR state = 'running'"                 \
	" OR workflow_id IS NULL OR rowid IN (SELECT min(rowid)" \
	" FROM jobs WHERE " JOB_IS_OPEN " AND kind = 'deploy'"   \
	" GROUP BY workflow_id HAVING max(state) = 'queued'))"

/* ?1 the time, ?2 an object of kinds and their room, ?3 how many, ?4 how many
 * may ask one language model at once, unless it has a limit of its own. A job's
 * place is how many of its kind the user would have at once with it; among
 * equal places the user that waited longest is first. What its model has no
 * room for steps aside. */
static const char sql_pick[] =
	"WITH running AS MATERIALIZED (SELECT kind, lane,"
	" coalesce(user_id, '') AS who FROM jobs"
	" WHERE " JOB_IS_RUNNING " AND lease_until >= ?1),"
	" busy AS (SELECT kind, who, count(*) AS n FROM running GROUP BY 1, 2),"
	" asked AS (SELECT lane, count(*) AS n FROM running"
	" WHERE lane IS NOT NULL GROUP BY 1),"
	" free AS (SELECT id, kind, lane, coalesce(user_id, '') AS who,"
	" run_after, row_number() OVER (PARTITION BY kind, user_id"
	" ORDER BY run_after, id) AS place FROM jobs"
	" WHERE " JOB_IS_OPEN " AND " JOB_IS_FREE " AND " JOB_IS_NEXT
	" AND ?2 ->> kind > 0 AND (lane IS NULL OR lane NOT IN"
	" (SELECT model_id FROM lanes WHERE paused_until > ?1))),"
	" fair AS (SELECT id, free.kind AS kind, lane, run_after,"
	" row_number() OVER (PARTITION BY free.kind ORDER BY"
	" place + coalesce(n, 0), coalesce(turn, 0), run_after, id) AS place"
	" FROM free LEFT JOIN busy USING (kind, who)"
	" LEFT JOIN job_turns ON job_turns.kind = free.kind"
	" AND job_turns.user_id = who),"
	" laned AS (SELECT fair.*, coalesce(n, 0) + row_number() OVER"
	" (PARTITION BY lane ORDER BY place, run_after, id) AS nth"
	" FROM fair LEFT JOIN asked USING (lane)),"
	" fits AS (SELECT id, kind, run_after, row_number() OVER"
	" (PARTITION BY kind ORDER BY place) AS place FROM laned"
	" WHERE lane IS NULL OR nth <= coalesce("
	"(SELECT at_once FROM models WHERE id = lane), ?4))"
	" SELECT id FROM fits WHERE place <= ?2 ->> kind"
	" ORDER BY place, run_after, id LIMIT ?3";

static const char sql_few[] =
	"SELECT id, kind, lane FROM jobs WHERE " JOB_IS_OPEN " AND " JOB_IS_FREE
	" AND " JOB_IS_NEXT " ORDER BY run_after, id LIMIT ?2";
static const char sql_few_queued[] =
	"SELECT id, kind, lane FROM jobs WHERE " JOB_IS_QUEUED
	" AND run_after <= ?1 AND " JOB_IS_NEXT
	" ORDER BY run_after, id LIMIT ?2";

static const char sql_waits[] =
	"SELECT EXISTS (SELECT 1 FROM jobs WHERE " JOB_IS_QUEUED
	" AND run_after <= ?1 AND kind = ?2)";

static const char *
room_json(struct arena *a, const int room[static JOB_KIND__MAX])
{
	struct str out;
	int k;

	str_init(&out, a, ROOM_BYTES);
	jsonw_open(&out, NULL, '{');
	for (k = 0; k < JOB_KIND__MAX; k++)
		if (room[k] > 0)
			jsonw_int(&out, job_kind_names[k], room[k]);
	jsonw_close(&out, '}');
	return out.s;
}

/* All that are free, -1 when they are not few or there is not room for each of
 * them: then somebody has to wait, and it matters who. */
static int
pick_few(struct arena *a, const int room[static JOB_KIND__MAX],
	enum job_look look, const char *ids[static MOST_FEW])
{
	struct db_stmt *s =
		db_stmt(look == JOB_LOOK_ALL ? sql_few : sql_few_queued);
	int left[JOB_KIND__MAX];
	bool fits = true;
	int n = 0;
	size_t len;

	memcpy(left, room, sizeof(left));
	db_bind(s, "ii", clock_now_ms(), (int64_t)MOST_FEW + 1);
	while (fits && db_step(s) == DB_ROW) {
		int kind = name_index(
			db_peek(s, 1, &len), job_kind_names, JOB_KIND__MAX);

		fits = n < MOST_FEW && left[kind]-- > 0 && db_is_null(s, 2);
		if (fits)
			ids[n++] = db_text(s, 0, a);
	}
	db_done(s);
	return fits ? n : -1;
}

int
job_pick(struct arena *a, const int room[static JOB_KIND__MAX],
	enum job_look look, const char ***ids_r, bool *more_r)
{
	const char **ids = arena_array(a, JOB_PICK_MOST, sizeof(*ids));
	int n = pick_few(a, room, look, ids);
	struct db_stmt *s;

	*ids_r = ids;
	*more_r = n < 0;
	if (n >= 0)
		return n;
	n = 0;
	s = db_stmt(sql_pick);
	db_bind(s, "itii", clock_now_ms(), room_json(a, room),
		(int64_t)JOB_PICK_MOST, conf_int(CONF_LLM_CONCURRENCY));
	while (n < JOB_PICK_MOST && db_step(s) == DB_ROW)
		ids[n++] = db_text(s, 0, a);
	db_done(s);
	return n;
}

bool
job_waits(enum job_kind kind)
{
	struct db_stmt *s = db_stmt(sql_waits);

	db_bind(s, "it", clock_now_ms(), job_kind_names[kind]);
	return db_one_int(s, 0) != 0;
}
