/* mapping.c: see mapping.h. */
#include "model/mapping.h"
#include "base/clock.h"
#include "dsl/need.h"
#include "io/db.h"

#include <string.h>

enum { MOST = 2000 };

static const char sql_put[] =
	"INSERT INTO mappings (source_id, target_id, kind, from_key, to_key,"
	" updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
	" ON CONFLICT DO UPDATE SET to_key = excluded.to_key,"
	" updated_at = excluded.updated_at";
static const char sql_known[] =
	"SELECT kind, from_key, to_key FROM mappings"
	" WHERE target_id = ?2 AND source_id IN ('', ?1)"
	" ORDER BY source_id LIMIT 2000";
static const char sql_promoted[] =
	"SELECT id FROM workflows WHERE promoted_from = ?1"
	" AND connection_id = ?2 ORDER BY id DESC LIMIT 1";
static const char sql_link[] =
	"UPDATE workflows SET promoted_from = ?2 WHERE id = ?1";

void
mapping_remember(
	const char *source, const char *target, const struct value *mapping)
{
	struct db_stmt *s = db_stmt(sql_put);

	value_each(m, mapping) {
		const char *kind = value_get_text(m, "kind", "");

		if (strcmp(kind, need_kind_names[NEED_SECRET]) == 0)
			continue;
		db_bind(s, "ttttti", source == NULL ? "" : source, target, kind,
			value_get_text(m, "key", ""),
			value_get_text(m, "to", ""), clock_now_ms());
		db_run(s);
	}
}

struct value *
mapping_known(struct arena *a, const char *source, const char *target)
{
	struct db_stmt *s = db_stmt(sql_known);
	struct value *out = value_array(a);

	db_bind(s, "tt", source == NULL ? "" : source, target);
	while (value_count(out) < MOST && db_step(s) == DB_ROW) {
		struct value *m = value_append(out, value_object(a));

		value_set_text(a, m, "kind", db_text(s, 0, a));
		value_set_text(a, m, "key", db_text(s, 1, a));
		value_set_text(a, m, "to", db_text(s, 2, a));
	}
	db_done(s);
	return out;
}

int
promotion_of(const char *workflow_id, const char *connection_id,
	char out[static ID_SIZE])
{
	struct db_stmt *s = db_stmt(sql_promoted);
	size_t n;

	db_bind(s, "tt", workflow_id, connection_id);
	if (db_step(s) != DB_ROW)
		return 0;
	memcpy(out, db_peek(s, 0, &n), ID_SIZE);
	db_done(s);
	return 1;
}

void
promotion_link(const char *id, const char *source)
{
	struct db_stmt *s = db_stmt(sql_link);

	db_bind(s, "tt", id, source);
	db_run(s);
}
