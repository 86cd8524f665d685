/* rows.h: what the tables of things that are set up by people do alike; for
 * model files only. */
#ifndef ROWS_H
#define ROWS_H

#include "base/arena.h"
#include "io/db.h"
#include "io/seal.h"

/* rows_from: fills the struct at out from the row that s stands on; texts are
 * in a. */
typedef void rows_from(struct arena *a, struct db_stmt *s, void *out);

/* rows_one: the one row of a bound statement: 1 and *out, or 0. rows_find: the
 * row of an id, ?1 of sql. */
int rows_one(struct arena *a, struct db_stmt *s, rows_from *from, void *out);
int rows_find(struct arena *a, const char *sql, const char *id, rows_from *from,
	void *out);

/* rows_page: at most limit rows of a bound statement, each size bytes; the
 * array into *out_r, its length is returned. */
int rows_page(struct arena *a, struct db_stmt *s, int limit, size_t size,
	rows_from *from, void *out_r);

/* rows_list: at most LIMIT_PAGE rows of a statement without parameters, each
 * size bytes; the array into *out_r, its length is returned. */
int rows_list(struct arena *a, const char *sql, size_t size, rows_from *from,
	void *out_r);

/* rows_change: runs sql with id as ?1; how many rows it changed. */
int rows_change(const char *sql, const char *id);

/* rows_secret: runs sql with id, the sealed text and its hint as ?1 to ?3;
 * NULL and "" take the secret away. */
void rows_secret(const char *sql, const char *id, enum seal_purpose purpose,
	const char *text);

/* rows_url: an address of the settings, without slashes at its end. */
const char *rows_url(struct arena *a, const char *url);

#endif
