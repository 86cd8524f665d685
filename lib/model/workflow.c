/* workflow.c: see workflow.h; the versions are in version.c. */
#include "model/workflow.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "io/db.h"
#include "model/event.h"
#include "model/names.h"
#include "model/search.h"
#include "model/sealed.h"
#include "text/cjk.h"

#include <string.h>

/* The first parameter of the filters by use. */
enum { FIRST_USE = 4 };

enum { MOST_LEFT = 20 }; /* as sql_scratch_left says */

const char *const workflow_status_names[STATUS__MAX] = {
	[STATUS_DRAFT] = "draft",
	[STATUS_DEPLOYING] = "deploying",
	[STATUS_DEPLOYED] = "deployed",
	[STATUS_RUNNING] = "running",
	[STATUS_SUCCEEDED] = "succeeded",
	[STATUS_FAILED] = "failed",
	[STATUS_STOPPED] = "stopped",
	[STATUS_PARTIAL] = "partial-succeeded",
	[STATUS_PAUSED] = "paused",
	[STATUS_UNKNOWN] = "unknown",
};

/* Tags come as one text, joined by the unit separator, which no tag holds. */
#define COLUMNS                                                             \
	"w.id, w.name, w.description, w.mode, w.connection_id,"             \
	" w.dify_app_id, w.last_status, w.last_status_at, w.last_run_id,"   \
	" w.prompt, w.created_at, w.updated_at,"                            \
	" (SELECT max(number) FROM versions v WHERE v.workflow_id = w.id)," \
	" (SELECT group_concat(tag, char(31)) FROM workflow_tags t"         \
	" WHERE t.workflow_id = w.id), w.dify_version,"                     \
	" (SELECT CASE WHEN v.origin = 'found' AND v.number > w.found_seen" \
	" THEN v.number END FROM versions v WHERE v.workflow_id = w.id"     \
	" ORDER BY v.number DESC LIMIT 1), w.scratch"

static const char sql_add[] =
	"INSERT INTO workflows (id, name, description, mode, connection_id,"
	" last_status, last_status_at, prompt, created_by, created_at,"
	" updated_at, scratch)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?7, ?7, ?10)";
static const char sql_find[] =
	"SELECT " COLUMNS " FROM workflows w WHERE w.id = ?1";
#define USES(at, kind)                                                  \
	" AND (" at " IS NULL OR EXISTS (SELECT 1 FROM workflow_uses u" \
	" WHERE u.workflow_id = w.id AND u.kind = '" kind "'"           \
	" AND u.value = " at "))"

#define MATCHES                                                              \
	" w.scratch = 0 AND"                                                 \
	" (?1 IS NULL OR w.id IN (SELECT d.workflow_id FROM search_text x"   \
	" JOIN search_docs d ON d.id = x.rowid WHERE search_text MATCH ?1))" \
	" AND (?2 IS NULL OR EXISTS (SELECT 1 FROM workflow_tags t"          \
	" WHERE t.workflow_id = w.id AND t.tag = ?2))" USES("?4", "node")    \
		USES("?5", "model") USES("?6", "tool") USES("?7", "dataset") \
			USES("?8", "host")

static const char sql_list[] =
	"SELECT " COLUMNS " FROM workflows w WHERE" MATCHES
	" ORDER BY w.updated_at DESC, w.id DESC LIMIT ?3";
static const char sql_list_after[] =
	"SELECT " COLUMNS " FROM workflows w WHERE" MATCHES
	" AND (w.updated_at, w.id) <"
	" (SELECT updated_at, id FROM workflows WHERE id = ?9)"
	" ORDER BY w.updated_at DESC, w.id DESC LIMIT ?3";
static const char sql_tag_add[] = "INSERT OR IGNORE INTO workflow_tags "
				  "(workflow_id, tag) VALUES (?1, ?2)";
static const char sql_tags_clear[] =
	"DELETE FROM workflow_tags WHERE workflow_id = ?1";
static const char sql_tag_counts[] =
	"SELECT tag, count(*) FROM workflow_tags GROUP BY tag ORDER BY tag"
	" LIMIT 1000";
static const char sql_update[] =
	"UPDATE workflows SET name = coalesce(?2, name),"
	" description = coalesce(?3, description), updated_at = ?4"
	" WHERE id = ?1";
static const char sql_delete[] = "DELETE FROM workflows WHERE id = ?1";
static const char sql_status[] =
	"UPDATE workflows SET last_status = ?2, last_status_at = ?3,"
	" last_run_id = coalesce(?4, last_run_id) WHERE id = ?1";
static const char sql_app[] =
	"UPDATE workflows SET connection_id = ?1, dify_app_id = ?2,"
	" dify_key = coalesce(?3, dify_key), updated_at = ?4 WHERE id = ?5";
static const char sql_of_app[] =
	"SELECT w.id FROM workflows w JOIN connections c"
	" ON c.id = w.connection_id WHERE w.dify_app_id = ?2"
	" AND c.base_url = (SELECT base_url FROM connections WHERE id = ?1)"
	" ORDER BY c.id = ?1 DESC, w.id LIMIT 1";
static const char sql_key[] = "SELECT dify_key FROM workflows WHERE id = ?1";
static const char sql_scratch_left[] =
	"SELECT id FROM workflows w WHERE scratch = 1 AND NOT EXISTS"
	" (SELECT 1 FROM jobs j WHERE j.workflow_id = w.id"
	" AND j.state IN ('queued', 'running')) LIMIT 20";
#define WORKFLOW_AS_EVENT                                    \
	"json_object('id', id, 'name', name, 'last_status'," \
	" last_status, 'last_status_at', last_status_at,"    \
	" 'last_run_id', last_run_id, 'dify_app_id', dify_app_id)"
static const char sql_event[] =
	EVENT_OF("workflow", WORKFLOW_AS_EVENT) "FROM workflows WHERE id = ?1";

void
workflow_tell(const char *id)
{
	event_tell(sql_event, id);
}

static void
split_tags(struct arena *a, char *joined, struct workflow *w)
{
	char *tag;
	char *rest = joined;

	if (joined == NULL)
		return;
	w->tags = arena_array(a, LIMIT_TAGS, sizeof(w->tags[0]));
	while (w->ntags < LIMIT_TAGS && (tag = strsep(&rest, "\x1f")) != NULL)
		w->tags[w->ntags++] = tag;
}

static void
from_row(struct arena *a, struct db_stmt *s, struct workflow *w)
{
	size_t n;

	memset(w, 0, sizeof(*w));
	memcpy(w->id, db_peek(s, 0, &n), ID_SIZE);
	w->name = db_text(s, 1, a);
	w->description = db_text(s, 2, a);
	w->mode = db_text(s, 3, a);
	w->connection_id = db_text(s, 4, a);
	w->dify_app_id = db_text(s, 5, a);
	w->last_status = (enum workflow_status)name_index(
		db_peek(s, 6, &n), workflow_status_names, STATUS__MAX);
	w->last_status_at = db_int(s, 7);
	w->last_run_id = db_text(s, 8, a);
	w->prompt = db_text(s, 9, a);
	w->created_at = db_int(s, 10);
	w->updated_at = db_int(s, 11);
	w->version = (int)db_int(s, 12);
	split_tags(a, (char *)db_text(s, 13, a), w);
	w->dify_version = (int)db_int_or(s, 14, 0);
	w->found = (int)db_int_or(s, 15, 0);
	w->scratch = db_int(s, 16) != 0;
}

static void
add_tags(const char *id, const char *const *tags, size_t ntags)
{
	struct db_stmt *s = db_stmt(sql_tag_add);
	size_t i;

	for (i = 0; i < ntags; i++) {
		db_bind(s, "tt", id, tags[i]);
		db_run(s);
	}
}

void
workflow_add(struct workflow *w, struct value *dsl, enum version_origin origin,
	const char *user_id)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	const struct version_new first = {.workflow_id = w->id,
		.dsl = dsl,
		.origin = origin,
		.user_id = user_id};
	struct db_stmt *s = db_stmt(sql_add);

	id_new_r(w->id);
	w->created_at = w->updated_at = w->last_status_at = clock_now_ms();
	db_bind(s, "ttttttitti", w->id, w->name,
		w->description == NULL ? "" : w->description, w->mode,
		w->connection_id, workflow_status_names[w->last_status],
		w->created_at, w->prompt, user_id, (int64_t)w->scratch);
	db_run(s);
	add_tags(w->id, w->tags, w->ntags);
	version_add(a, &first, &w->version);
	arena_free(&a);
	if (!w->scratch)
		workflow_tell(w->id);
}

int
workflow_find(struct arena *a, const char *id, struct workflow *out)
{
	struct db_stmt *s = db_stmt(sql_find);

	db_bind(s, "t", id);
	if (db_step(s) != DB_ROW)
		return 0;
	from_row(a, s, out);
	db_done(s);
	return 1;
}

static bool
searches(const struct workflow_filter *f)
{
	int kind = 0;

	while (kind < USES__MAX && f->uses[kind] == NULL)
		kind++;
	return kind < USES__MAX || f->text != NULL;
}

int
workflow_list(struct arena *a, const struct workflow_filter *f,
	struct workflow **out_r)
{
	struct db_stmt *s =
		db_stmt(f->after == NULL ? sql_list : sql_list_after);
	struct workflow *rows = arena_array(a, (size_t)f->limit, sizeof(*rows));
	const char *text = f->text == NULL ? "" : f->text;
	const char *query = cjk_query(a, text);
	int kind;
	int n = 0;

	*out_r = rows;
	if (*query == '\0' && text[strspn(text, " \t\n")] != '\0')
		return 0; /* signs alone: there is no such word */
	if (searches(f))
		search_catch_up();
	db_bind(s, "tti", *query == '\0' ? NULL : query, f->tag,
		(int64_t)f->limit);
	for (kind = 0; kind < USES__MAX; kind++)
		db_bind_text(s, FIRST_USE + kind, f->uses[kind]);
	if (f->after != NULL)
		db_bind_text(s, FIRST_USE + USES__MAX, f->after);
	while (n < f->limit && db_step(s) == DB_ROW)
		from_row(a, s, &rows[n++]);
	db_done(s);
	return n;
}

int
workflow_tag_counts(struct arena *a, struct tag_count **out_r)
{
	enum { MOST = 1000 };
	struct db_stmt *s = db_stmt(sql_tag_counts);
	struct tag_count *rows = arena_array(a, MOST, sizeof(*rows));
	int n = 0;

	while (n < MOST && db_step(s) == DB_ROW) {
		rows[n].tag = db_text(s, 0, a);
		rows[n].count = db_int(s, 1);
		n++;
	}
	db_done(s);
	*out_r = rows;
	return n;
}

int
workflow_update(const char *id, const char *name, const char *description,
	const char *const *tags, size_t ntags)
{
	struct db_stmt *s = db_stmt(sql_update);

	db_bind(s, "ttti", id, name, description, clock_now_ms());
	db_run(s);
	if (db_changes() == 0)
		return 0;
	if (name != NULL || description != NULL)
		search_index(id);
	if (tags != NULL) {
		s = db_stmt(sql_tags_clear);
		db_bind(s, "t", id);
		db_run(s);
		add_tags(id, tags, ntags);
	}
	workflow_tell(id);
	return 1;
}

int
workflow_delete(const char *id)
{
	struct db_stmt *s = db_stmt(sql_delete);

	search_forget(id);
	db_bind(s, "t", id);
	db_run(s);
	return db_changes() > 0;
}

void
workflow_set_status(
	const char *id, enum workflow_status status, const char *run_id)
{
	struct db_stmt *s = db_stmt(sql_status);

	db_bind(s, "ttit", id, workflow_status_names[status], clock_now_ms(),
		run_id);
	db_run(s);
	workflow_tell(id);
}

void
workflow_set_app(const char *id, const char *connection_id, const char *app_id,
	const char *app_key)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql_app);

	db_bind(s, "ttnit", connection_id, app_id, clock_now_ms(), id);
	sealed_bind(a, s, 3, SEAL_APP_KEY, app_key);
	db_run(s);
	arena_free(&a);
}

int
workflow_of_app(
	const char *connection_id, const char *app_id, char id[static ID_SIZE])
{
	struct db_stmt *s = db_stmt(sql_of_app);
	size_t n;

	db_bind(s, "tt", connection_id, app_id);
	if (db_step(s) != DB_ROW)
		return 0;
	memcpy(id, db_peek(s, 0, &n), ID_SIZE);
	db_done(s);
	return 1;
}

char *
workflow_app_key(struct arena *a, const char *id)
{
	return sealed_select(a, sql_key, id, SEAL_APP_KEY);
}

int
workflow_scratch_left(struct arena *a, const char ***ids_r)
{
	struct db_stmt *s = db_stmt(sql_scratch_left);
	const char **ids = arena_array(a, MOST_LEFT, sizeof(*ids));
	int n = 0;

	while (n < MOST_LEFT && db_step(s) == DB_ROW)
		ids[n++] = db_text(s, 0, a);
	db_done(s);
	*ids_r = ids;
	return n;
}
