/* connection_resource.c: what a Dify has, as last seen; see connection.h. */
#include "io/db.h"
#include "model/connection.h"
#include "model/names.h"

#include <string.h>

enum { MOST = 2000 };

static const char sql_clear[] =
	"DELETE FROM resources WHERE connection_id = ?1 AND kind = ?2";
static const char sql_add[] =
	"INSERT OR IGNORE INTO resources (connection_id, kind, handle, dify_id,"
	" name, provider, mode, extra, position)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
static const char sql_all[] =
	"SELECT kind, handle, dify_id, name, provider, mode, extra"
	" FROM resources WHERE connection_id = ?1"
	" ORDER BY kind = 'model' DESC, kind, position LIMIT 2000";
static const char sql_asked[] =
	"INSERT OR IGNORE INTO resource_lists (connection_id, kind)"
	" VALUES (?1, ?2)";
static const char sql_lists[] =
	"SELECT kind FROM resource_lists WHERE connection_id = ?1";

void
connection_set_resources(const char *id, enum resource_kind kind,
	const struct resource *items, size_t count)
{
	struct db_stmt *s = db_stmt(sql_clear);
	size_t i;

	db_bind(s, "tt", id, resource_kind_names[kind]);
	db_run(s);
	s = db_stmt(sql_asked);
	db_bind(s, "tt", id, resource_kind_names[kind]);
	db_run(s);
	s = db_stmt(sql_add);
	for (i = 0; i < count; i++) {
		const struct resource *r = &items[i];

		db_bind(s, "tttttttti", id, resource_kind_names[kind],
			r->handle, r->id, r->name, r->provider, r->mode,
			r->extra, (int64_t)i);
		db_run(s);
	}
}

const struct resources *
connection_resources(struct arena *a, const char *id)
{
	struct resources *out = arena_alloc(a, sizeof(*out));
	struct resource *rows = arena_array(a, MOST, sizeof(*rows));
	struct db_stmt *s = db_stmt(sql_all);
	size_t n;

	db_bind(s, "t", id);
	while (out->count < MOST && db_step(s) == DB_ROW) {
		struct resource *r = &rows[out->count++];

		r->kind = (enum resource_kind)name_index(
			db_peek(s, 0, &n), resource_kind_names, RESOURCE__MAX);
		r->handle = db_text(s, 1, a);
		r->id = db_text(s, 2, a);
		r->name = db_text(s, 3, a);
		r->provider = db_text(s, 4, a);
		r->mode = db_text(s, 5, a);
		r->extra = db_text(s, 6, a);
	}
	db_done(s);
	out->items = rows;
	s = db_stmt(sql_lists);
	db_bind(s, "t", id);
	while (db_step(s) == DB_ROW)
		out->asked[name_index(db_peek(s, 0, &n), resource_kind_names,
			RESOURCE__MAX)] = true;
	db_done(s);
	return out;
}
