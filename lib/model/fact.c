/* fact.c: see fact.h. */
#include "model/fact.h"
#include "base/clock.h"
#include "io/db.h"

static const char sql_set[] =
	"INSERT INTO facts (key, value, updated_at) VALUES (?1, ?2, ?3)"
	" ON CONFLICT (key) DO UPDATE SET value = ?2, updated_at = ?3";
static const char sql_get[] = "SELECT value FROM facts WHERE key = ?1";

void
fact_set(const char *key, const char *value)
{
	struct db_stmt *s = db_stmt(sql_set);

	db_bind(s, "tti", key, value, clock_now_ms());
	db_run(s);
}

void
fact_set_int(const char *key, int64_t value)
{
	struct db_stmt *s = db_stmt(sql_set);

	db_bind(s, "tii", key, value, clock_now_ms());
	db_run(s);
}

const char *
fact_get(struct arena *a, const char *key)
{
	struct db_stmt *s = db_stmt(sql_get);
	const char *value = NULL;

	db_bind(s, "t", key);
	if (db_step(s) == DB_ROW) {
		value = db_text(s, 0, a);
		db_done(s);
	}
	return value;
}

int64_t
fact_get_int(const char *key, int64_t other)
{
	struct db_stmt *s = db_stmt(sql_get);

	db_bind(s, "t", key);
	return db_one_int(s, other);
}
