/* test_model_spool.c: the bytes of uploads on disk. */
#include "folder.h"

#include "model/spool.h"
#include "model/upload.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID "0123456789abcdefghjk"

static void
bytes_go_where_they_belong(void **state)
{
	char path[128];
	char back[8] = "";
	struct stat st;
	FILE *file;
	int fd;

	(void)state;
	assert_int_equal(spool_create(ID), 0);
	fd = spool_open(ID);
	assert_true(fd >= 0);
	assert_int_equal(spool_write(fd, "def", 3, 3), 0);
	assert_int_equal(spool_write(fd, "abc", 3, 0), 0);
	assert_int_equal(spool_sync(fd), 0);
	spool_close(fd);
	upload_path_r(ID, path, sizeof(path));
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fread(back, 1, sizeof(back), file), 6);
	fclose(file);
	assert_string_equal(back, "abcdef");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
one_writer_at_a_time(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(spool_create(ID), 0);
	fd = spool_open(ID);
	assert_int_equal(spool_open(ID), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	spool_close(fd);
	fd = spool_open(ID);
	assert_true(fd >= 0);
	spool_close(fd);
}

static void
a_file_is_made_once_and_removed(void **state)
{
	(void)state;
	assert_int_equal(spool_create(ID), 0);
	assert_int_equal(spool_create(ID), -1);
	assert_int_equal(errno, EEXIST);
	spool_remove(ID);
	spool_remove(ID);
	assert_int_equal(spool_open(ID), -1);
	assert_int_equal(errno, ENOENT);
}

static void
the_folder_is_made_when_it_is_missing(void **state)
{
	(void)state;
	assert_int_equal(rmdir(folder_path("spool")), 0);
	assert_int_equal(spool_create(ID), 0);
}

static void
there_is_no_room_for_everything(void **state)
{
	(void)state;
	assert_true(spool_has_room(1));
	assert_false(spool_has_room(INT64_MAX / 2));
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(bytes_go_where_they_belong),
	FOLDER_TEST(one_writer_at_a_time),
	FOLDER_TEST(a_file_is_made_once_and_removed),
	FOLDER_TEST(the_folder_is_made_when_it_is_missing),
	FOLDER_TEST(there_is_no_room_for_everything),
};

UNIT_MAIN(tests)
