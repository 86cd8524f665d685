/* test_io_zip.c: zip archives, as we write them and as others do. */
#include "folder.h"

#include "io/zip.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const struct zip_limits limits = {100000, 200000, 10};

static void
on_write(void *context, const void *bytes, size_t n)
{
	int *fd = context;

	assert_int_equal(write(*fd, bytes, n), n);
}

static int
new_file(void)
{
	int fd = open(folder_path("a.zip"), O_RDWR | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	return fd;
}

static void
add(struct zip_out *z, const char *name, const char *text)
{
	zip_out_add(z, name, text, strlen(text), 1790000000000);
}

static void
what_is_written_is_read(void **state)
{
	int fd = new_file();
	struct zip_out *out = zip_out_new(on_write, &fd);
	struct zip_file f;
	struct zip_in *in;

	(void)state;
	add(out, "manifest.json", "{}");
	add(out, "workflows/\xE9\x82\xAE\xE4\xBB\xB6.yml", "kind: app\n");
	add(out, "empty", "");
	zip_out_end(&out);
	assert_null(out);
	in = zip_in_new(fd, &limits);
	assert_int_equal(zip_in_next(in, arena, &f), 1);
	assert_string_equal(f.name, "manifest.json");
	assert_string_equal(f.bytes, "{}");
	assert_int_equal(zip_in_next(in, arena, &f), 1);
	assert_string_equal(f.name, "workflows/\xE9\x82\xAE\xE4\xBB\xB6.yml");
	assert_int_equal(f.n, 10);
	assert_int_equal(zip_in_next(in, arena, &f), 1);
	assert_int_equal(f.n, 0);
	assert_int_equal(zip_in_next(in, arena, &f), 0);
	zip_in_free(&in);
	assert_null(in);
	zip_in_free(&in);
	close(fd);
}

/* The code that reading an archive of one file ends with; "" without. */
static const char *
code_of(const char *name, size_t n, const struct zip_limits *l)
{
	int fd = new_file();
	struct zip_out *out = zip_out_new(on_write, &fd);
	char *bytes = arena_alloc(arena, n + 1);
	struct zip_in *in;
	struct zip_file f;
	int result;

	zip_out_add(out, name, bytes, n, 0);
	zip_out_add(out, "second", bytes, n, 0);
	zip_out_end(&out);
	in = zip_in_new(fd, l);
	while ((result = zip_in_next(in, arena, &f)) == 1)
		;
	zip_in_free(&in);
	close(fd);
	assert_true(result == 0 || (f.code != NULL && f.error != NULL));
	return result == 0 ? "" : f.code;
}

static void
a_bomb_is_not_unpacked(void **state)
{
	static const struct zip_limits few = {100000, 200000, 1};

	(void)state;
	assert_string_equal(code_of("a", 100000, &limits), "");
	assert_string_equal(code_of("a", 100001, &limits), ZIP_TOO_LARGE);
	assert_string_equal(code_of("a", 50000000, &limits), ZIP_TOO_LARGE);
	assert_string_equal(code_of("a", 1, &few), ZIP_TOO_LARGE);
}

static void
names_stay_below(void **state)
{
	static const char *const bad[] = {
		"../a", "a/../b", "a/..", "/etc/a", "C:a", "a\nb"};
	size_t i;

	(void)state;
	assert_string_equal(code_of("a/b..c/..d", 1, &limits), "");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strcmp(code_of(bad[i], 1, &limits), ZIP_PATH) != 0)
			fail_msg("%s is taken", bad[i]);
}

static void
what_is_no_zip_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "kind: app\n", "PK\x03\x04 and then nothing of use"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int fd = open(folder_write("x", texts[i]), O_RDONLY);
		struct zip_in *in = zip_in_new(fd, &limits);
		struct zip_file f;

		assert_int_equal(zip_in_next(in, arena, &f), -1);
		assert_string_equal(f.code, ZIP_INVALID);
		zip_in_free(&in);
		close(fd);
	}
}

static void
a_damaged_one_is_refused(void **state)
{
	int fd = new_file();
	struct zip_out *out = zip_out_new(on_write, &fd);
	struct zip_in *in;
	struct zip_file f;
	int result;

	(void)state;
	add(out, "one", "some text that is worth while to be packed, packed");
	zip_out_end(&out);
	assert_int_equal(pwrite(fd, "\xFF\xFF\xFF\xFF", 4, 36), 4);
	in = zip_in_new(fd, &limits);
	while ((result = zip_in_next(in, arena, &f)) == 1)
		;
	assert_int_equal(result, -1);
	assert_string_equal(f.code, ZIP_INVALID);
	zip_in_free(&in);
	close(fd);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		FOLDER_TEST(what_is_written_is_read),
		FOLDER_TEST(a_bomb_is_not_unpacked),
		FOLDER_TEST(names_stay_below),
		FOLDER_TEST(what_is_no_zip_is_refused),
		FOLDER_TEST(a_damaged_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
