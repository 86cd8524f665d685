/* test_model_event.c: events come in order, from any point on. */
#include "folder.h"

#include "model/event.h"

static void
add_many(int n)
{
	int i;

	assert_int_equal(db_begin(0), 0);
	for (i = 0; i < n; i++)
		event_add((enum event_kind)(i % EVENT__MAX),
			arena_printf(arena, "{\"n\":%d}", i));
	db_commit();
}

static void
without_any_there_is_nothing(void **state)
{
	struct event *rows;

	(void)state;
	assert_int_equal(event_newest(), 0);
	assert_int_equal(event_oldest(), 0);
	assert_int_equal(event_after(arena, 0, 10, &rows), 0);
}

static void
they_are_read_in_order_and_in_parts(void **state)
{
	struct event *rows;
	int64_t at = 0;
	int seen = 0;
	int n;

	(void)state;
	add_many(25);
	while ((n = event_after(arena, at, 10, &rows)) > 0) {
		int i;

		for (i = 0; i < n; i++, seen++) {
			assert_true(rows[i].id > at);
			at = rows[i].id;
			assert_int_equal(rows[i].kind, seen % EVENT__MAX);
			assert_string_equal(rows[i].data,
				arena_printf(arena, "{\"n\":%d}", seen));
		}
	}
	assert_int_equal(seen, 25);
	assert_int_equal(event_newest(), at);
	assert_int_equal(event_newest() - event_oldest(), 24);
}

static void
old_ones_go_but_the_newest_thousand_stay(void **state)
{
	(void)state;
	add_many(1500);
	IN_TRANSACTION(event_prune(0));
	assert_int_equal(NUMBER("SELECT count(*) FROM events"), 1500);
	IN_TRANSACTION(event_prune(INT64_MAX));
	assert_int_equal(NUMBER("SELECT count(*) FROM events"), 1000);
	assert_int_equal(event_newest() - event_oldest(), 999);
}

/* An id that a browser has seen must never come again with another event. */
static void
an_id_is_never_used_twice(void **state)
{
	int64_t newest;

	(void)state;
	add_many(3);
	newest = event_newest();
	IN_TRANSACTION(event_prune(INT64_MAX));
	add_many(1);
	assert_int_equal(event_newest(), newest + 1);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(without_any_there_is_nothing),
	STORE_TEST(they_are_read_in_order_and_in_parts),
	STORE_TEST(old_ones_go_but_the_newest_thousand_stay),
	STORE_TEST(an_id_is_never_used_twice),
};

UNIT_MAIN(tests)
