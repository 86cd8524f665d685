/* version.c: the DSLs that a workflow had; see workflow.h. */
#include "base/clock.h"
#include "io/db.h"
#include "model/search.h"
#include "model/workflow.h"

enum { MOST_LISTED = 1000 };

static const char sql_add[] =
	"INSERT INTO versions (workflow_id, number, dsl, reason, created_by,"
	" created_at) VALUES (?1, (SELECT coalesce(max(number), 0) + 1"
	" FROM versions WHERE workflow_id = ?1), ?2, ?3, ?4, ?5)"
	" RETURNING number";
static const char sql_dsl[] =
	"SELECT dsl FROM versions WHERE workflow_id = ?1"
	" AND (?2 = 0 OR number = ?2) ORDER BY number DESC LIMIT 1";
static const char sql_list[] =
	"SELECT v.number, v.reason, u.name, v.created_at, length(v.dsl)"
	" FROM versions v LEFT JOIN users u ON u.id = v.created_by"
	" WHERE v.workflow_id = ?1 ORDER BY v.number DESC LIMIT 1000";

int
version_add(const char *workflow_id, const char *dsl_json, const char *reason,
	const char *user_id)
{
	struct db_stmt *s = db_stmt(sql_add);
	int number;

	db_bind(s, "tttti", workflow_id, dsl_json, reason, user_id,
		clock_now_ms());
	number = (int)db_one_int(s, 0);
	search_index(workflow_id);
	return number;
}

const char *
version_dsl(struct arena *a, const char *workflow_id, int number)
{
	struct db_stmt *s = db_stmt(sql_dsl);
	const char *dsl = NULL;

	db_bind(s, "ti", workflow_id, (int64_t)number);
	if (db_step(s) == DB_ROW) {
		dsl = db_text(s, 0, a);
		db_done(s);
	}
	return dsl;
}

int
version_list(struct arena *a, const char *workflow_id, struct version **out_r)
{
	struct db_stmt *s = db_stmt(sql_list);
	struct version *rows = arena_array(a, MOST_LISTED, sizeof(*rows));
	int n = 0;

	db_bind(s, "t", workflow_id);
	while (n < MOST_LISTED && db_step(s) == DB_ROW) {
		rows[n].number = (int)db_int(s, 0);
		rows[n].reason = db_text(s, 1, a);
		rows[n].created_by = db_text(s, 2, a);
		rows[n].created_at = db_int(s, 3);
		rows[n].bytes = db_int(s, 4);
		n++;
	}
	db_done(s);
	*out_r = rows;
	return n;
}
