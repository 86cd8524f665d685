/* test_model_fact.c: small facts are kept by name, texts and numbers. */
#include "folder.h"

#include "model/fact.h"

static void
a_fact_is_kept_and_replaced(void **state)
{
	(void)state;
	assert_null(fact_get(arena, "colour"));
	IN_TRANSACTION(fact_set("colour", "red"));
	assert_string_equal(fact_get(arena, "colour"), "red");
	IN_TRANSACTION(fact_set("colour", "blue"));
	assert_string_equal(fact_get(arena, "colour"), "blue");
	assert_null(fact_get(arena, "Colour"));
}

static void
numbers_are_kept_whole(void **state)
{
	(void)state;
	assert_int_equal(fact_get_int("n", 7), 7);
	IN_TRANSACTION(fact_set_int("n", INT64_MAX));
	assert_true(fact_get_int("n", 7) == INT64_MAX);
	IN_TRANSACTION(fact_set_int("n", 0));
	assert_int_equal(fact_get_int("n", 7), 0);
}

static void
a_fact_outlives_the_process(void **state)
{
	(void)state;
	IN_TRANSACTION(fact_set("colour", "red"));
	db_close();
	assert_int_equal(db_open(folder, &(const char *){NULL}), 0);
	assert_string_equal(fact_get(arena, "colour"), "red");
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(a_fact_is_kept_and_replaced),
	STORE_TEST(numbers_are_kept_whole),
	STORE_TEST(a_fact_outlives_the_process),
};

UNIT_MAIN(tests)
