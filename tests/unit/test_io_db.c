/* test_io_db.c: statements, rows and transactions; misuse as well as use. */
#include "dies.h"
#include "folder.h"

#include "io/lock.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>

static const char sql_table[] =
	"CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE,"
	" price REAL, data BLOB, CHECK (price IS NULL OR price >= 0)) STRICT";
static const char sql_add[] =
	"INSERT INTO t (id, name, price, data) VALUES (?1, ?2, ?3, ?4)";
static const char sql_all[] = "SELECT id, name, price, data FROM t ORDER BY id";
static const char sql_count[] = "SELECT count(*) FROM t";
static const char sql_delete[] = "DELETE FROM t";

static int
set_up(void **state)
{
	if (store_set_up(state) != 0 || db_begin(0) != 0)
		return -1;
	db_run(db_stmt(sql_table));
	db_commit();
	return 0;
}

static enum db_result
add(int64_t id, const char *name)
{
	struct db_stmt *s = db_stmt(sql_add);

	db_bind(s, "itn", id, name);
	return db_run(s);
}

static int64_t
count(void)
{
	return db_one_int(db_stmt(sql_count), -1);
}

static void
values_come_back_as_they_went_in(void **state)
{
	static const char blob[] = "a\0b\xFF";
	struct db_stmt *s = db_stmt(sql_add);
	const char *bytes;
	size_t n;

	(void)state;
	assert_int_equal(db_begin(0), 0);
	db_bind(s, "itr", INT64_MIN, "\xE4\xBD\xA0", 0.1);
	db_bind_blob(s, 4, blob, 4);
	assert_int_equal(db_run(s), DB_DONE);
	assert_int_equal(add(INT64_MAX, NULL), DB_DONE);
	db_commit();
	s = db_stmt(sql_all);
	assert_int_equal(db_step(s), DB_ROW);
	assert_true(db_int(s, 0) == INT64_MIN);
	assert_string_equal(db_text(s, 1, arena), "\xE4\xBD\xA0");
	assert_string_equal(db_peek(s, 1, &n), "\xE4\xBD\xA0");
	assert_int_equal(n, 3);
	assert_true(db_real(s, 2) == 0.1);
	bytes = db_blob(s, 3, &n, arena);
	assert_int_equal(n, 4);
	assert_memory_equal(bytes, blob, 4);
	assert_false(db_is_null(s, 3));
	assert_int_equal(db_step(s), DB_ROW);
	assert_true(db_int(s, 0) == INT64_MAX);
	assert_null(db_text(s, 1, arena));
	assert_null(db_peek(s, 1, &n));
	assert_int_equal(n, 0);
	assert_true(db_is_null(s, 2));
	assert_true(db_real(s, 2) == 0);
	assert_null(db_blob(s, 3, &n, arena));
	assert_int_equal(n, 0);
	assert_int_equal(db_step(s), DB_DONE);
}

static void
every_binder_binds(void **state)
{
	static const char sql[] =
		"SELECT ?1 IS NULL, typeof(?2), typeof(?3), typeof(?4),"
		" typeof(?5), ?6 IS NULL";
	struct db_stmt *s = db_stmt(sql);

	(void)state;
	db_bind_null(s, 1);
	db_bind_int(s, 2, 1);
	db_bind_real(s, 3, 1);
	db_bind_text(s, 4, "1");
	db_bind_blob(s, 5, "1", 1);
	db_bind_text(s, 6, NULL);
	assert_int_equal(db_step(s), DB_ROW);
	assert_int_equal(db_int(s, 0), 1);
	assert_string_equal(db_text(s, 1, arena), "integer");
	assert_string_equal(db_text(s, 2, arena), "real");
	assert_string_equal(db_text(s, 3, arena), "text");
	assert_string_equal(db_text(s, 4, arena), "blob");
	assert_int_equal(db_int(s, 5), 1);
	db_done(s);
	/* A statement that is done has forgotten what was bound. */
	assert_int_equal(db_step(s), DB_ROW);
	assert_string_equal(db_text(s, 1, arena), "null");
	db_done(s);
}

static void
texts_are_never_sql(void **state)
{
	(void)state;
	IN_TRANSACTION(add(1, "x'); DROP TABLE t; --"));
	assert_int_equal(count(), 1);
}

static void
a_constraint_is_a_result(void **state)
{
	struct db_stmt *s = db_stmt(sql_add);

	(void)state;
	assert_int_equal(db_begin(0), 0);
	assert_int_equal(add(1, "same"), DB_DONE);
	assert_int_equal(add(2, "same"), DB_CONSTRAINT);
	assert_int_equal(add(1, "other"), DB_CONSTRAINT);
	db_bind(s, "itr", (int64_t)3, "cheap", -1.0);
	assert_int_equal(db_run(s), DB_CONSTRAINT);
	/* The transaction goes on, and so does the statement. */
	assert_int_equal(add(2, "other"), DB_DONE);
	db_commit();
	assert_int_equal(count(), 2);
}

static void
changes_are_counted(void **state)
{
	(void)state;
	assert_int_equal(db_begin(0), 0);
	add(1, "a");
	assert_int_equal(db_changes(), 1);
	add(2, "b");
	assert_int_equal(db_run(db_stmt(sql_delete)), DB_DONE);
	assert_int_equal(db_changes(), 2);
	db_commit();
}

static void
a_rollback_leaves_nothing(void **state)
{
	(void)state;
	assert_false(db_in_transaction());
	assert_int_equal(db_begin(0), 0);
	assert_true(db_in_transaction());
	add(1, "a");
	assert_int_equal(count(), 1);
	db_rollback();
	assert_false(db_in_transaction());
	assert_int_equal(count(), 0);
	IN_TRANSACTION(add(1, "a"));
	assert_int_equal(count(), 1);
}

static void
one_value_or_another(void **state)
{
	static const char sql_none[] = "SELECT id FROM t WHERE id = 99";

	(void)state;
	assert_int_equal(db_one_int(db_stmt(sql_none), 7), 7);
	assert_int_equal(count(), 0);
	assert_int_equal(count(), 0);
}

static void
a_statement_is_prepared_once(void **state)
{
	static const char again[] = "SELECT count(*) FROM t";

	(void)state;
	assert_ptr_equal(db_stmt(sql_count), db_stmt(sql_count));
	assert_ptr_not_equal(db_stmt(sql_count), db_stmt(again));
	db_close();
	assert_int_equal(db_open(folder, &(const char *){NULL}), 0);
	assert_int_equal(count(), 0);
}

static void
many_statements_find_their_places(void **state)
{
	static char sql[200][24];
	size_t i;
	size_t round;

	(void)state;
	for (i = 0; i < nitems(sql); i++)
		snprintf(sql[i], sizeof(sql[i]), "SELECT %zu", i);
	for (round = 0; round < 3; round++)
		for (i = 0; i < nitems(sql); i++)
			assert_int_equal(db_one_int(db_stmt(sql[i]), -1), i);
}

static void
the_lock_keeps_others_out(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(db_begin(0), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		lock_close();
		if (lock_open(folder_path("studio.lock")) != 0)
			_exit(2);
		_exit(lock_take(0) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	db_rollback();
}

static void
a_lock_that_is_held_is_an_answer(void **state)
{
	int gate[2];
	int ready[2];
	pid_t pid;
	char c;

	(void)state;
	assert_int_equal(pipe(gate), 0);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(gate[1]);
		lock_close();
		if (lock_open(folder_path("studio.lock")) != 0 ||
			!lock_take(0) || write(ready[1], "x", 1) != 1)
			_exit(1);
		if (read(gate[0], &c, 1) < 0)
			_exit(2);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(db_begin(0), -1);
	assert_false(db_in_transaction());
	close(gate[1]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(db_begin(0), 0);
	db_rollback();
	close(gate[0]);
	close(ready[0]);
	close(ready[1]);
}

static void
begin_twice(void)
{
	int first = db_begin(0);
	int second = db_begin(0);

	_exit(first + second == 0 ? 1 : 2);
}

static void
commit_nothing(void)
{
	db_commit();
}

static void
roll_back_nothing(void)
{
	db_rollback();
}

static void
prepare_nonsense(void)
{
	db_stmt("SELEKT 1");
}

static void
bind_beyond(void)
{
	db_bind_int(db_stmt(sql_count), 1, 1);
}

static void
bind_unknown(void)
{
	db_bind(db_stmt(sql_add), "x", 1);
}

static void
use_closed(void)
{
	db_close();
	db_stmt(sql_count);
}

static void
store_a_wrong_type(void)
{
	static const char sql[] = "SELECT json('{')";

	db_step(db_stmt(sql));
}

static void
misuse_is_fatal(void **state)
{
	(void)state;
	assert_dies(begin_twice, "test_io_db.c");
	assert_dies(commit_nothing, "COMMIT without a transaction");
	assert_dies(roll_back_nothing, "ROLLBACK without a transaction");
	assert_dies(prepare_nonsense, "SELEKT");
	assert_dies(bind_beyond, "parameter 1");
	assert_dies(bind_unknown, "no binder 'x'");
	assert_dies(use_closed, "not open");
	assert_dies(store_a_wrong_type, "malformed JSON");
}

static void
sizes_and_checkpoints(void **state)
{
	int64_t db;
	int64_t wal;
	int64_t after;

	(void)state;
	IN_TRANSACTION(add(1, "a"));
	db_size(&db, &wal);
	assert_true(db > 0 && wal > 0);
	db_checkpoint();
	db_size(&after, &wal);
	assert_true(after >= db);
	db_close();
	db_size(&db, &wal);
	assert_int_equal(wal, 0);
}

/* SQLite calls this one; the disk need not be asked. */
static int waits;
static bool free_meanwhile; /* the lock, at the last wait */

int
fdatasync(int fildes)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int other = open(folder_path("studio.lock"), O_RDWR | O_CLOEXEC);

	(void)fildes;
	waits++;
	free_meanwhile =
		fcntl(other, F_OFD_GETLK, &all) == 0 && all.l_type == F_UNLCK;
	close(other);
	return 0;
}

static void
only_a_quick_commit_does_not_wait_for_the_disk(void **state)
{
	(void)state;
	waits = 0;
	assert_int_equal(db_begin_quick(0), 0);
	add(1, "a");
	db_commit();
	assert_int_equal(waits, 0);
	IN_TRANSACTION(add(2, "b"));
	assert_int_equal(waits, 1);
	assert_true(free_meanwhile);
	assert_int_equal(count(), 2);
	IN_TRANSACTION(count());
	assert_int_equal(db_begin(0), 0);
	add(3, "c");
	db_rollback();
	assert_int_equal(waits, 1);
	db_sync();
	assert_int_equal(waits, 2);
}

/* As another process would. */
static void
add_from_outside(void)
{
	static const char sql[] = "INSERT INTO t (id) VALUES (1)";
	sqlite3 *other;

	assert_int_equal(sqlite3_open(folder_path("studio.db"), &other), 0);
	assert_int_equal(sqlite3_exec(other, sql, NULL, NULL, NULL), 0);
	sqlite3_close(other);
}

static void
what_is_read_together_is_of_one_moment(void **state)
{
	(void)state;
	db_read_begin();
	assert_int_equal(count(), 0);
	add_from_outside();
	assert_int_equal(count(), 0);
	db_read_end();
	assert_int_equal(count(), 1);
	db_read_begin();
	IN_TRANSACTION(add(2, "b"));
	db_read_end();
	assert_int_equal(count(), 2);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, folder_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(values_come_back_as_they_went_in),
	TEST(every_binder_binds),
	TEST(texts_are_never_sql),
	TEST(a_constraint_is_a_result),
	TEST(changes_are_counted),
	TEST(a_rollback_leaves_nothing),
	TEST(one_value_or_another),
	TEST(a_statement_is_prepared_once),
	TEST(many_statements_find_their_places),
	TEST(the_lock_keeps_others_out),
	TEST(a_lock_that_is_held_is_an_answer),
	TEST(only_a_quick_commit_does_not_wait_for_the_disk),
	TEST(what_is_read_together_is_of_one_moment),
	TEST(misuse_is_fatal),
	TEST(sizes_and_checkpoints),
};

UNIT_MAIN(tests)
