/* test_dsl_trial.c: what a test run sets off, and what it begins with. */
#include "dsl_unit.h"

#include "dsl/trial.h"

static const struct value *
with_nodes(const char *nodes)
{
	return read_json(arena_printf(arena,
		"{\"app\":{\"mode\":\"workflow\"},\"workflow\":{\"graph\":"
		"{\"nodes\":[%s]}}}",
		nodes));
}

/* A workflow with a form of one row. */
static const struct value *
with_input(const char *row)
{
	return with_nodes(arena_printf(arena,
		"{\"id\":\"s\",\"data\":{\"type\":\"start\",\"variables\":[%s]}"
		"}",
		row));
}

/* ---- what it sets off ---- */

static void
lists_what_reaches_out(void **state)
{
	const struct value *dsl = with_nodes(
		"{\"id\":\"1\",\"data\":{\"type\":\"start\"}},"
		"{\"id\":\"2\",\"data\":{\"type\":\"llm\",\"title\":\"A\"}},"
		"{\"id\":\"3\",\"data\":{\"type\":\"http-request\","
		"\"title\":\"Post\"}},"
		"{\"id\":\"4\",\"data\":{\"type\":\"tool\",\"title\":\"T\"}},"
		"{\"id\":\"5\",\"data\":{\"type\":\"human-input\"}},"
		"{\"id\":\"6\",\"data\":{\"type\":\"agent\",\"title\":\"G\"}}");

	(void)state;
	assert_string_equal(json(dsl_trial_effects(arena, dsl)),
		"[{\"node\":\"3\",\"type\":\"http-request\",\"title\":"
		"\"Post\"},{\"node\":\"4\",\"type\":\"tool\",\"title\":\"T\"},"
		"{\"node\":\"5\",\"type\":\"human-input\",\"title\":\"\"},"
		"{\"node\":\"6\",\"type\":\"agent\",\"title\":\"G\"}]");
}

static void
what_stays_inside_is_not_listed(void **state)
{
	(void)state;
	assert_string_equal(
		json(dsl_trial_effects(arena, with_input(""))), "[]");
	assert_string_equal(
		json(dsl_trial_effects(arena, read_json("{}"))), "[]");
}

/* ---- who can begin it ---- */

static void
a_trigger_begins_by_itself(void **state)
{
	(void)state;
	assert_true(dsl_trial_start(with_input("")));
	assert_false(dsl_trial_start(
		with_nodes("{\"data\":{\"type\":\"start\"}},"
			   "{\"data\":{\"type\":\"trigger-schedule\"}}")));
	assert_false(dsl_trial_start(
		with_nodes("{\"data\":{\"type\":\"trigger-webhook\"}}")));
	assert_false(dsl_trial_start(with_nodes("")));
	assert_false(dsl_trial_start(read_json("{}")));
}

/* ---- inputs ---- */

static const struct {
	int line;
	const char *row;
	const char *inputs;
	bool files;
} rows[] = {
	{__LINE__, "", "{}", false},
	/* Not needed, no default: left out. */
	{__LINE__, "{\"variable\":\"a\",\"type\":\"text-input\"}", "{}", false},
	{__LINE__,
		"{\"variable\":\"a\",\"type\":\"text-input\",\"default\":"
		"\"d\"}",
		"{\"a\":\"d\"}", false},
	/* By type. */
	{__LINE__,
		"{\"variable\":\"a\",\"label\":\"Topic\",\"type\":"
		"\"paragraph\",\"required\":true}",
		"{\"a\":\"A test of Topic\"}", false},
	{__LINE__, "{\"variable\":\"a\",\"required\":true}",
		"{\"a\":\"A test of a\"}", false},
	{__LINE__, "{\"variable\":\"a\",\"type\":\"number\",\"required\":true}",
		"{\"a\":1}", false},
	{__LINE__,
		"{\"variable\":\"a\",\"type\":\"checkbox\",\"required\":true}",
		"{\"a\":true}", false},
	{__LINE__,
		"{\"variable\":\"a\",\"type\":\"json_object\",\"required\":"
		"true}",
		"{\"a\":{}}", false},
	{__LINE__,
		"{\"variable\":\"a\",\"type\":\"select\",\"required\":true,"
		"\"options\":[\"x\",\"y\"]}",
		"{\"a\":\"x\"}", false},
	/* By what the label speaks of. */
	{__LINE__, "{\"variable\":\"a\",\"label\":\"网址\",\"required\":true}",
		"{\"a\":\"https://example.com\"}", false},
	{__LINE__, "{\"variable\":\"page_url\",\"required\":true}",
		"{\"page_url\":\"https://example.com\"}", false},
	{__LINE__,
		"{\"variable\":\"a\",\"label\":\"Email address\",\"required\":"
		"true}",
		"{\"a\":\"someone@example.com\"}", false},
	{__LINE__, "{\"variable\":\"a\",\"label\":\"分数\",\"required\":true}",
		"{\"a\":\"42\"}", false},
	/* Never longer than it may be, nor half a character. */
	{__LINE__,
		"{\"variable\":\"a\",\"label\":\"Topic\",\"required\":true,"
		"\"max_length\":6}",
		"{\"a\":\"A test\"}", false},
	{__LINE__,
		"{\"variable\":\"a\",\"label\":\"主题\",\"required\":true,"
		"\"max_length\":12}",
		"{\"a\":\"A test of \"}", false},
	/* A default of another type is of no use. */
	{__LINE__,
		"{\"variable\":\"a\",\"type\":\"number\",\"default\":\"7\","
		"\"required\":true}",
		"{\"a\":1}", false},
	{__LINE__, "{\"variable\":\"a\",\"type\":\"number\",\"default\":7}",
		"{\"a\":7}", false},
	{__LINE__,
		"{\"variable\":\"a\",\"type\":\"checkbox\",\"default\":false}",
		"{\"a\":false}", false},
	{__LINE__,
		"{\"variable\":\"a\",\"type\":\"text-input\",\"default\":\"\"}",
		"{}", false},
	{__LINE__,
		"{\"variable\":\"a\",\"type\":\"text-input\",\"default\":null}",
		"{}", false},
	/* What cannot be made up. */
	{__LINE__, "{\"variable\":\"a\",\"type\":\"file\",\"required\":true}",
		"{}", true},
	{__LINE__,
		"{\"variable\":\"a\",\"type\":\"file-list\",\"required\":true}",
		"{}", true},
	{__LINE__, "{\"variable\":\"a\",\"type\":\"file\"}", "{}", false},
	{__LINE__, "{\"variable\":\"a\",\"type\":\"select\",\"required\":true}",
		"{}", true},
};

static void
inputs_fit_the_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		bool files;
		const char *made = json(dsl_trial_inputs(
			arena, with_input(rows[i].row), &files));

		if (strcmp(made, rows[i].inputs) != 0 || files != rows[i].files)
			fail_msg("line %d: %s, files %d", rows[i].line, made,
				files);
	}
}

static void
the_form_itself_is_left_alone(void **state)
{
	const struct value *dsl = with_input(
		"{\"variable\":\"a\",\"type\":\"json_object\",\"default\":{}}");
	const char *before = json(dsl);
	bool files;

	(void)state;
	value_set_int(arena,
		value_get(dsl_trial_inputs(arena, dsl, &files), "a"), "x", 1);
	assert_string_equal(json(dsl), before);
}

/* ---- what is said to a chat ---- */

static const char *
query(const char *mode, const char *questions)
{
	return dsl_trial_query(read_json(arena_printf(arena,
		"{\"app\":{\"mode\":\"%s\"},\"workflow\":{\"features\":{"
		"\"suggested_questions\":%s}}}",
		mode, questions)));
}

static void
a_chat_is_asked_what_it_suggests(void **state)
{
	(void)state;
	assert_string_equal(query("advanced-chat", "[\"Who are you?\",\"b\"]"),
		"Who are you?");
	assert_string_equal(query("advanced-chat", "[]"), "Hello");
	assert_string_equal(query("advanced-chat", "[\"\"]"), "Hello");
	assert_null(query("workflow", "[\"Who are you?\"]"));
	assert_null(dsl_trial_query(read_json("{}")));
}

static const struct CMUnitTest tests[] = {
	TEST(lists_what_reaches_out),
	TEST(what_stays_inside_is_not_listed),
	TEST(a_trigger_begins_by_itself),
	TEST(inputs_fit_the_form),
	TEST(the_form_itself_is_left_alone),
	TEST(a_chat_is_asked_what_it_suggests),
};

UNIT_MAIN(tests)
