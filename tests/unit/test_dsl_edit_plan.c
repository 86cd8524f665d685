/* test_dsl_edit_plan.c: operations on the steps of a plan change what they
 * name, and what they leave builds. */
#include "dsl_unit.h"

#include "dsl/edit.h"

static struct dsl_result result;

#define T(id, text)                                           \
	"{\"id\":\"" id "\",\"type\":\"template-transform\"," \
	"\"template\":\"" text "\"}"
#define BEFORE \
	"{\"name\":\"x\",\"inputs\":[{\"name\":\"n\",\"type\":\"number\"}],"
#define AFTER ",\"outputs\":[{\"name\":\"o\",\"from\":\"b.output\"}]}"
#define SPLIT(yes, no)                                                     \
	"{\"id\":\"s\",\"type\":\"if-else\",\"cases\":[{\"when\":{"        \
	"\"left\":\"inputs.n\",\"op\":\">\",\"right\":\"1\"},\"do\":[" yes \
	"]}],\"else\":{\"do\":[" no "]}}"
#define A T("a", "{{ inputs.n }} a.b")
#define B T("b", "{{ a.output | upper }} and a.output")
#define P T("p", "p")
#define Q T("q", "q")

static const char plan[] =
	BEFORE "\"steps\":[" A "," SPLIT(P, Q) "," B "]" AFTER;

static const struct {
	int line;
	const char *operations;
	const char *plan; /* NULL: refused, nothing changes */
} edits[] = {
	{__LINE__,
		"[{\"op\":\"add\",\"after\":\"a\",\"node\":" T("c", "c") "}]",
		BEFORE "\"steps\":[" A
		       "," T("c", "c") "," SPLIT(P, Q) "," B "]" AFTER},
	{__LINE__,
		"[{\"op\":\"add\",\"in\":\"s\",\"part\":0,\"node\":" T(
			"c", "c") "}]",
		BEFORE "\"steps\":[" A
		       "," SPLIT(T("c", "c") "," P, Q) "," B "]" AFTER},
	{__LINE__,
		"[{\"op\":\"add\",\"in\":\"s\",\"part\":\"else\",\"node\":" T(
			"c", "c") "}]",
		BEFORE "\"steps\":[" A
		       "," SPLIT(P, T("c", "c") "," Q) "," B "]" AFTER},
	{__LINE__, "[{\"op\":\"add\",\"node\":" T("c", "c") "}]",
		BEFORE "\"steps\":[" A
		       "," SPLIT(P, Q) "," B "," T("c", "c") "]" AFTER},
	{__LINE__, "[{\"op\":\"remove\",\"node\":\"p\"}]",
		BEFORE "\"steps\":[" A "," SPLIT("", Q) "," B "]" AFTER},
	{__LINE__, "[{\"op\":\"move\",\"node\":\"q\",\"after\":\"p\"}]",
		BEFORE "\"steps\":[" A "," SPLIT(P "," Q, "") "," B "]" AFTER},
	{__LINE__,
		"[{\"op\":\"move\",\"node\":\"s\",\"after\":\"b\"},"
		"{\"op\":\"move\",\"node\":\"p\",\"after\":\"a\"}]",
		BEFORE "\"steps\":[" A "," P "," B "," SPLIT("", Q) "]" AFTER},
	{__LINE__,
		"[{\"op\":\"set\",\"node\":\"p\",\"path\":\"/template\","
		"\"value\":\"new\"}]",
		BEFORE "\"steps\":[" A "," SPLIT(T("p", "new"), Q) "," B
								   "]" AFTER},
	/* In braces alone a name is a reference. */
	{__LINE__, "[{\"op\":\"rename\",\"node\":\"a\",\"to\":\"z\"}]",
		BEFORE "\"steps\":[" T("z", "{{ inputs.n }} a.b") "," SPLIT(
			P, Q) "," T("b",
			"{{ z.output | upper }} and a.output") "]" AFTER},
	{__LINE__, "[{\"op\":\"rename\",\"node\":\"b\",\"to\":\"z\"}]",
		BEFORE "\"steps\":[" A "," SPLIT(P, Q) "," T("z",
			"{{ a.output | upper }} and a.output") "],\"outputs\":["
							       "{\"name\":"
							       "\"o\",\"from\":"
							       "\"z.output\"}]"
							       "}"},
	{__LINE__,
		"[{\"op\":\"add_output\",\"output\":{\"name\":\"w\","
		"\"from\":\"a.output\"}}]",
		BEFORE "\"steps\":[" A "," SPLIT(
			P, Q) "," B "],\"outputs\":[{\"name\":\"o\",\"from\":"
			      "\"b.output\"},"
			      "{\"name\":\"w\",\"from\":\"a.output\"}]}"},
	{__LINE__,
		"[{\"op\":\"add_input\",\"input\":{\"name\":\"n\","
		"\"type\":\"text\"}}]",
		NULL},
	{__LINE__, "[{\"op\":\"add\",\"after\":\"a\",\"node\":" A "}]", NULL},
	{__LINE__,
		"[{\"op\":\"add\",\"in\":\"s\",\"part\":7,\"node\":" T(
			"c", "c") "}]",
		NULL},
	{__LINE__, "[{\"op\":\"move\",\"node\":\"s\",\"after\":\"p\"}]", NULL},
	{__LINE__, "[{\"op\":\"move\",\"node\":\"s\",\"after\":\"s\"}]", NULL},
	{__LINE__, "[{\"op\":\"move\",\"node\":\"a\",\"after\":\"none\"}]",
		NULL},
	{__LINE__, "[{\"op\":\"remove\",\"node\":\"none\"}]", NULL},
	{__LINE__,
		"[{\"op\":\"set\",\"node\":\"a\",\"path\":\"/id\","
		"\"value\":\"x\"}]",
		NULL},
	{__LINE__, "[{\"op\":\"rename\",\"node\":\"a\",\"to\":\"b\"}]", NULL},
	{__LINE__, "[{\"op\":\"rewire\",\"from\":\"a\",\"to\":\"b\"}]", NULL},
	{__LINE__, "[{\"op\":\"dance\"}]", NULL},
};

static bool
refused(void)
{
	for (const struct finding *f = result.findings.first; f != NULL;
		f = f->next)
		if (strcmp(f->kind->code, "edit_refused") == 0)
			return true;
	return false;
}

static void
operations_change_what_they_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(edits); i++) {
		const char *wanted = edits[i].plan ? edits[i].plan : plan;

		dsl_build(arena, plan, strlen(plan), &unit_target, &result);
		plan_edit(arena, &result, read_json(edits[i].operations),
			&unit_target);
		if (strcmp(json(result.plan), wanted) != 0)
			fail_msg("line %d: %s", edits[i].line,
				json(result.plan));
		if (refused() != (edits[i].plan == NULL) || result.dsl == NULL)
			fail_msg("line %d: %s", edits[i].line, found());
		if (edits[i].plan != NULL &&
			result.findings.count[TIER_E] +
					result.findings.count[TIER_R] >
				0)
			fail_msg("line %d: %s", edits[i].line, found());
	}
}

static void
what_is_no_plan_is_left_alone(void **state)
{
	(void)state;
	dsl_build(arena, plan, strlen(plan), &unit_target, &result);
	result.plan = read_json("{\"nodes\":[]}");
	plan_edit(arena, &result,
		read_json("[{\"op\":\"remove\",\"node\":\"a\"}]"),
		&unit_target);
	assert_true(refused());
	assert_string_equal(json(result.plan), "{\"nodes\":[]}");
}

static const struct CMUnitTest tests[] = {
	TEST(operations_change_what_they_name),
	TEST(what_is_no_plan_is_left_alone),
};

UNIT_MAIN(tests)
