/* test_dsl_need.c: what a DSL needs of a Dify, and what takes its place. */
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "dsl/need.h"
#include "dsl/need_parts.h"
#include "text/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static struct value *
parse(struct arena *a, const char *json)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(a, json, strlen(json), 0, &report);

	if (v == NULL)
		fail_msg("%s in %s", report.error, json);
	return v;
}

static void
is_json(struct arena *a, int line, const struct value *v, const char *json)
{
	struct str text;

	if (value_equal(v, parse(a, json)))
		return;
	str_init(&text, a, LIMIT_BODY);
	jsonx_write(&text, v, 0);
	fail_msg("row of line %d: %s, not %s", line, text.s, json);
}

#define GRAPH(nodes)                                                           \
	"{\"dependencies\":[],\"workflow\":{\"graph\":{\"nodes\":[" nodes "]}" \
	"}}"
#define NODE(id, data) \
	"{\"id\":\"" id "\",\"data\":{\"title\":\"N" id "\"," data "}}"
#define LLM(provider, name)                                    \
	"\"type\":\"llm\",\"model\":{\"provider\":\"" provider \
	"\",\"name\":\"" name "\",\"mode\":\"chat\"}"
#define TOOL(provider, name)                                             \
	"\"type\":\"tool\",\"provider_type\":\"builtin\","               \
	"\"provider_id\":\"" provider "\",\"provider_name\":\"" provider \
	"\",\"tool_name\":\"" name "\""
#define RANKS(more)                                                        \
	"\"type\":\"knowledge-retrieval\",\"multiple_retrieval_config\":{" \
	"\"reranking_model\":{\"provider\":\"p\",\"model\":\"r\"},"        \
	"\"weights\":{\"vector_setting\":{\"embedding_provider_name\":"    \
	"\"p\",\"embedding_model_name\":\"e\"}}," more "}"
#define NEED(kind, key, name, nodes)                                  \
	"{\"kind\":\"" kind "\",\"key\":\"" key "\",\"name\":\"" name \
	"\",\"nodes\":[" nodes "]}"

static const char extra[] =
	"{\"dependency\":{\"type\":\"package\",\"current_identifier\":null,"
	"\"value\":{\"plugin_unique_identifier\":\"acme/ai:1@x\"}}}";

/* What the other Dify has. */
static const struct resource there[] = {
	{RESOURCE_MODEL, "small", "small", "small", "acme/ai/ai", "completion",
		extra},
	{RESOURCE_MODEL, "gpt", "gpt-4o", "gpt-4o", "langgenius/openai/openai",
		"chat", NULL},
	{RESOURCE_DATASET, "handbook", "ds-2", "Handbook", NULL, NULL, NULL},
	{RESOURCE_TOOL, "search", "search", "search", "acme/web/web", NULL,
		extra},
	{RESOURCE_API_TOOL, "find", "find", "find", "uuid-2", NULL,
		"{\"label\":\"crm\"}"},
	{RESOURCE_STRATEGY, "react", "react", "react", "acme/ai/agent", NULL,
		extra},
};
static const struct resources target = {.items = there, .count = nitems(there)};
static const struct resource here[] = {
	{RESOURCE_DATASET, "handbook", "ds-1", "Handbook", NULL, NULL, NULL},
};
static const struct resources source = {.items = here, .count = nitems(here)};

static const struct list_row {
	int line;
	const char *dsl;
	const char *needs;
} list_rows[] = {
	{__LINE__, "{}", "[]"},
	{__LINE__, "[]", "[]"},
	{__LINE__, GRAPH(NODE("1", "\"type\":\"start\"")), "[]"},
	{__LINE__, GRAPH("{\"id\":\"n\"},null,5"), "[]"},
	{__LINE__, GRAPH(NODE("1", LLM("p", "m")) "," NODE("2", LLM("p", "m"))),
		"[" NEED("model", "p m", "m", "\"N1\",\"N2\"") "]"},
	{__LINE__,
		GRAPH(NODE("1", "\"type\":\"knowledge-retrieval\","
				"\"dataset_ids\":[\"ds-1\",\"ds-9\",4],"
				"\"metadata_model_config\":{\"provider\":\"p\","
				"\"name\":\"m\"}")),
		"[" NEED("model", "p m", "m", "\"N1\"") "," NEED("dataset",
			"ds-1", "Handbook", "\"N1\"") "," NEED("dataset",
			"ds-9", "ds-9", "\"N1\"") "]"},
	{__LINE__, GRAPH(NODE("1", TOOL("time", "now"))),
		"[" NEED("tool", "time now", "now", "\"N1\"") "]"},
	{__LINE__,
		GRAPH(NODE("1", "\"type\":\"tool\",\"provider_type\":\"api\","
				"\"provider_id\":\"x\",\"tool_name\":\"y\"")),
		"[" NEED("api_tool", "x y", "y", "\"N1\"") "]"},
	{__LINE__,
		GRAPH(NODE("1", "\"type\":\"tool\",\"provider_type\":\"mcp\","
				"\"provider_id\":\"x\",\"provider_name\":"
				"\"Maps\",\"tool_name\":\"y\"")),
		"[{\"kind\":\"mcp_tool\",\"key\":\"x y\",\"name\":\"y\","
		"\"provider\":\"Maps\",\"nodes\":[\"N1\"]}]"},
	{__LINE__,
		GRAPH(NODE("1", "\"type\":\"tool\",\"provider_type\":"
				"\"unheard-of\",\"provider_id\":\"x\","
				"\"tool_name\":\"y\"")),
		"[]"},
	{__LINE__, GRAPH(NODE("1", RANKS("\"reranking_enable\":true"))),
		"[" NEED("rerank", "p r", "r", "\"N1\"") "]"},
	{__LINE__, GRAPH(NODE("1", RANKS("\"reranking_enable\":false"))), "[]"},
	{__LINE__,
		GRAPH(NODE(
			"1", RANKS("\"reranking_mode\":\"weighted_score\""))),
		"[" NEED("embedding", "p e", "e", "\"N1\"") "]"},
	{__LINE__,
		GRAPH(NODE("1", "\"type\":\"knowledge-retrieval\","
				"\"multiple_retrieval_config\":{"
				"\"reranking_model\":{\"provider\":\"\","
				"\"model\":\"\"}}")),
		"[]"},
	{__LINE__,
		GRAPH(NODE("1",
			"\"type\":\"agent\",\"agent_strategy_provider_name\":"
			"\"a/b/c\",\"agent_strategy_name\":\"react\","
			"\"agent_parameters\":{\"tools\":{\"value\":[{"
			"\"type\":\"workflow\",\"provider_name\":\"w\","
			"\"provider_show_name\":\"Sums\",\"tool_name\":\"u\""
			"}]}}")),
		"[" NEED("strategy", "a/b/c react", "react",
			"\"N1\"") ",{\"kind\":\"workflow_tool\",\"key\":"
				  "\"w u\",\"name\":\"u\",\"provider\":"
				  "\"Sums\",\"nodes\":[\"N1\"]}]"},
	{__LINE__,
		GRAPH(NODE("1",
			"\"type\":\"agent\",\"agent_parameters\":{\"model\":{"
			"\"value\":{\"provider\":\"p\",\"model\":\"m\"}},"
			"\"tools\":{\"value\":[{\"provider_name\":\"t\","
			"\"tool_name\":\"u\"}]}}")),
		"[" NEED("model", "p m", "m", "\"N1\"") "," NEED(
			"tool", "t u", "u", "\"N1\"") "]"},
};

static void
each_need_stands_once(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(list_rows); i++) {
		const struct list_row *r = &list_rows[i];
		struct value *needs = need_list(a, parse(a, r->dsl), &source);

		is_json(a, r->line, needs, r->needs);
	}
	arena_free(&a);
}

static const struct resolve_row {
	int line;
	const char *kind;
	const char *key;
	const char *name;
	const char *mapping;
	const char *how;
	const char *to; /* NULL: none */
} resolve_rows[] = {
	{__LINE__, "model", "acme/ai/ai small", "small", "[]", "there",
		"acme/ai/ai small"},
	{__LINE__, "model", "openai gpt-4o", "gpt-4o", "[]", "there",
		"openai gpt-4o"},
	{__LINE__, "model", "else/x/x gpt-4o", "gpt-4o", "[]", "name",
		"langgenius/openai/openai gpt-4o"},
	{__LINE__, "model", "else/x/x big", "big", "[]", "missing", NULL},
	{__LINE__, "model", "else/x/x big", "big",
		"[{\"kind\":\"model\",\"key\":\"else/x/x big\","
		"\"to\":\"acme/ai/ai small\"}]",
		"chosen", "acme/ai/ai small"},
	{__LINE__, "model", "else/x/x big", "big", /* the last one counts */
		"[{\"kind\":\"model\",\"key\":\"else/x/x big\","
		"\"to\":\"acme/ai/ai small\"},{\"kind\":\"model\","
		"\"key\":\"else/x/x big\",\"to\":\"else/x/x big\"}]",
		"chosen", "else/x/x big"},
	{__LINE__, "model", "else/x/x big", "big", /* which is gone */
		"[{\"kind\":\"model\",\"key\":\"else/x/x big\","
		"\"to\":\"gone/x/x y\"}]",
		"missing", NULL},
	{__LINE__, "model", " ", "", "[]", "default", "acme/ai/ai small"},
	{__LINE__, "model", " gpt-4o", "gpt-4o", "[]", "default",
		"langgenius/openai/openai gpt-4o"},
	{__LINE__, "model", " big", "big", "[]", "default", "acme/ai/ai small"},
	{__LINE__, "tool", " big", "big", "[]", "missing", NULL},
	{__LINE__, "dataset", "ds-1", "Handbook", "[]", "name", "ds-2"},
	{__LINE__, "dataset", "ds-2", "ds-2", "[]", "there", "ds-2"},
	{__LINE__, "dataset", "ds-9", "ds-9", "[]", "missing", NULL},
	{__LINE__, "tool", "acme/web/web fetch", "fetch", "[]", "there",
		"acme/web/web fetch"},
	{__LINE__, "tool", "else/web/web search", "search", "[]", "name",
		"acme/web/web search"},
	{__LINE__, "api_tool", "uuid-2 find", "find", "[]", "there",
		"uuid-2 find"},
	{__LINE__, "api_tool", "uuid-2 gone", "gone", "[]", "missing", NULL},
	{__LINE__, "api_tool", "uuid-1 find", "find", "[]", "name",
		"uuid-2 find"},
	{__LINE__, "mcp_tool", "uuid-1 find", "find", "[]", "unasked",
		"uuid-1 find"},
	{__LINE__, "strategy", "x/y/z react", "react", "[]", "name",
		"acme/ai/agent react"},
};

static void
what_fits_is_proposed(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(resolve_rows); i++) {
		const struct resolve_row *r = &resolve_rows[i];
		struct value *needs = value_array(a);
		struct value *need = value_append(needs, value_object(a));
		bool open = strcmp(r->how, "name") == 0 ||
			    strcmp(r->how, "missing") == 0;
		const char *to;
		size_t n;

		value_set_text(a, need, "kind", r->kind);
		value_set_text(a, need, "key", r->key);
		value_set_text(a, need, "name", r->name);
		n = need_resolve(a, needs, &target, parse(a, r->mapping));
		to = value_get_text(need, "to", NULL);
		if (strcmp(value_get_text(need, "how", ""), r->how) != 0 ||
			n != (open ? 1U : 0U) ||
			(to == NULL) != (r->to == NULL) ||
			(to != NULL && strcmp(to, r->to) != 0))
			fail_msg("row of line %d: %s %s", r->line,
				value_get_text(need, "how", ""),
				to == NULL ? "-" : to);
	}
	arena_free(&a);
}

static void
a_dify_that_tells_nothing_is_not_asked_for(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct value *needs =
		need_list(a, parse(a, GRAPH(NODE("1", LLM("p", "m")))), NULL);
	static const struct resources none = {.count = 0};
	static const struct resources asked = {
		.count = 0, .asked = {[RESOURCE_MODEL] = true}};

	(void)state;
	assert_int_equal(need_resolve(a, needs, &none, NULL), 0);
	assert_string_equal(
		value_get_text(value_at(needs, 0), "how", ""), "unasked");
	assert_int_equal(need_resolve(a, needs, &asked, NULL), 1);
	assert_string_equal(
		value_get_text(value_at(needs, 0), "how", ""), "missing");
	arena_free(&a);
}

static void
a_mapping_is_written(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct value *dsl = parse(a,
		"{\"dependencies\":[{\"type\":\"marketplace\",\"value\":{"
		"\"marketplace_plugin_unique_identifier\":\"else/x:1@h\"}},"
		"{\"type\":\"package\",\"value\":{\"plugin_unique_identifier\":"
		"\"stays/y:1@h\"}}],\"workflow\":{\"graph\":{\"nodes\":[" NODE(
			"1", LLM("else/x/x", "big")) "," NODE("2",
			"\"type\":\"knowledge-retrieval\",\"dataset_ids\":["
			"\"ds-1\",\"ds-1\",\"ds-8\"]") "," NODE("3",
			TOOL("else/x/web", "search")) "]}}}");
	const struct value *mapping = parse(a,
		"[{\"kind\":\"model\",\"key\":\"else/x/x big\","
		"\"to\":\"acme/ai/ai small\"},"
		"{\"kind\":\"dataset\",\"key\":\"ds-1\",\"to\":\"ds-2\"},"
		"{\"kind\":\"dataset\",\"key\":\"ds-8\",\"to\":\"ds-8\"},"
		"{\"kind\":\"tool\",\"key\":\"else/x/web search\","
		"\"to\":\"acme/web/web search\"}]");

	(void)state;
	assert_int_equal(need_apply(a, dsl, mapping, &target), 4);
	is_json(a, __LINE__,
		value_find(dsl, "/workflow/graph/nodes/0/data/model"),
		"{\"provider\":\"acme/ai/ai\",\"name\":\"small\","
		"\"mode\":\"completion\"}");
	is_json(a, __LINE__,
		value_find(dsl, "/workflow/graph/nodes/1/data/dataset_ids"),
		"[\"ds-2\",\"ds-2\",\"ds-8\"]");
	is_json(a, __LINE__, value_find(dsl, "/workflow/graph/nodes/2/data"),
		"{\"title\":\"N3\"," TOOL("acme/web/web", "search") "}");
	is_json(a, __LINE__, value_get(dsl, "dependencies"),
		"[{\"type\":\"package\",\"value\":{\"plugin_unique_"
		"identifier\":"
		"\"stays/"
		"y:1@h\"}},{\"type\":\"package\",\"current_identifier\":"
		"null,\"value\":{\"plugin_unique_identifier\":\"acme/"
		"ai:1@x\"}}]");
	arena_free(&a);
}

static void
own_tools_and_strategies_are_written_whole(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct value *dsl = parse(a,
		GRAPH(NODE("1",
			"\"type\":\"tool\",\"provider_type\":\"api\","
			"\"provider_id\":\"uuid-1\",\"provider_name\":\"old\","
			"\"tool_name\":\"find\"") "," NODE("2",
			"\"type\":\"agent\",\"agent_strategy_provider_name\":"
			"\"x/y/z\",\"agent_strategy_name\":\"react\","
			"\"agent_strategy_label\":\"ReAct\","
			"\"plugin_unique_identifier\":\"x/y:1@z\","
			"\"agent_parameters\":{\"tools\":{\"value\":[{"
			"\"type\":\"api\",\"provider_name\":\"uuid-1\","
			"\"tool_name\":\"find\"}]}}")));
	struct value *needs = need_list(a, dsl, NULL);

	(void)state;
	assert_int_equal(need_resolve(a, needs, &target, NULL), 2);
	assert_int_equal(need_apply(a, dsl, needs, &target), 3);
	is_json(a, __LINE__, value_find(dsl, "/workflow/graph/nodes/0/data"),
		"{\"title\":\"N1\",\"type\":\"tool\",\"provider_type\":\"api\","
		"\"provider_id\":\"uuid-2\",\"provider_name\":\"crm\","
		"\"tool_name\":\"find\"}");
	is_json(a, __LINE__, value_find(dsl, "/workflow/graph/nodes/1/data"),
		"{\"title\":\"N2\",\"type\":\"agent\","
		"\"agent_strategy_provider_name\":\"acme/ai/agent\","
		"\"agent_strategy_name\":\"react\","
		"\"agent_strategy_label\":\"react\","
		"\"plugin_unique_identifier\":\"acme/ai:1@x\","
		"\"agent_parameters\":{\"tools\":{\"value\":[{"
		"\"type\":\"api\",\"provider_name\":\"uuid-2\","
		"\"tool_name\":\"find\"}]}}}");
	assert_int_equal(value_count(value_get(dsl, "dependencies")), 1);
	arena_free(&a);
}

static void
what_is_as_it_is_stays_to_the_byte(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct value *dsl = parse(a, GRAPH(NODE("1", LLM("p", "m"))));
	struct value *before = value_clone(a, dsl);

	(void)state;
	assert_int_equal(
		need_apply(a, dsl,
			parse(a, "[{\"kind\":\"model\",\"key\":\"p m\","
				 "\"to\":\"p m\"}]"),
			&target),
		0);
	assert_true(value_equal(before, dsl));
	assert_int_equal(need_apply(a, dsl, NULL, &target), 0);
	arena_free(&a);
}

#define SEALED(c) "studio-secret:0000000000000000000" c
#define ENV(name, value)                                                      \
	"{\"name\":\"" name "\",\"value_type\":\"secret\",\"value\":\"" value \
	"\"}"
#define SECRETS(env, headers)                                            \
	"{\"workflow\":{\"environment_variables\":[" env "],\"graph\":{" \
	"\"nodes\":[{\"id\":\"7\",\"data\":{\"title\":\"Ask\","          \
	"\"type\":\"http-request\",\"headers\":\"" headers               \
	"\",\"authorization\":{\"config\":{\"api_key\":\"" SEALED(       \
		"3") "\"}}}}]}}}"

static const char secrets[] = SECRETS(
	ENV("A", SEALED("1")) "," ENV(
		"B", "********************") ","
					     "{\"name\":\"C\",\"value\":\"x\","
					     "\"value_type\":\"string\"}",
	"X-Key: " SEALED("2") "\\nAccept: a");

static void
secrets_are_listed_by_place(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);

	(void)state;
	is_json(a, __LINE__, need_secrets(a, parse(a, secrets)),
		"[" NEED("secret", "env A", "A",
			"") ","
			    "{\"kind\":\"secret\",\"key\":\"env "
			    "B\",\"name\":\"B\","
			    "\"nodes\":[],\"masked\":true}," NEED("secret",
				    "7 /headers", "headers",
				    "\"Ask\"") "," NEED("secret",
				    "7 /authorization/config/api_key",
				    "api_key", "\"Ask\"") "]");
	arena_free(&a);
}

static void
secrets_stay_come_or_are_new(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct value *dsl = parse(a, secrets);
	const struct value *other = parse(
		a, SECRETS(ENV("A", SEALED("7")) "," ENV("B", SEALED("8")),
			   "X-Key: " SEALED("9")));
	const struct value *mapping = parse(a,
		"[{\"kind\":\"secret\",\"key\":\"env A\",\"to\":\"same\"},"
		"{\"kind\":\"secret\",\"key\":\"env B\",\"to\":\"keep\"},"
		"{\"kind\":\"secret\",\"key\":\"7 /headers\",\"to\":\"" SEALED(
			"5") "\"},{\"kind\":\"secret\",\"key\":"
			     "\"7 "
			     "/authorization/config/"
			     "api_key\",\"to\":\"plain\"}]");

	(void)state;
	assert_int_equal(need_apply_secrets(a, dsl, mapping, other), 2);
	assert_string_equal(value_text(value_find(dsl,
				    "/workflow/environment_variables/0/value")),
		SEALED("1"));
	assert_string_equal(value_text(value_find(dsl,
				    "/workflow/environment_variables/1/value")),
		SEALED("8"));
	assert_string_equal(value_text(value_find(dsl,
				    "/workflow/graph/nodes/0/data/headers")),
		"X-Key: " SEALED("5") "\nAccept: a");
	assert_string_equal(
		value_text(value_find(dsl, "/workflow/graph/nodes/0/data/"
					   "authorization/config/api_key")),
		SEALED("3"));
	assert_int_equal(need_apply_secrets(a, dsl, mapping, NULL), 1);
	arena_free(&a);
}

static void
a_mapping_of_a_request_is_checked(void **state)
{
	static const char *const bad[] = {"{}", "5", "[5]", "[{}]",
		"[{\"kind\":\"x\",\"key\":\"k\",\"to\":\"t\"}]",
		"[{\"kind\":\"model\",\"key\":\"\",\"to\":\"t\"}]",
		"[{\"kind\":\"model\",\"key\":\"k\",\"to\":null}]",
		"[{\"kind\":\"model\",\"key\":\"k\",\"to\":\"t\",\"x\":1}]"};
	struct arena *a = arena_new(LIMIT_ARENA);
	size_t i;

	(void)state;
	assert_true(need_is_mapping(parse(a, "[]")));
	assert_true(need_is_mapping(parse(
		a, "[{\"kind\":\"secret\",\"key\":\"k\",\"to\":\"t\"}]")));
	for (i = 0; i < nitems(bad); i++)
		if (need_is_mapping(parse(a, bad[i])))
			fail_msg("%s", bad[i]);
	assert_false(need_is_mapping(NULL));
	arena_free(&a);
}

static void
providers_have_short_names(void **state)
{
	(void)state;
	assert_true(need_same_provider("openai", "langgenius/openai/openai"));
	assert_true(need_same_provider("a/b/c", "a/b/c"));
	assert_false(need_same_provider("openai", "acme/openai/openai"));
	assert_false(need_same_provider("x", "langgenius/x/y"));
	assert_false(need_same_provider("", "langgenius/"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_need_stands_once),
		cmocka_unit_test(what_fits_is_proposed),
		cmocka_unit_test(a_dify_that_tells_nothing_is_not_asked_for),
		cmocka_unit_test(a_mapping_is_written),
		cmocka_unit_test(own_tools_and_strategies_are_written_whole),
		cmocka_unit_test(what_is_as_it_is_stays_to_the_byte),
		cmocka_unit_test(secrets_are_listed_by_place),
		cmocka_unit_test(secrets_stay_come_or_are_new),
		cmocka_unit_test(a_mapping_of_a_request_is_checked),
		cmocka_unit_test(providers_have_short_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
