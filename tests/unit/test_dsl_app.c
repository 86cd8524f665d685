/* test_dsl_app.c: the DSL of an app that a Dify has. */
#include "base/limits.h"
#include "base/str.h"
#include "dsl/app.h"
#include "text/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static struct value *
parse(struct arena *a, const char *json)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(a, json, strlen(json), 0, &report);

	assert_non_null(v);
	return v;
}

static void
is_json(struct arena *a, const struct value *v, const char *json)
{
	if (value_equal(v, parse(a, json)))
		return;
	struct str text;

	str_init(&text, a, LIMIT_BODY);
	jsonx_write(&text, v, 0);
	assert_string_equal(text.s, json);
}

static const char draft[] =
	"{\"id\":\"w\",\"hash\":\"h\",\"graph\":{\"nodes\":["
	"{\"id\":\"1\",\"data\":{\"type\":\"knowledge-retrieval\","
	"\"dataset_ids\":[\"plain\"]}},"
	"{\"id\":\"2\",\"data\":{\"type\":\"llm\"}}],\"edges\":[]},"
	"\"features\":{\"x\":1},\"environment_variables\":[{\"name\":\"K\","
	"\"value_type\":\"secret\",\"value\":\"********************\"},"
	"{\"name\":\"S\",\"value_type\":\"string\",\"value\":\"***\"}],"
	"\"conversation_variables\":[]}";

static void
only_graphs_are_managed(void **state)
{
	static const char *const others[] = {
		"chat", "agent-chat", "completion", "agent", "channel", ""};
	size_t i;

	(void)state;
	assert_true(app_is_managed("workflow"));
	assert_true(app_is_managed("advanced-chat"));
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(app_is_managed(others[i]));
}

static void
a_draft_becomes_a_dsl(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct value *app = parse(a,
		"{\"id\":\"x\",\"name\":\"Mail\",\"mode\":\"workflow\","
		"\"description\":\"d\",\"icon\":\"M\",\"icon_type\":\"emoji\","
		"\"icon_background\":\"#FFF\",\"tags\":[],"
		"\"use_icon_as_answer_icon\":false}");
	struct value *dsl = app_from_draft(a, app, parse(a, draft), "0.6.0");

	(void)state;
	is_json(a, value_get(dsl, "app"),
		"{\"name\":\"Mail\",\"mode\":\"workflow\","
		"\"description\":\"d\",\"icon\":\"M\",\"icon_type\":\"emoji\","
		"\"icon_background\":\"#FFF\","
		"\"use_icon_as_answer_icon\":false}");
	assert_string_equal(value_get_text(dsl, "version", ""), "0.6.0");
	assert_string_equal(value_get_text(dsl, "kind", ""), "app");
	assert_null(value_find(dsl, "/workflow/hash"));
	assert_non_null(value_find(dsl, "/workflow/features/x"));
	assert_non_null(value_find(dsl, "/workflow/graph/nodes/1/data"));
	assert_int_equal(app_masked(dsl), 1);
	arena_free(&a);
}

static void
a_picture_stays_what_the_export_says(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct value *dsl = parse(a, "{\"app\":{\"name\":\"a\","
				     "\"icon\":\"I\",\"mode\":\"workflow\"}}");

	(void)state;
	app_describe(a, dsl,
		parse(a, "{\"name\":\"b\",\"icon\":\"file\","
			 "\"icon_type\":\"image\",\"description\":null}"));
	is_json(a, dsl,
		"{\"app\":{\"name\":\"b\",\"icon\":\"I\","
		"\"mode\":\"workflow\"}}");
	arena_free(&a);
}

static void
hidden_ids_are_shown(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct value *dsl = parse(a,
		"{\"workflow\":{\"graph\":{\"nodes\":["
		"{\"id\":\"1\",\"data\":{\"dataset_ids\":[\"hidden=\"]}},"
		"{\"id\":\"2\",\"data\":{}},"
		"{\"id\":\"9\",\"data\":{\"dataset_ids\":[\"else\"]}}]}}}");

	(void)state;
	assert_true(app_has_datasets(dsl));
	app_show_datasets(a, dsl, parse(a, draft));
	is_json(a, dsl,
		"{\"workflow\":{\"graph\":{\"nodes\":["
		"{\"id\":\"1\",\"data\":{\"dataset_ids\":[\"plain\"]}},"
		"{\"id\":\"2\",\"data\":{}},"
		"{\"id\":\"9\",\"data\":{\"dataset_ids\":[\"else\"]}}]}}}");
	assert_false(app_has_datasets(parse(a, "{}")));
	assert_false(app_has_datasets(parse(a, "{\"workflow\":[]}")));
	arena_free(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_graphs_are_managed),
		cmocka_unit_test(a_draft_becomes_a_dsl),
		cmocka_unit_test(a_picture_stays_what_the_export_says),
		cmocka_unit_test(hidden_ids_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
