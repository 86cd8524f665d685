/* test_dsl_layout.c: nodes stand where a reader looks for them. */
#include "unit.h"

#include "base/limits.h"
#include "dsl/layout.h"
#include "text/json.h"
#include "text/yaml.h"

static struct arena *arena;

/* laid: the graph that the text describes, laid out. */
static struct value *
laid(const char *yaml)
{
	struct yamlx_report report;
	struct value *graph = yamlx_read(arena, yaml, strlen(yaml), &report);

	assert_non_null(graph);
	layout_graph(arena, graph);
	return graph;
}

static const struct value *
node(const struct value *graph, const char *id)
{
	value_each(item, value_get(graph, "nodes"))
		if (strcmp(value_get_text(item, "id", ""), id) == 0)
			return item;
	fail_msg("no node %s", id);
	return NULL;
}

static long
number(const struct value *graph, const char *id, const char *point,
	const char *key)
{
	const struct value *v = node(graph, id);

	if (point != NULL)
		v = value_get(v, point);
	return (long)value_get_int(v, key, -1);
}

#define X(id)      number(graph, id, "position", "x")
#define Y(id)      number(graph, id, "position", "y")
#define WIDTH(id)  number(graph, id, NULL, "width")
#define HEIGHT(id) number(graph, id, NULL, "height")
#define RIGHT(id)  (X(id) + WIDTH(id))
#define BOTTOM(id) (Y(id) + HEIGHT(id))

static void
puts_a_chain_in_one_row(void **state)
{
	struct value *graph = laid("nodes:\n"
				   "- {id: c, data: {type: code}}\n"
				   "- {id: a, data: {type: code}}\n"
				   "- {id: b, data: {type: code}}\n"
				   "edges:\n"
				   "- {source: a, target: b}\n"
				   "- {source: b, target: c}\n");

	(void)state;
	assert_int_equal(X("a"), 80);
	assert_int_equal(X("b"), RIGHT("a") + 60);
	assert_int_equal(X("c"), RIGHT("b") + 60);
	assert_int_equal(Y("a"), Y("b"));
	assert_int_equal(Y("b"), Y("c"));
	assert_non_null(value_get(graph, "viewport"));
}

static void
keeps_branches_in_the_order_of_their_cases(void **state)
{
	struct value *graph =
		laid("nodes:\n"
		     "- {id: other, data: {type: code}}\n"
		     "- {id: two, data: {type: code}}\n"
		     "- {id: one, data: {type: code}}\n"
		     "- {id: join, data: {type: end}}\n"
		     "- {id: if, data: {type: if-else, cases: "
		     "[{case_id: x, conditions: [1]},"
		     " {case_id: y, conditions: [1]}]}}\n"
		     "edges:\n"
		     "- {source: if, sourceHandle: 'false', target: other}\n"
		     "- {source: if, sourceHandle: y, target: two}\n"
		     "- {source: if, sourceHandle: x, target: one}\n"
		     "- {source: other, target: join}\n"
		     "- {source: two, target: join}\n"
		     "- {source: one, target: join}\n");

	(void)state;
	assert_true(BOTTOM("one") < Y("two"));
	assert_true(BOTTOM("two") < Y("other"));
	assert_int_equal(X("one"), X("other"));
	assert_true(X("join") >= RIGHT("two"));
	assert_true(Y("join") > Y("one") && Y("join") < BOTTOM("other"));
}

static void
makes_containers_as_large_as_their_children(void **state)
{
	struct value *graph =
		laid("nodes:\n"
		     "- {id: s, data: {type: start}}\n"
		     "- {id: it, data: {type: iteration}}\n"
		     "- {id: in, parentId: it, data: {type: iteration}}\n"
		     "- {id: x, parentId: in, data: {type: code}}\n"
		     "- {id: y, parentId: in, data: {type: code}}\n"
		     "- {id: z, parentId: in, data: {type: code}}\n"
		     "- {id: e, data: {type: end}}\n"
		     "edges:\n"
		     "- {source: s, target: it}\n"
		     "- {source: it, target: e}\n"
		     "- {source: x, target: y}\n"
		     "- {source: y, target: z}\n");

	(void)state;
	assert_true(X("x") > 0 && Y("x") >= 60);
	assert_true(RIGHT("z") < WIDTH("in") && BOTTOM("z") < HEIGHT("in"));
	assert_true(RIGHT("in") < WIDTH("it") && BOTTOM("in") < HEIGHT("it"));
	assert_true(X("e") >= RIGHT("it"));
	assert_int_equal(number(graph, "x", "positionAbsolute", "x"),
		X("x") + X("in") + X("it"));
	assert_int_equal(
		value_get_int(value_get(node(graph, "it"), "data"), "width", 0),
		WIDTH("it"));
}

static void
leaves_room_for_long_edges(void **state)
{
	struct value *graph = laid("nodes:\n"
				   "- {id: a, data: {type: code}}\n"
				   "- {id: b, data: {type: code}}\n"
				   "- {id: c, data: {type: code}}\n"
				   "edges:\n"
				   "- {source: a, target: b}\n"
				   "- {source: b, target: c}\n"
				   "- {source: a, target: c}\n");

	(void)state;
	assert_true(Y("b") != Y("a") || Y("b") != Y("c"));
}

/* Cycles, parents that hold each other, unknown ends, broken entries. */
static void
survives_broken_graphs(void **state)
{
	struct value *graph =
		laid("nodes:\n"
		     "- {id: a, parentId: b, data: {type: loop}}\n"
		     "- {id: b, parentId: a, data: {type: loop}}\n"
		     "- {id: c, data: {type: code}}\n"
		     "- {id: d, data: {type: code}}\n"
		     "- 5\n"
		     "- {id: n, type: custom-note, data: {type: ''}}\n"
		     "edges:\n"
		     "- {source: c, target: d}\n"
		     "- {source: d, target: c}\n"
		     "- {source: c, target: c}\n"
		     "- {source: c, target: nobody}\n"
		     "- 7\n");

	(void)state;
	assert_true(X("d") >= RIGHT("c"));
	assert_true(Y("n") >= BOTTOM("c") && Y("n") >= BOTTOM("a"));
	laid("nodes: []\nedges: []\n");
	laid("{}");
}

static const char *
as_json(const struct value *v)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	return out.s;
}

/* many: a ladder of count nodes with rungs, as text. */
static const char *
many(int count)
{
	struct str s;

	str_init(&s, arena, LIMIT_DOCUMENT);
	str_puts(&s, "nodes:\n");
	for (int i = 0; i < count; i++)
		str_printf(&s, "- {id: n%d, data: {type: code}}\n", i);
	str_puts(&s, "edges:\n");
	for (int i = 0; i + 3 < count; i++)
		str_printf(&s,
			"- {source: n%d, target: n%d}\n"
			"- {source: n%d, target: n%d}\n",
			i, i + 1 + i % 3, i, i + 3);
	return s.s;
}

static void
gives_the_same_places_each_time(void **state)
{
	const char *text = many(LIMIT_NODES);
	const char *first = as_json(laid(text));

	(void)state;
	assert_string_equal(first, as_json(laid(text)));
}

static void
overlaps_nothing(void **state)
{
	struct value *graph = laid(many(60));

	(void)state;
	value_each(one, value_get(graph, "nodes")) {
		const char *p = value_get_text(one, "id", "");

		for (const struct value *two = one->next; two;
			two = two->next) {
			const char *q = value_get_text(two, "id", "");

			assert_true(RIGHT(p) <= X(q) || RIGHT(q) <= X(p) ||
				    BOTTOM(p) <= Y(q) || BOTTOM(q) <= Y(p));
		}
	}
	value_each(edge, value_get(graph, "edges"))
		assert_true(RIGHT(value_get_text(edge, "source", "")) <=
			    X(value_get_text(edge, "target", "")));
}

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(LIMIT_ARENA);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(puts_a_chain_in_one_row),
	TEST(keeps_branches_in_the_order_of_their_cases),
	TEST(makes_containers_as_large_as_their_children),
	TEST(leaves_room_for_long_edges),
	TEST(survives_broken_graphs),
	TEST(gives_the_same_places_each_time),
	TEST(overlaps_nothing),
};

UNIT_MAIN(tests)
