/* conversation.c: see conversation.h. */
#include "model/conversation.h"
#include "base/clock.h"
#include "model/rows.h"

#include <string.h>

enum { TITLE = 80 };

#define COLUMNS "id, workflow_id, app_id, dify_id, title, created_at"

static const char sql_add[] =
	"INSERT INTO conversations (id, workflow_id, app_id, title, created_by,"
	" created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char sql_find[] =
	"SELECT " COLUMNS " FROM conversations WHERE id = ?1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM conversations WHERE workflow_id = ?1"
	" AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3";
static const char sql_set_dify[] = "UPDATE conversations SET dify_id = ?2"
				   " WHERE id = ?1 AND dify_id IS NULL";
static const char sql_busy[] =
	"SELECT 1 FROM runs WHERE conversation_id = ?1"
	" AND status IN ('queued', 'running') AND (?2 IS NULL OR job_id NOT IN"
	" (SELECT made FROM request_keys WHERE key = ?2)) LIMIT 1";

static void
from_row(struct arena *a, struct db_stmt *s, void *out)
{
	struct conversation *c = out;
	size_t n;

	memset(c, 0, sizeof(*c));
	memcpy(c->id, db_peek(s, 0, &n), ID_SIZE);
	c->workflow_id = db_text(s, 1, a);
	c->app_id = db_text(s, 2, a);
	c->dify_id = db_text(s, 3, a);
	c->title = db_text(s, 4, a);
	c->created_at = db_int(s, 5);
}

/* The first characters of a text, whole ones. */
static const char *
beginning(struct arena *a, const char *text)
{
	size_t n = strlen(text);

	if (n > TITLE)
		for (n = TITLE; ((unsigned char)text[n] & 0xC0) == 0x80;)
			n--;
	return arena_memdup(a, text, n);
}

void
conversation_add(struct conversation *c, const char *said, const char *user_id)
{
	struct arena *a = arena_new((size_t)TITLE * 4);
	struct db_stmt *s = db_stmt(sql_add);

	id_new_r(c->id);
	c->created_at = clock_now_ms();
	db_bind(s, "ttttti", c->id, c->workflow_id, c->app_id,
		beginning(a, said), user_id, c->created_at);
	db_run(s);
	arena_free(&a);
}

int
conversation_find(struct arena *a, const char *id, struct conversation *out)
{
	return rows_find(a, sql_find, id, from_row, out);
}

int
conversation_list(struct arena *a, const char *workflow_id, const char *after,
	int limit, struct conversation **out_r)
{
	struct db_stmt *s = db_stmt(sql_list);

	db_bind(s, "tti", workflow_id, after, (int64_t)limit);
	return rows_page(a, s, limit, sizeof(**out_r), from_row, out_r);
}

void
conversation_set_dify(const char *id, const char *dify_id)
{
	struct db_stmt *s = db_stmt(sql_set_dify);

	db_bind(s, "tt", id, dify_id);
	db_run(s);
}

bool
conversation_busy(const char *id, const char *key)
{
	struct db_stmt *s = db_stmt(sql_busy);

	db_bind(s, "tt", id, key);
	return db_one_int(s, 0) != 0;
}
