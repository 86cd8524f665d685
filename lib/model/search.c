/* search.c: see search.h. The one file that knows FTS5. */
#include "model/search.h"
#include "base/limits.h"
#include "dsl/uses.h"
#include "io/db.h"
#include "model/version.h"
#include "model/workflow.h"
#include "text/cjk.h"

enum { MOST_USES = 500, AT_ONCE = 200, WAIT_MS = 250 };

static const char sql_doc[] =
	"INSERT INTO search_docs (workflow_id) VALUES (?1)"
	" ON CONFLICT (workflow_id) DO UPDATE SET workflow_id = ?1"
	" RETURNING id";
static const char sql_text_gone[] = "DELETE FROM search_text WHERE rowid = ?1";
static const char sql_forget[] =
	"DELETE FROM search_text WHERE rowid IN"
	" (SELECT id FROM search_docs WHERE workflow_id = ?1)";
static const char sql_text[] =
	"INSERT INTO search_text (rowid, name, body) VALUES (?1, ?2, ?3)";
static const char sql_uses_gone[] =
	"DELETE FROM workflow_uses WHERE workflow_id = ?1";
static const char sql_use[] =
	"INSERT OR IGNORE INTO workflow_uses (workflow_id, kind, value)"
	" VALUES (?1, ?2, ?3)";
static const char sql_tidy[] =
	"INSERT INTO search_text (search_text) VALUES ('optimize')";
static const char sql_due[] = "INSERT OR IGNORE INTO search_due"
			      " (workflow_id) VALUES (?1)";
static const char sql_missing[] =
	"INSERT OR IGNORE INTO search_due SELECT w.id FROM workflows w"
	" LEFT JOIN search_docs d ON d.workflow_id = w.id"
	" WHERE d.id IS NULL AND w.scratch = 0";
static const char sql_any[] = "SELECT EXISTS (SELECT 1 FROM search_due)";
static const char sql_next[] = "SELECT workflow_id FROM search_due LIMIT 1";
static const char sql_done[] = "DELETE FROM search_due WHERE workflow_id = ?1";
static const char sql_uses[] =
	"SELECT value, count(*) FROM workflow_uses WHERE kind = ?1"
	" GROUP BY value ORDER BY count(*) DESC, value LIMIT 500";

static void
add_use(void *context, enum uses_kind kind, const char *value)
{
	struct db_stmt *s = db_stmt(sql_use);

	db_bind(s, "ttt", context, uses_kind_names[kind], value);
	db_run(s);
}

static void
index_text(const char *id, const char *name, const char *body)
{
	struct db_stmt *s = db_stmt(sql_doc);
	int64_t doc;

	db_bind(s, "t", id);
	doc = db_one_int(s, 0);
	s = db_stmt(sql_text_gone);
	db_bind(s, "i", doc);
	db_run(s);
	s = db_stmt(sql_text);
	db_bind(s, "itt", doc, name, body);
	db_run(s);
}

static void
index_one(struct arena *a, const char *id)
{
	struct db_stmt *s = db_stmt(sql_uses_gone);
	struct value *dsl;
	struct workflow w;
	struct str words;
	struct str name;
	struct str body;

	if (!workflow_find(a, id, &w) || w.scratch)
		return;
	str_init(&words, a, LIMIT_DOCUMENT);
	str_init(&name, a, LIMIT_DOCUMENT);
	str_init(&body, a, 3 * LIMIT_DOCUMENT);
	db_bind(s, "t", id);
	db_run(s);
	dsl = version_value(a, id, 0);
	if (dsl != NULL) {
		uses_each(a, dsl, add_use, (void *)(uintptr_t)id);
		uses_words(&words, dsl);
	}
	cjk_spread(&name, w.name);
	cjk_spread(&body, w.description);
	cjk_spread(&body, "\n");
	cjk_spread(&body, words.s);
	index_text(id, name.s, body.s);
}

void
search_index(const char *workflow_id)
{
	struct db_stmt *s = db_stmt(sql_due);

	db_bind(s, "t", workflow_id);
	db_run(s);
}

static const char *
next(struct arena *a)
{
	struct db_stmt *s = db_stmt(sql_next);
	const char *id = NULL;

	if (db_step(s) == DB_ROW)
		id = db_text(s, 0, a);
	db_done(s);
	return id;
}

bool
search_is_due(void)
{
	return db_one_int(db_stmt(sql_any), 0) != 0;
}

void
search_some(int most)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	const char *id;

	while (most-- > 0 && (id = next(a)) != NULL) {
		struct db_stmt *s = db_stmt(sql_done);

		index_one(a, id);
		db_bind(s, "t", id);
		db_run(s);
		arena_reset(a);
	}
	arena_free(&a);
}

void
search_catch_up(void)
{
	while (search_is_due() && db_begin_quick(WAIT_MS) == 0) {
		search_some(AT_ONCE);
		db_commit();
	}
}

void
search_forget(const char *workflow_id)
{
	struct db_stmt *s = db_stmt(sql_forget);

	db_bind(s, "t", workflow_id);
	db_run(s);
}

void
search_tidy(void)
{
	db_run(db_stmt(sql_tidy));
}

void
search_missing(void)
{
	db_run(db_stmt(sql_missing));
}

int
search_uses(struct arena *a, const char *kind, struct use_count **out_r)
{
	struct db_stmt *s = db_stmt(sql_uses);
	struct use_count *rows = arena_array(a, MOST_USES, sizeof(*rows));
	int n = 0;

	search_catch_up();
	db_bind(s, "t", kind);
	while (n < MOST_USES && db_step(s) == DB_ROW) {
		rows[n].value = db_text(s, 0, a);
		rows[n].count = db_int(s, 1);
		n++;
	}
	db_done(s);
	*out_r = rows;
	return n;
}
