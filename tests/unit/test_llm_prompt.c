/* test_llm_prompt.c: what the planner is told, and that it is true. */
#include "unit.h"

#include "dsl/catalogue.h"
#include "llm/prompt.h"
#include "llm/prompt_text.h"

#include <string.h>

static struct arena *a;

static const struct resource items[] = {
	{RESOURCE_MODEL, "fast", "gpt-x-mini", "GPT X mini", "p/p/p", "chat",
		NULL},
	{RESOURCE_DATASET, "handbook", "1234", "Employee handbook", NULL, NULL,
		NULL},
	{RESOURCE_TOOL, "weather", "weather", "weather", "time", NULL,
		"{\"parameters\":[{\"name\":\"city\"}]}"},
};
static const struct resources some = {items, 3};

static const char *
prompt(int version, const struct resources *r)
{
	struct dsl_target target = {.version = version, .resources = r};

	return llm_system_prompt(a, &target);
}

static void
it_names_itself_and_every_step_type(void **state)
{
	const char *text = prompt(DSL_VERSION_NEWEST, &some);
	size_t i;

	(void)state;
	assert_non_null(strstr(text, "Dify Studio planner"));
	for (i = 0; i < node_type_count; i++)
		if (node_types[i]->prompt != NULL)
			assert_non_null(strstr(text, node_types[i]->prompt));
	assert_non_null(strstr(text, "- parallel: "));
}

static void
it_offers_only_what_the_target_has(void **state)
{
	(void)state;
	assert_null(strstr(prompt(11200, &some), "- human-input"));
	assert_non_null(strstr(prompt(11300, &some), "- human-input"));
	assert_null(strstr(prompt(11300, NULL), "- tool:"));
	assert_non_null(strstr(prompt(11300, &some), "- tool:"));
}

static void
resources_stand_there_by_their_handles(void **state)
{
	const char *text = prompt(11601, &some);

	(void)state;
	assert_non_null(strstr(text, "- fast: GPT X mini\n"));
	assert_non_null(strstr(text, "- handbook: Employee handbook\n"));
	assert_non_null(strstr(text, "- weather [{\"name\":\"city\"}]"));
	assert_null(strstr(text, "1234"));
	assert_non_null(strstr(prompt(11601, NULL), "do without"));
}

static void
it_stays_short(void **state)
{
	(void)state;
	/* about 4 bytes a token */
	assert_true(strlen(prompt(11601, &some)) < 12000);
}

/* Each line of the examples that begins with a brace is a plan. */
static void
its_examples_are_good_plans(void **state)
{
	const char *at = prompt_examples;
	int count = 0;

	(void)state;
	while ((at = strstr(at, "\n{")) != NULL) {
		struct dsl_target target = {
			.version = 11601, .resources = &some};
		struct dsl_result r;

		at++;
		memset(&r, 0, sizeof(r));
		dsl_build(a, at, strcspn(at, "\n"), &target, &r);
		assert_non_null(r.dsl);
		assert_int_equal(llm_open_count(&r.findings), 0);
		assert_int_equal(r.repairs.count, 0);
		assert_string_equal(r.dialect, "plan");
		count++;
	}
	assert_int_equal(count, 2);
}

static void
only_what_is_open_is_asked_for_again(void **state)
{
	struct findings f = {.first = NULL};
	const char *worst = NULL;
	const char *mild = NULL;
	const char *text;
	size_t i;

	(void)state;
	for (i = 0; i < finding_kind_count; i++) {
		if (finding_kinds[i].tier == TIER_E && worst == NULL)
			worst = finding_kinds[i].code;
		if (finding_kinds[i].tier == TIER_W && mild == NULL)
			mild = finding_kinds[i].code;
	}
	finding_add(a, &f, worst, "/steps/1", "node_a", "x", "y", "z")
		->allowed = "one, two";
	finding_add(a, &f, mild, "/steps/2", "node_b", "x", "y", "z");
	assert_int_equal(llm_open_count(&f), 1);
	text = llm_mend_prompt(a, &f);
	assert_non_null(strstr(text, "/steps/1 in node_a"));
	assert_non_null(strstr(text, "Allowed: one, two."));
	assert_null(strstr(text, "node_b"));
}

static int
set_up(void **state)
{
	(void)state;
	a = arena_new(64 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(it_names_itself_and_every_step_type),
	cmocka_unit_test(it_offers_only_what_the_target_has),
	cmocka_unit_test(resources_stand_there_by_their_handles),
	cmocka_unit_test(it_stays_short),
	cmocka_unit_test(its_examples_are_good_plans),
	cmocka_unit_test(only_what_is_open_is_asked_for_again),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
