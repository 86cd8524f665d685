/* test_base_str.c: texts grow up to their limit and never past it. */
#include "unit.h"

#include "base/str.h"

#include <string.h>

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(1 << 20);
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
starts_empty(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, arena, 0);
	assert_string_equal(s.s, "");
	assert_int_equal(s.len, 0);
	assert_false(s.full);
}

static void
joins_pieces(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, arena, 1000);
	str_puts(&s, "one");
	str_putc(&s, ',');
	str_printf(&s, " %d+%s", 2, "three");
	str_add(&s, "\0end", 4);
	str_add(&s, "", 0);
	assert_int_equal(s.len, 16);
	assert_memory_equal(s.s, "one, 2+three\0end", 17);
	assert_false(s.full);
}

static void
grows_over_many_blocks(void **state)
{
	struct str s;
	size_t i;

	(void)state;
	str_init(&s, arena, 100000);
	for (i = 0; i < 20000; i++)
		str_puts(&s, "abcde");
	assert_int_equal(s.len, 100000);
	assert_int_equal(strlen(s.s), 100000);
	assert_memory_equal(s.s + 99995, "abcde", 6);
	assert_false(s.full);
}

static void
exactly_its_limit_fits(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, arena, 3);
	str_puts(&s, "abc");
	assert_string_equal(s.s, "abc");
	assert_false(s.full);
	str_putc(&s, 'd');
	assert_string_equal(s.s, "abc");
	assert_true(s.full);
}

static const struct {
	int line;
	size_t max;
	const char *fits;
	const char *last;
} past[] = {
	{__LINE__, 0, "", "a"},
	{__LINE__, 5, "abc", "def"},
	{__LINE__, 63, "abc",
		"0123456789012345678901234567890123456789"
		"01234567890123456789x"},
	{__LINE__, 64, "",
		"0123456789012345678901234567890123456789"
		"0123456789012345678901234"},
};

/* Left out whole; what would fit afterwards is left out too, so that a text
 * never has a hole. */
static void
too_much_is_left_out_whole(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(past); i++) {
		struct str s;

		str_init(&s, arena, past[i].max);
		str_puts(&s, past[i].fits);
		str_printf(&s, "%s", past[i].last);
		str_putc(&s, '!');
		if (!s.full || strcmp(s.s, past[i].fits) != 0 ||
			s.len != strlen(past[i].fits))
			fail_msg("line %d: \"%s\"", past[i].line, s.s);
	}
}

static void
reset_makes_room_again(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, arena, 3);
	str_puts(&s, "abcd");
	assert_true(s.full);
	str_reset(&s);
	assert_false(s.full);
	str_puts(&s, "xyz");
	assert_string_equal(s.s, "xyz");
}

static void
cutting(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, arena, 100);
	str_puts(&s, "0123456789");
	str_cut(&s, 20);
	assert_string_equal(s.s, "0123456789");
	str_cut(&s, 8);
	assert_string_equal(s.s, "01234567");
	str_puts(&s, "!");
	assert_string_equal(s.s, "01234567!");
	str_cut(&s, 0);
	assert_string_equal(s.s, "");
	assert_int_equal(s.len, 0);
}

static void
two_texts_side_by_side(void **state)
{
	struct str x;
	struct str y;
	size_t i;

	(void)state;
	str_init(&x, arena, 5000);
	str_init(&y, arena, 5000);
	for (i = 0; i < 5000; i++) {
		str_putc(&x, 'x');
		str_putc(&y, 'y');
	}
	assert_int_equal(strspn(x.s, "x"), 5000);
	assert_int_equal(strspn(y.s, "y"), 5000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(starts_empty),
	TEST(joins_pieces),
	TEST(grows_over_many_blocks),
	TEST(exactly_its_limit_fits),
	TEST(too_much_is_left_out_whole),
	TEST(reset_makes_room_again),
	TEST(cutting),
	TEST(two_texts_side_by_side),
};

UNIT_MAIN(tests)
