/* test_dsl_lower.c: every form of a plan becomes the nodes and routes that
 * mean the same. */
#include "dsl_unit.h"

#define INPUTS                                                      \
	"\"inputs\": [{\"name\": \"t\", \"type\": \"paragraph\"}, " \
	"{\"name\": \"n\", \"type\": \"number\"}], "
#define T(id, text)                                               \
	"{\"id\": \"" id "\", \"type\": \"template-transform\", " \
	"\"template\": \"" text "\"}"
#define WHEN                                                            \
	"\"when\": {\"all\": [{\"left\": \"inputs.n\", \"op\": \">\", " \
	"\"right\": 1}]}"
#define END(id)                                                 \
	"{\"id\": \"" id "\", \"type\": \"end\", \"outputs\": " \
	"[{\"name\": \"" id "_out\", \"from\": \"inputs.t\"}]}"
#define OUT(from) "\"outputs\": [{\"name\": \"o\", \"from\": \"" from "\"}]"

static const struct {
	int line;
	const char *plan;
	const char *routes;
	const char *findings;
} plans[] = {
	{__LINE__,
		"{" INPUTS "\"steps\": [" T("a", "x") ", " T(
			"b", "y") "], " OUT("b.output") "}",
		"start>a a>b b>end", ""},
	/* A missing else leads to what follows; nothing is joined. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"s\", \"type\": \"if-else\","
		"\"cases\": [{" WHEN ", \"do\": [" T("a", "x") "]}]}, " T(
			"b", "y") "], " OUT("b.output") "}",
		"start>s s/true>a s/false>b a>b b>end", ""},
	/* What is given is joined; a text is carried inside its part. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"s\", \"type\": \"if-else\","
		"\"cases\": [{" WHEN
		", \"do\": [" T("a", "x") "], \"give\": {\"v\": "
					  "\"{{a.output}}\"}}], \"else\": "
					  "{\"do\": [], \"give\": {\"v\": "
					  "\"none\"}}}], " OUT("s.v") "}",
		"start>s s/true>a s/false>s__v a>s__join s__v>s__join "
		"s__join>end",
		""},
	/* A part that ends leaves; the other one needs no join. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"s\", \"type\": \"if-else\","
		"\"cases\": [{" WHEN ", \"do\": [" END("stop") "]}]}, " T(
			"b", "y") "], " OUT("b.output") "}",
		"start>s s/true>stop s/false>b b>end", ""},
	/* If all parts end, nothing may follow. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"s\", \"type\": \"if-else\","
		"\"cases\": [{" WHEN
		", \"do\": [" END("p") "]}], \"else\": {\"do\": [" END(
			"q") "]}}, " T("b", "y") "], " OUT("b.output") "}",
		"start>s s/true>p s/false>q b>end", "plan_step_unreachable"},
	/* An older value is carried, also when it is a number. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"s\", \"type\": \"if-else\","
		"\"cases\": [{" WHEN ", \"do\": [], \"give\": "
		"{\"v\": \"{{inputs.n}}\"}}], \"else\": {\"do\": [], "
		"\"give\": {\"v\": 0}}}], " OUT("s.v") "}",
		"start>s s/true>s__v s/false>s__v_2 s__v>s__join "
		"s__v_2>s__join s__join>end",
		""},
	/* A part that owes a value. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"s\", \"type\": \"if-else\","
		"\"cases\": [{" WHEN ", \"do\": [], \"give\": "
		"{\"v\": \"x\"}}]}], " OUT("s.v") "}",
		"start>s s/true>s__v s/false>s__join s__v>s__join "
		"s__join>end",
		"plan_give_missing"},
	/* A parallel fans out and joins by its last steps. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"p\", \"type\": "
		"\"parallel\", \"branches\": [{\"do\": [" T(
			"a", "x") "]}, {\"do\": [" T("b", "y") ", " T("c",
			"z") "]}]}, " T("d",
			"{{ a.output }}") "], " OUT("c.output") "}",
		"start>a start>b a>d b>c c>d d>end", ""},
	/* Between two parallels stands a node of its own. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"p\", \"type\": "
		"\"parallel\", \"branches\": [{\"do\": [" T(
			"a", "x") "]}, {\"do\": [" T("b",
			"y") "]}]}, {\"id\": \"q\", "
			     "\"type\": \"parallel\", \"branches\": [{\"do\": "
			     "[" T("c", "x") "]}, {\"do\": [" T(
				     "d", "y") "]}]}], " OUT("c.output") "}",
		"start>a start>b a>q__fork b>q__fork q__fork>c q__fork>d "
		"c>end d>end",
		""},
	/* An error branch joins with the way that went well. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"h\", \"type\": "
		"\"http-request\", \"method\": \"get\", \"url\": "
		"\"http://a.example\", \"on_error\": {\"do\": [" T("e",
			"{{ h.error_message }}") "], \"give\": "
						 "{\"body\": "
						 "\"{{e.output}}\"}}}], " OUT(
							 "h.body") "}",
		"start>h h/fail-branch>e h>h__join e>h__join h__join>end", ""},
	/* A container starts inside and is left as a whole. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"c\", \"type\": \"code\", "
		"\"code\": \"def main(): pass\", \"outputs\": "
		"{\"l\": \"array[string]\"}}, {\"id\": \"i\", "
		"\"type\": \"iteration\", \"over\": \"c.l\", \"do\": [" T(
			"a", "{{ i.item }}") "], \"give\": "
					     "\"{{a.output}}\"}], " OUT(
						     "i.output") "}",
		"start>c c>i i>end istart>a", ""},
	/* break leaves the loop and the part. */
	{__LINE__,
		"{" INPUTS "\"steps\": [{\"id\": \"l\", \"type\": \"loop\", "
		"\"times\": 3, \"vars\": [{\"name\": \"k\", \"type\": "
		"\"number\", \"value\": 0}], \"do\": [{\"id\": \"s\", "
		"\"type\": \"if-else\", \"cases\": [{" WHEN
		", \"do\": [{\"id\": \"out\", \"type\": \"break\"}]}]"
		"}, " T("a", "x") "]}], " OUT("l.k") "}",
		"start>l l>end lstart>s s/true>out s/false>a", ""},
	/* Without outputs the last value comes out. */
	{__LINE__, "{" INPUTS "\"steps\": [" T("a", "x") "]}", "start>a a>end",
		""},
	/* A chat answers with it. */
	{__LINE__, "{\"mode\": \"chat\", \"steps\": [" T("a", "x") "]}",
		"start>a a>answer", ""},
	/* A text for an output is made by a node of its own. */
	{__LINE__,
		"{" INPUTS
		"\"steps\": [" T("a", "x") "], " OUT("see {{a.output}}") "}",
		"start>a a>end__o end__o>end", ""},
	/* Names that do not exist. */
	{__LINE__,
		"{" INPUTS "\"steps\": [" T("a", "x") "], " OUT(
			"{{b.output}} {{ c }} {{d.e.f}}") "}",
		"start>a a>end__o end__o>end",
		"plan_reference_unknown plan_reference_unknown"},
	{__LINE__,
		"{" INPUTS
		"\"steps\": [{\"id\": \"x\", \"type\": \"magic\"}, " T(
			"a", "x") "]}",
		"start>a a>end", "plan_type_unknown"},
};

static void
plans_become_routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(plans); i++) {
		struct flow *f;

		findings = (struct findings){0};
		f = flow_of(plans[i].plan);
		if (strcmp(routes(f), plans[i].routes) != 0)
			fail_msg("line %d: %s", plans[i].line, routes(f));
		if (strcmp(found(), plans[i].findings) != 0)
			fail_msg("line %d: %s", plans[i].line, found());
	}
}

static const struct {
	int line;
	const char *step;
	const char *pointer;
	const char *want;
} fields[] = {
	{__LINE__, "\"type\": \"llm\", \"prompt\": \"a {{inputs.t}} {{ x }}\"",
		"/prompt_template/0/text", "\"a {{#start.t#}} {{ x }}\""},
	{__LINE__, "\"type\": \"llm\", \"prompt\": \"p\", \"system\": \"s\"",
		"/prompt_template/0/role", "\"system\""},
	{__LINE__,
		"\"type\": \"llm\", \"prompt\": \"p\", \"model\": \"fast\", "
		"\"temperature\": 0.5",
		"/model",
		"{\"provider\":\"org/plugin/provider\",\"name\":"
		"\"small-model\",\"mode\":\"chat\",\"completion_params\":"
		"{\"temperature\":0.5}}"},
	{__LINE__,
		"\"type\": \"llm\", \"prompt\": \"p\", \"json\": "
		"{\"city\": \"string\", \"tags\": \"array[string]\"}",
		"/structured_output/schema/properties",
		"{\"city\":{\"type\":\"string\"},\"tags\":{\"type\":\"array\","
		"\"items\":{\"type\":\"string\"}}}"},
	{__LINE__,
		"\"type\": \"llm\", \"prompt\": \"p\", \"context\": "
		"\"inputs.t\"",
		"/prompt_template/0/text", "\"{{#context#}}\\n\\np\""},
	{__LINE__,
		"\"type\": \"code\", \"code\": \"def main(a): pass\", "
		"\"inputs\": [{\"name\": \"a\", \"value\": "
		"\"inputs.n\"}], \"outputs\": {\"r\": \"list\"}",
		"/variables",
		"[{\"variable\":\"a\",\"value_selector\":[\"start\",\"n\"]}]"},
	{__LINE__,
		"\"type\": \"code\", \"code\": \"\", \"outputs\": "
		"{\"r\": \"int\"}",
		"/outputs", "{\"r\":{\"type\":\"number\",\"children\":null}}"},
	{__LINE__,
		"\"type\": \"knowledge-retrieval\", \"query\": \"inputs.t\","
		"\"knowledge\": \"handbook\"",
		"/dataset_ids", "[\"set-1\"]"},
	{__LINE__,
		"\"type\": \"knowledge-retrieval\", \"query\": "
		"\"about {{inputs.t}}\", \"knowledge\": [\"handbook\"]",
		"/query_variable_selector", "[\"x__query\",\"output\"]"},
	{__LINE__,
		"\"type\": \"http-request\", \"url\": \"http://a\", "
		"\"headers\": {\"A\": \"{{inputs.t}}\", \"B\": 2}",
		"/headers", "\"A:{{#start.t#}}\\nB:2\""},
	{__LINE__,
		"\"type\": \"http-request\", \"url\": \"http://a\", "
		"\"auth\": {\"type\": \"bearer\", \"key\": \"k\"}",
		"/authorization/config",
		"{\"type\":\"bearer\",\"api_key\":\"k\",\"header\":\"\"}"},
	{__LINE__,
		"\"type\": \"http-request\", \"url\": \"http://a\", "
		"\"body\": {\"type\": \"form\", \"data\": {\"k\": "
		"\"{{inputs.t}}\"}}",
		"/body",
		"{\"type\":\"form-data\",\"data\":[{\"id\":\"key-value-1\","
		"\"key\":\"k\",\"type\":\"text\",\"value\":"
		"\"{{#start.t#}}\"}]}"},
	{__LINE__,
		"\"type\": \"parameter-extractor\", \"text\": \"inputs.t\", "
		"\"parameters\": [{\"name\": \"who\", \"type\": "
		"\"string\", \"options\": [\"a\"]}]",
		"/parameters",
		"[{\"name\":\"who\",\"type\":\"select\",\"description\":"
		"\"who\",\"required\":false,\"options\":[\"a\"]}]"},
	{__LINE__,
		"\"type\": \"list-operator\", \"list\": \"sys.files\", "
		"\"filter\": {\"key\": \"type\", \"op\": \"in\", "
		"\"value\": \"image\"}, \"limit\": 2",
		"/filter_by/conditions",
		"[{\"key\":\"type\",\"comparison_operator\":\"in\","
		"\"value\":[\"image\"]}]"},
	{__LINE__,
		"\"type\": \"tool\", \"tool\": \"clock\", \"arguments\": "
		"{\"zone\": \"{{inputs.t}}\", \"n\": \"{{inputs.n}}\"}",
		"/tool_parameters",
		"{\"zone\":{\"type\":\"mixed\",\"value\":\"{{#start.t#}}\"},"
		"\"n\":{\"type\":\"variable\",\"value\":[\"start\",\"n\"]}}"},
	{__LINE__,
		"\"type\": \"question-classifier\", \"query\": \"inputs.t\","
		"\"classes\": [{\"name\": \"a\", \"do\": []}, "
		"{\"name\": \"b\", \"do\": []}]",
		"/classes",
		"[{\"id\":\"1\",\"name\":\"a\"},{\"id\":\"2\",\"name\":\"b\"}"
		"]"},
	{__LINE__,
		"\"type\": \"if-else\", \"cases\": [{\"when\": {\"any\": "
		"[{\"left\": \"inputs.n\", \"op\": \"==\", \"right\": "
		"5}]}, \"do\": []}]",
		"/cases/0",
		"{\"id\":\"true\",\"case_id\":\"true\",\"logical_operator\":"
		"\"or\",\"conditions\":[{\"id\":\"x_1_1\","
		"\"variable_selector\":[\"start\",\"n\"],"
		"\"comparison_operator\":\"=\",\"value\":\"5\",\"varType\":"
		"\"number\"}]}"},
	{__LINE__,
		"\"type\": \"llm\", \"prompt\": \"p\", \"retry\": "
		"{\"times\": 2, \"seconds\": 3}",
		"/retry_config",
		"{\"retry_enabled\":true,\"max_retries\":2,"
		"\"retry_interval\":3000}"},
	{__LINE__,
		"\"type\": \"llm\", \"prompt\": \"p\", \"on_error\": "
		"{\"default\": {\"text\": \"sorry\"}}",
		"/default_value",
		"[{\"key\":\"text\",\"type\":\"string\",\"value\":"
		"\"sorry\"}]"},
	{__LINE__,
		"\"type\": \"human-input\", \"form\": \"Ok? "
		"{{#$output.note#}}\", \"actions\": [{\"id\": \"yes\", "
		"\"title\": \"Yes\", \"do\": []}]",
		"/user_actions",
		"[{\"id\":\"yes\",\"title\":\"Yes\",\"button_style\":"
		"\"primary\"}]"},
};

static void
fields_become_data(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(fields); i++) {
		const char *plan = arena_printf(arena,
			"{" INPUTS "\"steps\": [{\"id\": \"x\", %s}]}",
			fields[i].step);
		const char *got = data(flow_of(plan), "x", fields[i].pointer);

		if (strcmp(got, fields[i].want) != 0)
			fail_msg("line %d: %s", fields[i].line, got);
	}
}

static void
types_of_carriers(void **state)
{
	struct flow *f = flow_of(
		"{" INPUTS "\"steps\": [{\"id\": \"s\", \"type\": \"if-else\", "
		"\"cases\": [{" WHEN ", \"do\": [], \"give\": "
		"{\"a\": \"{{inputs.n}}\", \"b\": \"{{inputs.t}}\"}}], "
		"\"else\": {\"do\": [], \"give\": {\"a\": 1, "
		"\"b\": \"x {{inputs.t}}\"}}}]}");

	(void)state;
	assert_true(flow_is(flow_find(f, "s__a"), "code"));
	assert_true(flow_is(flow_find(f, "s__b"), "template-transform"));
	assert_string_equal(
		data(f, "s__b_2", "/template"), "\"x {{ value_1 }}\"");
	assert_string_equal(data(f, "s__join", "/advanced_settings/groups/0"),
		"{\"groupId\":\"s__join_a\",\"group_name\":\"a\","
		"\"output_type\":\"number\",\"variables\":[[\"s__a\",\"value\"]"
		","
		"[\"s__a_2\",\"value\"]]}");
	assert_string_equal(found(), "");
}

static void
one_type_a_name(void **state)
{
	(void)state;
	flow_of("{" INPUTS "\"steps\": [{\"id\": \"s\", \"type\": \"if-else\", "
		"\"cases\": [{" WHEN ", \"do\": [], \"give\": {\"a\": "
		"\"{{inputs.n}}\"}}], \"else\": {\"do\": [], \"give\": "
		"{\"a\": \"text\"}}}], " OUT("s.a") "}");
	assert_string_equal(found(), "plan_give_types");
}

static void
odd_names_are_cleaned_with_their_references(void **state)
{
	struct flow *f = flow_of(
		"{\"inputs\": [{\"name\": \"\xE5\x9B\xBE\", \"type\": "
		"\"text\"}],"
		"\"steps\": [{\"id\": \"My Step\", \"type\": "
		"\"template_transform\", \"template\": \"{{ inputs.x }}\"}, "
		"{\"id\": \"b\", \"type\": \"llm\", \"prompt\": "
		"\"{{inputs.\xE5\x9B\xBE}}\"}]}");

	(void)state;
	assert_non_null(flow_find(f, "my_step"));
	assert_string_equal(data(f, "b", "/prompt_template/0/text"),
		"\"{{#start.input_1#}}\"");
	assert_string_equal(
		mended(), "name_cleaned type_alias id_cleaned output_added");
}

static void
deep_and_wide_plans_are_bounded(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, arena, LIMIT_DOCUMENT);
	str_puts(&s, "{\"steps\": [");
	for (int i = 0; i < 2 * LIMIT_NODES; i++)
		str_printf(&s, "%s" T("a%d", "x"), i ? "," : "", i);
	str_puts(&s, "]}");
	flow_of(s.s);
	assert_string_equal(found(), "too_many_nodes");
}

static const struct CMUnitTest tests[] = {
	TEST(plans_become_routes),
	TEST(fields_become_data),
	TEST(types_of_carriers),
	TEST(one_type_a_name),
	TEST(odd_names_are_cleaned_with_their_references),
	TEST(deep_and_wide_plans_are_bounded),
};

UNIT_MAIN(tests)
