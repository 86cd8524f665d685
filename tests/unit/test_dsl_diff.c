/* test_dsl_diff.c: a difference names exactly what was changed. */
#include "unit.h"

#include "base/limits.h"
#include "dsl/diff.h"
#include "text/json.h"
#include "text/yaml.h"

#include <stdio.h>
#include <string.h>

static struct arena *arena;

static struct value *
document(void)
{
	struct yamlx_report report;
	char *text = arena_alloc(arena, 100000);
	FILE *f = fopen("tests/data/dsl/base/workflow.yml", "rb");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, 100000, f);
	fclose(f);
	return yamlx_read(arena, text, n, &report);
}

static const char *
as_json(const struct value *v)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	return out.s;
}

static struct value *
at(struct value *dsl, const char *pointer)
{
	struct value *v = value_find(dsl, pointer);

	assert_non_null(v);
	return v;
}

static void
the_same_is_the_same(void **state)
{
	struct value *d = dsl_diff(arena, document(), document());

	(void)state;
	assert_true(value_get_bool(d, "same", false));
	assert_false(value_get_bool(d, "cosmetic", true));
}

static void
places_are_cosmetic(void **state)
{
	struct value *b = document();
	struct value *d;

	(void)state;
	value_set_int(arena, at(b, "/workflow/graph/nodes/1/position"), "x", 5);
	d = dsl_diff(arena, document(), b);
	assert_false(value_get_bool(d, "same", true));
	assert_true(value_get_bool(d, "cosmetic", false));
	assert_string_equal(as_json(at(d, "/nodes/moved")), "[\"ask\"]");
	assert_int_equal(value_count(at(d, "/nodes/changed")), 0);
}

static void
nodes_come_and_go(void **state)
{
	struct value *b = document();
	struct value *d;

	(void)state;
	value_remove(at(b, "/workflow/graph/nodes/1"));
	value_append(at(b, "/workflow/graph/nodes"),
		value_clone(
			arena, value_at(at(b, "/workflow/graph/nodes"), 1)));
	value_set_text(arena, at(b, "/workflow/graph/nodes/19"), "id", "new");
	d = dsl_diff(arena, document(), b);
	assert_string_equal(as_json(at(d, "/nodes/removed")),
		"[{\"id\":\"ask\",\"type\":\"llm\",\"title\":\"Ask\"}]");
	assert_string_equal(as_json(at(d, "/nodes/added")),
		"[{\"id\":\"new\",\"type\":\"code\",\"title\":\"Split\"}]");
	assert_string_equal(as_json(at(d, "/broken")),
		"[{\"node\":\"split\",\"reference\":\"ask.text\"},"
		"{\"node\":\"new\",\"reference\":\"ask.text\"}]");
}

static void
edges_come_and_go(void **state)
{
	struct value *b = document();
	struct value *d;

	(void)state;
	value_set_text(
		arena, at(b, "/workflow/graph/edges/0"), "target", "end");
	d = dsl_diff(arena, document(), b);
	assert_string_equal(as_json(at(d, "/edges")),
		"{\"added\":[{\"source\":\"start\",\"handle\":\"source\","
		"\"target\":\"end\"}],\"removed\":[{\"source\":\"start\","
		"\"handle\":\"source\",\"target\":\"ask\"}]}");
}

static void
the_contract_outside_is_told(void **state)
{
	struct value *b = document();
	struct value *inputs = at(b, "/workflow/graph/nodes/0/data/variables");
	struct value *d;

	(void)state;
	value_set_bool(arena, value_at(inputs, 0), "required", false);
	value_set_text(arena, value_at(inputs, 1), "label", "Other");
	value_remove(value_at(inputs, 3));
	value_set_text(arena, at(b, "/workflow/graph/nodes/18/data/outputs/0"),
		"variable", "pieces");
	d = dsl_diff(arena, document(), b);
	assert_string_equal(as_json(at(d, "/inputs")),
		"{\"added\":[],\"removed\":[\"kind\"],\"changed\":[\"text\"]}");
	assert_string_equal(as_json(at(d, "/outputs")),
		"{\"added\":[\"pieces\"],\"removed\":[\"parts\"],"
		"\"changed\":[]}");
}

static void
the_rest_is_compared_too(void **state)
{
	struct value *b = document();
	struct value *d;

	(void)state;
	value_set_text(arena, at(b, "/app"), "name", "Other");
	value_set_text(arena, at(b, "/workflow/environment_variables/0"),
		"value", "x");
	d = dsl_diff(arena, document(), b);
	assert_string_equal(as_json(at(d, "/fields")),
		"[{\"path\":\"/app/name\",\"before\":\"Everything\","
		"\"after\":\"Other\"},{\"path\":"
		"\"/workflow/environment_variables/0/value\",\"before\":"
		"\"abc\",\"after\":\"x\"}]");
}

/* ---- many edits ---- */

static unsigned seed;

static unsigned
dice(unsigned sides)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % sides;
}

/* Changes one text of a node's data; returns where, NULL without any. */
static const char *
edit(struct value *node)
{
	struct value *v = value_get(node, "data");
	const char *path = "";

	while (value_count(v) > 0) {
		unsigned place = dice((unsigned)value_count(v));

		v = value_first(v);
		for (unsigned i = 0; i < place; i++)
			v = v->next;
		path = v->key != NULL
			       ? arena_printf(arena, "%s/%s", path, v->key)
			       : arena_printf(arena, "%s/%u", path, place);
	}
	if (v->type != VALUE_STRING || strcmp(path, "/type") == 0)
		return NULL;
	value_replace(v, value_string(arena, "edited"));
	return path;
}

static void
random_edits_are_found_exactly(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++) {
		struct value *b = document();
		struct value *nodes = at(b, "/workflow/graph/nodes");
		struct value *one =
			value_at(nodes, dice((unsigned)value_count(nodes)));
		const char *id = value_get_text(one, "id", "");
		const char *path = edit(one);
		struct value *d = dsl_diff(arena, document(), b);

		if (path != NULL &&
			(value_count(at(d, "/nodes/changed")) != 1 ||
				value_count(at(d, "/nodes/changed/0/fields")) !=
					1 ||
				strcmp(value_get_text(at(d, "/nodes/changed/0"),
					       "id", ""),
					id) != 0 ||
				strcmp(value_get_text(at(d, "/nodes/changed/0/"
							    "fields/0"),
					       "path", ""),
					path) != 0))
			fail_msg("edit %d of %s: %s", i, id, as_json(d));
		assert_int_equal(value_count(at(d, "/nodes/added")), 0);
		assert_int_equal(value_count(at(d, "/fields")), 0);
		arena_reset(arena);
	}
}

static int
setup(void **state)
{
	(void)state;
	seed = 7;
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
	TEST(the_same_is_the_same),
	TEST(places_are_cosmetic),
	TEST(nodes_come_and_go),
	TEST(edges_come_and_go),
	TEST(the_contract_outside_is_told),
	TEST(the_rest_is_compared_too),
	TEST(random_edits_are_found_exactly),
};

UNIT_MAIN(tests)
