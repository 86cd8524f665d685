/* test_io_db_open.c: what is damaged, too new or not there is refused. */
#include "folder.h"

#include "io/lock.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *error;

static int
migrate(const char *schema)
{
	error = NULL;
	return db_migrate(folder, schema, &error);
}

static int
open_it(void)
{
	error = NULL;
	return db_open(folder, &error);
}

static bool
says(const char *what)
{
	return error != NULL && strstr(error, what) != NULL;
}

/* Runs SQL past the library, as another program would. */
static void
meddle(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(
		sqlite3_open(folder_path("studio.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
a_new_one_is_made_and_private(void **state)
{
	struct stat s;

	(void)state;
	assert_int_equal(migrate("schema"), 0);
	assert_true(db_version() >= 1);
	assert_int_equal(stat(folder_path("studio.db"), &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	assert_int_equal(stat(folder_path("studio.db-wal"), &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
}

static const struct {
	int line;
	const char *sql;
	int64_t value;
} pragmas[] = {
	{__LINE__, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1},
	{__LINE__, "PRAGMA synchronous", 1},
	{__LINE__, "PRAGMA foreign_keys", 1},
	{__LINE__, "PRAGMA trusted_schema", 0},
};

static void
it_is_opened_as_decided(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(migrate("schema"), 0);
	for (i = 0; i < nitems(pragmas); i++)
		if (db_one_int(db_stmt(pragmas[i].sql), -1) != pragmas[i].value)
			fail_msg("line %d", pragmas[i].line);
}

/* One that was added and is not known to the program would never be. */
static void
every_migration_is_made(void **state)
{
	char next[32];

	(void)state;
	assert_int_equal(migrate("schema"), 0);
	snprintf(next, sizeof(next), "schema/%03d.sql", db_version());
	assert_int_equal(access(next, F_OK), 0);
	snprintf(next, sizeof(next), "schema/%03d.sql", db_version() + 1);
	assert_int_not_equal(access(next, F_OK), 0);
}

static void
every_table_is_strict(void **state)
{
	static const char sql[] =
		"SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
		" AND type = 'table' AND strict = 0"
		" AND name NOT LIKE 'sqlite_%'";

	(void)state;
	assert_int_equal(migrate("schema"), 0);
	assert_int_equal(db_one_int(db_stmt(sql), -1), 0);
}

static void
migrating_again_changes_nothing(void **state)
{
	static const char sql_keep[] =
		"INSERT INTO facts VALUES ('kept', 'x', 1)";
	static const char sql_kept[] = "SELECT count(*) FROM facts";
	int version;

	(void)state;
	assert_int_equal(migrate("schema"), 0);
	version = db_version();
	IN_TRANSACTION(db_run(db_stmt(sql_keep)));
	assert_int_equal(migrate("schema"), 0);
	db_close();
	assert_int_equal(migrate("schema"), 0);
	assert_int_equal(db_version(), version);
	assert_int_equal(db_one_int(db_stmt(sql_kept), -1), 1);
	/* The lock was given back. */
	assert_int_equal(db_begin(0), 0);
	db_rollback();
}

static void
opening_does_not_make_one(void **state)
{
	(void)state;
	assert_int_equal(open_it(), -1);
	assert_true(says("studio.db"));
	assert_int_not_equal(access(folder_path("studio.db"), F_OK), 0);
}

static void
one_without_tables_is_not_opened(void **state)
{
	(void)state;
	meddle("PRAGMA user_version = 0; CREATE TABLE x (y)");
	assert_int_equal(open_it(), -1);
	assert_true(says("not migrated"));
}

static void
a_newer_one_is_refused(void **state)
{
	(void)state;
	assert_int_equal(migrate("schema"), 0);
	db_close();
	meddle("PRAGMA user_version = 99");
	assert_int_equal(open_it(), -1);
	assert_true(says("newer"));
	assert_int_equal(migrate("schema"), -1);
	assert_true(says("newer"));
}

static void
what_is_no_database_is_refused(void **state)
{
	(void)state;
	folder_write("studio.db",
		"This is a text that is somewhat longer than the header of a "
		"database, which has a hundred bytes.");
	assert_int_equal(open_it(), -1);
	assert_true(says("damaged"));
	assert_int_equal(migrate("schema"), -1);
	assert_true(says("damaged"));
}

static void
a_damaged_page_is_found(void **state)
{
	char noise[2048];
	FILE *file;
	long at;

	(void)state;
	assert_int_equal(migrate("schema"), 0);
	db_close();
	memset(noise, 0xA5, sizeof(noise));
	file = fopen(folder_path("studio.db"), "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	at = ftell(file) / 4096 / 2 * 4096;
	assert_true(at > 0);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fwrite(noise, 1, sizeof(noise), file), sizeof(noise));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(migrate("schema"), -1);
	assert_true(says("damaged"));
}

static void
a_missing_migration_is_named(void **state)
{
	(void)state;
	assert_int_equal(migrate(folder_path("no-schema")), -1);
	assert_true(says("no-schema"));
	/* Nothing is left half-way: the next try does it. */
	assert_int_equal(migrate("schema"), 0);
}

static void
a_migration_that_fails_leaves_nothing(void **state)
{
	static const char sql_tables[] =
		"SELECT count(*) FROM sqlite_schema WHERE name = 'half'";

	(void)state;
	assert_int_equal(mkdir(folder_path("bad"), 0700), 0);
	folder_write("bad/001.sql", "CREATE TABLE half (x); SELEKT 1;");
	assert_int_equal(migrate(folder_path("bad")), -1);
	assert_true(says("bad"));
	assert_int_equal(migrate("schema"), 0);
	assert_int_equal(db_one_int(db_stmt(sql_tables), -1), 0);
}

static void
a_folder_that_is_not_there_is_named(void **state)
{
	(void)state;
	error = NULL;
	assert_int_equal(db_open(folder_path("none"), &error), -1);
	assert_true(says("none"));
	error = NULL;
	assert_int_equal(db_migrate(folder_path("none"), "schema", &error), -1);
	assert_true(says("none"));
}

/* Of many that start at once one migrates; the others find it done. */
static void
many_may_migrate_at_once(void **state)
{
	enum { STARTERS = 6 };
	pid_t pids[STARTERS];
	int i;

	(void)state;
	for (i = 0; i < STARTERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(migrate("schema") == 0 && db_version() >= 1 ? 0
									  : 1);
	}
	for (i = 0; i < STARTERS; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(open_it(), 0);
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(a_new_one_is_made_and_private),
	FOLDER_TEST(it_is_opened_as_decided),
	FOLDER_TEST(every_migration_is_made),
	FOLDER_TEST(every_table_is_strict),
	FOLDER_TEST(migrating_again_changes_nothing),
	FOLDER_TEST(opening_does_not_make_one),
	FOLDER_TEST(one_without_tables_is_not_opened),
	FOLDER_TEST(a_newer_one_is_refused),
	FOLDER_TEST(what_is_no_database_is_refused),
	FOLDER_TEST(a_damaged_page_is_found),
	FOLDER_TEST(a_missing_migration_is_named),
	FOLDER_TEST(a_migration_that_fails_leaves_nothing),
	FOLDER_TEST(a_folder_that_is_not_there_is_named),
	FOLDER_TEST(many_may_migrate_at_once),
};

UNIT_MAIN(tests)
