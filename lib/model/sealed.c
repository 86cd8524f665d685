/* sealed.c: see sealed.h. */
#include "model/sealed.h"
#include "base/limits.h"

void
sealed_bind(struct arena *a, struct db_stmt *s, int at,
	enum seal_purpose purpose, const char *text)
{
	const void *bytes;
	size_t n;

	if (text == NULL) {
		db_bind_null(s, at);
		return;
	}
	bytes = seal_close(a, purpose, text, &n);
	db_bind_blob(s, at, bytes, n);
}

char *
sealed_select(struct arena *a, const char *sql, const char *id,
	enum seal_purpose purpose)
{
	struct db_stmt *s = db_stmt(sql);
	const void *bytes;
	char *text = NULL;
	size_t n;

	db_bind(s, "t", id);
	if (db_step(s) == DB_ROW) {
		bytes = db_blob(s, 0, &n, a);
		text = bytes == NULL ? NULL : seal_open(a, purpose, bytes, n);
		db_done(s);
	}
	return text;
}

void
sealed_update(const char *sql, const char *id, enum seal_purpose purpose,
	const char *text)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql);

	db_bind(s, "t", id);
	sealed_bind(a, s, 2, purpose, text);
	db_run(s);
	arena_free(&a);
}
