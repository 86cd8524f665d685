/* workflow_dify.c: see workflow_dify.h. */
#include "model/workflow_dify.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "io/db.h"
#include "text/json.h"

#include <string.h>

static const char sql_get[] =
	"SELECT dify_version, dify_seen, dify_updated_at FROM workflows"
	" WHERE id = ?1";
static const char sql_set[] =
	"UPDATE workflows SET dify_version = ?2, dify_seen = ?3 WHERE id = ?1";
static const char sql_read[] =
	"UPDATE workflows SET dify_read_at = ?2,"
	" dify_updated_at = coalesce(nullif(?3, 0), dify_updated_at)"
	" WHERE id = ?1";
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
	db_run(s);
}

void
workflow_set_dify_read(const char *id, int64_t updated_at)
{
	struct db_stmt *s = db_stmt(sql_read);

	db_bind(s, "tii", id, clock_now_ms(), updated_at);
	db_run(s);
}

void
workflow_found_seen(const char *id, int version)
{
	struct db_stmt *s = db_stmt(sql_seen);

	db_bind(s, "ti", id, (int64_t)version);
	db_run(s);
}
