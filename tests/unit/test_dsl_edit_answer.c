/* test_dsl_edit_answer.c: what a model answers to a sentence about a DSL is
 * understood, applied to a copy, and touches nothing else. */
#include "dsl_unit.h"

#include "dsl/diff.h"
#include "dsl/edit.h"

static struct dsl_result base;

static const char plan[] =
	"{\"name\": \"Mails\", \"inputs\": [{\"name\": \"mail\", \"type\": "
	"\"paragraph\", \"required\": true}], \"steps\": [{\"id\": \"sort\", "
	"\"type\": \"question-classifier\", \"query\": \"inputs.mail\", "
	"\"classes\": [{\"name\": \"billing\", \"do\": [{\"id\": \"bill\", "
	"\"type\": \"llm\", \"prompt\": \"Reply: {{inputs.mail}}\"}], "
	"\"give\": {\"reply\": \"{{bill.text}}\"}}, {\"name\": \"other\", "
	"\"do\": [{\"id\": \"any\", \"type\": \"llm\", \"system\": \"Be "
	"kind.\", \"prompt\": \"Answer: {{inputs.mail}}\"}], \"give\": "
	"{\"reply\": \"{{any.text}}\"}}]}, {\"id\": \"big\", \"type\": "
	"\"if-else\", \"cases\": [{\"when\": {\"left\": \"sort.reply\", "
	"\"op\": \"contains\", \"right\": \"!\"}, \"do\": [{\"id\": "
	"\"calm\", \"type\": \"template-transform\", \"template\": "
	"\"{{ sort.reply }}\"}], \"give\": {\"w\": \"{{calm.output}}\"}}], "
	"\"else\": {\"do\": [], \"give\": {\"w\": \"no\"}}}, {\"id\": "
	"\"parts\", \"type\": \"code\", \"code\": \"def main(t):\\n  return "
	"{'list': t.split()}\", \"inputs\": {\"t\": \"big.w\"}, \"outputs\": "
	"{\"list\": \"array[string]\"}}, {\"id\": \"each\", \"type\": "
	"\"iteration\", \"over\": \"parts.list\", \"do\": [{\"id\": \"one\", "
	"\"type\": \"llm\", \"prompt\": \"{{each.item}}\"}], \"give\": "
	"\"one.text\"}], \"outputs\": [{\"name\": \"kind\", \"from\": "
	"\"sort.class_name\"}, {\"name\": \"reply\", \"from\": "
	"\"sort.reply\"}, {\"name\": \"all\", \"from\": \"each.output\"}]}";

static int
set_up_base(void **state)
{
	set_up(state);
	dsl_build(arena, plan, strlen(plan), &unit_target, &base);
	assert_non_null(base.dsl);
	assert_int_equal(base.findings.count[TIER_E], 0);
	assert_int_equal(base.findings.count[TIER_R], 0);
	return 0;
}

static struct value *
node(const struct value *dsl, const char *id)
{
	value_each(n, value_find(dsl, "/workflow/graph/nodes"))
		if (strcmp(value_get_text(n, "id", ""), id) == 0)
			return n;
	return NULL;
}

static void
tell(struct str *out, const char *mark, const char *id)
{
	str_printf(out, "%s%s%s", out->len > 0 ? " " : "", mark, id);
}

/* "+new ~changed -gone", by the bytes of the nodes. */
static const char *
touched(const struct value *dsl)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	value_each(n, value_find(dsl, "/workflow/graph/nodes")) {
		const char *id = value_get_text(n, "id", "");
		const struct value *old = node(base.dsl, id);

		if (old == NULL)
			tell(&out, "+", id);
		else if (strcmp(json(old), json(n)) != 0)
			tell(&out, "~", id);
	}
	value_each(n, value_find(base.dsl, "/workflow/graph/nodes"))
		if (node(dsl, value_get_text(n, "id", "")) == NULL)
			tell(&out, "-", value_get_text(n, "id", ""));
	return out.s;
}

static bool
has_edge(const struct value *dsl, const char *from, const char *handle,
	const char *to)
{
	value_each(e, value_find(dsl, "/workflow/graph/edges"))
		if (strcmp(value_get_text(e, "source", ""), from) == 0 &&
			strcmp(value_get_text(e, "sourceHandle", ""), handle) ==
				0 &&
			strcmp(value_get_text(e, "target", ""), to) == 0)
			return true;
	return false;
}

static struct edit_result
answered(const char *answer)
{
	struct edit_result r;
	const char *before = json(base.dsl);

	dsl_edit_answer(
		arena, base.dsl, answer, strlen(answer), &unit_target, &r);
	assert_string_equal(json(base.dsl), before);
	return r;
}

/* ---- reading ---- */

static const struct {
	int line;
	const char *answer;
	const char *operations;
} answers[] = {
	{__LINE__, "{\"operations\": [{\"op\": \"remove\", \"node\": \"a\"}]}",
		"[{\"op\":\"remove\",\"node\":\"a\"}]"},
	{__LINE__, "[{\"op\": \"delete_node\", \"id\": \"a\"}]",
		"[{\"op\":\"remove\",\"id\":\"a\"}]"},
	{__LINE__,
		"<think>{\"op\": \"add\"}</think>Sure:\n```json\n{\"edits\": "
		"[{\"operation\": \"Update-Node\", \"node\": \"a\"},]}\n```\n",
		"[{\"operation\":\"Update-Node\",\"node\":\"a\",\"op\":"
		"\"change\"}]"},
	{__LINE__, "{\"op\": \"move\", \"node\": \"a\", \"after\": \"b\"}",
		"[{\"op\":\"move\",\"node\":\"a\",\"after\":\"b\"}]"},
	{__LINE__, "{\"changes\": [{\"remove\": {\"node\": \"a\"}}]}",
		"[{\"op\":\"remove\",\"node\":\"a\"}]"},
	{__LINE__, "{\"patch\": {\"op\": \"remove\", \"node\": \"a\"}}",
		"[{\"op\":\"remove\",\"node\":\"a\"}]"},
	{__LINE__,
		"{\"result\": {\"ops\": [{\"op\": \"remove\", \"node\": "
		"\"a\"}]}}",
		"[{\"op\":\"remove\",\"node\":\"a\"}]"},
	{__LINE__,
		"[{\"op\": \"add\", \"position\": {\"after\": \"a\"}, "
		"\"step\": {\"id\": \"b\", \"data\": {\"prompt\": "
		"\"p\"}}}]",
		"[{\"op\":\"add\",\"position\":{\"after\":\"a\"},"
		"\"step\":{\"id\":\"b\",\"data\":{\"prompt\":\"p\"},"
		"\"prompt\":\"p\"},\"after\":\"a\"}]"},
	{__LINE__,
		"{\"ops\": [{\"op\": \"insert_before\", \"target\": \"a\"}]}",
		"[{\"op\":\"add\",\"target\":\"a\",\"before\":\"a\"}]"},
	{__LINE__, "{\"operations\": []}", "[]"},
	{__LINE__, "{\"steps\": []}", NULL},
	{__LINE__, "I cannot do that.", NULL},
	{__LINE__, "", NULL},
};

static void
answers_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(answers); i++) {
		struct findings told = {0};
		struct repairs mended_here = {0};
		struct value *v = edit_read(arena, answers[i].answer,
			strlen(answers[i].answer), &told, &mended_here);

		if (answers[i].operations == NULL) {
			if (v == NULL ? told.first == NULL
				      : value_count(
						value_get(v, "operations")) > 0)
				fail_msg("line %d", answers[i].line);
			continue;
		}
		if (v == NULL || strcmp(json(value_get(v, "operations")),
					 answers[i].operations) != 0)
			fail_msg("line %d: %s", answers[i].line,
				v == NULL ? "nothing"
					  : json(value_get(v, "operations")));
	}
}

/* ---- applying ---- */

static const struct {
	int line;
	const char *answer;
	const char *touched;
	const char *edge[3]; /* one that there is then */
} edits[] = {
	{__LINE__,
		"[{\"op\": \"add\", \"before\": \"end\", \"steps\": [{\"id\": "
		"\"fr\", \"type\": \"llm\", \"prompt\": "
		"\"French: {{sort__join.output}}\"}]}, {\"op\": "
		"\"change_output\", \"name\": \"reply\", \"from\": "
		"\"fr.text\"}]",
		"~end +fr", {"fr", "source", "end"}},
	{__LINE__,
		"[{\"op\": \"add_branch\", \"node\": \"sort\", \"branch\": "
		"{\"name\": \"refunds\", \"do\": [{\"id\": \"back\", \"type\": "
		"\"llm\", \"prompt\": \"{{inputs.mail}}\"}], \"give\": "
		"{\"reply\": \"{{back.text}}\"}}}]",
		"~sort ~sort__join +back", {"back", "source", "sort__join"}},
	{__LINE__,
		"[{\"op\": \"add_branch\", \"node\": \"big\", \"branch\": "
		"{\"when\": {\"left\": \"sort.class_name\", \"op\": \"is\", "
		"\"right\": \"other\"}, \"give\": \"short\"}}]",
		"~big ~big__join +big__output",
		{"big", "case_2", "big__output"}},
	{__LINE__,
		"[{\"op\": \"remove_branch\", \"node\": \"sort\", \"branch\": "
		"\"Billing\"}]",
		"~sort ~sort__join -bill", {"sort", "2", "any"}},
	{__LINE__,
		"[{\"op\": \"change\", \"node\": \"any\", \"fields\": "
		"{\"prompt\": \"Short: {{inputs.mail}}\"}}]",
		"~any", {"any", "source", "sort__join"}},
	{__LINE__,
		"[{\"op\": \"change\", \"node\": \"any\", \"fields\": "
		"{\"title\": \"Rest\", \"temperature\": 0.1}}]",
		"~any", {"any", "source", "sort__join"}},
	{__LINE__,
		"[{\"op\": \"add\", \"in\": \"each\", \"steps\": [{\"id\": "
		"\"trim\", \"type\": \"template-transform\", \"template\": "
		"\"{{ each.item }}\"}]}, {\"op\": \"change\", \"node\": "
		"\"one\", \"fields\": {\"prompt\": \"{{trim.output}}\"}}]",
		"~each ~one +trim", {"trim", "source", "one"}},
	{__LINE__,
		"[{\"op\": \"move\", \"node\": \"calm\", \"before\": "
		"\"parts\"}]",
		"", {"calm", "source", "parts"}},
	{__LINE__,
		"[{\"op\": \"add\", \"after\": \"any\", \"branch\": \"error\", "
		"\"steps\": [{\"id\": \"sorry\", \"type\": "
		"\"template-transform\", \"template\": \"Sorry.\"}]}, {\"op\": "
		"\"connect\", \"from\": \"sorry\", \"to\": \"sort__join\"}]",
		"~any +sorry", {"any", "fail-branch", "sorry"}},
	{__LINE__,
		"[{\"op\": \"remove\", \"node\": \"big\", \"keep\": \"else\"}]",
		"~big__join -big -calm", {"sort__join", "source", "big__w"}},
	{__LINE__,
		"[{\"op\": \"add\", \"after\": \"sort__join\", \"steps\": "
		"[{\"id\": \"long\", \"type\": \"if-else\", \"cases\": "
		"[{\"when\": {\"left\": \"sort__join.output\", \"op\": "
		"\"empty\"}, \"do\": [], \"give\": {\"r\": \"-\"}}], "
		"\"else\": {\"do\": [], \"give\": {\"r\": "
		"\"{{sort__join.output}}\"}}}]}, {\"op\": \"change_output\", "
		"\"name\": \"reply\", \"from\": \"long.r\"}]",
		"~end +long +long__r +long__r_2 +long__join",
		{"long__join", "source", "big"}},
	{__LINE__,
		"[{\"op\": \"change_input\", \"name\": \"mail\", \"fields\": "
		"{\"name\": \"letter\", \"label\": \"Letter\"}}]",
		"~start ~sort ~bill ~any", {"start", "source", "sort"}},
	{__LINE__, "[{\"op\": \"workflow\", \"fields\": {\"name\": \"Post\"}}]",
		"", {"start", "source", "sort"}},
	{__LINE__,
		"[{\"op\": \"add_branch\", \"node\": \"Sort\", \"branch\": "
		"\"refunds\", \"do\": [{\"id\": \"back\", \"type\": "
		"\"llm\", \"prompt\": \"{{inputs.mail}}\"}], \"give\": "
		"\"{{back.text}}\"}]",
		"~sort ~sort__join +back", {"sort", "3", "back"}},
	{__LINE__,
		"[{\"op\": \"add_edge\", \"from\": \"sort__join\", \"to\": "
		"\"parts\"}]",
		"", {"sort__join", "source", "parts"}},
	{__LINE__,
		"[{\"op\": \"add_input\", \"name\": \"n\", \"type\": "
		"\"number\"}]",
		"~start", {"start", "source", "sort"}},
};

static void
edits_touch_what_they_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(edits); i++) {
		struct edit_result r = answered(edits[i].answer);
		const struct finding *f = r.fresh.first;

		assert_non_null(r.made.dsl);
		if (f != NULL)
			fail_msg("line %d: %s", edits[i].line,
				finding_message(arena, f, "en"));
		if (strcmp(touched(r.made.dsl), edits[i].touched) != 0)
			fail_msg("line %d: %s", edits[i].line,
				touched(r.made.dsl));
		if (!has_edge(r.made.dsl, edits[i].edge[0], edits[i].edge[1],
			    edits[i].edge[2]))
			fail_msg("line %d: no edge", edits[i].line);
	}
}

static const struct {
	int line;
	const char *answer;
	const char *why;
} refused[] = {
	{__LINE__, "[{\"op\": \"remove\", \"node\": \"big\"}]", "keep"},
	{__LINE__,
		"[{\"op\": \"add\", \"after\": \"sort\", \"branch\": "
		"\"spam\", \"steps\": [{\"id\": \"x\", \"type\": \"llm\", "
		"\"prompt\": \"x\"}]}]",
		"it has \"billing\", \"other\""},
	{__LINE__,
		"[{\"op\": \"add\", \"after\": \"end\", \"steps\": [{\"id\": "
		"\"x\", \"type\": \"llm\", \"prompt\": \"x\"}]}]",
		"nothing can follow"},
	{__LINE__,
		"[{\"op\": \"add\", \"steps\": [{\"id\": \"x\", \"type\": "
		"\"llm\", \"prompt\": \"x\"}]}]",
		"where"},
	{__LINE__,
		"[{\"op\": \"add\", \"before\": \"end\", \"steps\": "
		"[{\"id\": \"x\", \"type\": \"llm\", \"prompt\": "
		"\"{{nobody.text}}\"}]}]",
		"nobody"},
	{__LINE__,
		"[{\"op\": \"add_branch\", \"node\": \"sort\", \"branch\": "
		"{\"name\": \"x\"}}]",
		"must give"},
	{__LINE__,
		"[{\"op\": \"change\", \"node\": \"any\", \"fields\": "
		"{\"colour\": \"red\"}}]",
		"no field \"colour\""},
	{__LINE__,
		"[{\"op\": \"change\", \"node\": \"any\", \"fields\": "
		"{\"prompt\": \"{{nobody.text}}\"}}]",
		"nobody"},
	{__LINE__,
		"[{\"op\": \"change\", \"node\": \"sort\", \"fields\": "
		"{\"classes\": [{\"name\": \"one\"}]}}]",
		"add_branch"},
	{__LINE__,
		"[{\"op\": \"move\", \"node\": \"one\", \"after\": \"any\"}]",
		"container"},
	{__LINE__,
		"[{\"op\": \"move\", \"node\": \"sort\", \"after\": "
		"\"any\"}]",
		"cannot be moved"},
	{__LINE__,
		"[{\"op\": \"move\", \"node\": \"calm\", \"after\": "
		"\"Calm\"}]",
		"behind itself"},
	{__LINE__,
		"[{\"op\": \"remove_edge\", \"from\": \"parts\", \"to\": "
		"\"end\"}]",
		"no edge leads"},
	{__LINE__, "[{\"op\": \"remove_input\", \"name\": \"x\"}]", "no input"},
	{__LINE__,
		"[{\"op\": \"set_variable\", \"scope\": \"conversation\", "
		"\"variable\": {\"name\": \"n\", \"type\": \"number\"}}]",
		"only a chat"},
};

static void
refusals_say_why_and_change_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(refused); i++) {
		struct edit_result r = answered(refused[i].answer);
		const struct finding *f = r.fresh.first;

		if (f == NULL || strcmp(f->kind->code, "edit_refused") != 0 ||
			strstr(f->args[1], refused[i].why) == NULL)
			fail_msg("line %d: %s", refused[i].line,
				f == NULL ? "done"
					  : finding_message(arena, f, "en"));
		if (strcmp(json(r.made.dsl), json(base.dsl)) != 0)
			fail_msg("line %d: changed", refused[i].line);
	}
}

static void
what_an_edit_breaks_is_fresh(void **state)
{
	struct edit_result r;

	(void)state;
	r = answered("[{\"op\": \"remove\", \"node\": \"parts\"}]");
	assert_non_null(r.fresh.first);
	assert_string_equal(r.fresh.first->node, "each");
	r = answered("{\"operations\": [], \"summary\": \"Is so.\"}");
	assert_string_equal(r.fresh.first->kind->code, "edit_nothing");
	assert_string_equal(r.summary, "Is so.");
	r = answered("No.");
	assert_null(r.made.dsl);
	assert_string_equal(r.fresh.first->kind->code, "answer_no_json");
}

/* "[{step}, ...]" or "[{op}, ...]": n of them. */
static const char *
many(int n, const char *format)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	for (int i = 0; i < n; i++) {
		const char *sep = i == 0 ? "[" : ", ";
		struct str one;

		str_init(&one, arena, LIMIT_PATH);
		for (const char *p = format; *p != '\0'; p++)
			if (*p == '#')
				str_printf(&one, "%d", i);
			else
				str_putc(&one, *p);
		str_printf(&out, "%s%s", sep, one.s);
	}
	str_putc(&out, ']');
	return out.s;
}

static void
many_operations_on_a_large_workflow_take_little(void **state)
{
	const char *steps =
		many(300, "{\"id\": \"s#\", \"type\": \"template-transform\", "
			  "\"template\": \"{{ inputs.t }}\"}");
	const char *large = arena_printf(arena,
		"{\"inputs\": [{\"name\": \"t\", \"type\": \"text\"}], "
		"\"steps\": %s, \"outputs\": [{\"name\": \"o\", \"from\": "
		"\"s1.output\"}]}",
		steps);
	const char *answer = many(100,
		"{\"op\": \"add\", \"after\": \"s#\", \"steps\": [{\"id\": "
		"\"n#\", \"type\": \"template-transform\", \"template\": "
		"\"{{ s#.output }}\"}]}");
	struct edit_result r;
	size_t used;

	(void)state;
	dsl_build(arena, large, strlen(large), &unit_target, &base);
	used = arena_used(arena);
	dsl_edit_answer(
		arena, base.dsl, answer, strlen(answer), &unit_target, &r);
	assert_null(r.fresh.first);
	assert_int_equal(
		value_count(value_find(r.made.dsl, "/workflow/graph/nodes")),
		402);
	assert_true(arena_used(arena) - used < (size_t)16 << 20);
}

/* ---- consent ---- */

static const char *
consent(const char *answer)
{
	struct edit_result r = answered(answer);
	struct value *diff = dsl_diff(arena, base.dsl, r.made.dsl);
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	value_each(reason, dsl_edit_consent(arena, base.dsl, diff))
		tell(&out, "", value_get_text(reason, "code", "?"));
	return out.s;
}

static void
some_changes_are_asked_for(void **state)
{
	(void)state;
	assert_string_equal(
		consent("[{\"op\": \"remove\", \"node\": \"calm\"}]"), "");
	assert_string_equal(
		consent("[{\"op\": \"remove\", \"node\": \"big\", \"keep\": "
			"\"else\"}, {\"op\": \"remove\", \"node\": "
			"\"each\"}]"),
		"removes_many");
	assert_string_equal(
		consent("[{\"op\": \"add_input\", \"input\": {\"name\": "
			"\"n\", \"type\": \"number\"}}]"),
		"inputs_change");
	assert_string_equal(
		consent("[{\"op\": \"remove_output\", \"name\": \"kind\"}]"),
		"outputs_change");
	assert_string_equal(
		consent("[{\"op\": \"change_output\", \"name\": \"reply\", "
			"\"from\": \"sort.class_name\"}]"),
		"");
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_base, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(answers_are_read),
	TEST(edits_touch_what_they_name),
	TEST(refusals_say_why_and_change_nothing),
	TEST(what_an_edit_breaks_is_fresh),
	TEST(many_operations_on_a_large_workflow_take_little),
	TEST(some_changes_are_asked_for),
};

UNIT_MAIN(tests)
