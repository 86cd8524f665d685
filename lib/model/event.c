/* event.c: see event.h. */
#include "model/event.h"
#include "base/clock.h"
#include "io/db.h"
#include "model/names.h"

enum { KEEP_EVENTS = 1000 };

const char *const event_kind_names[EVENT__MAX] = {
	[EVENT_JOB] = "job",
	[EVENT_RUN] = "run",
	[EVENT_NODE] = "node",
	[EVENT_WORKFLOW] = "workflow",
	[EVENT_CONNECTION] = "connection",
	[EVENT_UPLOAD] = "upload",
	[EVENT_GENERATE] = "generate",
};

static const char sql_add[] =
	"INSERT INTO events (kind, data, created_at) VALUES (?1, ?2, ?3)";
static const char sql_after[] =
	"SELECT id, kind, data FROM events WHERE id > ?1 ORDER BY id LIMIT ?2";
static const char sql_newest[] = "SELECT max(id) FROM events";
static const char sql_oldest[] = "SELECT min(id) FROM events";
static const char sql_prune[] = "DELETE FROM events WHERE created_at < ?1"
				" AND id <= (SELECT max(id) FROM events) - ?2";

void
event_add(enum event_kind kind, const char *data)
{
	struct db_stmt *s = db_stmt(sql_add);

	db_bind(s, "tti", event_kind_names[kind], data, clock_now_ms());
	db_run(s);
}

void
event_tell(const char *sql, const char *id)
{
	struct db_stmt *s = db_stmt(sql);

	db_bind(s, "ti", id, clock_now_ms());
	db_run(s);
}

int
event_after(struct arena *a, int64_t id, int limit, struct event **out_r)
{
	struct db_stmt *s = db_stmt(sql_after);
	struct event *rows = arena_array(a, (size_t)limit, sizeof(*rows));
	int n = 0;

	db_bind(s, "ii", id, (int64_t)limit);
	while (n < limit && db_step(s) == DB_ROW) {
		rows[n].id = db_int(s, 0);
		rows[n].kind = (enum event_kind)name_index(
			db_text(s, 1, a), event_kind_names, EVENT__MAX);
		rows[n].data = db_text(s, 2, a);
		n++;
	}
	db_done(s);
	*out_r = rows;
	return n;
}

int64_t
event_newest(void)
{
	return db_one_int(db_stmt(sql_newest), 0);
}

int64_t
event_oldest(void)
{
	return db_one_int(db_stmt(sql_oldest), 0);
}

void
event_prune(int64_t before)
{
	struct db_stmt *s = db_stmt(sql_prune);

	db_bind(s, "ii", before, (int64_t)KEEP_EVENTS);
	db_run(s);
}
