/* test_dsl_show.c: what is shown as a plan or as a flow is read as the same
 * workflow. */
#include "dsl_unit.h"

#include "dsl/diff.h"
#include "dsl/show.h"

#include <stdio.h>

static struct value *
built(const char *text)
{
	struct dsl_result r;

	dsl_build(arena, text, strlen(text), &unit_target, &r);
	assert_non_null(r.dsl);
	return r.dsl;
}

static void
assert_same(const char *name, const struct value *x, const struct value *y)
{
	const struct value *diff = dsl_diff(arena, x, y);

	if (!value_get_bool(diff, "same", false))
		fail_msg("%s: %s", name, json(diff));
}

/* Calls check for each plan of the forms that have to be lowered. */
static void
each_form(void (*check)(const char *name, const struct value *dsl))
{
	FILE *stream = fopen("tests/data/forms.jsonl", "r");
	char *line = NULL;
	size_t room = 0, count = 0;

	assert_non_null(stream);
	for (; getline(&line, &room, stream) > 0; count++) {
		const struct value *form = read_json(line);

		check(value_get_text(form, "name", ""),
			built(json(value_get(form, "plan"))));
		arena_reset(arena);
	}
	fclose(stream);
	free(line);
	assert_true(count > 30);
}

/* Only an end that leaves early has another id: the last one needs none. */
static void
check_plan(const char *name, const struct value *dsl)
{
	const char *why = NULL;
	struct value *plan = dsl_show_plan(arena, dsl, &unit_target, &why);

	if (strcmp(name, "one_part_goes_on") == 0)
		return;
	if (plan == NULL)
		fail_msg("%s: %s", name, why);
	assert_same(name, dsl, built(json(plan)));
}

static void
shows_forms_as_plans(void **state)
{
	(void)state;
	each_form(check_plan);
}

static void
check_flow(const char *name, const struct value *dsl)
{
	struct value *flow = dsl_show_flow(arena, dsl, &unit_target);

	assert_string_equal(dialect_names[dialect_of(flow)], "flow");
	assert_same(name, dsl, built(json(flow)));
}

static void
shows_forms_as_flows(void **state)
{
	(void)state;
	each_form(check_flow);
}

/* A flow with a node that two branches lead to, each on its own way. */
static const char crossed[] =
	"{\"name\":\"x\",\"mode\":\"workflow\",\"nodes\":["
	"{\"id\":\"start\",\"type\":\"start\",\"inputs\":[{\"name\":\"t\","
	"\"type\":\"paragraph\"}],\"next\":[\"a\",\"b\",\"c\"]},"
	"{\"id\":\"a\",\"type\":\"template-transform\",\"template\":\"1\","
	"\"next\":[\"d\"]},"
	"{\"id\":\"b\",\"type\":\"template-transform\",\"template\":\"2\","
	"\"next\":[\"d\",\"e\"]},"
	"{\"id\":\"c\",\"type\":\"template-transform\",\"template\":\"3\","
	"\"next\":[\"e\"]},"
	"{\"id\":\"d\",\"type\":\"end\",\"outputs\":[{\"name\":\"x\","
	"\"from\":\"a.output\"}]},"
	"{\"id\":\"e\",\"type\":\"end\",\"outputs\":[{\"name\":\"y\","
	"\"from\":\"c.output\"}]}]}";

static void
says_why_there_is_no_plan(void **state)
{
	struct value *dsl = built(crossed);
	const char *why = NULL;

	(void)state;
	assert_null(dsl_show_plan(arena, dsl, &unit_target, &why));
	assert_non_null(why);
	assert_string_equal(
		why, "\"e\" is come to in ways that no split joins");
	assert_same("crossed", dsl,
		built(json(dsl_show_flow(arena, dsl, &unit_target))));
}

/* The numbers that the editor takes for ids become names. */
static void
names_steps_after_titles(void **state)
{
	struct value *dsl = built(
		"{\"nodes\":[{\"id\":\"100\",\"type\":\"start\",\"inputs\":"
		"[{\"name\":\"t\",\"type\":\"text\"}],\"next\":\"200\"},"
		"{\"id\":\"200\",\"type\":\"llm\",\"title\":\"Write it\","
		"\"prompt\":\"about {{100.t}}\",\"next\":\"300\"},"
		"{\"id\":\"300\",\"type\":\"end\",\"outputs\":[{\"name\":"
		"\"o\",\"from\":\"200.text\"}]}]}");
	const char *why = NULL;
	struct value *plan = dsl_show_plan(arena, dsl, &unit_target, &why);
	const struct value *step = value_first(value_get(plan, "steps"));

	(void)state;
	assert_null(why);
	assert_string_equal(value_get_text(step, "id", ""), "write_it");
	assert_string_equal(
		value_get_text(step, "prompt", ""), "about {{inputs.t}}");
	assert_null(value_get(step, "dify"));
	assert_null(value_get(step, "model"));
	assert_string_equal(json(value_get(plan, "outputs")),
		"[{\"name\":\"o\",\"from\":\"write_it.text\"}]");
}

/* Titles and descriptions are said of containers, too. */
static void
keeps_what_containers_are_called(void **state)
{
	struct value *dsl = built(
		"{\"inputs\":[{\"name\":\"t\",\"type\":\"json\"}],\"steps\":"
		"[{\"id\":\"l\",\"type\":\"loop\",\"title\":\"Again\","
		"\"description\":\"twice\",\"times\":2,\"vars\":[{\"name\":"
		"\"v\",\"type\":\"number\",\"value\":1}],\"do\":[{\"id\":"
		"\"a\",\"type\":\"template-transform\",\"template\":"
		"\"x\"}]}],\"outputs\":[{\"name\":\"o\",\"from\":\"l.v\"}]}");
	const struct value *data =
		value_find(dsl, "/workflow/graph/nodes/1/data");
	const char *why = NULL;
	struct value *plan = dsl_show_plan(arena, dsl, &unit_target, &why);

	(void)state;
	assert_string_equal(value_get_text(data, "title", ""), "Again");
	assert_string_equal(value_get_text(data, "desc", ""), "twice");
	assert_null(why);
	assert_same("container", dsl, built(json(plan)));
}

/* What no word of a plan says is kept in Dify's words. */
static void
keeps_what_it_has_no_word_for(void **state)
{
	struct value *dsl = built(
		"{\"inputs\":[{\"name\":\"t\",\"type\":\"text\"}],\"steps\":"
		"[{\"id\":\"call\",\"type\":\"http-request\",\"method\":"
		"\"get\",\"url\":\"https://x.test/\"}]}");
	struct value *data = value_find(dsl, "/workflow/graph/nodes/1/data");
	const char *why = NULL;
	struct value *plan;

	(void)state;
	value_set_bool(arena, data, "ssl_verify", false);
	value_set(arena, data, "retry_config",
		read_json("{\"retry_enabled\":true,\"max_retries\":7,"
			  "\"retry_interval\":120}"));
	plan = dsl_show_plan(arena, dsl, &unit_target, &why);
	assert_null(why);
	assert_same("kept", dsl, built(json(plan)));
}

/* Marks of a reference around nothing are text like any other. */
static void
takes_braces_around_nothing_as_text(void **state)
{
	struct dsl_result r;
	const char *why = NULL;
	struct value *plan;

	(void)state;
	r.dsl = built("{\"inputs\":[],\"steps\":[{\"id\":\"a\",\"type\":"
		      "\"llm\",\"prompt\":\"{{#}} {{ {{#a {{\"},{\"id\":"
		      "\"b\",\"type\":\"template-transform\",\"template\":"
		      "\"x\"}]}");
	plan = dsl_show_plan(arena, r.dsl, &unit_target, &why);
	assert_null(why);
	assert_same("braces", r.dsl, built(json(plan)));
	value_set_text(arena, value_find(r.dsl, "/workflow/graph/nodes/2/data"),
		"template", "{{#}}{{#");
	dsl_read(arena, json(r.dsl), strlen(json(r.dsl)), &unit_target, &r);
	dsl_fix(arena, &r, &unit_target);
	assert_string_equal(
		value_get_text(
			value_find(r.dsl, "/workflow/graph/nodes/2/data"),
			"template", ""),
		"{{#}}{{#");
}

static const struct CMUnitTest tests[] = {
	TEST(shows_forms_as_plans),
	TEST(shows_forms_as_flows),
	TEST(says_why_there_is_no_plan),
	TEST(names_steps_after_titles),
	TEST(takes_braces_around_nothing_as_text),
	TEST(keeps_what_containers_are_called),
	TEST(keeps_what_it_has_no_word_for),
};

UNIT_MAIN(tests)
