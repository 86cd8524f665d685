/* test_llm_trial_judge.c: whose side the failure of a test run is on. */
#include "unit.h"

#include "base/utf8.h"
#include "llm/trial_judge.h"
#include "text/json.h"

#include <string.h>

static struct arena *arena;

static const struct {
	int line;
	const char *code;
	const char *text;
	enum trial_kind kind;
} rows[] = {
	/* The code of the job counts before any words. */
	{__LINE__, "dify_unreachable", "quota exceeded", TRIAL_NETWORK},
	{__LINE__, "run_not_started", NULL, TRIAL_TIMEOUT},
	{__LINE__, "trial_slow", "no reason was told", TRIAL_TIMEOUT},
	{__LINE__, "dify_auth", "", TRIAL_KEY},
	{__LINE__, "mapping_needed", "API key", TRIAL_SETUP},
	{__LINE__, "input_invalid", NULL, TRIAL_SETUP},
	/* In the words of Dify and of what it asks. */
	{__LINE__, "run_failed",
		"[models] Rate Limit Error, Error code: 429 - quota",
		TRIAL_QUOTA},
	{__LINE__, "run_failed", "Request failed with status code 429",
		TRIAL_QUOTA},
	{__LINE__, "run_failed", "Insufficient Balance", TRIAL_QUOTA},
	{__LINE__, "run_failed", "Incorrect API key provided: sk-***",
		TRIAL_KEY},
	{__LINE__, "run_failed", "credentials not initialized", TRIAL_KEY},
	{__LINE__, "run_failed", "HTTP 403 Forbidden", TRIAL_KEY},
	{__LINE__, "run_failed",
		"Reached maximum retries (3) for URL http://a.test/",
		TRIAL_NETWORK},
	{__LINE__, "run_failed", "[Errno 111] Connection refused",
		TRIAL_NETWORK},
	{__LINE__, "run_failed", "Name or service not known", TRIAL_NETWORK},
	{__LINE__, "run_failed", "The read operation timed out", TRIAL_TIMEOUT},
	{__LINE__, "run_failed", "Provider org/x/y does not exist.",
		TRIAL_SETUP},
	{__LINE__, "run_failed", "provider does not exist", TRIAL_SETUP},
	{__LINE__, "run_failed", "Tool provider org/t not found", TRIAL_SETUP},
	{__LINE__, "run_failed", "Provider said: nothing", TRIAL_MODEL},
	{__LINE__, "run_failed", "Model Not Exist", TRIAL_SETUP},
	/* All else is the plan's own. */
	{__LINE__, "run_failed", "Variable ask.text not found", TRIAL_MODEL},
	{__LINE__, "run_failed", "KeyError: 'score'", TRIAL_MODEL},
	{__LINE__, "run_failed", "Output result is missing.", TRIAL_MODEL},
	{__LINE__, "run_failed", "", TRIAL_MODEL},
	{__LINE__, "run_failed", NULL, TRIAL_MODEL},
};

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new((size_t)1 << 20);
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
each_failure_has_its_side(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(rows); i++)
		if (trial_judge(rows[i].code, rows[i].text) != rows[i].kind)
			fail_msg("line %d: %s", rows[i].line,
				trial_kind_names[trial_judge(
					rows[i].code, rows[i].text)]);
}

static void
each_side_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < TRIAL__MAX; i++)
		assert_non_null(trial_kind_names[i]);
}

static struct value *
outcome(const char *text)
{
	struct jsonx_report report;

	return jsonx_read(arena, text, strlen(text), 0, &report);
}

static void
the_model_is_told_where_and_why(void **state)
{
	const char *text = trial_fix_prompt(arena,
		outcome("{\"error\":\"KeyError: 'x'\",\"node\":{\"title\":"
			"\"Score it\",\"type\":\"code\"}}"),
		"{\"mail\":\"hello\"}");

	(void)state;
	assert_non_null(strstr(text, "inputs {\"mail\":\"hello\"}"));
	assert_non_null(strstr(
		text, "failed at the node \"Score it\" (code): KeyError: 'x'"));
}

static void
without_a_node_none_is_named(void **state)
{
	const char *text = trial_fix_prompt(
		arena, outcome("{\"error\":\"No end was reached\"}"), "{}");

	(void)state;
	assert_non_null(strstr(text, "this workflow failed: No end"));
	text = trial_fix_prompt(arena, outcome("{}"), "{}");
	assert_non_null(strstr(text, "failed: no reason"));
}

/* As much as a model can read; never in the middle of a character. */
static void
long_texts_are_cut(void **state)
{
	char inputs[20000];
	const char *text;

	(void)state;
	memset(inputs, 'i', sizeof(inputs) - 1);
	for (size_t i = 1; i + 3 < sizeof(inputs); i += 3)
		memcpy(inputs + i, "中", 3);
	inputs[sizeof(inputs) - 1] = '\0';
	text = trial_fix_prompt(arena, outcome("{\"error\":\"E\"}"), inputs);
	assert_in_range(strlen(text), 2000, 2400);
	assert_true(utf8_valid(text, strlen(text)));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(each_failure_has_its_side),
	TEST(each_side_has_a_name),
	TEST(the_model_is_told_where_and_why),
	TEST(without_a_node_none_is_named),
	TEST(long_texts_are_cut),
};

UNIT_MAIN(tests)
