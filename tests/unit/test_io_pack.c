/* test_io_pack.c: texts are made small and come back. */
#include "unit.h"

#include "base/arena.h"
#include "io/pack.h"

#include <string.h>

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new((size_t)64 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void
texts_come_back(void **state)
{
	static const char *const texts[] = {"", "x", "\xe4\xb8\xad\xe6\x96\x87",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t n;
		void *packed =
			pack_close(arena, texts[i], strlen(texts[i]), &n);

		assert_string_equal(
			pack_open(arena, packed, n, strlen(texts[i])),
			texts[i]);
	}
}

static void
damage_is_told(void **state)
{
	const char *text = "a text that is long enough to be damaged";
	size_t n;
	unsigned char *packed = pack_close(arena, text, strlen(text), &n);

	(void)state;
	assert_null(pack_open(arena, packed, n, strlen(text) - 1));
	assert_null(pack_open(arena, packed, n, strlen(text) + 1));
	assert_null(pack_open(arena, packed, n - 1, strlen(text)));
	assert_null(pack_open(arena, packed, n, (size_t)1 << 40));
	packed[n / 2] ^= 0x10;
	assert_null(pack_open(arena, packed, n, strlen(text)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_back),
		cmocka_unit_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
