/* test_dsl_resource.c: models, knowledge bases and tools are found by any of
 * their names. */
#include "unit.h"

#include "dsl/resource.h"

static const struct resource items[] = {
	{.kind = RESOURCE_MODEL,
		.handle = "fast",
		.id = "gpt-mini",
		.name = "Mini"},
	{.kind = RESOURCE_DATASET,
		.handle = "fast",
		.id = "d-1",
		.name = "Handbook"},
	{.kind = RESOURCE_MODEL, .handle = "strong", .id = "gpt-max"},
};

static const struct resources all = {items, nitems(items)};

static void
found_by_handle_id_or_name(void **state)
{
	(void)state;
	assert_ptr_equal(
		resource_find(&all, RESOURCE_MODEL, "fast"), &items[0]);
	assert_ptr_equal(
		resource_find(&all, RESOURCE_MODEL, "GPT-Max"), &items[2]);
	assert_ptr_equal(
		resource_find(&all, RESOURCE_DATASET, "handbook"), &items[1]);
}

static void
kinds_are_kept_apart(void **state)
{
	(void)state;
	assert_ptr_equal(
		resource_find(&all, RESOURCE_DATASET, "fast"), &items[1]);
	assert_null(resource_find(&all, RESOURCE_TOOL, "fast"));
	assert_ptr_equal(resource_first(&all, RESOURCE_DATASET), &items[1]);
	assert_null(resource_first(&all, RESOURCE_TOOL));
}

static void
nothing_is_known_without_a_list(void **state)
{
	(void)state;
	assert_null(resource_find(NULL, RESOURCE_MODEL, "fast"));
	assert_null(resource_first(NULL, RESOURCE_MODEL));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(found_by_handle_id_or_name),
	cmocka_unit_test(kinds_are_kept_apart),
	cmocka_unit_test(nothing_is_known_without_a_list),
};

UNIT_MAIN(tests)
