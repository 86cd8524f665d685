/* test_dsl_finding.c: findings keep order, tell in two languages, and their
 * table is sound. */
#include "unit.h"

#include "base/limits.h"
#include "dsl/finding.h"

static struct arena *arena;

static void
codes_are_unique_and_lower_case(void **state)
{
	(void)state;
	for (size_t i = 0; finding_kind_at(i) != NULL; i++) {
		const char *code = finding_kind_at(i)->code;

		assert_int_equal(
			strspn(code, "abcdefghijklmnopqrstuvwxyz_0123456789"),
			strlen(code));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(code, finding_kind_at(k)->code);
	}
}

static size_t
arguments(const char *text)
{
	size_t mask = 0;

	for (; *text != '\0'; text++)
		if (text[0] == '%' && text[1] >= '1' && text[1] <= '3')
			mask |= (size_t)1 << (text[1] - '1');
	return mask;
}

static void
both_languages_tell_the_same_arguments(void **state)
{
	(void)state;
	for (size_t i = 0; finding_kind_at(i) != NULL; i++)
		if (arguments(finding_kind_at(i)->en) !=
			arguments(finding_kind_at(i)->zh))
			fail_msg("%s", finding_kind_at(i)->code);
}

static void
message_fills_arguments_in(void **state)
{
	struct findings f = {0};
	struct finding *item = finding_add(
		arena, &f, "text_unreadable", "", "", "3", "7", "a tab");

	(void)state;
	assert_string_equal(finding_message(arena, item, "en"),
		"The text cannot be read (line 3, column 7): a tab.");
	assert_non_null(strstr(finding_message(arena, item, "zh"), "7"));
}

static void
sort_puts_the_worst_first_and_keeps_order(void **state)
{
	struct findings f = {0};
	const struct finding *item;

	(void)state;
	finding_add(arena, &f, "answer_cut", "/1", "", "1", NULL, NULL);
	finding_add(arena, &f, "answer_empty", "/2", "", NULL, NULL, NULL);
	finding_add(arena, &f, "answer_cut", "/3", "", "1", NULL, NULL);
	finding_add(arena, &f, "answer_empty", "/4", "", NULL, NULL, NULL)
		->tier = TIER_R;
	findings_sort(&f);
	item = f.first;
	assert_string_equal(item->pointer, "/2");
	assert_string_equal((item = item->next)->pointer, "/4");
	assert_string_equal((item = item->next)->pointer, "/1");
	assert_string_equal((item = item->next)->pointer, "/3");
	assert_null(item->next);
	assert_ptr_equal(f.last, item);
	assert_int_equal(f.count[TIER_E], 1);
	assert_int_equal(f.count[TIER_R], 1);
	assert_int_equal(f.count[TIER_W], 2);
}

static void
json_has_every_member(void **state)
{
	struct findings f = {0};
	struct value *v;

	(void)state;
	finding_add(arena, &f, "answer_empty", "/x", "n1", NULL, NULL, NULL)
		->allowed = "a, b";
	v = value_at(findings_json(arena, &f), 0);
	assert_string_equal(value_get_text(v, "code", ""), "answer_empty");
	assert_string_equal(value_get_text(v, "tier", ""), "E");
	assert_string_equal(value_get_text(v, "pointer", ""), "/x");
	assert_string_equal(value_get_text(v, "node", ""), "n1");
	assert_string_equal(value_get_text(v, "allowed", ""), "a, b");
	assert_false(value_get_bool(v, "fixable", true));
	assert_non_null(value_text(value_get(v, "message_zh")));
}

static void
repairs_are_listed_in_order(void **state)
{
	struct repairs r = {0};
	struct value *all;

	(void)state;
	repair_add(arena, &r, "first", "/a", NULL, "x");
	repair_add(arena, &r, "second", "/b", "y", NULL);
	all = repairs_json(arena, &r);
	assert_int_equal(r.count, 2);
	assert_string_equal(
		value_get_text(value_at(all, 0), "before", "?"), "");
	assert_string_equal(
		value_get_text(value_at(all, 1), "code", "?"), "second");
}

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(LIMIT_ARENA);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(codes_are_unique_and_lower_case),
	TEST(both_languages_tell_the_same_arguments),
	TEST(message_fills_arguments_in),
	TEST(sort_puts_the_worst_first_and_keeps_order),
	TEST(json_has_every_member),
	TEST(repairs_are_listed_in_order),
};

UNIT_MAIN(tests)
