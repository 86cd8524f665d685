/* test_io_seal.c: secrets open with their key and purpose only. */
#include "dies.h"
#include "folder.h"

#include "text/json.h"

#include <string.h>
#include <time.h>

#define KEY_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KEY_B "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char *error;

static int
set_up(void **state)
{
	unsetenv("STUDIO_SECRET_KEY");
	unsetenv("STUDIO_SECRET_KEY_FILE");
	error = NULL;
	return folder_set_up(state);
}

/* The settings as they are now, and the keys they give. */
static int
start(bool make)
{
	assert_int_equal(conf_load(NULL, &error), 0);
	return seal_init(make, &error);
}

static int
start_with(const char *key)
{
	setenv("STUDIO_SECRET_KEY", key, 1);
	return start(false);
}

static void
what_was_sealed_opens(void **state)
{
	static const char *const texts[] = {
		"", "x", "sk-123", "\xE5\xAF\x86\xE7\xA0\x81"};
	size_t i;
	size_t n;

	(void)state;
	assert_int_equal(start_with(KEY_A), 0);
	for (i = 0; i < nitems(texts); i++) {
		void *sealed = seal_close(arena, SEAL_MODEL, texts[i], &n);

		assert_int_equal(n, strlen(texts[i]) + 24 + 16);
		assert_string_equal(
			seal_open(arena, SEAL_MODEL, sealed, n), texts[i]);
	}
}

static void
two_seals_of_one_text_differ(void **state)
{
	void *x;
	void *y;
	size_t n;

	(void)state;
	assert_int_equal(start_with(KEY_A), 0);
	x = seal_close(arena, SEAL_MODEL, "text", &n);
	y = seal_close(arena, SEAL_MODEL, "text", &n);
	assert_memory_not_equal(x, y, n);
}

static void
no_bit_can_be_changed(void **state)
{
	unsigned char *sealed;
	size_t i;
	size_t n;

	(void)state;
	assert_int_equal(start_with(KEY_A), 0);
	sealed = seal_close(arena, SEAL_MODEL, "text", &n);
	for (i = 0; i < 8 * n; i++) {
		sealed[i / 8] ^= (unsigned char)(1U << (i % 8));
		assert_null(seal_open(arena, SEAL_MODEL, sealed, n));
		sealed[i / 8] ^= (unsigned char)(1U << (i % 8));
	}
	for (i = 0; i < n; i++)
		assert_null(seal_open(arena, SEAL_MODEL, sealed, i));
	assert_null(seal_open(arena, SEAL_MODEL, NULL, 0));
	assert_string_equal(seal_open(arena, SEAL_MODEL, sealed, n), "text");
}

static void
another_purpose_does_not_open_it(void **state)
{
	void *sealed;
	size_t n;
	int other;

	(void)state;
	assert_int_equal(start_with(KEY_A), 0);
	sealed = seal_close(arena, SEAL_CONNECTION, "text", &n);
	for (other = 0; other < SEAL__MAX; other++)
		if (other == SEAL_CONNECTION)
			assert_non_null(
				seal_open(arena, SEAL_CONNECTION, sealed, n));
		else
			assert_null(seal_open(
				arena, (enum seal_purpose)other, sealed, n));
}

static void
another_master_key_does_not_open_it(void **state)
{
	void *sealed;
	size_t n;

	(void)state;
	assert_int_equal(start_with(KEY_A), 0);
	sealed = seal_close(arena, SEAL_MODEL, "text", &n);
	assert_int_equal(start_with(KEY_B), 0);
	assert_null(seal_open(arena, SEAL_MODEL, sealed, n));
	assert_int_equal(start_with(KEY_A), 0);
	assert_string_equal(seal_open(arena, SEAL_MODEL, sealed, n), "text");
}

static void
the_key_file_is_made_once_and_private(void **state)
{
	struct stat s;
	void *sealed;
	size_t n;

	(void)state;
	assert_int_equal(start(false), -1);
	assert_non_null(strstr(error, "secret.key"));
	assert_int_equal(start(true), 0);
	assert_int_equal(stat(folder_path("secret.key"), &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	assert_int_equal(s.st_size, 65);
	sealed = seal_close(arena, SEAL_MODEL, "text", &n);
	assert_int_equal(start(true), 0);
	assert_string_equal(seal_open(arena, SEAL_MODEL, sealed, n), "text");
	assert_int_equal(start(false), 0);
	assert_string_equal(seal_open(arena, SEAL_MODEL, sealed, n), "text");
}

/* Whoever starts first makes the key; all the others read that one. */
static void
many_starters_share_one_key(void **state)
{
	enum { STARTERS = 12 };
	pid_t pids[STARTERS];
	int ends[2];
	unsigned char first[SEAL_KEY_BYTES];
	unsigned char other[SEAL_KEY_BYTES];
	int i;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	for (i = 0; i < STARTERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] != 0)
			continue;
		if (seal_init(true, &error) != 0 ||
			write(ends[1], seal_subkey(SEAL_JWT), SEAL_KEY_BYTES) !=
				SEAL_KEY_BYTES)
			_exit(1);
		_exit(0);
	}
	for (i = 0; i < STARTERS; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
		assert_int_equal(
			read(ends[0], i == 0 ? first : other, SEAL_KEY_BYTES),
			SEAL_KEY_BYTES);
		if (i > 0)
			assert_memory_equal(first, other, SEAL_KEY_BYTES);
	}
	close(ends[0]);
	close(ends[1]);
}

static const struct {
	int line;
	const char *text;
	int result;
} keys[] = {
	{__LINE__, KEY_A, 0},
	{__LINE__, KEY_A "\n", 0},
	{__LINE__,
		"00112233445566778899AABBCCDDEEFF"
		"00112233445566778899AABBCCDDEEFF\n",
		0},
	{__LINE__, "", -1},
	{__LINE__, "\n", -1},
	{__LINE__, "00", -1},
	{__LINE__, KEY_A "00", -1},
	{__LINE__, KEY_A "\n00", -1},
	{__LINE__, KEY_A "x", -1},
	{__LINE__,
		"0g112233445566778899aabbccddeeff"
		"00112233445566778899aabbccddeeff",
		-1},
};

static void
keys_have_one_shape(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(keys); i++) {
		setenv("STUDIO_SECRET_KEY_FILE",
			folder_write("key", keys[i].text), 1);
		unsetenv("STUDIO_SECRET_KEY");
		if (start(true) != keys[i].result)
			fail_msg("line %d, in a file", keys[i].line);
		if (keys[i].text[0] == '\0')
			continue;
		setenv("STUDIO_SECRET_KEY", keys[i].text, 1);
		if (start(true) != keys[i].result)
			fail_msg("line %d, in the environment", keys[i].line);
	}
}

static void
a_bad_key_is_not_repeated_in_the_error(void **state)
{
	(void)state;
	assert_int_equal(start_with("hunter2hunter2"), -1);
	assert_non_null(strstr(error, "STUDIO_SECRET_KEY"));
	assert_null(strstr(error, "hunter2"));
}

static const struct {
	int line;
	const char *text;
	const char *hint;
} hints[] = {
	{__LINE__, "", "••••"},
	{__LINE__, "short", "••••"},
	{__LINE__, "elevenchars", "••••"},
	{__LINE__, "twelve-chars", "••••hars"},
	{__LINE__, "sk-0123456789abcdef", "••••cdef"},
};

static void
a_hint_gives_little_away(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(hints); i++)
		if (strcmp(seal_hint(arena, hints[i].text), hints[i].hint) != 0)
			fail_msg("line %d: %s", hints[i].line,
				seal_hint(arena, hints[i].text));
}

/* A hint goes into JSON: it begins with a whole character. */
static void
a_hint_cuts_no_character(void **state)
{
	static const char *const texts[] = {"secret-wort-ä",
		"secret-\xE5\xAF\x86\xE7\xA0\x81\xE5\xAF\x86",
		"secret-\xF0\x9F\x98\x80\xF0\x9F\x98\x80",
		"secret-\xE5\xAF\x86xy", "secret-\xC3\xA4xyz"};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(texts); i++) {
		const char *json = arena_printf(
			arena, "\"%s\"", seal_hint(arena, texts[i]));
		struct jsonx_report report;

		if (jsonx_read(arena, json, strlen(json), 0, &report) == NULL)
			fail_msg("%s", json);
	}
}

static void
tokens_are_long_and_different(void **state)
{
	char x[SEAL_TOKEN_SIZE];
	char y[SEAL_TOKEN_SIZE];

	(void)state;
	assert_int_equal(start_with(KEY_A), 0);
	seal_token_r(x);
	seal_token_r(y);
	assert_int_equal(strlen(x), SEAL_TOKEN_SIZE - 1);
	assert_int_equal(strspn(x, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789-_"),
		SEAL_TOKEN_SIZE - 1);
	assert_string_not_equal(x, y);
}

static void
hashes_know_equal_texts(void **state)
{
	/* BLAKE2b-256 of "abc". */
	static const unsigned char abc[SEAL_HASH_BYTES] = {0xbd, 0xdd, 0x81,
		0x3c, 0x63, 0x42, 0x39, 0x72, 0x31, 0x71, 0xef, 0x3f, 0xee,
		0x98, 0x57, 0x9b, 0x94, 0x96, 0x4e, 0x3b, 0xb1, 0xcb, 0x3e,
		0x42, 0x72, 0x62, 0xc8, 0xc0, 0x68, 0xd5, 0x23, 0x19};
	unsigned char x[SEAL_HASH_BYTES];
	unsigned char y[SEAL_HASH_BYTES];

	(void)state;
	assert_int_equal(start_with(KEY_A), 0);
	seal_hash("abc", x);
	assert_memory_equal(x, abc, sizeof(abc));
	assert_true(seal_equal(x, abc, sizeof(abc)));
	seal_hash("abd", y);
	assert_false(seal_equal(x, y, sizeof(x)));
	seal_keyed_hash(SEAL_DSL, "abc", x);
	assert_memory_not_equal(x, abc, sizeof(abc));
	seal_keyed_hash(SEAL_DSL, "abc", y);
	assert_memory_equal(x, y, sizeof(x));
	seal_keyed_hash(SEAL_JWT, "abc", y);
	assert_memory_not_equal(x, y, sizeof(x));
}

static void
passwords(void **state)
{
	const char *hash;

	(void)state;
	assert_int_equal(start_with(KEY_A), 0);
	hash = seal_password(arena, "correct horse");
	assert_int_equal(strncmp(hash, "$argon2id$", 10), 0);
	assert_non_null(strstr(hash, "m=64,t=1"));
	assert_true(seal_password_ok(hash, "correct horse"));
	assert_false(seal_password_ok(hash, "correct horsf"));
	assert_false(seal_password_ok(hash, ""));
	assert_false(seal_password_ok("", "correct horse"));
	assert_false(seal_password_ok("no hash at all", "x"));
	assert_false(seal_password_ok(NULL, "correct horse"));
	assert_string_not_equal(hash, seal_password(arena, "correct horse"));
}

/* Microseconds of work, whatever else the machine does. */
static int64_t
work_of(const char *hash)
{
	clock_t start_at = clock();

	assert_false(seal_password_ok(hash, "wrong"));
	return (int64_t)(clock() - start_at) * 1000000 / CLOCKS_PER_SEC;
}

/* Nobody learns from the clock whether a name exists. */
static void
a_missing_hash_takes_as_long(void **state)
{
	int64_t there = INT64_MAX;
	int64_t missing = INT64_MAX;
	const char *hash;
	int i;

	(void)state;
	setenv("PASSWORD_MEMORY_KB", "4096", 1);
	setenv("PASSWORD_PASSES", "3", 1);
	assert_int_equal(start_with(KEY_A), 0);
	hash = seal_password(arena, "right");
	for (i = 0; i < 9; i++) {
		int64_t x = work_of(hash);
		int64_t y = work_of(NULL);

		there = x < there ? x : there;
		missing = y < missing ? y : missing;
	}
	assert_in_range(missing, there / 3, there * 3);
}

static void
wiping_leaves_nothing(void **state)
{
	char text[] = "secret";

	(void)state;
	seal_wipe(text);
	assert_memory_equal(text, "\0\0\0\0\0\0", sizeof(text));
	seal_wipe(NULL);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, folder_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(what_was_sealed_opens),
	TEST(two_seals_of_one_text_differ),
	TEST(no_bit_can_be_changed),
	TEST(another_purpose_does_not_open_it),
	TEST(another_master_key_does_not_open_it),
	TEST(the_key_file_is_made_once_and_private),
	TEST(many_starters_share_one_key),
	TEST(keys_have_one_shape),
	TEST(a_bad_key_is_not_repeated_in_the_error),
	TEST(a_hint_gives_little_away),
	TEST(a_hint_cuts_no_character),
	TEST(tokens_are_long_and_different),
	TEST(hashes_know_equal_texts),
	TEST(passwords),
	TEST(a_missing_hash_takes_as_long),
	TEST(wiping_leaves_nothing),
};

UNIT_MAIN(tests)
