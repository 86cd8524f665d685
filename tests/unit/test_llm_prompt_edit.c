/* test_llm_prompt_edit.c: what a model is told in order to change a workflow:
 * its examples hold, and no secret is in it. */
#include "dsl_unit.h"

#include "dsl/edit.h"
#include "llm/prompt_edit.h"
#include "llm/prompt_text.h"

/* Has what the examples of the prompt speak of. */
static const char plan[] =
	"{\"name\": \"Mails\", \"env\": [{\"name\": \"KEY\", \"type\": "
	"\"secret\", \"value\": \"studio-secret:abc\"}], \"inputs\": "
	"[{\"name\": \"mail\", \"type\": \"paragraph\"}], \"steps\": [{\"id\": "
	"\"sort\", \"type\": \"question-classifier\", \"query\": "
	"\"inputs.mail\", \"classes\": [{\"name\": \"a\", \"do\": [{\"id\": "
	"\"tech\", \"type\": \"llm\", \"prompt\": \"{{inputs.mail}}\"}], "
	"\"give\": {\"r\": \"{{tech.text}}\"}}, {\"name\": \"b\", \"do\": [], "
	"\"give\": {\"r\": \"-\"}}]}, {\"id\": \"draft\", \"type\": \"llm\", "
	"\"prompt\": \"{{sort.r}}\"}], \"outputs\": [{\"name\": \"reply\", "
	"\"from\": \"draft.text\"}]}";

static struct dsl_result base;

static int
set_up_base(void **state)
{
	set_up(state);
	dsl_build(arena, plan, strlen(plan), &unit_target, &base);
	assert_non_null(base.dsl);
	return 0;
}

static void
its_examples_hold(void **state)
{
	const char *p = prompt_edit_examples;
	int n = 0;

	(void)state;
	while ((p = strstr(p, "\n{\"summary\"")) != NULL) {
		size_t len = strcspn(++p, "\n");
		struct edit_result r;

		dsl_edit_answer(arena, base.dsl, p, len, &unit_target, &r);
		if (r.made.dsl == NULL || r.fresh.first != NULL)
			fail_msg("%.*s: %s", (int)len, p,
				r.fresh.first == NULL
					? ""
					: finding_message(
						  arena, r.fresh.first, "en"));
		assert_int_equal(
			r.made.repairs.count, value_count(r.operations));
		n++;
	}
	assert_int_equal(n, 2);
}

static void
it_teaches_the_types_that_are_there(void **state)
{
	struct llm_prompt p;

	(void)state;
	llm_edit_prompt(arena, "Make it shorter", base.dsl, &unit_target, &p);
	assert_non_null(strstr(p.text, "- question-classifier"));
	assert_non_null(strstr(p.text, "- llm"));
	assert_null(strstr(p.text, "- human-input"));
	assert_non_null(strstr(p.text, "\"add_branch\""));
	assert_true(p.tokens > 500 && p.tokens < PROMPT_MOST_TOKENS);
	llm_edit_prompt(arena, "Ask a person to approve it", base.dsl,
		&unit_target, &p);
	assert_non_null(strstr(p.text, "- human-input"));
}

static void
the_request_shows_the_workflow(void **state)
{
	struct value *before = value_array(arena);
	const char *text;

	(void)state;
	value_append_text(arena, before, "Be kinder");
	text = llm_edit_request(
		arena, "Shorter", base.dsl, before, &unit_target);
	assert_non_null(strstr(text, "\"id\":\"sort__join\""));
	assert_non_null(strstr(text, "{{start.mail}}"));
	assert_non_null(strstr(text, "- Be kinder\n"));
	assert_non_null(strstr(text, "studio-secret:abc"));
	assert_string_equal(strstr(text, "# Change\n"), "# Change\nShorter");
}

static void
what_is_wrong_goes_back(void **state)
{
	struct findings f = {0};
	const char *text;

	(void)state;
	finding_add(arena, &f, "edit_refused", "/operations/1", "", "add",
		"it must say where", NULL);
	text = llm_edit_mend_prompt(arena, &f);
	assert_non_null(strstr(text, "- /operations/1: "));
	assert_non_null(strstr(text, "it must say where"));
	assert_non_null(strstr(text, "as it was"));
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_base, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(its_examples_hold),
	TEST(it_teaches_the_types_that_are_there),
	TEST(the_request_shows_the_workflow),
	TEST(what_is_wrong_goes_back),
};

UNIT_MAIN(tests)
