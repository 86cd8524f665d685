/* test_dsl_edit.c: operations change what they name, and nothing else. */
#include "dsl_unit.h"

#include "dsl/edit.h"

static struct dsl_result result;

static const char plan[] =
	"{\"name\": \"x\", \"inputs\": [{\"name\": \"t\", \"type\": "
	"\"paragraph\"}], \"steps\": [{\"id\": \"ask\", \"type\": \"llm\", "
	"\"prompt\": \"{{inputs.t}}\"}, {\"id\": \"view\", \"type\": "
	"\"template-transform\", \"template\": \"{{ ask.text }}\"}, {\"id\": "
	"\"big\", \"type\": \"if-else\", \"cases\": [{\"when\": {\"left\": "
	"\"ask.text\", \"op\": \"is\", \"right\": \"a\"}, \"do\": [], "
	"\"give\": {\"w\": \"yes\"}}], \"else\": {\"do\": [], \"give\": "
	"{\"w\": \"no\"}}}], \"outputs\": [{\"name\": \"o\", \"from\": "
	"\"view.output\"}, {\"name\": \"w\", \"from\": \"big.w\"}]}";

static int
set_up_dsl(void **state)
{
	set_up(state);
	dsl_build(arena, plan, strlen(plan), &unit_target, &result);
	assert_non_null(result.dsl);
	assert_false(dsl_refused(&result.findings));
	result.repairs = (struct repairs){0};
	return 0;
}

static struct value *
node(const char *id)
{
	value_each(n, value_find(result.dsl, "/workflow/graph/nodes"))
		if (strcmp(value_get_text(n, "id", ""), id) == 0)
			return n;
	return NULL;
}

/* "a>b a/true>c" of the DSL, in the order of its edges. */
static const char *
edges(void)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	value_each(e, value_find(result.dsl, "/workflow/graph/edges")) {
		const char *handle = value_get_text(e, "sourceHandle", "");

		str_printf(&out, "%s%s", out.len > 0 ? " " : "",
			value_get_text(e, "source", ""));
		if (strcmp(handle, "source") != 0)
			str_printf(&out, "/%s", handle);
		str_printf(&out, ">%s", value_get_text(e, "target", ""));
	}
	return out.s;
}

static void
edit(const char *operations)
{
	dsl_edit(arena, &result, read_json(operations), &unit_target);
}

static void
add_takes_over_what_followed(void **state)
{
	const char *untouched = json(node("ask"));

	(void)state;
	edit("[{\"op\": \"add\", \"after\": \"ask\", \"node\": {\"id\": "
	     "\"short\", \"type\": \"llm\", \"prompt\": \"Shorten "
	     "{{ask.text}} of {{inputs.t}}\"}}]");
	assert_string_equal(edges(),
		"start>ask view>big big/true>big__w big/false>big__w_2 "
		"big__w>big__join big__w_2>big__join big__join>end ask>short "
		"short>view");
	assert_string_equal(
		json(value_find(node("short"), "/data/prompt_template/0/text")),
		"\"Shorten {{#ask.text#}} of {{#start.t#}}\"");
	assert_string_equal(json(node("ask")), untouched);
	assert_string_equal(found(), "");
	assert_string_equal(mended(), "");
	assert_int_equal(result.repairs.count, 1);
	assert_false(dsl_refused(&result.findings));
}

static void
remove_closes_the_gap(void **state)
{
	(void)state;
	edit("[{\"op\": \"remove\", \"node\": \"view\"}]");
	assert_null(node("view"));
	assert_non_null(strstr(edges(), "ask>big"));
	assert_null(strstr(edges(), "view"));
	assert_true(result.findings.first != NULL);
}

static void
set_changes_one_place(void **state)
{
	(void)state;
	edit("[{\"op\": \"set\", \"node\": \"ask\", \"path\": "
	     "\"/prompt_template/0/text\", \"value\": \"new\"}, {\"op\": "
	     "\"set\", \"node\": \"ask\", \"path\": \"/title\", \"value\": "
	     "\"Ask\"}]");
	assert_string_equal(
		json(value_find(node("ask"), "/data/prompt_template/0/text")),
		"\"new\"");
	assert_int_equal(result.repairs.count, 2);
}

static void
rename_takes_references_along(void **state)
{
	(void)state;
	edit("[{\"op\": \"rename\", \"node\": \"ask\", \"to\": \"reply\"}]");
	assert_null(node("ask"));
	assert_string_equal(json(value_find(node("view"),
				    "/data/variables/0/value_selector")),
		"[\"reply\",\"text\"]");
	assert_string_equal(
		json(value_find(node("big"),
			"/data/cases/0/conditions/0/variable_selector")),
		"[\"reply\",\"text\"]");
	assert_non_null(strstr(edges(), "start>reply"));
	assert_non_null(strstr(edges(), "reply>view"));
	assert_null(strstr(json(result.dsl), "\"ask\""));
	assert_false(dsl_refused(&result.findings));
}

static void
rewire_moves_one_branch(void **state)
{
	(void)state;
	edit("[{\"op\": \"rewire\", \"from\": \"big\", \"handle\": \"true\", "
	     "\"to\": \"big__join\"}]");
	assert_non_null(strstr(edges(), "big/true>big__join"));
	assert_null(strstr(edges(), "big/true>big__w "));
	edit("[{\"op\": \"rewire\", \"from\": \"big\", \"handle\": \"true\", "
	     "\"to\": null}]");
	assert_null(strstr(edges(), "big/true"));
}

static void
inputs_and_outputs_are_added(void **state)
{
	(void)state;
	edit("[{\"op\": \"add_input\", \"input\": {\"name\": \"n\", \"type\": "
	     "\"number\"}}, {\"op\": \"add_output\", \"output\": {\"name\": "
	     "\"n\", \"from\": \"inputs.n\"}}]");
	assert_string_equal(
		json(value_find(node("start"), "/data/variables/1/type")),
		"\"number\"");
	assert_string_equal(json(value_find(node("end"), "/data/outputs/2")),
		"{\"variable\":\"n\",\"value_selector\":[\"start\",\"n\"],"
		"\"value_type\":\"number\"}");
}

static const char *const refused[] = {
	"[{\"op\": \"burn\"}]",
	"[{\"op\": \"remove\", \"node\": \"nobody\"}]",
	"[{\"op\": \"remove\", \"node\": \"start\"}]",
	"[{\"op\": \"rename\", \"node\": \"ask\", \"to\": \"view\"}]",
	"[{\"op\": \"rename\", \"node\": \"ask\", \"to\": \"not an id\"}]",
	"[{\"op\": \"rewire\", \"from\": \"ask\", \"handle\": \"true\", "
	"\"to\": \"end\"}]",
	"[{\"op\": \"set\", \"node\": \"ask\", \"path\": \"/type\", "
	"\"value\": \"code\"}]",
	"[{\"op\": \"set\", \"node\": \"ask\", \"path\": \"/no/such\", "
	"\"value\": 1}]",
	"[{\"op\": \"add\", \"after\": \"ask\", \"node\": {\"id\": \"ask\", "
	"\"type\": \"llm\"}}]",
	"[{\"op\": \"add\", \"after\": \"ask\", \"node\": {\"id\": \"m\", "
	"\"type\": \"magic\"}}]",
	"[{\"op\": \"add_input\", \"input\": {\"name\": \"t\", \"type\": "
	"\"text\"}}]",
	"[{\"op\": \"add_output\", \"output\": {\"name\": \"o\", \"from\": "
	"\"ask.text\"}}]",
	"[{\"op\": \"add_output\", \"output\": {\"name\": \"q\", \"from\": "
	"\"text\"}}]",
	"[1]",
};

static void
what_cannot_be_done_changes_nothing(void **state)
{
	const char *before = json(result.dsl);

	(void)state;
	for (size_t i = 0; i < nitems(refused); i++) {
		edit(refused[i]);
		if (result.findings.first == NULL ||
			strcmp(result.findings.first->kind->code,
				"edit_refused") != 0)
			fail_msg("%s", refused[i]);
		assert_string_equal(json(result.dsl), before);
		assert_int_equal(result.repairs.count, 0);
	}
}

static void
a_dsl_without_a_graph_is_left_alone(void **state)
{
	(void)state;
	result.dsl = read_json("{\"app\": {}}");
	edit("[{\"op\": \"remove\", \"node\": \"x\"}]");
	assert_true(dsl_refused(&result.findings));
	assert_string_equal(json(result.dsl), "{\"app\":{}}");
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_dsl, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(add_takes_over_what_followed),
	TEST(remove_closes_the_gap),
	TEST(set_changes_one_place),
	TEST(rename_takes_references_along),
	TEST(rewire_moves_one_branch),
	TEST(inputs_and_outputs_are_added),
	TEST(what_cannot_be_done_changes_nothing),
	TEST(a_dsl_without_a_graph_is_left_alone),
};

UNIT_MAIN(tests)
