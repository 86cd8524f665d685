/* version_plain.c: versions that an earlier Dify Studio kept as plain text move
 * to where they are now; see version.h. */
#include "base/limits.h"
#include "io/db.h"
#include "model/names.h"
#include "model/search.h"
#include "model/version.h"
#include "model/version_parts.h"
#include "text/json.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char sql_next[] =
	"SELECT workflow_id, number, dsl, reason, created_by, created_at"
	" FROM versions_plain ORDER BY workflow_id, number LIMIT 1";
static const char sql_moved[] =
	"DELETE FROM versions_plain WHERE workflow_id = ?1 AND number = ?2";

/* What the earlier one called its reasons: some of our words, or "rollback to
 * NUMBER". */
static enum version_origin
origin_of(const char *reason, int *from_r)
{
	int origin = name_find(reason, version_origin_names, VERSION__MAX);

	if (sscanf(reason, "rollback to %d", from_r) == 1)
		return VERSION_ROLLBACK;
	return origin < 0 ? VERSION_EDITED : (enum version_origin)origin;
}

static bool
move_one(struct arena *a)
{
	struct db_stmt *s = db_stmt(sql_next);
	struct version_new v = {0};
	struct jsonx_report report;
	const char *text;
	int64_t created_at;
	int number;

	if (db_step(s) != DB_ROW)
		return false;
	v.workflow_id = db_text(s, 0, a);
	number = (int)db_int(s, 1);
	text = db_text(s, 2, a);
	v.origin = origin_of(db_text(s, 3, a), &v.from);
	v.user_id = db_text(s, 4, a);
	created_at = db_int(s, 5);
	db_done(s);
	v.dsl = jsonx_read(a, text, strlen(text), 0, &report);
	if (v.dsl == NULL)
		v.dsl = value_string(a, text);
	version_put(a, &v, number, created_at);
	s = db_stmt(sql_moved);
	db_bind(s, "ti", v.workflow_id, (int64_t)number);
	db_run(s);
	search_index(v.workflow_id);
	return true;
}

int
version_catch_up(void)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	int moved = 0;

	for (; move_one(a); moved++)
		arena_reset(a);
	arena_free(&a);
	if (moved > 0) {
		search_some(INT_MAX);
		search_tidy();
	}
	return moved;
}
