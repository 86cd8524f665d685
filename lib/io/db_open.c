/* db_open.c: opens, checks and migrates the database; see db.h. */
#include "io/db_open.h"
#include "base/arena.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "base/log.h"
#include "io/db.h"
#include "io/lock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The migrations that this program knows; schema/NNN.sql, from 001. */
enum { NEWEST_SCHEMA = 29, PATHS = 1024, BUSY_MS = 5000 };

static const char pragmas[] = "PRAGMA foreign_keys = ON;"
			      "PRAGMA trusted_schema = OFF;"
			      "PRAGMA wal_autocheckpoint = 1000;"
			      "PRAGMA temp_store = MEMORY";

/* SQLite reads the whole schema for these, which takes 100 KB: they wait for
 * the first statement, so that a process nobody asks anything stays small. */
static const char late_pragmas[] = "PRAGMA journal_mode = WAL;"
				   /* db_sync() does the rest */
				   "PRAGMA synchronous = NORMAL;"
				   "PRAGMA cache_size = -1024";

static const char scratch_pragmas[] = "PRAGMA trusted_schema = OFF;"
				      "PRAGMA temp_store = MEMORY";

static sqlite3 *handle;
static bool scratch;
static bool late; /* the late pragmas are still to come */
static char db_path[PATHS];
static char error_text[PATHS + 512];

bool
db_is_scratch(void)
{
	return scratch;
}

static int
fail(const char **error_r, const char *what, const char *why)
{
	snprintf(error_text, sizeof(error_text), "%s: %s", what, why);
	*error_r = error_text;
	db_close();
	return -1;
}

/* What SQLite says of a file that is damaged, in words that tell what to do. */
static int
fail_sqlite(const char **error_r)
{
	int code = handle == NULL ? SQLITE_CANTOPEN
				  : sqlite3_errcode(handle) & 0xFF;

	if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
		return fail(error_r, db_path,
			"the database is damaged; move it away or put a "
			"backup in its place");
	return fail(error_r, db_path,
		handle == NULL ? strerror(errno) : sqlite3_errmsg(handle));
}

static int
exec(const char *sql)
{
	return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0
									: -1;
}

sqlite3 *
db_handle(void)
{
	if (handle == NULL)
		fatal("database: not open");
	if (late) {
		late = false;
		if (exec(late_pragmas) != 0)
			fatal("database: %s", sqlite3_errmsg(handle));
	}
	return handle;
}

static int
open_lock(const char *data_dir, const char **error_r)
{
	char path[PATHS];

	snprintf(path, sizeof(path), "%s/studio.lock", data_dir);
	return lock_open(path) == 0 ? 0 : fail(error_r, path, strerror(errno));
}

static int
open_file(const char *data_dir, int flags, const char **error_r)
{
	if (scratch)
		snprintf(db_path, sizeof(db_path), ":memory:");
	else
		snprintf(db_path, sizeof(db_path), "%s/studio.db", data_dir);
	/* Pages are taken one by one: a process that waits for a request
	 * shall be small. */
	sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
	/* No process has threads, and nobody asks how much memory is in use: so
	 * nothing needs to be locked inside. */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (sqlite3_open_v2(db_path, &handle, flags, NULL) != SQLITE_OK)
		return fail_sqlite(error_r);
	sqlite3_extended_result_codes(handle, 1);
	sqlite3_busy_timeout(handle, BUSY_MS);
	if (exec(scratch ? scratch_pragmas : pragmas) != 0)
		return fail_sqlite(error_r);
	late = !scratch;
	return 0;
}

static const char sql_version[] = "PRAGMA user_version";

int
db_version(void)
{
	return (int)db_one_int(db_stmt(sql_version), 0);
}

/* The same of a database that may be none. */
static int
read_version(int *version_r)
{
	sqlite3_stmt *s;
	int result = -1;

	if (sqlite3_prepare_v2(handle, sql_version, -1, &s, NULL) != SQLITE_OK)
		return -1;
	if (sqlite3_step(s) == SQLITE_ROW) {
		*version_r = sqlite3_column_int(s, 0);
		result = 0;
	}
	return sqlite3_finalize(s) == SQLITE_OK ? result : -1;
}

int
db_open(const char *data_dir, const char **error_r)
{
	int version = 0;

	if (handle != NULL)
		return 0;
	if (open_lock(data_dir, error_r) != 0 ||
		open_file(data_dir, SQLITE_OPEN_READWRITE, error_r) != 0)
		return -1;
	if (read_version(&version) != 0)
		return fail_sqlite(error_r);
	if (version > NEWEST_SCHEMA)
		return fail(error_r, db_path,
			"made by a newer Dify Studio; install that one");
	if (version < NEWEST_SCHEMA)
		return fail(error_r, db_path,
			"not migrated; run dify-studio migrate");
	return 0;
}

void
db_close(void)
{
	if (handle != NULL) {
		db_forget_statements();
		sqlite3_close(handle);
		handle = NULL;
	}
	scratch = false;
	lock_close();
}

static char *
read_text(struct arena *a, const char *path)
{
	enum { SCHEMA_BYTES = 1 << 20 };
	FILE *file = fopen(path, "re");
	char *text;
	size_t n;

	if (file == NULL)
		return NULL;
	text = arena_alloc(a, SCHEMA_BYTES);
	n = fread(text, 1, SCHEMA_BYTES - 1, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

/* One migration and its number, or nothing. */
static int
apply(struct arena *a, const char *schema_dir, int number)
{
	char path[PATHS];
	const char *sql;
	char *mark;

	snprintf(path, sizeof(path), "%s/%03d.sql", schema_dir, number);
	sql = read_text(a, path);
	if (sql == NULL)
		return -1;
	mark = arena_printf(a, "PRAGMA user_version = %d", number);
	if (exec("BEGIN IMMEDIATE") != 0)
		return -1;
	if (exec(sql) != 0 || exec(mark) != 0 || exec("COMMIT") != 0) {
		log_error("migration_failed", log_int("number", number),
			log_str("reason", sqlite3_errmsg(handle)));
		exec("ROLLBACK");
		return -1;
	}
	log_info("migrated", log_int("schema", number));
	return 0;
}

/* Reads every page: a file that is damaged is refused at the door. */
static bool
sound(void)
{
	sqlite3_stmt *check;
	bool ok = false;

	if (sqlite3_prepare_v2(handle, "PRAGMA quick_check(1)", -1, &check,
		    NULL) != SQLITE_OK)
		return false;
	if (sqlite3_step(check) == SQLITE_ROW)
		ok = strcmp((const char *)sqlite3_column_text(check, 0),
			     "ok") == 0;
	sqlite3_finalize(check);
	return ok;
}

static int
migrate_locked(const char *schema_dir, const char **error_r)
{
	struct arena *a;
	int at;
	int result = 0;

	if (!sound())
		return fail(error_r, db_path,
			"the database is damaged; move it away or put a "
			"backup in its place");
	at = db_version();
	if (at > NEWEST_SCHEMA)
		return fail(error_r, db_path,
			"made by a newer Dify Studio; install that one");
	a = arena_new(LIMIT_ARENA);
	while (result == 0 && at < NEWEST_SCHEMA)
		result = apply(a, schema_dir, ++at);
	arena_free(&a);
	db_sync();
	if (result != 0)
		return fail(error_r, schema_dir,
			"a migration is missing or "
			"failed");
	return 0;
}

int
db_migrate(const char *data_dir, const char *schema_dir, const char **error_r)
{
	mode_t before;
	int result;

	if (handle != NULL)
		return 0;
	before = umask(0077);
	result = open_lock(data_dir, error_r);
	/* Turning to WAL is refused at once, busy timeout or not, while another
	 * process does the same. */
	if (result == 0 && !lock_take(LIMIT_LOCK_MS))
		result = fail(error_r, data_dir, "another process is writing");
	if (result == 0)
		result = open_file(data_dir,
			SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error_r);
	umask(before);
	if (result != 0 || migrate_locked(schema_dir, error_r) != 0)
		return -1;
	lock_give();
	return 0;
}

void
db_size(int64_t *db_r, int64_t *wal_r)
{
	char wal[PATHS + 8];
	struct stat s;

	*db_r = stat(db_path, &s) == 0 ? (int64_t)s.st_size : 0;
	snprintf(wal, sizeof(wal), "%s-wal", db_path);
	*wal_r = stat(wal, &s) == 0 ? (int64_t)s.st_size : 0;
}

void
db_rest(void)
{
	if (handle != NULL)
		sqlite3_db_release_memory(handle);
}

void
db_checkpoint(void)
{
	sqlite3_wal_checkpoint_v2(
		db_handle(), NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

void
db_vacuum(void)
{
	if (exec("VACUUM") != 0)
		log_warn("vacuum_failed",
			log_str("reason", sqlite3_errmsg(handle)));
	sqlite3_wal_checkpoint_v2(
		db_handle(), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

int
db_open_scratch(const char *schema_dir, const char **error_r)
{
	scratch = true;
	if (open_file("", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		    error_r) != 0)
		return -1;
	return migrate_locked(schema_dir, error_r);
}
