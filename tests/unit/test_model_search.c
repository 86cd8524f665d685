/* test_model_search.c: workflows found by their words and by what they use. */
#include "folder.h"

#include "model/search.h"
#include "model/workflow.h"

#include <string.h>

/* A DSL with one llm node, one knowledge base, one tool and one address. */
static const char dsl[] =
	"{\"workflow\":{\"graph\":{\"nodes\":["
	"{\"data\":{\"type\":\"llm\",\"title\":\"Draft\",\"model\":"
	"{\"name\":\"qwen3\",\"provider\":\"p\"},\"prompt_template\":"
	"[{\"role\":\"user\",\"text\":\"把客户的投诉邮件分成四类\"}]}},"
	"{\"data\":{\"type\":\"knowledge-retrieval\",\"dataset_ids\":"
	"[\"11111111-2222-3333-4444-555555555555\"]}},"
	"{\"data\":{\"type\":\"tool\",\"provider_id\":\"org/google\","
	"\"tool_name\":\"search\"}},"
	"{\"data\":{\"type\":\"http-request\","
	"\"url\":\"https://api.example.com:8443/v1?q=1\"}},"
	"{\"data\":{\"type\":\"http-request\","
	"\"url\":\"https://{{#start.host#}}/x\"}}]}}}";

static void
add(const char *name, const char *json)
{
	struct workflow w = {.name = name, .mode = "workflow"};

	IN_TRANSACTION(
		workflow_add(&w, folder_value(json), VERSION_CREATED, NULL));
}

static int
count(const struct workflow_filter *f)
{
	struct workflow *rows;

	return workflow_list(arena, f, &rows);
}

static int
hits(const char *text)
{
	struct workflow_filter f = {.text = text, .limit = 10};

	return count(&f);
}

static int
users(enum uses_kind kind, const char *value)
{
	struct workflow_filter f = {.limit = 10};

	f.uses[kind] = value;
	return count(&f);
}

static void
words_are_found_wherever_they_stand(void **state)
{
	static const struct {
		int line;
		const char *text;
		int hits;
	} rows[] = {
		{__LINE__, "邮", 1},
		{__LINE__, "邮件", 1},
		{__LINE__, "投诉邮件", 1},
		{__LINE__, "件邮", 0},
		{__LINE__, "分成 四类", 1},
		{__LINE__, "draft", 1},
		{__LINE__, "dra", 1},
		{__LINE__, "raft", 0},
		{__LINE__, "sorter", 1},
		{__LINE__, "sorter draft", 1},
		{__LINE__, "sorter absent", 0},
		{__LINE__, "example.com", 1},
		{__LINE__, "", 2},
		{__LINE__, "\"'*)(", 0},
	};
	size_t i;

	(void)state;
	add("Mail sorter", dsl);
	add("Other", "{}");
	for (i = 0; i < nitems(rows); i++)
		if (hits(rows[i].text) != rows[i].hits)
			fail_msg("line %d: %d hits", rows[i].line,
				hits(rows[i].text));
}

static void
what_is_used_is_found(void **state)
{
	(void)state;
	add("Mail sorter", dsl);
	add("Other", "{}");
	assert_int_equal(users(USES_NODE, "llm"), 1);
	assert_int_equal(users(USES_NODE, "code"), 0);
	assert_int_equal(users(USES_MODEL, "qwen3"), 1);
	assert_int_equal(users(USES_MODEL, "qwen"), 0);
	assert_int_equal(users(USES_TOOL, "org/google/search"), 1);
	assert_int_equal(
		users(USES_DATASET, "11111111-2222-3333-4444-555555555555"), 1);
	assert_int_equal(users(USES_HOST, "api.example.com:8443"), 1);
}

static void
a_new_version_replaces_the_old_words(void **state)
{
	struct workflow w = {.name = "One", .mode = "workflow"};
	struct version_new after = {
		.dsl = folder_value("{}"), .origin = VERSION_EDITED};
	int number;

	(void)state;
	IN_TRANSACTION(
		workflow_add(&w, folder_value(dsl), VERSION_CREATED, NULL));
	after.workflow_id = w.id;
	IN_TRANSACTION(version_add(arena, &after, &number));
	assert_int_equal(hits("邮件"), 0);
	assert_int_equal(users(USES_MODEL, "qwen3"), 0);
	IN_TRANSACTION(workflow_update(w.id, "Renamed", NULL, NULL, 0));
	assert_int_equal(hits("one"), 0);
	assert_int_equal(hits("renamed"), 1);
	IN_TRANSACTION(workflow_delete(w.id));
	assert_int_equal(hits("renamed"), 0);
}

static void
what_is_missing_in_the_index_is_caught_up(void **state)
{
	static const char sql_gone[] = "DELETE FROM search_docs";

	(void)state;
	add("One", dsl);
	add("Two", "{}");
	search_catch_up();
	IN_TRANSACTION(db_run(db_stmt(sql_gone)));
	assert_int_equal(hits("two"), 0);
	IN_TRANSACTION(search_missing());
	assert_int_equal(hits("two"), 1);
	assert_int_equal(hits("邮件"), 1);
}

static void
the_index_follows_in_pieces(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		add("Three of them", "{}");
	IN_TRANSACTION(search_some(2));
	assert_true(search_is_due());
	IN_TRANSACTION(search_some(2));
	assert_false(search_is_due());
	assert_int_equal(hits("three"), 3);
}

static void
uses_are_counted(void **state)
{
	struct use_count *rows;

	(void)state;
	add("One", dsl);
	add("Two", dsl);
	assert_int_equal(search_uses(arena, "node", &rows), 4);
	assert_int_equal(rows[0].count, 2);
	assert_int_equal(search_uses(arena, "host", &rows), 1);
	assert_string_equal(rows[0].value, "api.example.com:8443");
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(words_are_found_wherever_they_stand),
	STORE_TEST(what_is_used_is_found),
	STORE_TEST(a_new_version_replaces_the_old_words),
	STORE_TEST(what_is_missing_in_the_index_is_caught_up),
	STORE_TEST(the_index_follows_in_pieces),
	STORE_TEST(uses_are_counted),
};

UNIT_MAIN(tests)
