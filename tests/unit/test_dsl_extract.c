/* test_dsl_extract.c: a plan is found in an answer, whatever is around it. */
#include "dsl_unit.h"

#define PLAN(name) "{\"name\": \"" name "\", \"steps\": []}"

static const struct {
	int line;
	const char *answer;
	const char *name; /* of the plan that is found; NULL: none */
	const char *findings;
} answers[] = {
	{__LINE__, PLAN("a"), "a", ""},
	{__LINE__, "\xEF\xBB\xBF" PLAN("a"), "a", ""},
	{__LINE__, "Here you are: " PLAN("a") " Good luck {x}!", "a", ""},
	{__LINE__, "```json\n" PLAN("a") "\n```", "a", ""},
	{__LINE__,
		"```\n" PLAN("a") "\n```\nor better\n```json\n" PLAN(
			"b") "\n```",
		"b", ""},
	{__LINE__, "```json\n" PLAN("a") "\n```\n```python\nprint({1})\n```",
		"a", ""},
	{__LINE__, "```json\n" PLAN("a"), "a", ""},
	{__LINE__, "<think>maybe " PLAN("x") "</think>" PLAN("a"), "a", ""},
	{__LINE__, "thinking " PLAN("x") "</think>\n" PLAN("a"), "a", ""},
	{__LINE__, "<workflow>" PLAN("a") "</workflow> {\"x\": 1}", "a", ""},
	{__LINE__, "{\"thought\": 1} then " PLAN("a"), "a", ""},
	{__LINE__, "{\"plan\": " PLAN("a") "}", "a", ""},
	{__LINE__, "\"{\\\"name\\\": \\\"a\\\", \\\"steps\\\": []}\"", "a", ""},
	{__LINE__, "\"no plan at all\"", NULL, "answer_no_json"},
	{__LINE__, "{\"name\": \"a\", \"steps\": [{\"id\": \"x\"", "a",
		"answer_cut"},
	{__LINE__, "```yaml\nname: a\nsteps:\n- id: x\n  type: llm\n```", "a",
		""},
	{__LINE__, "name: a\nsteps:\n  - {id: x, type: llm}\n", "a", ""},
	{__LINE__, "{'name': 'a', 'steps': [], 'x': None, // y\n}", "a", ""},
	{__LINE__,
		"\xEF\xBD\x9B\"name\"\xEF\xBC\x9A\"a\"\xEF\xBC\x8C"
		"\"steps\": []\xEF\xBD\x9D",
		"a", ""},
	/* A fence in a text of the plan is no fence of the answer. */
	{__LINE__,
		"Take this: {\"name\": \"a\", \"steps\": [{\"t\": \"x ```json "
		"{\\\"steps\\\": []} ``` y\"}]}",
		"a", ""},
	{__LINE__, "<workflow>" PLAN("a") "</workflow><workflow>" PLAN("b"),
		"b", ""},
	{__LINE__, "", NULL, "answer_empty"},
	{__LINE__, " \n\t", NULL, "answer_empty"},
	{__LINE__, "I cannot do that.", NULL, "answer_no_json"},
	{__LINE__, "{\"a\": 1}", NULL, "answer_not_plan"},
	{__LINE__, "{{{{{{{{", NULL, "answer_not_plan"},
};

static struct value *
extract(const char *answer, size_t len)
{
	findings = (struct findings){0};
	repairs = (struct repairs){0};
	return extract_answer(arena, answer, len, &findings, &repairs);
}

static void
answers_give_their_plan(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(answers); i++) {
		struct value *v =
			extract(answers[i].answer, strlen(answers[i].answer));
		const char *name = value_get_text(v, "name", NULL);

		if ((v == NULL) != (answers[i].name == NULL) ||
			(v != NULL && strcmp(name, answers[i].name) != 0))
			fail_msg("line %d: %s", answers[i].line, json(v));
		if (strcmp(found(), answers[i].findings) != 0)
			fail_msg("line %d: %s", answers[i].line, found());
	}
}

static void
a_list_of_steps_is_a_plan(void **state)
{
	static const char text[] = "[{\"id\": \"a\", \"type\": \"llm\"}]";
	struct value *v = extract(text, strlen(text));

	(void)state;
	assert_int_equal(value_count(value_get(v, "steps")), 1);
}

static void
each_kind_of_mending_is_told_once(void **state)
{
	static const char text[] = "{'name': 'a', 'steps': [1,], 'x': [2,]}";

	(void)state;
	assert_non_null(extract(text, strlen(text)));
	assert_string_equal(mended(), "json_single_quote json_trailing_comma");
}

static const struct {
	const char *text;
	enum dialect dialect;
} dialects[] = {
	{"{\"steps\": []}", DIALECT_PLAN},
	{"{\"nodes\": [], \"edges\": []}", DIALECT_GRAPH},
	{"{\"nodes_info\": [], \"edges\": []}", DIALECT_GRAPH},
	{"{\"nodes\": [{\"id\": \"a\", \"next\": \"b\"}]}", DIALECT_FLOW},
	{"{\"app\": {}, \"workflow\": {\"graph\": {}}}", DIALECT_DIFY},
	{"{\"graph\": {\"nodes\": []}}", DIALECT_GRAPH},
	{"{\"x\": 1}", DIALECT_NONE},
	{"[]", DIALECT_NONE},
};

static void
dialects_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(dialects); i++)
		assert_int_equal(dialect_of(read_json(dialects[i].text)),
			dialects[i].dialect);
}

static void
hostile_answers_end(void **state)
{
	size_t n = 1 << 20;
	char *text = malloc(n);

	(void)state;
	assert_non_null(text);
	memset(text, '{', n);
	assert_null(extract(text, n));
	memset(text, '`', n);
	assert_null(extract(text, n));
	for (size_t i = 0; i < n; i++)
		text[i] = "{\"a\":"[i % 5];
	assert_null(extract(text, n));
	memset(text, 0, n);
	assert_null(extract(text, n));
	free(text);
}

static const struct CMUnitTest tests[] = {
	TEST(answers_give_their_plan),
	TEST(a_list_of_steps_is_a_plan),
	TEST(each_kind_of_mending_is_told_once),
	TEST(dialects_are_told_apart),
	TEST(hostile_answers_end),
};

UNIT_MAIN(tests)
