/* app_run.c: see app_run.h. */
#include "model/app_run.h"
#include "base/limits.h"
#include "io/db.h"
#include "model/names.h"
#include "model/run.h"
#include "model/workflow.h"

#include <string.h>

/* Dify's times are whole seconds. */
enum { SECOND_MS = 1000, MOST_APPS = 100000 };

static const char sql_count[] = "SELECT count(*) FROM workflows"
				" WHERE connection_id = ?1"
				" AND dify_app_id IS NOT NULL";
static const char sql_list[] =
	"SELECT id, dify_app_id, mode = 'advanced-chat' FROM workflows"
	" WHERE connection_id = ?1 AND dify_app_id IS NOT NULL ORDER BY id"
	" LIMIT ?2";
static const char sql_ours[] = "SELECT id FROM runs WHERE workflow_id = ?1"
			       " AND dify_run_id = ?2";

int
app_list(struct arena *a, const char *connection_id, struct app_ref **out_r)
{
	struct db_stmt *s = db_stmt(sql_count);
	struct app_ref *rows;
	int64_t room;
	size_t len;
	int n = 0;

	db_bind(s, "t", connection_id);
	room = db_one_int(s, 0);
	if (room > MOST_APPS)
		room = MOST_APPS;
	rows = arena_array(a, (size_t)room, sizeof(*rows));
	s = db_stmt(sql_list);
	db_bind(s, "ti", connection_id, room);
	while (n < room && db_step(s) == DB_ROW) {
		memcpy(rows[n].workflow_id, db_peek(s, 0, &len), ID_SIZE);
		rows[n].app_id = db_text(s, 1, a);
		rows[n].chat = db_int(s, 2) != 0;
		n++;
	}
	db_done(s);
	*out_r = rows;
	return n;
}

/* The run of ours that it is, or NULL. */
static const char *
ours(struct arena *a, const char *workflow_id, const struct app_run *run)
{
	struct db_stmt *s = db_stmt(sql_ours);
	const char *id = NULL;

	db_bind(s, "tt", workflow_id, run->id);
	if (db_step(s) == DB_ROW) {
		id = db_text(s, 0, a);
		db_done(s);
	}
	return id;
}

static void
settle(struct arena *a, const char *id, const struct app_run *run)
{
	struct run r;

	if (run_find(a, id, &r) != 1 || strcmp(r.status, "unknown") != 0)
		return;
	r.status = run->status;
	r.finished_at = run->at;
	run_set(&r);
}

static bool
takes_status(const struct workflow *w)
{
	return w->last_status != STATUS_DRAFT &&
	       w->last_status != STATUS_DEPLOYING;
}

void
app_run_seen(const char *workflow_id, const struct app_run *run)
{
	int status = name_find(run->status, workflow_status_names, STATUS__MAX);
	struct arena *a = arena_new(LIMIT_ARENA);
	const char *id = ours(a, workflow_id, run);
	struct workflow w;

	if (id != NULL)
		settle(a, id, run);
	else if (status >= STATUS_RUNNING &&
		 strncmp(run->user, "studio-", 7) != 0 &&
		 workflow_find(a, workflow_id, &w) == 1 && takes_status(&w) &&
		 w.last_status != (enum workflow_status)status &&
		 run->at + SECOND_MS > w.last_status_at)
		workflow_set_status(
			workflow_id, (enum workflow_status)status, NULL);
	arena_free(&a);
}
