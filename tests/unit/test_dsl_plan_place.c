/* test_dsl_plan_place.c: findings lead to lines of a plan. */
#include "dsl_unit.h"

#include "dsl/plan_place.h"

static const char plan[] =
	"{\n\"inputs\": [],\n\"steps\": [\n"
	"{\"id\": \"sort\", \"type\": \"if-else\",\n"
	"\"else\": {\"do\": [\n"
	"{\"id\": \"sort_two\",\n \"type\": \"llm\"}\n]}}],\n"
	"\"outputs\": [\n{\"name\": \"x\"}]}";

static const struct {
	const char *pointer;
	const char *node;
	uint32_t line;
} rows[] = {
	{"/steps/0", "sort", 4},
	{"/steps/0/else/do/0/type", "", 7},
	{"/steps/0/else/do/0/prompt", "", 6},
	{"/steps/9/prompt", "", 3},
	{"/outputs/0/name", "", 10},
	{"", "", 0},
	{"/nothing", "", 0},
	{"no pointer", "", 0},
	{"/workflow/graph/nodes/3/data", "sort", 4},
	{"/workflow/graph/nodes/3/data", "sort_two", 6},
	{"/workflow/graph/nodes/3", "sort__join", 4},
	{"/workflow/graph/nodes/3", "sort_two__value_1", 6},
	{"/workflow/graph/nodes/3", "sortstart", 4},
	{"/workflow/graph/nodes/3", "sorting", 0},
	{"/workflow/graph/nodes/0", "start", 2},
	{"/workflow/graph/nodes/4", "end", 9},
	{"/app/name", "", 0},
};

static void
each_finding_has_its_line(void **state)
{
	struct value *v = read_json(plan);

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		struct finding f = {
			.pointer = rows[i].pointer, .node = rows[i].node};
		uint32_t line = plan_line(arena, v, &f);

		if (line != rows[i].line)
			fail_msg("%s %s: %u", f.pointer, f.node, line);
	}
}

static void
what_it_speaks_of_is_nearer_than_the_step(void **state)
{
	struct value *v = read_json("{\"steps\": [\n{\"id\": \"a\",\n"
				    "\"prompt\":\n\"x {{later.text}}\"}]}");
	struct finding f = {.pointer = "/steps/0", .node = "a"};

	(void)state;
	f.args[0] = "x";
	f.args[1] = "later.text";
	assert_int_equal(plan_line(arena, v, &f), 4);
	f.pointer = "/workflow/graph/nodes/1/data";
	assert_int_equal(plan_line(arena, v, &f), 4);
	f.args[1] = "nowhere";
	assert_int_equal(plan_line(arena, v, &f), 2);
}

static const struct CMUnitTest tests[] = {
	TEST(each_finding_has_its_line),
	TEST(what_it_speaks_of_is_nearer_than_the_step),
};

UNIT_MAIN(tests)
