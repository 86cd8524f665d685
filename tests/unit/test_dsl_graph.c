/* test_dsl_graph.c: nodes and edges in the spellings of models. */
#include "dsl_unit.h"

#define START                                              \
	"{\"id\": \"1\", \"type\": \"start\", \"param\": " \
	"{\"variables\": [[\"t\", \"string\"], [\"f\", \"file\"]]}}"
#define LLM(id)                                               \
	"{\"id\": \"" id "\", \"type\": \"llm\", \"param\": " \
	"{\"system\": \"\", \"user\": \"{{#'1'.t#}}\"}}"
#define END                                                            \
	"{\"id\": \"9\", \"type\": \"end\", \"param\": {\"outputs\": " \
	"[[\"o\", [\"text\", \"2\"]]]}}"
#define BRANCH                                                           \
	"{\"id\": \"3\", \"type\": \"if-else\", \"param\": {\"cases\": " \
	"[[null, [[[\"t\", \"1\"], \"is\", \"x\"]]]]}}"
#define LOOP                                                                \
	"{\"id\": \"5\", \"type\": \"iteration\", \"param\": "              \
	"{\"iterator_selector\": [\"l\", \"4\"], \"output_selector\": "     \
	"[\"text\", \"5-2\"]}}, {\"id\": \"5-1\", \"type\": "               \
	"\"iteration-start\", \"param\": {}}, {\"id\": \"5-2\", \"type\": " \
	"\"llm\", \"param\": {\"user\": \"{{#5.item#}}\"}}"

static const struct {
	int line;
	const char *graph;
	const char *routes;
	const char *findings;
	const char *repairs;
} graphs[] = {
	{__LINE__,
		"{\"nodes_info\": [" START
		"," LLM("2") "," END "], "
			     "\"edges\": [[\"1\",0,\"2\"],[\"2\",0,\"9\"]]}",
		"1>2 2>9", "", ""},
	/* An id of two nodes, of which the first is none. */
	{__LINE__,
		"{\"nodes_info\": [{\"id\": \"1\", \"type\": \"magic\"},"
		"{\"id\": \"1\", \"type\": \"start\", \"param\": "
		"{\"variables\": [[\"a b\", \"string\"]]}}]}",
		"", "plan_type_unknown graph_id_repeated", "name_cleaned"},
	/* The order of nodes says nothing. */
	{__LINE__,
		"{\"nodes_info\": [" END
		"," LLM("2") "," START "], "
			     "\"edges\": [[\"2\",0,\"9\"],[\"1\",0,\"2\"]]}",
		"2>9 1>2", "", ""},
	/* Edges as objects, as pairs, as arrows. */
	{__LINE__,
		"{\"nodes\": [" START
		"," LLM("2") "," END "], \"edges\": "
			     "[{\"from\": \"1\", \"to\": \"2\"}, \"2 -> 9\"]}",
		"1>2 2>9", "", ""},
	{__LINE__,
		"{\"nodes\": [" START "," LLM("2") "," END "], "
						   "\"connections\": [[\"1\", "
						   "\"2\"], {\"source\": 2, "
						   "\"target\": 9}]}",
		"1>2 2>9", "", ""},
	/* Ports by number, by word, by what the case is called. */
	{__LINE__,
		"{\"nodes_info\": [" START "," BRANCH
		"," LLM("2") "," END
			     "], \"edges\": [[\"1\",0,\"3\"],[\"3\",0,\"2\"],"
			     "[\"3\",1,\"9\"]]}",
		"1>3 3/true>2 3/false>9", "", ""},
	{__LINE__,
		"{\"nodes\": [" START "," BRANCH
		"," LLM("2") "," END "], \"edges\": [{\"source\": \"1\", "
			     "\"target\": \"3\"},"
			     "{\"source\": \"3\", \"target\": \"2\", "
			     "\"sourceHandle\": \"yes\"}, {\"source\": \"3\", "
			     "\"target\": \"9\", \"sourceHandle\": \"else\"}]}",
		"1>3 3/true>2 3/false>9", "", ""},
	{__LINE__,
		"{\"nodes_info\": [" START "," BRANCH
		"," LLM("2") "], \"edges\": [[\"1\",0,\"3\"],[\"3\",7,\"2\"]]}",
		"1>3", "graph_port_unknown", ""},
	/* A port on a node that has none. */
	{__LINE__,
		"{\"nodes_info\": [" START
		"," LLM("2") "," END "], "
			     "\"edges\": [[\"1\",2,\"2\"],[\"2\",0,\"9\"]]}",
		"1>2 2>9", "", "port_dropped"},
	/* Children by their ids; edges over the border. */
	{__LINE__,
		"{\"nodes_info\": [" START "," LOOP
		"," LLM("9") "], \"edges\": "
			     "[[\"1\",0,\"5\"],[\"5-1\",0,\"5-2\"],[\"5\",0,"
			     "\"9\"],"
			     "[\"5\",0,\"5-1\"],[\"5-2\",0,\"9\"]]}",
		"1>5 5>9 5_1>5_2", "plan_reference_unknown graph_edge_dropped",
		"edge_to_own_child edge_over_border"},
	/* A child id below a node that is no container. */
	{__LINE__,
		"{\"nodes_info\": [" START
		"," LLM("1-1") "], \"edges\": "
			       "[[\"1\",0,\"1-1\"]]}",
		"1>1_1", "", ""},
	/* Nodes that carry their routes. */
	{__LINE__,
		"{\"nodes\": [{\"id\": \"a\", \"type\": \"start\", \"next\": "
		"\"b\"}, {\"id\": \"b\", \"type\": \"if-else\", "
		"\"cases\": [{\"when\": {\"left\": \"sys.user_id\", "
		"\"op\": \"is\", \"right\": \"x\"}, \"next\": \"c\"}], "
		"\"else\": \"d\"}, {\"id\": \"c\", \"type\": \"end\"}, "
		"{\"id\": \"d\", \"type\": \"end\"}]}",
		"a>b b/true>c b/false>d", "", ""},
	/* Dify's own form. */
	{__LINE__,
		"{\"app\": {\"mode\": \"workflow\"}, \"workflow\": "
		"{\"graph\": {\"nodes\": [{\"id\": \"1\", \"type\": "
		"\"custom\", \"data\": {\"type\": \"start\"}}, {\"id\": "
		"\"2\", \"data\": {\"type\": \"end\", \"outputs\": "
		"[]}}], \"edges\": [{\"source\": \"1\", \"target\": "
		"\"2\", \"sourceHandle\": \"source\"}]}}}",
		"1>2", "", ""},
	{__LINE__,
		"{\"nodes_info\": [" START "," LLM("2") "," LLM(
			"2") "], \"edges\": "
			     "[[\"1\",0,\"2\"],[\"2\",0,\"8\"],[1]]}",
		"1>2", "graph_id_repeated graph_edge_missing graph_edge_shape",
		""},
};

static void
graphs_become_routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(graphs); i++) {
		struct flow *f;

		findings = (struct findings){0};
		repairs = (struct repairs){0};
		f = flow_of(graphs[i].graph);
		if (strcmp(routes(f), graphs[i].routes) != 0)
			fail_msg("line %d: %s", graphs[i].line, routes(f));
		if (strcmp(found(), graphs[i].findings) != 0)
			fail_msg("line %d: %s", graphs[i].line, found());
		if (strcmp(mended(), graphs[i].repairs) != 0)
			fail_msg("line %d: %s", graphs[i].line, mended());
	}
}

static const struct {
	int line;
	const char *node; /* members of node x */
	const char *pointer;
	const char *want;
} nodes[] = {
	{__LINE__,
		"\"type\": \"code\", \"param\": {\"variables\": [[\"a\", "
		"[\"t\", \"1\"]]], \"outputs\": [[\"r\", \"number\"]],"
		"\"code\": \"c\"}",
		"/variables/0/value_selector", "[\"1\",\"t\"]"},
	{__LINE__,
		"\"type\": \"code\", \"param\": {\"variables\": [[\"a\", "
		"\"t\", \"1\"]], \"code\": \"c\"}",
		"/variables/0/value_selector", "[\"1\",\"t\"]"},
	{__LINE__,
		"\"type\": \"template\", \"param\": {\"variables\": "
		"[[\"t\", \"1\"]], \"template\": \"{{ t }}\"}",
		"/variables/0/value_selector", "[\"1\",\"t\"]"},
	{__LINE__,
		"\"type\": \"http-request\", \"param\": {\"url\": [\"t\", "
		"\"1\"]}",
		"/url", "\"{{#1.t#}}\""},
	{__LINE__,
		"\"type\": \"variable-aggregator\", \"param\": "
		"{\"variables\": [[\"t\", \"1\"], [\"x\", [\"t\", "
		"\"1\"]], [\"x\", \"t\", \"1\"]]}",
		"/variables", "[[\"1\",\"t\"],[\"1\",\"t\"],[\"1\",\"t\"]]"},
	{__LINE__,
		"\"type\": \"list-operator\", \"param\": {\"variable\": "
		"[\"t\", \"1\"], \"operator\": [\"limit\", 3]}",
		"/limit", "{\"enabled\":true,\"size\":3}"},
	{__LINE__,
		"\"type\": \"parameter-extractor\", \"param\": {\"query\": "
		"[\"t\", \"1\"], \"parameters\": [[\"who it is\", "
		"\"who\", \"string\"]]}",
		"/parameters/0/description", "\"who it is\""},
	{__LINE__,
		"\"type\": \"document-extractor\", \"param\": "
		"{\"variable_selector\": [\"f\", \"1\"]}",
		"/variable_selector", "[\"1\",\"f\"]"},
	{__LINE__,
		"\"type\": \"if-else\", \"param\": {\"cases\": [[\"or\", "
		"[[\"1.t\", \"empty\"], [\"t\", \"1\", \"is\", "
		"\"x\"]]]]}",
		"/cases/0/conditions/1/variable_selector", "[\"1\",\"t\"]"},
	{__LINE__,
		"\"type\": \"markdown-exporter\", \"param\": "
		"{\"target_type\": \"pdf\", \"md_text\": \"# a\"}",
		"/tool_name", "\"md_to_pdf\""},
	{__LINE__,
		"\"type\": \"llm\", \"data\": {\"prompt_template\": "
		"[{\"role\": \"system\", \"text\": \"s\"}]}",
		"/prompt_template/0/text", "\"s\""},
	{__LINE__,
		"\"type\": \"llm\", \"data\": {\"user\": \"u\"}, "
		"\"temperature\": 1",
		"/model/completion_params", "{\"temperature\":1}"},
	/* A head that spells the type of the only such node. */
	{__LINE__,
		"\"type\": \"llm\", \"param\": {\"user\": \"{{#start.t#}}\"}",
		"/prompt_template/0/text", "\"{{#1.t#}}\""},
	/* Conditions of the node itself are its one case. */
	{__LINE__,
		"\"type\": \"if-else\", \"data\": {\"logical_operator\": "
		"\"or\", \"conditions\": [{\"variable_selector\": [\"1\", "
		"\"t\"], \"comparison_operator\": \"is\", \"value\": \"x\"},"
		"{\"variable_selector\": [\"1\", \"t\"], "
		"\"comparison_operator\": \"empty\"}]}",
		"/cases/0/conditions/1/comparison_operator", "\"empty\""},
};

static void
parameters_become_data(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(nodes); i++) {
		const char *graph = arena_printf(arena,
			"{\"nodes_info\": [" START ", {\"id\": \"x\", %s}], "
			"\"edges\": [[\"1\", 0, \"x\"]]}",
			nodes[i].node);
		const char *got = data(flow_of(graph), "x", nodes[i].pointer);

		if (strcmp(got, nodes[i].want) != 0)
			fail_msg("line %d: %s", nodes[i].line, got);
	}
}

static void
dify_data_is_kept_whole(void **state)
{
	struct flow *f = flow_of(
		"{\"app\": {\"name\": \"n\"}, \"workflow\": {\"graph\": "
		"{\"nodes\": [{\"id\": \"1\", \"data\": {\"type\": \"llm\", "
		"\"own\": {\"x\": 1}, \"prompt_template\": []}}], \"edges\": "
		"[]}, \"environment_variables\": [{\"name\": \"a\"}]}}");

	(void)state;
	assert_string_equal(data(f, "1", "/own"), "{\"x\":1}");
	assert_string_equal(f->name, "n");
	assert_int_equal(value_count(f->env), 1);
}

static void
loose_words_in_a_dsl_are_read_too(void **state)
{
	struct flow *f = flow_of(
		"{\"app\": {\"name\": \"n\"}, \"workflow\": {\"graph\": "
		"{\"nodes\": [{\"id\": \"start_1\", \"type\": \"start\", "
		"\"data\": {\"variables\": [{\"variable\": \"q\", \"type\": "
		"\"string\"}]}}, {\"id\": \"a\", \"type\": \"llm\", "
		"\"data\": {\"prompt\": \"{{#start.q#}}\"}}, {\"id\": \"x\", "
		"\"type\": \"custom-note\", \"data\": {\"text\": \"hi\"}}], "
		"\"edges\": []}, \"environment_variables\": [{\"variable\": "
		"\"API_KEY\", \"value\": \"k\"}]}}");

	(void)state;
	assert_string_equal(
		data(f, "start_1", "/variables/0/type"), "\"paragraph\"");
	assert_string_equal(
		data(f, "a", "/prompt_template/0/text"), "\"{{#start_1.q#}}\"");
	assert_string_equal(data(f, "x", "/text"), "\"hi\"");
	assert_string_equal(
		json(value_find(f->env, "/0/value_type")), "\"string\"");
	assert_string_equal(found(), "");
	assert_string_equal(mended(), "head_meant");
}

static void
many_nodes_are_refused(void **state)
{
	struct str s;

	(void)state;
	str_init(&s, arena, LIMIT_DOCUMENT);
	str_puts(&s, "{\"nodes\": [");
	for (int i = 0; i <= LIMIT_NODES; i++)
		str_printf(&s, "%s{\"id\": %d}", i ? "," : "", i);
	str_puts(&s, "], \"edges\": []}");
	assert_int_equal(flow_of(s.s)->count, 0);
	assert_string_equal(found(), "too_many_nodes");
}

static const struct CMUnitTest tests[] = {
	TEST(graphs_become_routes),
	TEST(parameters_become_data),
	TEST(dify_data_is_kept_whole),
	TEST(loose_words_in_a_dsl_are_read_too),
	TEST(many_nodes_are_refused),
};

UNIT_MAIN(tests)
