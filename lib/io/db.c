/* db.c: statements, rows and transactions; see db.h. */
#include "io/db.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "io/db_open.h"
#include "io/lock.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>

enum { STATEMENTS = 256 };

/* A prepared statement, kept by the address of its SQL. */
struct db_stmt {
	const char *sql;
	sqlite3_stmt *handle;
};

static struct db_stmt statements[STATEMENTS];
static const char *begun_file;
static int begun_line;
static bool quick;   /* the open transaction is */
static int changes;  /* before it */
static bool reading; /* between db_read_begin() and its end */

static void __attribute__((noreturn)) broken(const char *what)
{
	fatal("database: %s: %s", what, sqlite3_errmsg(db_handle()));
}

void
db_forget_statements(void)
{
	size_t i;

	for (i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(statements[i].handle);
	memset(statements, 0, sizeof(statements));
	begun_file = NULL;
	quick = false;
	reading = false;
}

static struct db_stmt *
slot_of(const char *sql)
{
	size_t i = ((uintptr_t)sql >> 3) % STATEMENTS;
	size_t tried;

	for (tried = 0; tried < STATEMENTS; tried++) {
		struct db_stmt *s = &statements[(i + tried) % STATEMENTS];

		if (s->sql == sql || s->sql == NULL)
			return s;
	}
	fatal("database: more than %d statements", STATEMENTS);
}

struct db_stmt *
db_stmt(const char *sql)
{
	struct db_stmt *s = slot_of(sql);

	if (s->sql == NULL) {
		if (sqlite3_prepare_v3(db_handle(), sql, -1,
			    SQLITE_PREPARE_PERSISTENT, &s->handle,
			    NULL) != SQLITE_OK)
			broken(sql);
		s->sql = sql;
	}
	return s;
}

sqlite3_stmt *
db_raw(struct db_stmt *s)
{
	return s->handle;
}

static void
bound(struct db_stmt *s, int at, int result)
{
	if (result != SQLITE_OK)
		fatal("database: parameter %d of \"%s\"", at, s->sql);
}

void
db_bind_text(struct db_stmt *s, int at, const char *text)
{
	bound(s, at, sqlite3_bind_text(s->handle, at, text, -1, SQLITE_STATIC));
}

void
db_bind_int(struct db_stmt *s, int at, int64_t n)
{
	bound(s, at, sqlite3_bind_int64(s->handle, at, n));
}

void
db_bind_real(struct db_stmt *s, int at, double n)
{
	bound(s, at, sqlite3_bind_double(s->handle, at, n));
}

void
db_bind_blob(struct db_stmt *s, int at, const void *bytes, size_t n)
{
	if (n > INT_MAX)
		fatal("database: blob of %zu bytes", n);
	bound(s, at,
		sqlite3_bind_blob(s->handle, at, bytes, (int)n, SQLITE_STATIC));
}

void
db_bind_null(struct db_stmt *s, int at)
{
	bound(s, at, sqlite3_bind_null(s->handle, at));
}

void
db_bind(struct db_stmt *s, const char *types, ...)
{
	va_list ap;
	int at = 0;

	va_start(ap, types);
	for (; *types != '\0'; types++) {
		at++;
		if (*types == 't')
			db_bind_text(s, at, va_arg(ap, const char *));
		else if (*types == 'i')
			db_bind_int(s, at, va_arg(ap, int64_t));
		else if (*types == 'r')
			db_bind_real(s, at, va_arg(ap, double));
		else if (*types == 'n')
			db_bind_null(s, at);
		else
			fatal("database: no binder '%c'", *types);
	}
	va_end(ap);
}

enum db_result
db_step(struct db_stmt *s)
{
	int result = sqlite3_step(s->handle);

	if (result == SQLITE_ROW)
		return DB_ROW;
	if (result != SQLITE_DONE && (result & 0xFF) != SQLITE_CONSTRAINT)
		broken(s->sql);
	db_done(s);
	return result == SQLITE_DONE ? DB_DONE : DB_CONSTRAINT;
}

enum db_result
db_run(struct db_stmt *s)
{
	enum db_result result = db_step(s);

	if (result == DB_ROW)
		db_done(s);
	return result;
}

void
db_done(struct db_stmt *s)
{
	sqlite3_reset(s->handle);
	sqlite3_clear_bindings(s->handle);
}

int
db_changes(void)
{
	return sqlite3_changes(db_handle());
}

const char *
db_peek(struct db_stmt *s, int at, size_t *n_r)
{
	const char *text = (const char *)sqlite3_column_text(s->handle, at);

	*n_r = (size_t)sqlite3_column_bytes(s->handle, at);
	return text;
}

const char *
db_text(struct db_stmt *s, int at, struct arena *a)
{
	size_t n;
	const char *text = db_peek(s, at, &n);

	return text == NULL ? NULL : arena_memdup(a, text, n);
}

int64_t
db_int(struct db_stmt *s, int at)
{
	return sqlite3_column_int64(s->handle, at);
}

int64_t
db_int_or(struct db_stmt *s, int at, int64_t other)
{
	return db_is_null(s, at) ? other : db_int(s, at);
}

double
db_real(struct db_stmt *s, int at)
{
	return sqlite3_column_double(s->handle, at);
}

bool
db_is_null(struct db_stmt *s, int at)
{
	return sqlite3_column_type(s->handle, at) == SQLITE_NULL;
}

const void *
db_blob(struct db_stmt *s, int at, size_t *n_r, struct arena *a)
{
	const void *bytes = sqlite3_column_blob(s->handle, at);

	*n_r = (size_t)sqlite3_column_bytes(s->handle, at);
	return bytes == NULL ? NULL : arena_memdup(a, bytes, *n_r);
}

int64_t
db_one_int(struct db_stmt *s, int64_t other)
{
	int64_t n = other;

	if (db_step(s) == DB_ROW) {
		n = db_int(s, 0);
		db_done(s);
	}
	return n;
}

/* The pragma counts what others committed, sqlite3_total_changes() what this
 * connection wrote. */
int64_t
db_data_version(void)
{
	static const char sql[] = "PRAGMA data_version";
	int64_t others = db_one_int(db_stmt(sql), 0);

	return others << 32 |
	       (int64_t)(unsigned)sqlite3_total_changes(db_handle());
}

void
db_read_begin(void)
{
	static const char sql_read[] = "BEGIN";

	if (reading || begun_file != NULL)
		return;
	db_run(db_stmt(sql_read));
	reading = true;
}

void
db_read_end(void)
{
	static const char sql_read_end[] = "COMMIT";

	if (reading)
		db_run(db_stmt(sql_read_end));
	reading = false;
}

static int
begin(int wait_ms, bool quickly, const char *file, int line)
{
	static const char sql_begin[] = "BEGIN IMMEDIATE";

	if (begun_file != NULL)
		fatal("transaction at %s:%d inside that of %s:%d", file, line,
			begun_file, begun_line);
	db_read_end();
	if (!db_is_scratch() && !lock_take(wait_ms))
		return -1;
	db_run(db_stmt(sql_begin));
	quick = quickly;
	changes = sqlite3_total_changes(db_handle());
	begun_file = file;
	begun_line = line;
	return 0;
}

int
db_begin_at(int wait_ms, const char *file, int line)
{
	return begin(wait_ms, false, file, line);
}

int
db_begin_quick_at(int wait_ms, const char *file, int line)
{
	return begin(wait_ms, true, file, line);
}

static void
end(const char *sql)
{
	if (begun_file == NULL)
		fatal("database: %s without a transaction", sql);
	db_run(db_stmt(sql));
	begun_file = NULL;
	if (!db_is_scratch())
		lock_give();
}

void
db_commit(void)
{
	static const char sql_commit[] = "COMMIT";
	bool wait = !quick && sqlite3_total_changes(db_handle()) != changes;

	end(sql_commit);
	if (wait)
		db_sync();
}

/* What SQLite itself does within a commit when "synchronous" is FULL. */
void
db_sync(void)
{
	sqlite3_file *log = NULL;

	if (db_is_scratch())
		return;
	if (sqlite3_file_control(db_handle(), "main",
		    SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK ||
		log == NULL || log->pMethods == NULL ||
		log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) != SQLITE_OK)
		broken("the disk did not take it");
}

void
db_rollback(void)
{
	static const char sql_rollback[] = "ROLLBACK";

	end(sql_rollback);
}

bool
db_in_transaction(void)
{
	return begun_file != NULL;
}
