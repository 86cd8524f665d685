/* db_open.h: what db.c and db_open.c share; not for others. */
#ifndef DB_OPEN_H
#define DB_OPEN_H

#include <sqlite3.h>

/* db_handle: the open connection; fatal without one. */
sqlite3 *db_handle(void);

/* db_forget_statements: ends all prepared statements. */
void db_forget_statements(void);

#endif
