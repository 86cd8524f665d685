/* upload.c: see upload.h. */
#include "model/upload.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/conf.h"
#include "io/db.h"
#include "model/event.h"
#include "model/names.h"

#include <stdio.h>
#include <string.h>

enum { MOST_STALE = 100 };

const char *const upload_state_names[UPLOAD_STATE__MAX] = {
	[UPLOAD_RECEIVING] = "receiving",
	[UPLOAD_QUEUED] = "queued",
	[UPLOAD_FORWARDING] = "forwarding",
	[UPLOAD_INDEXING] = "indexing",
	[UPLOAD_COMPLETED] = "completed",
	[UPLOAD_FAILED] = "failed",
	[UPLOAD_CANCELLED] = "cancelled",
};

#define COLUMNS                                                           \
	"id, connection_id, dataset_id, filename, size, received, state," \
	" document_id, batch, indexing_status, segments, total_segments," \
	" error, job_id, created_at, updated_at, purpose"

static const char sql_add[] =
	"INSERT INTO uploads (id, connection_id, dataset_id, filename, size,"
	" state, created_by, created_at, updated_at, purpose)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)";
static const char sql_find[] = "SELECT " COLUMNS " FROM uploads WHERE id = ?1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM uploads WHERE (?1 IS NULL OR id < ?1)"
	" AND purpose = 'document'"
	" ORDER BY id DESC LIMIT ?2";
static const char sql_set[] =
	"UPDATE uploads SET received = ?2, state = ?3, document_id = ?4,"
	" batch = ?5, indexing_status = ?6, segments = ?7,"
	" total_segments = ?8, error = ?9, job_id = ?10, updated_at = ?11"
	" WHERE id = ?1";
static const char sql_delete[] = "DELETE FROM uploads WHERE id = ?1";
static const char sql_stale[] =
	"SELECT id FROM uploads WHERE purpose = 'input' AND updated_at < ?1"
	" LIMIT 100";
#define UPLOAD_AS_EVENT                                             \
	"json_object('id', id, 'state', state, 'received',"         \
	" received, 'size', size, 'indexing_status',"               \
	" indexing_status, 'segments', segments, 'total_segments'," \
	" total_segments, 'error', error)"
static const char sql_event[] =
	EVENT_OF("upload", UPLOAD_AS_EVENT) "FROM uploads WHERE id = ?1";

void
upload_path_r(const char *id, char *out, size_t size)
{
	char name[ID_SIZE + 8];

	snprintf(name, sizeof(name), "spool/%.20s", id);
	conf_path_r(name, out, size);
}

static void
from_row(struct arena *a, struct db_stmt *s, struct upload *u)
{
	size_t n;

	memset(u, 0, sizeof(*u));
	memcpy(u->id, db_peek(s, 0, &n), ID_SIZE);
	u->connection_id = db_text(s, 1, a);
	u->dataset_id = db_text(s, 2, a);
	u->filename = db_text(s, 3, a);
	u->size = db_int(s, 4);
	u->received = db_int(s, 5);
	u->state = (enum upload_state)name_index(
		db_peek(s, 6, &n), upload_state_names, UPLOAD_STATE__MAX);
	u->document_id = db_text(s, 7, a);
	u->batch = db_text(s, 8, a);
	u->indexing_status = db_text(s, 9, a);
	u->segments = db_int_or(s, 10, -1);
	u->total_segments = db_int_or(s, 11, -1);
	u->error = db_text(s, 12, a);
	u->job_id = db_text(s, 13, a);
	u->created_at = db_int(s, 14);
	u->updated_at = db_int(s, 15);
	u->is_input = strcmp(db_peek(s, 16, &n), "input") == 0;
}

void
upload_add(struct upload *u, const char *user_id)
{
	struct db_stmt *s = db_stmt(sql_add);

	id_new_r(u->id);
	u->created_at = u->updated_at = clock_now_ms();
	db_bind(s, "ttttittit", u->id, u->connection_id, u->dataset_id,
		u->filename, u->size, upload_state_names[u->state], user_id,
		u->created_at, u->is_input ? "input" : "document");
	db_run(s);
	event_tell(sql_event, u->id);
}

int
upload_find(struct arena *a, const char *id, struct upload *out)
{
	struct db_stmt *s = db_stmt(sql_find);

	db_bind(s, "t", id);
	if (db_step(s) != DB_ROW)
		return 0;
	from_row(a, s, out);
	db_done(s);
	return 1;
}

int
upload_list(
	struct arena *a, const char *after, int limit, struct upload **out_r)
{
	struct db_stmt *s = db_stmt(sql_list);
	struct upload *rows = arena_array(a, (size_t)limit, sizeof(*rows));
	int n = 0;

	db_bind(s, "ti", after, (int64_t)limit);
	while (n < limit && db_step(s) == DB_ROW)
		from_row(a, s, &rows[n++]);
	db_done(s);
	*out_r = rows;
	return n;
}

static void
bind_count(struct db_stmt *s, int at, int64_t n)
{
	if (n < 0)
		db_bind_null(s, at);
	else
		db_bind_int(s, at, n);
}

int
upload_set(const struct upload *u)
{
	struct db_stmt *s = db_stmt(sql_set);

	db_bind(s, "tittttnntti", u->id, u->received,
		upload_state_names[u->state], u->document_id, u->batch,
		u->indexing_status, u->error, u->job_id, clock_now_ms());
	bind_count(s, 7, u->segments);
	bind_count(s, 8, u->total_segments);
	db_run(s);
	if (db_changes() == 0)
		return 0;
	event_tell(sql_event, u->id);
	return 1;
}

int
upload_delete(const char *id)
{
	struct db_stmt *s = db_stmt(sql_delete);

	db_bind(s, "t", id);
	db_run(s);
	return db_changes() > 0;
}

int
upload_stale_inputs(struct arena *a, int64_t since, const char ***ids_r)
{
	struct db_stmt *s = db_stmt(sql_stale);
	const char **ids = arena_array(a, MOST_STALE, sizeof(*ids));
	int n = 0;

	db_bind(s, "i", since);
	while (n < MOST_STALE && db_step(s) == DB_ROW)
		ids[n++] = db_text(s, 0, a);
	db_done(s);
	*ids_r = ids;
	return n;
}
