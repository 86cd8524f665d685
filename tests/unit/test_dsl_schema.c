/* test_dsl_schema.c: the catalogue is sound, and what is kept in schema/ is
 * what it says. */
#include "unit.h"

#include "base/limits.h"
#include "dsl/dsl.h"
#include "dsl/plan_schema.h"
#include "dsl/schema.h"
#include "text/json.h"
#include "text/jsonschema.h"
#include "text/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;

static const char *
read_text(const char *path)
{
	char *text = arena_alloc(arena, 1000000);
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		fail_msg("%s is missing: make schemas", path);
	text[fread(text, 1, 999999, f)] = '\0';
	fclose(f);
	return text;
}

static void
check_fresh(const char *path, const struct value *v)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	jsonx_write(&out, v, JSONX_PRETTY);
	str_putc(&out, '\n');
	if (strcmp(out.s, read_text(path)) != 0)
		fail_msg("%s is not up to date: make schemas", path);
}

static void
kept_schemas_are_fresh(void **state)
{
	(void)state;
	check_fresh("schema/findings.json", findings_schema(arena));
	check_fresh("schema/plan.json", plan_schema(arena, DSL_VERSION_NEWEST));
	for (size_t i = 0; i < node_type_count; i++)
		check_fresh(arena_printf(arena, "schema/dsl/%s.json",
				    node_types[i]->name),
			node_schema(arena, node_types[i], DSL_VERSION_NEWEST));
}

static struct value *
document(const char *name)
{
	struct yamlx_report report;
	const char *text = read_text(
		arena_printf(arena, "tests/data/dsl/base/%s.yml", name));

	return yamlx_read(arena, text, strlen(text), &report);
}

static void
good_nodes_fit_their_schema(void **state)
{
	static const char *const names[] = {
		"workflow", "chat", "human", "schedule"};

	(void)state;
	for (size_t i = 0; i < nitems(names); i++) {
		const struct value *nodes =
			value_find(document(names[i]), "/workflow/graph/nodes");

		value_each(node, nodes) {
			struct value *data =
				value_clone(arena, value_get(node, "data"));
			const struct node_type *type = node_type_find(
				value_get_text(data, "type", NULL));
			struct schema *s = schema_new(arena,
				node_schema(arena, type, DSL_VERSION_NEWEST));
			struct schema_errors errors = {0};

			if (!schema_check(arena, s, data, &errors))
				fail_msg("%s: %s %s", type->name,
					errors.first->pointer,
					errors.first->keyword);
			schema_free(&s);
		}
	}
}

/* A new node has what its rows promise; only what nobody can guess is empty. */
static void
new_nodes_fit_their_schema(void **state)
{
	(void)state;
	for (size_t i = 0; i < node_type_count; i++) {
		const struct node_type *type = node_types[i];
		struct value *data =
			node_data_new(arena, type, DSL_VERSION_NEWEST);
		struct schema *s = schema_new(
			arena, node_schema(arena, type, DSL_VERSION_NEWEST));
		struct schema_errors errors = {0};

		schema_check(arena, s, data, &errors);
		for (const struct schema_error *e = errors.first; e != NULL;
			e = e->next)
			if (strcmp(e->keyword, "required") != 0 ||
				!(type->traits & NODE_NEVER_MADE))
				fail_msg("%s: %s %s %s", type->name, e->pointer,
					e->keyword, e->detail);
		schema_free(&s);
	}
}

static void
names_and_aliases_name_one_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < node_type_count; i++) {
		const struct node_type *type = node_types[i];

		assert_ptr_equal(node_type_find(type->name), type);
		for (const char *const *a = type->aliases; *a != NULL; a++)
			if (node_type_guess(*a) != type)
				fail_msg("%s", *a);
	}
	assert_ptr_equal(node_type_guess("Http_Request"),
		node_type_find("http-request"));
	assert_ptr_equal(node_type_guess("LLM"), node_type_find("llm"));
	assert_null(node_type_guess("magic-box"));
	assert_null(node_type_guess(""));
	assert_null(node_type_find(NULL));
}

static void
rows_of_one_name_do_not_overlap(void **state)
{
	(void)state;
	for (size_t i = 0; i < node_type_count; i++)
		for (const struct data_field *x = node_types[i]->fields;
			x->name != NULL; x++)
			for (const struct data_field *y = x + 1;
				y->name != NULL; y++)
				if (strcmp(x->name, y->name) == 0)
					assert_true(x->until != 0 &&
						    x->until <= y->since);
}

static void
formats_follow_the_version(void **state)
{
	(void)state;
	assert_string_equal(dsl_format(dsl_version("1.8.1")), "0.4.0");
	assert_string_equal(dsl_format(dsl_version("1.12.1")), "0.5.0");
	assert_string_equal(dsl_format(dsl_version("1.13.3")), "0.6.0");
	assert_string_equal(dsl_format(dsl_version("1.16.1")), "0.7.0");
	assert_string_equal(dsl_format(DSL_VERSION_NEWEST), "0.7.0");
	assert_string_equal(dsl_format(dsl_version("0.15.0")), "0.1.5");
}

/* ---- outputs and handles ---- */

static const struct {
	int line;
	const char *data;
	const char *outputs; /* as JSON */
	const char *handles;
} nodes[] = {
	{__LINE__,
		"{type: start, variables: [{variable: a, type: number},"
		" {variable: f, type: file-list}]}",
		"{\"a\":\"number\",\"f\":\"array[file]\"}", "[\"source\"]"},
	{__LINE__, "{type: code, outputs: {x: {type: 'array[string]'}}}",
		"{\"x\":\"array[string]\"}", "[\"source\"]"},
	{__LINE__, "{type: code, outputs: {}, error_strategy: fail-branch}",
		"{\"error_message\":\"string\",\"error_type\":\"string\"}",
		"[\"source\",\"fail-branch\"]"},
	{__LINE__, "{type: if-else, cases: [{case_id: a}, {case_id: b}]}",
		"{\"result\":\"boolean\",\"selected_case_id\":\"string\"}",
		"[\"a\",\"b\",\"false\"]"},
	{__LINE__, "{type: if-else}",
		"{\"result\":\"boolean\",\"selected_case_id\":\"string\"}",
		"[\"true\",\"false\"]"},
	{__LINE__,
		"{type: question-classifier, classes: [{id: '1'}, {id: '2'}]}",
		"{\"class_name\":\"string\",\"class_id\":\"string\","
		"\"usage\":\"object\"}",
		"[\"1\",\"2\"]"},
	{__LINE__,
		"{type: parameter-extractor, parameters: [{name: n, type: "
		"bool}, {name: s, type: select}]}",
		"{\"__is_success\":\"number\",\"__reason\":\"string\","
		"\"__usage\":\"object\",\"n\":\"boolean\",\"s\":\"string\"}",
		"[\"source\"]"},
	{__LINE__,
		"{type: loop, loop_variables: [{label: n, var_type: number}]}",
		"{\"loop_round\":\"number\",\"n\":\"number\"}", "[\"source\"]"},
	{__LINE__, "{type: iteration, output_type: 'array[string]'}",
		"{\"output\":\"array[string]\"}", "[\"source\"]"},
	{__LINE__,
		"{type: variable-aggregator, output_type: string,"
		" advanced_settings: {group_enabled: true, groups: "
		"[{group_name: g}]}}",
		"{\"g\":\"object\"}", "[\"source\"]"},
	{__LINE__,
		"{type: human-input, inputs: [{output_variable_name: why}],"
		" user_actions: [{id: yes_}]}",
		"{\"__action_id\":\"string\",\"__action_value\":\"string\","
		"\"__rendered_content\":\"string\",\"why\":\"any\"}",
		"[\"yes_\",\"__timeout\"]"},
	{__LINE__,
		"{type: trigger-webhook, headers: [{name: X-Key}],"
		" body: [{name: n, type: number}]}",
		"{\"_webhook_raw\":\"object\",\"X_Key\":\"string\","
		"\"n\":\"number\"}",
		"[\"source\"]"},
	{__LINE__, "{type: end}", "{}", "[]"},
	{__LINE__, "{type: magic}", "{}", "[\"source\"]"},
};

static const char *
as_json(const struct value *v)
{
	struct str out;

	str_init(&out, arena, 10000);
	jsonx_write(&out, v, 0);
	return out.s;
}

static void
outputs_and_handles_follow_the_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(nodes); i++) {
		struct yamlx_report report;
		struct value *data = yamlx_read(
			arena, nodes[i].data, strlen(nodes[i].data), &report);
		const char *outputs;
		const char *handles;

		assert_non_null(data);
		outputs = as_json(node_outputs(arena, data, 11601));
		handles = as_json(node_handles(arena, data));
		if (strcmp(outputs, nodes[i].outputs) != 0 ||
			strcmp(handles, nodes[i].handles) != 0)
			fail_msg("line %d: %s %s", nodes[i].line, outputs,
				handles);
	}
}

static int
setup(void **state)
{
	(void)state;
	arena = arena_new((size_t)256 << 20);
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
	TEST(kept_schemas_are_fresh),
	TEST(good_nodes_fit_their_schema),
	TEST(new_nodes_fit_their_schema),
	TEST(names_and_aliases_name_one_type),
	TEST(rows_of_one_name_do_not_overlap),
	TEST(formats_follow_the_version),
	TEST(outputs_and_handles_follow_the_fields),
};

UNIT_MAIN(tests)
