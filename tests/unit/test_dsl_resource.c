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

static void
short_handles_count_within_a_kind(void **state)
{
	static const char *const none[] = {
		"m0", "m3", "m", "m01", "m1x", "kb2", "t1", "m99999999999"};
	struct arena *a = arena_new(1 << 16);

	(void)state;
	assert_ptr_equal(resource_find(&all, RESOURCE_MODEL, "m2"), &items[2]);
	assert_ptr_equal(
		resource_find(&all, RESOURCE_DATASET, "KB1"), &items[1]);
	assert_string_equal(resource_short(a, &all, &items[2]), "m2");
	assert_string_equal(resource_short(a, &all, &items[1]), "kb1");
	for (size_t i = 0; i < nitems(none); i++)
		for (int kind = 0; kind < RESOURCE__MAX; kind++)
			assert_null(resource_find(
				&all, (enum resource_kind)kind, none[i]));
	arena_free(&a);
}

/* The list as it is a little later: one is gone, one is new, all have moved. */
static const struct resource later[] = {
	{.kind = RESOURCE_MODEL, .handle = "new", .id = "gpt-new"},
	{.kind = RESOURCE_MODEL, .handle = "strong", .id = "gpt-max"},
	{.kind = RESOURCE_DATASET, .handle = "b", .id = "d-2"},
	{.kind = RESOURCE_DATASET, .handle = "fast", .id = "d-1"},
};

static void
handles_of_a_prompt_outlast_the_list(void **state)
{
	static const struct resources now = {later, nitems(later)};
	struct arena *a = arena_new(1 << 16);
	struct value *handles = value_object(a);
	const struct resources *bound;

	(void)state;
	for (size_t i = 0; i < nitems(items); i++)
		value_set_text(a, handles, resource_short(a, &all, &items[i]),
			resource_key(a, &items[i]));
	bound = resource_bound(a, &now, handles);
	assert_null(resource_find(bound, RESOURCE_MODEL, "m1"));
	assert_string_equal(
		resource_find(bound, RESOURCE_MODEL, "m2")->id, "gpt-max");
	assert_string_equal(
		resource_find(bound, RESOURCE_DATASET, "kb1")->id, "d-1");
	assert_null(resource_find(bound, RESOURCE_DATASET, "kb2"));
	assert_string_equal(
		resource_find(bound, RESOURCE_MODEL, "new")->id, "gpt-new");
	assert_string_equal(resource_short(a, bound, &bound->items[1]), "m2");
	assert_null(resource_short(a, bound, &bound->items[0]));
	assert_ptr_equal(resource_bound(a, &now, NULL), &now);
	assert_null(resource_bound(a, NULL, handles));
	arena_free(&a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(found_by_handle_id_or_name),
	cmocka_unit_test(kinds_are_kept_apart),
	cmocka_unit_test(nothing_is_known_without_a_list),
	cmocka_unit_test(short_handles_count_within_a_kind),
	cmocka_unit_test(handles_of_a_prompt_outlast_the_list),
};

UNIT_MAIN(tests)
