/* db_rows.h: rows as JSON, to be carried into another database of the same
 * schema. */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include "io/db.h"
#include "text/value.h"

/* db_rows_read: all rows of a bound statement: an array of objects by the names
 * of the columns; bytes are {"bytes": hexadecimal}. The statement is done. */
struct value *db_rows_read(struct arena *a, struct db_stmt *s);

/*
 * db_rows_put: each row is added to the table, or takes the place of the one
 * with its key; in the caller's transaction. table is a name of ours. false:
 * a row is none of this schema, or breaks a constraint; what was written
 * stays.
 */
bool db_rows_put(const char *table, const struct value *rows);

/* db_rows_change: each row is one that is there: its first member is the key,
 * the others are set. Rows that are not there are left out. */
bool db_rows_change(const char *table, const struct value *rows);

#endif
