/* workflow_dify.c: see workflow_dify.h. */
#include "model/workflow_dify.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/str.h"
#include "io/db.h"
#include "text/json.h"

#include <string.h>

static const char sql_get[] =
	"SELECT dify_version, dify_seen, dify_updated_at, dify_draft_at"
	" FROM workflows"
	" WHERE id = ?1";
static const char sql_set[] =
	"UPDATE workflows SET dify_version = nullif(?2, 0), dify_seen = ?3,"
	" dify_read_at = ?4 WHERE id = ?1";
static const char sql_read[] =
	"UPDATE workflows SET dify_read_at = ?2 WHERE id = ?1";
static const char sql_draft[] =
	"UPDATE workflows SET dify_draft_at = ?2 WHERE id = ?1";
static const char sql_news[] =
	"SELECT 1 FROM workflows WHERE connection_id = ?1 AND dify_app_id = ?2"
	" AND coalesce(dify_updated_at, 0) < ?3";
static const char sql_changed[] =
	"UPDATE workflows SET dify_updated_at = ?3, dify_read_at = NULL"
	" WHERE connection_id = ?1 AND dify_app_id = ?2"
	" AND coalesce(dify_updated_at, 0) < ?3";
static const char sql_unread[] =
	"SELECT id, dify_app_id FROM workflows WHERE connection_id = ?1"
	" AND dify_app_id IS NOT NULL AND last_status <> 'deploying'"
	" AND (dify_read_at IS NULL OR dify_read_at < ?2)"
	" ORDER BY dify_read_at LIMIT 1";
static const char sql_any[] = "SELECT 1 FROM workflows WHERE connection_id = ?1"
			      " AND dify_app_id IS NOT NULL LIMIT 1";
static const char sql_seen[] =
	"UPDATE workflows SET found_seen = max(found_seen, ?2) WHERE id = ?1";

void
workflow_dify_hash(
	struct arena *a, const struct value *essence, unsigned char *hash_r)
{
	struct str text;

	str_init(&text, a, LIMIT_DOCUMENT);
	jsonx_write(&text, essence, 0);
	seal_keyed_hash(SEAL_DSL, text.s, hash_r);
}

int
workflow_dify(const char *id, struct workflow_dify *out)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql_get);
	const void *seen;
	size_t n;
	int found = 0;

	*out = (struct workflow_dify){0};
	db_bind(s, "t", id);
	if (db_step(s) == DB_ROW) {
		found = 1;
		out->version = (int)db_int_or(s, 0, 0);
		seen = db_blob(s, 1, &n, a);
		out->known = n == sizeof(out->seen);
		if (out->known)
			memcpy(out->seen, seen, n);
		out->updated_at = db_int_or(s, 2, 0);
		out->draft_at = db_int_or(s, 3, 0);
		db_done(s);
	}
	arena_free(&a);
	return found;
}

void
workflow_set_dify(const char *id, int version, const unsigned char *seen)
{
	struct db_stmt *s = db_stmt(sql_set);

	db_bind(s, "ti", id, (int64_t)version);
	if (seen == NULL)
		db_bind_null(s, 3);
	else
		db_bind_blob(s, 3, seen, SEAL_HASH_BYTES);
	db_bind_int(s, 4, clock_now_ms());
	db_run(s);
}

void
workflow_set_dify_read(const char *id)
{
	struct db_stmt *s = db_stmt(sql_read);

	db_bind(s, "ti", id, clock_now_ms());
	db_run(s);
}

void
workflow_set_dify_draft(const char *id, int64_t draft_at)
{
	struct db_stmt *s = db_stmt(sql_draft);

	db_bind(s, "ti", id, draft_at);
	db_run(s);
}

bool
workflow_dify_news(const char *connection_id,
	const struct workflow_dify_time *rows, size_t n)
{
	bool news = false;

	for (size_t i = 0; i < n && !news; i++) {
		struct db_stmt *s = db_stmt(sql_news);

		db_bind(s, "tti", connection_id, rows[i].app_id,
			rows[i].updated_at);
		news = db_one_int(s, 0) != 0;
	}
	return news;
}

void
workflow_dify_changed(
	const char *connection_id, const struct workflow_dify_time *row)
{
	struct db_stmt *s = db_stmt(sql_changed);

	db_bind(s, "tti", connection_id, row->app_id, row->updated_at);
	db_run(s);
}

int
workflow_dify_unread(struct arena *a, const char *connection_id, int64_t then,
	char *id_r, const char **app_id_r)
{
	struct db_stmt *s = db_stmt(sql_unread);
	size_t n;

	db_bind(s, "ti", connection_id, then);
	if (db_step(s) != DB_ROW)
		return 0;
	memcpy(id_r, db_peek(s, 0, &n), ID_SIZE);
	*app_id_r = db_text(s, 1, a);
	db_done(s);
	return 1;
}

bool
workflow_dify_any(const char *connection_id)
{
	struct db_stmt *s = db_stmt(sql_any);

	db_bind(s, "t", connection_id);
	return db_one_int(s, 0) != 0;
}

void
workflow_found_seen(const char *id, int version)
{
	struct db_stmt *s = db_stmt(sql_seen);

	db_bind(s, "ti", id, (int64_t)version);
	db_run(s);
}
