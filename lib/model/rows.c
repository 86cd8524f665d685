/* rows.c: see rows.h. */
#include "model/rows.h"
#include "base/limits.h"
#include "model/sealed.h"

#include <string.h>

int
rows_one(struct arena *a, struct db_stmt *s, rows_from *from, void *out)
{
	if (db_step(s) != DB_ROW)
		return 0;
	from(a, s, out);
	db_done(s);
	return 1;
}

int
rows_find(struct arena *a, const char *sql, const char *id, rows_from *from,
	void *out)
{
	struct db_stmt *s = db_stmt(sql);

	db_bind(s, "t", id);
	return rows_one(a, s, from, out);
}

int
rows_page(struct arena *a, struct db_stmt *s, int limit, size_t size,
	rows_from *from, void *out_r)
{
	char *rows = arena_array(a, (size_t)limit, size);
	int n = 0;

	while (n < limit && db_step(s) == DB_ROW)
		from(a, s, rows + (size_t)n++ * size);
	db_done(s);
	memcpy(out_r, &rows, sizeof(rows));
	return n;
}

int
rows_list(struct arena *a, const char *sql, size_t size, rows_from *from,
	void *out_r)
{
	return rows_page(a, db_stmt(sql), LIMIT_PAGE, size, from, out_r);
}

int
rows_change(const char *sql, const char *id)
{
	struct db_stmt *s = db_stmt(sql);

	db_bind(s, "t", id);
	db_run(s);
	return db_changes();
}

void
rows_secret(const char *sql, const char *id, enum seal_purpose purpose,
	const char *text)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql);

	if (text != NULL && *text == '\0')
		text = NULL;
	db_bind(s, "tnt", id, text == NULL ? NULL : seal_hint(a, text));
	sealed_bind(a, s, 2, purpose, text);
	db_run(s);
	arena_free(&a);
}

const char *
rows_url(struct arena *a, const char *url)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	return arena_memdup(a, url, n);
}
