/* test_llm_example.c: every example is a plan that our own engine takes as it
 * is, for the newest Dify and for older ones. */
#include "dsl_unit.h"

#include "dsl/dsl.h"
#include "dsl/plan_schema.h"
#include "llm/example.h"
#include "llm/tokens.h"
#include "text/jsonschema.h"

static const struct resource things[] = {
	{.kind = RESOURCE_MODEL,
		.handle = "fast",
		.id = "small",
		.provider = "a/b/c"},
	{.kind = RESOURCE_MODEL,
		.handle = "strong",
		.id = "large",
		.provider = "a/b/c"},
	{.kind = RESOURCE_DATASET, .handle = "handbook", .id = "set-1"},
	{.kind = RESOURCE_TOOL, .handle = "clock", .id = "current_time"},
};

static const struct resources all_things = {things, nitems(things)};

static struct llm_examples
examples(void)
{
	struct llm_examples all;

	llm_examples_read(arena, &all);
	return all;
}

static void
check_built(const struct llm_example *e, int version)
{
	struct dsl_target target = {
		.version = version, .resources = &all_things};
	const char *text = json(e->plan);
	struct dsl_result r;

	dsl_build(arena, text, strlen(text), &target, &r);
	if (r.dsl == NULL || r.findings.count[TIER_E] > 0 ||
		r.findings.count[TIER_R] > 0 || r.findings.count[TIER_L] > 0)
		fail_msg("%s: %s", e->id,
			r.findings.first == NULL
				? "not built"
				: r.findings.first->kind->code);
	if (r.repairs.count > 0)
		fail_msg("%s: %s", e->id, r.repairs.first->code);
	assert_string_equal(r.dialect, "plan");
}

static void
each_is_built_and_has_no_fault(void **state)
{
	struct llm_examples all = examples();

	(void)state;
	assert_true(all.count >= 40);
	for (size_t i = 0; i < all.count; i++)
		check_built(&all.items[i], DSL_VERSION_NEWEST);
}

static void
each_has_what_it_is_found_by(void **state)
{
	struct llm_examples all = examples();

	(void)state;
	for (size_t i = 0; i < all.count; i++) {
		const struct llm_example *e = &all.items[i], *found;

		assert_true(strlen(e->request) > 10 && strlen(e->words) > 10);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(e->id, all.items[k].id);
		assert_int_equal(
			llm_examples_find(arena, &all, e->request, &found, 1),
			1);
		assert_string_equal(found->id, e->id);
	}
}

static void
together_they_show_every_step(void **state)
{
	struct llm_examples all = examples();
	size_t chats = 0, chinese = 0;

	(void)state;
	for (size_t t = 0; t <= node_type_count; t++) {
		bool shown =
			t < node_type_count && node_types[t]->prompt == NULL;

		for (size_t i = 0; i < all.count; i++)
			shown |= all.items[i].types.has[t];
		if (!shown)
			fail_msg("%s", t == node_type_count
					       ? "parallel"
					       : node_types[t]->name);
	}
	for (size_t i = 0; i < all.count; i++) {
		chats += strcmp(value_get_text(all.items[i].plan, "mode", ""),
				 "chat") == 0;
		chinese += (unsigned char)all.items[i].request[0] >= 0x80;
	}
	assert_true(chats >= 5 && chinese >= 15 && all.count - chinese >= 15);
}

/* Each can be written under the schema for constrained output. */
static void
each_fits_the_strict_schema(void **state)
{
	struct llm_examples all = examples();
	struct schema *schema =
		schema_new(arena, plan_schema(arena, DSL_VERSION_NEWEST));

	(void)state;
	for (size_t i = 0; i < all.count; i++) {
		struct value *strict = plan_strict(arena, all.items[i].plan);
		struct schema_errors errors = {0};

		if (!schema_check(arena, schema, strict, &errors))
			fail_msg("%s: %s", all.items[i].id,
				errors.first->pointer);
		plan_relax(arena, strict);
		assert_string_equal(json(plan_strict(arena, strict)),
			json(plan_strict(arena, all.items[i].plan)));
	}
	schema_free(&schema);
}

static void
each_is_short(void **state)
{
	struct llm_examples all = examples();

	(void)state;
	for (size_t i = 0; i < all.count; i++) {
		const char *text = json(all.items[i].plan);
		size_t n = llm_tokens(text, strlen(text));

		if (n > 600)
			fail_msg("%s: %zu", all.items[i].id, n);
	}
}

static const struct {
	const char *text;
	size_t tokens;
} counts[] = {
	{"", 0},
	{"   \n\n \n", 2},
	{"word", 1},
	{"longest", 2},
	{"a word and one more", 5},
	{"1234", 2},
	{"{\"a\":\"b\"}", 6},
	{"把邮件分类", 5},
	{"\xE6\x8A", 1},
	{"\x80\x80", 0},
};

static void
tokens_are_counted_by_the_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(counts); i++)
		if (llm_tokens(counts[i].text, strlen(counts[i].text)) !=
			counts[i].tokens)
			fail_msg("%s: %zu", counts[i].text,
				llm_tokens(counts[i].text,
					strlen(counts[i].text)));
}

static const struct CMUnitTest tests[] = {
	TEST(each_is_built_and_has_no_fault),
	TEST(each_has_what_it_is_found_by),
	TEST(together_they_show_every_step),
	TEST(each_fits_the_strict_schema),
	TEST(each_is_short),
	TEST(tokens_are_counted_by_the_rule),
};

UNIT_MAIN(tests)
