/* test_dsl_repair.c: each rule mends what has one reading, and leaves what has
 * two. */
#include "dsl_unit.h"

#define START                                                  \
	"{\"id\": \"s\", \"type\": \"start\", \"variables\": " \
	"[[\"t\", \"string\"], [\"n\", \"number\"]]}"
#define EDGES(list) "], \"edges\": [" list "]}"

static const struct {
	int line;
	const char *graph;
	const char *repairs;
	const char *node; /* what is looked at afterwards */
	const char *pointer;
	const char *want;
} cases[] = {
	/* An output that the node does not have, where it has one. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"a\", \"type\": \"llm\", "
		"\"user\": \"x\"}, {\"id\": \"e\", \"type\": \"end\", "
		"\"outputs\": [[\"o\", [\"summary\", \"a\"]]]}" EDGES(
			"[\"s\",\"a\"],[\"a\",\"e\"]"),
		"output_name", "e", "/outputs/0/value_selector",
		"[\"a\",\"text\"]"},
	/* The asked name exists on another node: two readings. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"c\", \"type\": \"code\","
		"\"code\": \"def main(): pass\", \"outputs\": "
		"[[\"summary\", \"string\"]]}, {\"id\": \"a\", "
		"\"type\": \"llm\", \"user\": \"x\"}, {\"id\": \"e\", "
		"\"type\": \"end\", \"outputs\": [[\"o\", [\"summary\","
		"\"a\"]]]}" EDGES("[\"s\",\"c\"],[\"c\",\"a\"],[\"a\",\"e\"]"),
		"", "e", "/outputs/0/value_selector", "[\"a\",\"summary\"]"},
	/* A name that a person chose is not guessed. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"c\", \"type\": \"code\","
		"\"code\": \"def main(): pass\", \"outputs\": "
		"[[\"result\", \"string\"]]}, {\"id\": \"e\", "
		"\"type\": \"end\", \"outputs\": [[\"o\", "
		"[\"python_code\", \"c\"]]]}" EDGES(
			"[\"s\",\"c\"],[\"c\",\"e\"]"),
		"", "e", "/outputs/0/value_selector",
		"[\"c\",\"python_code\"]"},
	/* But the only output is meant by a general word. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"c\", \"type\": \"code\","
		"\"code\": \"def main(): pass\", \"outputs\": "
		"[[\"total\", \"number\"]]}, {\"id\": \"e\", "
		"\"type\": \"end\", \"outputs\": [[\"o\", "
		"[\"result\", \"c\"]]]}" EDGES("[\"s\",\"c\"],[\"c\",\"e\"]"),
		"output_name", "e", "/outputs/0/value_selector",
		"[\"c\",\"total\"]"},
	/* One output that each of two branches makes. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"i\", \"type\": "
		"\"if-else\", \"cases\": [{\"when\": {\"left\": \"s.t\", "
		"\"op\": \"is\", \"right\": \"a\"}}]}, {\"id\": \"a\", "
		"\"type\": \"llm\", \"user\": \"x\"}, {\"id\": \"b\", "
		"\"type\": \"llm\", \"user\": \"y\"}, {\"id\": \"e\", "
		"\"type\": \"end\", \"outputs\": [[\"o\", [\"text\", "
		"\"a\"]], [\"o\", [\"text\", \"b\"]]]}" EDGES(
			"[\"s\",\"i\"],[\"i\",\"true\",\"a\"],"
			"[\"i\",\"false\",\"b\"],[\"a\",\"e\"],"
			"[\"b\",\"e\"]"),
		"branches_merged", "o__join", "/variables",
		"[[\"a\",\"text\"],[\"b\",\"text\"]]"},
	/* Both may be there: two readings. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"a\", "
		"\"type\": \"llm\", \"user\": \"x\"}, {\"id\": \"b\", "
		"\"type\": \"llm\", \"user\": \"y\"}, {\"id\": \"e\", "
		"\"type\": \"end\", \"outputs\": [[\"o\", [\"text\", "
		"\"a\"]], [\"o\", [\"text\", \"b\"]]]}" EDGES(
			"[\"s\",\"a\"],[\"a\",\"b\"],[\"b\",\"e\"]"),
		"", "e", "/outputs/1/value_selector", "[\"b\",\"text\"]"},
	/* item belongs to the container. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"i\", \"type\": "
		"\"iteration\", \"iterator_selector\": [\"s\", \"t\"], "
		"\"output_selector\": [\"b\", \"text\"]}, {\"id\": "
		"\"b0\", \"type\": \"iteration-start\", \"parentId\": "
		"\"i\"}, {\"id\": \"b\", \"type\": \"llm\", "
		"\"parentId\": \"i\", \"user\": \"{{#b0.item#}}\"}" EDGES(
			"[\"s\",\"i\"],[\"b0\",\"b\"]"),
		"item_of_container terminal_added", "b",
		"/prompt_template/0/text", "\"{{#i.item#}}\""},
	/* Nor is there an output yet for the steps inside. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"i\", \"type\": "
		"\"iteration\", \"iterator_selector\": [\"s\", \"t\"], "
		"\"output_selector\": [\"b\", \"text\"]}, {\"id\": "
		"\"b0\", \"type\": \"iteration-start\", \"parentId\": "
		"\"i\"}, {\"id\": \"b\", \"type\": \"llm\", "
		"\"parentId\": \"i\", \"user\": \"{{#i.output#}}\"}" EDGES(
			"[\"s\",\"i\"],[\"b0\",\"b\"]"),
		"item_of_container terminal_added", "b",
		"/prompt_template/0/text", "\"{{#i.item#}}\""},
	/* A start inside is added, wired, and the last child comes out. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"i\", \"type\": "
		"\"iteration\", \"iterator_selector\": [\"s\", \"t\"]},"
		"{\"id\": \"b\", \"type\": \"llm\", \"parentId\": "
		"\"i\", \"user\": \"{{item}}\"}" EDGES("[\"s\",\"i\"]"),
		"container_start_added container_wired bare_name "
		"container_output terminal_added",
		"i", "/output_selector", "[\"b\",\"text\"]"},
	/* What is made inside is read outside as the list of all. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"i\", \"type\": "
		"\"iteration\", \"iterator_selector\": [\"s\", \"t\"], "
		"\"output_selector\": [\"b\", \"text\"]}, {\"id\": "
		"\"b0\", \"type\": \"iteration-start\", \"parentId\": "
		"\"i\"}, {\"id\": \"b\", \"type\": \"llm\", "
		"\"parentId\": \"i\", \"user\": \"x\"}, {\"id\": "
		"\"e\", \"type\": \"end\", \"outputs\": [[\"o\", "
		"[\"b\", \"text\"]]]}" EDGES(
			"[\"s\",\"i\"],[\"b0\",\"b\"],[\"i\",\"e\"]"),
		"child_from_outside", "e", "/outputs/0/value_selector",
		"[\"i\",\"output\"]"},
	/* No start node; what is read is asked for. */
	{__LINE__,
		"{\"nodes\": [{\"id\": \"a\", \"type\": \"llm\", \"user\": "
		"\"{{#sys.query#}}\"}], \"edges\": []}",
		"start_node_added input_added query_of_chat terminal_added",
		"a", "/prompt_template/0/text", "\"{{#start.query#}}\""},
	/* An input that was forgotten, by the way it is read. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"d\", \"type\": "
		"\"document-extractor\", \"file\": [\"s\", \"doc\"]}" EDGES(
			"[\"s\",\"d\"]"),
		"input_added terminal_added", "s", "/variables/2/type",
		"\"file\""},
	/* A node that nothing leads to follows what it reads. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"a\", \"type\": \"llm\", "
		"\"user\": \"x\"}, {\"id\": \"e\", \"type\": \"end\", "
		"\"outputs\": [[\"o\", [\"a\", \"text\"]]]}" EDGES(
			"[\"s\",\"a\"]"),
		"node_wired", "e", "/outputs/0/variable", "\"o\""},
	/* A reader that does not wait for what it reads. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"a\", \"type\": \"llm\", "
		"\"user\": \"x\"}, {\"id\": \"b\", \"type\": \"llm\", "
		"\"user\": \"{{#a.text#}}\"}, {\"id\": \"e\", "
		"\"type\": \"end\", \"outputs\": [[\"o\", [\"b\", "
		"\"text\"]]]}" EDGES(
			"[\"s\",\"a\"],[\"s\",\"b\"],[\"b\",\"e\"]"),
		"edge_added", "e", "/outputs/0/variable", "\"o\""},
	/* A case without conditions is the else. */
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"c\", \"type\": "
		"\"if-else\", \"cases\": [[null, [[[\"n\", \"s\"], "
		"\">\", \"1\"]]], [null, []]]}, {\"id\": \"e\", "
		"\"type\": \"end\", \"outputs\": []}, {\"id\": \"f\", "
		"\"type\": \"end\", \"outputs\": []}], \"edges\": "
		"[[\"s\",0,\"c\"],[\"c\",0,\"e\"],[\"c\",1,\"f\"]]}",
		"empty_case", "c", "/cases/1", "(nothing)"},
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"h\", \"type\": \"http\","
		"\"url\": \"api.example.com/x\"}" EDGES("[\"s\",\"h\"]"),
		"type_alias terminal_added url_scheme", "h", "/url",
		"\"https://api.example.com/x\""},
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"c\", \"type\": \"code\","
		"\"code\": \"def main(text: str, n):\\n  pass\", "
		"\"variables\": [[\"t\", [\"s\", \"t\"]], [\"n\", "
		"[\"s\", \"n\"]]], \"outputs\": []}" EDGES("[\"s\",\"c\"]"),
		"main_signature", "c", "/variables/0/variable", "\"text\""},
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"c\", \"type\": \"code\","
		"\"code\": \"def main(): pass\", \"outputs\": "
		"[[\"f\", \"array[file]\"]]}" EDGES("[\"s\",\"c\"]"),
		"code_output_type", "c", "/outputs/f/type",
		"\"array[object]\""},
	{__LINE__,
		"{\"nodes\": [" START ", {\"id\": \"p\", \"type\": "
		"\"template-transform\", \"template\": \"{{ n }}\"}" EDGES(
			"[\"s\",\"p\"]"),
		"name_bound terminal_added", "p", "/variables/0/value_selector",
		"[\"s\",\"n\"]"},
};

static void
rules_mend_one_thing(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct flow *f;
		const char *got;

		findings = (struct findings){0};
		repairs = (struct repairs){0};
		f = flow_of(cases[i].graph);
		flow_repair(f);
		got = data(f, cases[i].node, cases[i].pointer);
		if (strcmp(mended(), cases[i].repairs) != 0)
			fail_msg("line %d: %s", cases[i].line, mended());
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("line %d: %s", cases[i].line, got);
	}
}

static void
repair_twice_changes_nothing_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		struct flow *f = flow_of(cases[i].graph);
		const char *before;

		flow_repair(f);
		before = routes(f);
		repairs = (struct repairs){0};
		flow_repair(f);
		if (repairs.count != 0)
			fail_msg("line %d: %s", cases[i].line, mended());
		assert_string_equal(routes(f), before);
	}
}

static void
exclusive_branches_are_not_joined_by_an_edge(void **state)
{
	struct flow *f = flow_of(
		"{\"nodes\": [" START ", {\"id\": \"c\", \"type\": \"if-else\","
		"\"cases\": [[null, [[[\"n\", \"s\"], \">\", \"1\"]]]]}, "
		"{\"id\": \"a\", \"type\": \"llm\", \"user\": \"x\"}, "
		"{\"id\": \"b\", \"type\": \"llm\", \"user\": "
		"\"{{#a.text#}}\"}], \"edges\": [[\"s\",0,\"c\"],"
		"[\"c\",0,\"a\"],[\"c\",1,\"b\"]]}");

	(void)state;
	flow_repair(f);
	assert_string_equal(routes(f), "s>c c/true>a c/false>b");
}

static const struct CMUnitTest tests[] = {
	TEST(rules_mend_one_thing),
	TEST(repair_twice_changes_nothing_more),
	TEST(exclusive_branches_are_not_joined_by_an_edge),
};

UNIT_MAIN(tests)
