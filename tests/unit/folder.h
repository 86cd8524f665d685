/* folder.h: a data folder of one's own, with or without a database in it. */
#ifndef FOLDER_H
#define FOLDER_H

#include "unit.h"

#include "base/arena.h"
#include "base/log.h"
#include "io/conf.h"
#include "io/db.h"
#include "io/seal.h"
#include "text/json.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static struct arena *arena;

static inline int
folder_remove_one(
	const char *path, const struct stat *s, int type, struct FTW *at)
{
	(void)s;
	(void)type;
	(void)at;
	return remove(path);
}

/* folder_path: folder/name, valid until the fourth call after this one. */
static inline const char *
folder_path(const char *name)
{
	static char paths[4][128];
	static unsigned turn;
	char *out = paths[turn++ % 4];

	snprintf(out, sizeof(paths[0]), "%s/%s", folder, name);
	return out;
}

/* folder_write: makes a file that holds text. */
static inline const char *
folder_write(const char *name, const char *text)
{
	const char *path = folder_path(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

/* folder_set_up: DATA is a new folder; settings read, cheap passwords. */
static inline int
folder_set_up(void **state)
{
	const char *error = NULL;

	(void)state;
	log_init("unit", LOG_ERROR);
	snprintf(folder, sizeof(folder), "/tmp/studio-unit.XXXXXX");
	if (mkdtemp(folder) == NULL || mkdir(folder_path("wake"), 0700) != 0 ||
		mkdir(folder_path("spool"), 0700) != 0)
		return -1;
	setenv("DATA", folder, 1);
	setenv("PASSWORD_MEMORY_KB", "64", 1);
	setenv("PASSWORD_PASSES", "1", 1);
	arena = arena_new((size_t)64 << 20);
	return conf_load(NULL, &error);
}

static inline int
folder_tear_down(void **state)
{
	(void)state;
	db_close();
	arena_free(&arena);
	return nftw(folder, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A migrated database that nothing was written to: a file without a name. The
 * tests after the first copy it, since to migrate takes longer than most. */
static int blank = -1;

static inline int
folder_copy(int from, int to)
{
	enum { MOST = 4 << 20 };
	loff_t at = 0;
	ssize_t n = copy_file_range(from, &at, to, NULL, MOST, 0);

	return n > 0 && n < MOST ? 0 : -1;
}

static inline int
blank_make(const char **error_r)
{
	int file;
	int result;

	if (db_migrate(folder, "schema", error_r) != 0)
		return -1;
	db_close();
	file = open(folder_path("studio.db"), O_RDONLY | O_CLOEXEC);
	blank = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	result = folder_copy(file, blank);
	close(file);
	return result;
}

static inline int
blank_use(void)
{
	int file = open(
		folder_path("studio.db"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	int result = folder_copy(blank, file);

	close(file);
	return result;
}

/* store_set_up: the same with keys and a migrated database. */
static inline int
store_set_up(void **state)
{
	const char *error = "no folder";

	if (folder_set_up(state) == 0 && seal_init(true, &error) == 0 &&
		(blank < 0 ? blank_make(&error) : blank_use()) == 0 &&
		db_migrate(folder, "schema", &error) == 0)
		return 0;
	print_error("%s\n", error);
	return -1;
}

/* The tree of a JSON text, in arena. */
static inline struct value *
folder_value(const char *json)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(arena, json, strlen(json), 0, &report);

	assert_non_null(v);
	return v;
}

/* In a transaction of its own. */
#define IN_TRANSACTION(act)                          \
	do {                                         \
		assert_int_equal(db_begin(1000), 0); \
		act;                                 \
		db_commit();                         \
	} while (0)

/* The number that a SELECT of one gives. */
#define NUMBER(sql)                              \
	({                                       \
		static const char text_[] = sql; \
		db_one_int(db_stmt(text_), -1);  \
	})

/* Runs one statement as it stands, in a transaction. */
#define MEDDLE(sql)                                     \
	do {                                            \
		static const char text_[] = sql;        \
		IN_TRANSACTION(db_run(db_stmt(text_))); \
	} while (0)

#define FOLDER_TEST(name) \
	cmocka_unit_test_setup_teardown(name, folder_set_up, folder_tear_down)
#define STORE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, store_set_up, folder_tear_down)

#endif
