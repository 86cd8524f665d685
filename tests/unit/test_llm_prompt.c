/* test_llm_prompt.c: what the planner is told, and that it is true. */
#include "unit.h"

#include "dsl/catalogue.h"
#include "llm/prompt.h"
#include "llm/tokens.h"

#include <string.h>

static struct arena *a;

static const struct resource items[] = {
	{RESOURCE_MODEL, "fast", "gpt-x-mini", "GPT X mini", "p/p/p", "chat",
		NULL},
	{RESOURCE_DATASET, "handbook", "1234", "Employee handbook", NULL, NULL,
		NULL},
	{RESOURCE_TOOL, "weather", "weather", "weather", "time", NULL,
		"{\"parameters\":[{\"name\":\"city\"}]}"},
};
static const struct resources some = {items, 3};

static const char *
prompt_for(const char *request, int version, const struct resources *r)
{
	struct dsl_target target = {.version = version, .resources = r};
	struct llm_prompt out;

	llm_system_prompt(a, request, &target, &out);
	assert_int_equal(out.tokens, llm_tokens(out.text, strlen(out.text)));
	return out.text;
}

/* Everything that could be said of a request in a language unknown here. */
static const char *
prompt(int version, const struct resources *r)
{
	return prompt_for("\xD9\x85\xD8\xB1\xD8\xAD", version, r);
}

static void
it_names_itself_and_every_step_type(void **state)
{
	const char *text = prompt(DSL_VERSION_NEWEST, &some);
	size_t i;

	(void)state;
	assert_non_null(strstr(text, "Dify Studio planner"));
	for (i = 0; i < node_type_count; i++)
		if (node_types[i]->prompt != NULL)
			assert_non_null(strstr(text, node_types[i]->prompt));
	assert_non_null(strstr(text, "- parallel: "));
}

static void
it_offers_only_what_the_target_has(void **state)
{
	(void)state;
	assert_null(strstr(prompt(11200, &some), "- human-input"));
	assert_non_null(strstr(prompt(11300, &some), "- human-input"));
	assert_null(strstr(prompt(11300, NULL), "- tool:"));
	assert_non_null(strstr(prompt(11300, &some), "- tool:"));
}

/* What a request leads to; NULL: nothing of the kind. */
static const struct {
	int line;
	const char *request;
	const char *with;
	const char *without;
} routes[] = {
	{__LINE__, "Summarise a text", "- llm:", "- human-input:"},
	{__LINE__, "Summarise a text", "- if-else:", "- loop:"},
	{__LINE__, "Sort mail into three categories",
		"- question-classifier:", "- document-extractor:"},
	{__LINE__, "把邮件分类", "- question-classifier:", "- loop:"},
	{__LINE__, "逐行翻译一段文字", "- iteration:", "- human-input:"},
	{__LINE__, "改写直到评分高于八", "- loop:", "- document-extractor:"},
	{__LINE__, "改写直到评分高于八", "- break", NULL},
	{__LINE__, "Call the API of the shop", "- http-request:", NULL},
	{__LINE__, "Write a rapid poem", "- llm:", "- http-request:"},
	{__LINE__, "先经主管审批再发送", "- human-input:", NULL},
	{__LINE__, "Answer from our handbook",
		"- knowledge-retrieval:", "- list-operator:"},
	{__LINE__, "Answer from our handbook", "- kb1: Employee handbook",
		NULL},
	{__LINE__, "Tell the weather of today", "- t1: weather (city)", NULL},
	{__LINE__, "Summarise a text", NULL, "- t1:"},
	{__LINE__, "从合同里提取金额", "- parameter-extractor:", NULL},
	{__LINE__, "做一个聊天机器人", "- answer (chat)", NULL},
};

static void
words_of_a_request_choose_the_step_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(routes); i++) {
		const char *text = prompt_for(routes[i].request, 11601, &some);

		if (routes[i].with != NULL && !strstr(text, routes[i].with))
			fail_msg("line %d: %s is missing", routes[i].line,
				routes[i].with);
		if (routes[i].without != NULL &&
			strstr(text, routes[i].without))
			fail_msg("line %d: %s is there", routes[i].line,
				routes[i].without);
	}
}

/* The example that a request like it must bring up. */
static const struct {
	int line;
	const char *request;
	const char *example;
} likenesses[] = {
	{__LINE__, "Translating a book, reviewing the translation", "literary"},
	{__LINE__, "请给产品写一段营销文案", "xhs-copy"},
	{__LINE__, "把客服工单分类", "ticket-triage"},
	{__LINE__, "上传几份简历，逐个筛选", "resume-screening"},
	{__LINE__, "用两个模型回答并对比", "two-models"},
	{__LINE__, "Poll the status of an export job", "poll-export"},
	{__LINE__, "贷款申请的审核规则", "loan-precheck"},
	{__LINE__, "Take fields out of an expense report", "expense-fields"},
	{__LINE__, "出题聊天机器人，记录答题次数", "chat-quiz"},
};

static void
examples_are_those_that_are_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(likenesses); i++) {
		struct dsl_target target = {11601, &some};
		struct llm_prompt out;

		llm_system_prompt(a, likenesses[i].request, &target, &out);
		if (strstr(out.examples, likenesses[i].example) == NULL)
			fail_msg("line %d: %s", likenesses[i].line,
				out.examples);
	}
}

static void
two_or_three_examples_are_shown(void **state)
{
	static const char *const requests[] = {
		"", "x", "\xFF\xFE", "\" OR NEAR(", "Sort my mail", "翻译"};

	(void)state;
	for (size_t i = 0; i < nitems(requests); i++) {
		const char *at = prompt_for(requests[i], 11601, NULL);
		size_t n = 0;

		while ((at = strstr(at, "\nRequest: ")) != NULL) {
			at++;
			n++;
		}
		assert_in_range(n, 2, 3);
	}
}

static void
resources_stand_there_by_short_handles(void **state)
{
	const char *text = prompt(11601, &some);

	(void)state;
	assert_non_null(strstr(text, "- m1: GPT X mini\n"));
	assert_non_null(strstr(text, "- kb1: Employee handbook\n"));
	assert_non_null(strstr(text, "- t1: weather (city)\n"));
	assert_null(strstr(text, "1234"));
	assert_non_null(strstr(prompt(11601, NULL), "do without"));
}

static void
a_resource_may_lack_its_names(void **state)
{
	static const struct resource bare[] = {
		{RESOURCE_MODEL, NULL, NULL, NULL, NULL, NULL, NULL},
		{RESOURCE_MODEL, NULL, "only-an-id", NULL, NULL, NULL, NULL},
		{RESOURCE_TOOL, "t", NULL, NULL, NULL, NULL, "{\"param"},
		{RESOURCE_DATASET, "d", NULL, "two\nlines", NULL, NULL, NULL},
	};
	static const struct resources all = {bare, nitems(bare)};
	const char *text = prompt(11601, &all);

	(void)state;
	assert_non_null(strstr(text, "- m1: \n"));
	assert_non_null(strstr(text, "- m2: only-an-id\n"));
	assert_non_null(strstr(text, "- t1: t\n"));
	assert_non_null(strstr(text, "- kb1: two\n"));
}

static void
of_many_resources_those_that_are_named_come(void **state)
{
	struct resource many[200];
	struct resources all = {many, nitems(many)};
	const char *text;

	(void)state;
	for (size_t i = 0; i < nitems(many); i++)
		many[i] = (struct resource){.kind = RESOURCE_DATASET,
			.handle = "x",
			.name = arena_printf(a, "Shelf %zu", 1000 + i)};
	text = prompt_for("Look into shelf 1150, the handbook", 11601, &all);
	assert_non_null(strstr(text, "- kb151: Shelf 1150\n- kb1: "));
	assert_null(strstr(text, "- kb12: "));
}

static const char long_request[] =
	"Read the customer's mail. Classify it as order, complaint or question."
	" For an order extract the number and the quantity, check with the API "
	"of the shop whether it is in stock, and confirm or regret. For a "
	"complaint write an apology that a person approves. Questions are "
	"answered from the handbook. Translate every reply into the language "
	"of the mail and put it into a letter.";

/* What a request of seven nodes and more costs, with a Dify that has much. */
static void
it_stays_short(void **state)
{
	struct resource many[300];
	struct resources all = {many, nitems(many)};

	(void)state;
	for (size_t i = 0; i < nitems(many); i++)
		many[i] = (struct resource){
			.kind = (enum resource_kind)(i % RESOURCE__MAX),
			.handle = "x",
			.name = arena_printf(a, "organization/name-%zu", i),
			.extra = "{\"parameters\":[{\"name\":\"query\"},"
				 "{\"name\":\"limit\",\"required\":false}]}"};
	{
		struct dsl_target target = {11601, &all};
		struct llm_prompt out;

		llm_system_prompt(a, long_request, &target, &out);
		print_message("a prompt for seven nodes: %zu tokens, %zu with "
			      "the request\n",
			out.tokens,
			out.tokens +
				llm_tokens(long_request, strlen(long_request)));
		assert_in_range(out.tokens, 1000, PROMPT_MOST_TOKENS);
	}
}

static void
only_what_is_open_is_asked_for_again(void **state)
{
	struct findings f = {.first = NULL};
	const char *worst = NULL;
	const char *mild = NULL;
	const char *text;
	size_t i;

	(void)state;
	for (i = 0; i < finding_kind_count; i++) {
		if (finding_kinds[i].tier == TIER_E && worst == NULL)
			worst = finding_kinds[i].code;
		if (finding_kinds[i].tier == TIER_W && mild == NULL)
			mild = finding_kinds[i].code;
	}
	finding_add(a, &f, worst, "/steps/1", "node_a", "x", "y", "z")
		->allowed = "one, two";
	finding_add(a, &f, mild, "/steps/2", "node_b", "x", "y", "z");
	assert_int_equal(llm_open_count(&f), 1);
	text = llm_mend_prompt(a, &f);
	assert_non_null(strstr(text, "/steps/1 in node_a"));
	assert_non_null(strstr(text, "Allowed: one, two."));
	assert_null(strstr(text, "node_b"));
}

static int
set_up(void **state)
{
	(void)state;
	a = arena_new(64 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(it_names_itself_and_every_step_type),
	cmocka_unit_test(it_offers_only_what_the_target_has),
	cmocka_unit_test(words_of_a_request_choose_the_step_types),
	cmocka_unit_test(examples_are_those_that_are_alike),
	cmocka_unit_test(two_or_three_examples_are_shown),
	cmocka_unit_test(resources_stand_there_by_short_handles),
	cmocka_unit_test(a_resource_may_lack_its_names),
	cmocka_unit_test(of_many_resources_those_that_are_named_come),
	cmocka_unit_test(it_stays_short),
	cmocka_unit_test(only_what_is_open_is_asked_for_again),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
