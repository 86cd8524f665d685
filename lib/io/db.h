/* db.h: the database. The only file that knows sqlite3. */
#ifndef DB_H
#define DB_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db_stmt;

/* What db_step() and db_run() can tell. */
enum db_result {
	DB_CONSTRAINT = -1, /* a UNIQUE, CHECK or foreign key said no */
	DB_DONE = 0,
	DB_ROW = 1
};

/*
 * db_open: opens DATA/studio.db (WAL, foreign keys), once a
 * process. Returns 0, or -1 with *error_r: no such file, no database, damaged,
 * or newer than this program. db_close ends every statement and the connection.
 */
int db_open(const char *data_dir, const char **error_r);
void db_close(void);

/*
 * db_migrate: opens (and makes, mode 0600) the database and applies each
 * numbered file of schema_dir that it lacks, in a transaction of its own, under
 * the lock. Returns 0, or -1 with *error_r.
 */
int db_migrate(
	const char *data_dir, const char *schema_dir, const char **error_r);

/*
 * db_open_scratch: an empty database of the newest schema in memory, for a
 * process that has no data folder: nobody else sees it, nothing is locked, and
 * rows need not have all that they refer to. Returns as db_migrate().
 */
int db_open_scratch(const char *schema_dir, const char **error_r);

/* db_version: the number of the newest migration in the open database. */
int db_version(void);

/*
 * db_begin: BEGIN IMMEDIATE under the lock file (lock.h). Returns 0, or -1
 * when the lock was not to be had within wait_ms (0: one try). Transactions do
 * not nest: a second begin is a bug and fatal, naming both places.
 */
#define db_begin(wait_ms) db_begin_at((wait_ms), __FILE__, __LINE__)
int db_begin_at(int wait_ms, const char *file, int line)
	__attribute__((warn_unused_result));

/*
 * db_begin_quick: a transaction whose commit does not wait for the disk. It
 * outlives the end of every process, but a loss of power only with the next
 * commit that is not quick, or the next checkpoint.
 */
#define db_begin_quick(wait_ms) db_begin_quick_at((wait_ms), __FILE__, __LINE__)
int db_begin_quick_at(int wait_ms, const char *file, int line)
	__attribute__((warn_unused_result));

/*
 * db_commit: on disk when it returns; others may write before that, since the
 * lock is given back first, and see it. db_rollback: as if nothing had been.
 */
void db_commit(void);
void db_rollback(void);

/* db_sync: waits until the disk has all that was committed, quickly or not. */
void db_sync(void);

/* db_read_begin: what is read from here to db_read_end(), or to a db_begin(),
 * is of one moment and takes the locks of reading once. */
void db_read_begin(void);
void db_read_end(void);

/* db_in_transaction: whether a db_begin() is open. */
bool db_in_transaction(void);

/*
 * db_stmt: the statement of a named SQL constant, ready to bind; prepared
 * once and kept by the constant's address, so sql must be static. A statement
 * that does not compile is fatal.
 */
struct db_stmt *db_stmt(const char *sql);

/* Binders; at counts from 1. NULL texts bind NULL. Texts and bytes must live
 * until the statement is done. */
void db_bind_text(struct db_stmt *s, int at, const char *text);
void db_bind_int(struct db_stmt *s, int at, int64_t n);
void db_bind_real(struct db_stmt *s, int at, double n);
void db_bind_blob(struct db_stmt *s, int at, const void *bytes, size_t n);
void db_bind_null(struct db_stmt *s, int at);

/*
 * db_bind: several at once; types is a text of t (const char *), i (int64_t),
 * r (double), n (nothing): db_bind(s, "tti", id, name, when).
 */
void db_bind(struct db_stmt *s, const char *types, ...);

/*
 * db_step: the next row. DB_DONE and DB_CONSTRAINT also reset the statement.
 * Everything else (I/O, damage) is fatal.
 */
enum db_result db_step(struct db_stmt *s);

/* db_run: steps a statement that has no rows and resets it. */
enum db_result db_run(struct db_stmt *s);

/* db_done: resets a statement before its last row. */
void db_done(struct db_stmt *s);

/* db_changes: rows changed by the last statement. */
int db_changes(void);

/* Columns of the row; at counts from 0. Texts are copied into a; SQL NULL
 * gives NULL, 0. */
const char *db_text(struct db_stmt *s, int at, struct arena *a);
int64_t db_int(struct db_stmt *s, int at);
int64_t db_int_or(struct db_stmt *s, int at, int64_t other); /* for NULL */
double db_real(struct db_stmt *s, int at);
bool db_is_null(struct db_stmt *s, int at);
const void *db_blob(struct db_stmt *s, int at, size_t *n_r, struct arena *a);

/* db_peek: the text of a column without a copy, valid until the next step. */
const char *db_peek(struct db_stmt *s, int at, size_t *n_r);

/* db_one_int: the first column of the first row, or other without a row. */
int64_t db_one_int(struct db_stmt *s, int64_t other);

/* db_data_version: another number than before when anything was written since,
 * by whatever process. */
int64_t db_data_version(void);

/* db_size: bytes of the database and of its write-ahead log. */
void db_size(int64_t *db_r, int64_t *wal_r);

/* db_vacuum: writes the database anew without what was deleted. Outside of
 * transactions; nothing is lost when another process hinders it. */
void db_vacuum(void);

/* db_rest: gives back what pages that were read take in memory. */
void db_rest(void);

/* db_checkpoint: moves the log into the database as far as readers let it. */
void db_checkpoint(void);

#endif
