/* db_open.h: what db.c and db_open.c share; not for others. */
#ifndef DB_OPEN_H
#define DB_OPEN_H

#include <sqlite3.h>
#include <stdbool.h>

/* db_handle: the open connection; fatal without one. */
sqlite3 *db_handle(void);

/* db_is_scratch: whether it is one that nobody else sees. */
bool db_is_scratch(void);

/* db_raw: the statement of SQLite. */
struct db_stmt;
sqlite3_stmt *db_raw(struct db_stmt *s);

/* db_forget_statements: ends all prepared statements. */
void db_forget_statements(void);

#endif
