/* test_base_arena.c: memory is zeroed, aligned, bounded and given back. */
#include "dies.h"

#include "base/arena.h"

#include <stdio.h>

enum { MAX = 1 << 20 };

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(MAX);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return arena == NULL ? 0 : -1;
}

static void
is_zeroed_and_aligned_after_use(void **state)
{
	static const char zeros[100];
	size_t round;
	size_t i;

	(void)state;
	for (round = 0; round < 2; round++) {
		for (i = 1; i <= sizeof(zeros); i++) {
			char *p = arena_alloc(arena, i);

			assert_int_equal(
				(uintptr_t)p % _Alignof(max_align_t), 0);
			assert_memory_equal(p, zeros, i);
			memset(p, 0xA5, i);
		}
		arena_reset(arena);
	}
}

static void
pieces_do_not_overlap(void **state)
{
	char *all[300];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(all); i++) {
		all[i] = arena_alloc(arena, 1 + i % 97);
		memset(all[i], (int)(i & 0x7F), 1 + i % 97);
	}
	for (i = 0; i < nitems(all); i++) {
		assert_int_equal(all[i][0], (char)(i & 0x7F));
		assert_int_equal(all[i][i % 97], (char)(i & 0x7F));
	}
}

static void
counts_what_it_handed_out(void **state)
{
	(void)state;
	assert_int_equal(arena_used(arena), 0);
	arena_alloc(arena, 1);
	assert_in_range(arena_used(arena), 1, 64);
	arena_alloc(arena, 100000);
	assert_in_range(arena_used(arena), 100001, 100128);
	arena_reset(arena);
	assert_int_equal(arena_used(arena), 0);
}

static void
the_whole_maximum_can_be_had_after_a_reset(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		memset(arena_alloc(arena, MAX), i, MAX);
		assert_int_equal(arena_used(arena), MAX);
		arena_reset(arena);
	}
}

static void
reset_of_an_unused_one_does_nothing(void **state)
{
	(void)state;
	arena_reset(arena);
	arena_reset(arena);
	assert_int_equal(arena_used(arena), 0);
}

static void
grows_in_place_at_the_end(void **state)
{
	char *p = arena_memdup(arena, "abc", 3);
	char *q = arena_grow(arena, p, 4, 400);
	size_t i;

	(void)state;
	assert_ptr_equal(p, q);
	assert_string_equal(q, "abc");
	for (i = 4; i < 400; i++)
		assert_int_equal(q[i], 0);
}

static void
grows_by_moving_when_something_is_behind(void **state)
{
	char *p = arena_memdup(arena, "abc", 3);
	char *behind = arena_strdup(arena, "behind");
	char *q = arena_grow(arena, p, 4, 400);

	(void)state;
	assert_ptr_not_equal(p, q);
	assert_string_equal(q, "abc");
	q[4] = 'x';
	assert_string_equal(behind, "behind");
}

static void
grows_past_its_block(void **state)
{
	char *p = arena_memdup(arena, "abc", 3);
	char *q = arena_grow(arena, p, 4, 300000);

	(void)state;
	assert_string_equal(q, "abc");
	memset(q + 4, 1, 300000 - 4);
}

static void
grows_alone_without_a_copy_of_itself(void **state)
{
	char *p = arena_memdup(arena, "abc", 3);
	size_t size;

	(void)state;
	for (size = 4; size < MAX / 2; size *= 2) {
		p = arena_grow(arena, p, size, size * 2);
		assert_string_equal(p, "abc");
		assert_int_equal(p[size * 2 - 1], 0);
		memset(p + 4, 1, size * 2 - 4);
	}
	assert_in_range(arena_used(arena), size, size + 16);
	assert_string_equal(arena_strdup(arena, "behind"), "behind");
}

static void
growing_to_less_changes_nothing(void **state)
{
	char *p = arena_memdup(arena, "abc", 3);

	(void)state;
	assert_ptr_equal(arena_grow(arena, p, 4, 2), p);
	assert_string_equal(p, "abc");
	assert_non_null(arena_grow(arena, NULL, 0, 8));
}

static void
copies_end_with_a_nul(void **state)
{
	char *p = arena_memdup(arena, "a\0b", 3);

	(void)state;
	assert_memory_equal(p, "a\0b\0", 4);
	assert_string_equal(arena_memdup(arena, NULL, 0), "");
	assert_string_equal(arena_strdup(arena, "text"), "text");
	assert_null(arena_strdup(arena, NULL));
}

static void
prints_texts_of_any_length(void **state)
{
	char *p = arena_printf(arena, "%0*d-%s", 9000, 7, "end");

	(void)state;
	assert_int_equal(strlen(p), 9004);
	assert_string_equal(p + 8999, "7-end");
	assert_string_equal(arena_printf(arena, "%s", ""), "");
}

static void
take_too_much(void)
{
	arena_alloc(arena, MAX / 2);
	arena_alloc(arena, MAX / 2 + 1);
}

static void
grow_too_far(void)
{
	arena_grow(arena, arena_alloc(arena, 16), 16, MAX + 16);
}

static void
overflow_a_product(void)
{
	/* The compiler may not see how large it is. */
	volatile size_t half = SIZE_MAX / 2 + 2;

	arena_array(arena, half, 2);
}

static void
overflow_a_sum(void)
{
	volatile size_t most = SIZE_MAX;

	arena_memdup(arena, "", most);
}

static void
overflow_by_rounding(void)
{
	volatile size_t most = SIZE_MAX - 1;

	arena_alloc(arena, most);
}

static void
too_much_is_fatal(void **state)
{
	(void)state;
	assert_dies(take_too_much, "more than 1048576 bytes");
	assert_dies(grow_too_far, "more than 1048576 bytes");
	assert_dies(overflow_a_product, "size overflow");
	assert_dies(overflow_a_sum, "size overflow");
	assert_dies(overflow_by_rounding, "size overflow");
}

static void
freeing_nothing_is_allowed(void **state)
{
	struct arena *none = NULL;

	(void)state;
	arena_free(&none);
	assert_null(none);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(is_zeroed_and_aligned_after_use),
	TEST(pieces_do_not_overlap),
	TEST(counts_what_it_handed_out),
	TEST(the_whole_maximum_can_be_had_after_a_reset),
	TEST(reset_of_an_unused_one_does_nothing),
	TEST(grows_in_place_at_the_end),
	TEST(grows_by_moving_when_something_is_behind),
	TEST(grows_past_its_block),
	TEST(grows_alone_without_a_copy_of_itself),
	TEST(growing_to_less_changes_nothing),
	TEST(copies_end_with_a_nul),
	TEST(prints_texts_of_any_length),
	TEST(too_much_is_fatal),
	TEST(freeing_nothing_is_allowed),
};

UNIT_MAIN(tests)
