/* db_texts.c: an FTS5 table in a database of its own, in memory. */
#include "io/db_texts.h"
#include "base/fatal.h"

#include <sqlite3.h>
#include <stdlib.h>

struct db_texts {
	sqlite3 *handle;
	sqlite3_stmt *add;
	sqlite3_stmt *find;
};

static const char sql_make[] = "CREATE VIRTUAL TABLE texts USING fts5"
			       " (text, tokenize = 'porter unicode61');"
			       "BEGIN";
static const char sql_add[] = "INSERT INTO texts (text) VALUES (?1)";
static const char sql_find[] = "SELECT rowid FROM texts WHERE texts MATCH ?1"
			       " ORDER BY bm25(texts), rowid LIMIT ?2";

static sqlite3_stmt *
prepare(sqlite3 *handle, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(handle, sql, -1, &s, NULL) != SQLITE_OK)
		fatal("texts: %s", sqlite3_errmsg(handle));
	return s;
}

struct db_texts *
db_texts_new(void)
{
	struct db_texts *t = calloc(1, sizeof(*t));

	if (t == NULL || sqlite3_open(":memory:", &t->handle) != SQLITE_OK ||
		sqlite3_exec(t->handle, sql_make, NULL, NULL, NULL) !=
			SQLITE_OK)
		fatal("texts: no memory");
	t->add = prepare(t->handle, sql_add);
	t->find = prepare(t->handle, sql_find);
	return t;
}

void
db_texts_free(struct db_texts **t)
{
	if (*t == NULL)
		return;
	sqlite3_finalize((*t)->add);
	sqlite3_finalize((*t)->find);
	sqlite3_close((*t)->handle);
	free(*t);
	*t = NULL;
}

void
db_texts_add(struct db_texts *t, const char *text)
{
	sqlite3_bind_text(t->add, 1, text, -1, SQLITE_TRANSIENT);
	if (sqlite3_step(t->add) != SQLITE_DONE)
		fatal("texts: %s", sqlite3_errmsg(t->handle));
	sqlite3_reset(t->add);
}

size_t
db_texts_find(
	struct db_texts *t, const char *query, size_t *numbers_r, size_t most)
{
	size_t n = 0;

	sqlite3_bind_text(t->find, 1, query, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(t->find, 2, (sqlite3_int64)most);
	while (n < most && sqlite3_step(t->find) == SQLITE_ROW)
		numbers_r[n++] = (size_t)sqlite3_column_int64(t->find, 0) - 1;
	sqlite3_reset(t->find);
	return n;
}
