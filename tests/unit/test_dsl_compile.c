/* test_dsl_compile.c: the frame around a graph; what has to be installed for
 * it is named once. */
#include "dsl_unit.h"

#include "dsl/compile.h"

#define DEPENDENCY                                             \
	"{\"current_identifier\":null,\"type\":\"package\","   \
	"\"value\":{\"plugin_unique_identifier\":\"org/plugin" \
	":1.0@ab\"}}"

static const struct resource items[] = {
	{.kind = RESOURCE_MODEL,
		.handle = "fast",
		.id = "small",
		.provider = "org/plugin/provider",
		.mode = "chat",
		.extra = "{\"context_size\":1,\"dependency\":" DEPENDENCY "}"},
	{.kind = RESOURCE_MODEL,
		.handle = "strong",
		.id = "large",
		.provider = "org/plugin/provider",
		.mode = "chat",
		.extra = "{\"dependency\":" DEPENDENCY "}"},
	{.kind = RESOURCE_MODEL,
		.handle = "other",
		.id = "other",
		.provider = "built/in/one",
		.mode = "chat",
		.extra = "{\"context_size\":1}"},
};
static const struct resources resources = {items, nitems(items)};
static const struct dsl_target target = {11601, &resources};

static const char *
dependencies(const char *steps)
{
	struct dsl_result r;
	const char *text =
		arena_printf(arena, "{\"inputs\":[],\"steps\":[%s]}", steps);

	dsl_build(arena, text, strlen(text), &target, &r);
	assert_non_null(r.dsl);
	assert_false(dsl_refused(&r.findings));
	return json(value_get(r.dsl, "dependencies"));
}

static void
names_each_plugin_once(void **state)
{
	(void)state;
	assert_string_equal(
		dependencies("{\"id\":\"a\",\"type\":\"llm\",\"prompt\":\"x\"},"
			     "{\"id\":\"b\",\"type\":\"llm\",\"prompt\":\"x\","
			     "\"model\":\"strong\"}"),
		"[" DEPENDENCY "]");
}

static void
names_nothing_that_is_not_known(void **state)
{
	(void)state;
	assert_string_equal(
		dependencies("{\"id\":\"a\",\"type\":\"llm\",\"prompt\":\"x\","
			     "\"model\":\"other\"}"),
		"[]");
	assert_string_equal(
		dependencies("{\"id\":\"a\",\"type\":\"template-transform\","
			     "\"template\":\"x\"}"),
		"[]");
}

static const struct CMUnitTest tests[] = {
	TEST(names_each_plugin_once),
	TEST(names_nothing_that_is_not_known),
};

UNIT_MAIN(tests)
