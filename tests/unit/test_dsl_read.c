/* test_dsl_read.c: files that are fine for us, and what Dify says of them. */
#include "unit.h"

#include "base/limits.h"
#include "dsl/dsl.h"

#include <string.h>

static struct arena *arena;

#define APP  "app: {name: n, mode: chat}\nmodel_config: {}\n"
#define HEAD "kind: app\nversion: '0.6.0'\n"

static const struct {
	int line;
	const char *text;
	const char *code; /* of the one finding of tier E, NULL for none */
} files[] = {
	{__LINE__, HEAD APP, NULL},
	{__LINE__,
		"{\"kind\":\"app\",\"version\":\"0.6.0\",\"app\":{\"name\":"
		"\"n\",\"mode\":\"chat\"},\"model_config\":{}}",
		NULL},
	{__LINE__,
		"{\n\t\"kind\":\"app\",\"version\":\"0.6.0\",\"app\":{"
		"\"name\":\"n\",\"mode\":\"chat\"},\"model_config\":{}}",
		"text_not_yaml"},
	{__LINE__,
		"{\"kind\":\"app\",\"version\":\"0.6.0\",\"app\":{\"name\":"
		"\"\\ud83d\\ude00\",\"mode\":\"chat\"},\"model_config\":{}}",
		"text_halves"},
	{__LINE__,
		"{\"data\": \"kind: app\\nversion: '0.6.0'\\napp: {name: n, "
		"mode: chat}\\nmodel_config: {}\\n\"}",
		"export_wrapper"},
	{__LINE__,
		HEAD "app: {name: n, mode: workflow}\nworkflow:\n  graph:\n"
		     "    nodes: []\n    edges: []\n    since: 2026-01-31\n"
		     "  features: {}\n",
		"text_date"},
	{__LINE__, HEAD APP "since: 2026-01-31\n", NULL},
	{__LINE__, "a: [1\nb: 2\n", "text_unreadable"},
	{__LINE__, "", "text_unreadable"},
};

static bool
has(const struct findings *list, const char *code)
{
	for (const struct finding *f = list->first; f != NULL; f = f->next)
		if (strcmp(f->kind->code, code) == 0)
			return true;
	return false;
}

static void
tells_what_dify_makes_of_the_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(files); i++) {
		struct dsl_result r;

		dsl_read(arena, files[i].text, strlen(files[i].text), NULL, &r);
		if (files[i].code == NULL ? r.findings.count[TIER_E] > 0
					  : !has(&r.findings, files[i].code))
			fail_msg("line %d: %s", files[i].line,
				r.findings.first != NULL
					? r.findings.first->kind->code
					: "nothing");
	}
}

static void
writing_anew_mends_the_file(void **state)
{
	struct dsl_result r;

	(void)state;
	dsl_read(arena, files[4].text, strlen(files[4].text), NULL, &r);
	assert_string_equal(dsl_name(r.dsl), "n");
	assert_true(dsl_refused(&r.findings));
	dsl_fix_only(arena, &r, NULL, "", NULL);
	assert_false(dsl_refused(&r.findings));
	assert_int_equal(r.repairs.count, 1);
	assert_string_equal(r.repairs.first->code, "export_wrapper");
}

static void
repeated_members_are_told(void **state)
{
	const char *text = HEAD APP "kind: app\n";
	struct dsl_result r;

	(void)state;
	dsl_read(arena, text, strlen(text), NULL, &r);
	assert_true(has(&r.findings, "text_repeated"));
}

static void
large_files_are_not_read(void **state)
{
	char *text = arena_alloc(arena, LIMIT_DOCUMENT + 2);
	struct dsl_result r;

	(void)state;
	memset(text, ' ', LIMIT_DOCUMENT + 1);
	dsl_read(arena, text, LIMIT_DOCUMENT + 1, NULL, &r);
	assert_null(r.dsl);
	assert_true(has(&r.findings, "text_too_large"));
}

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(LIMIT_ARENA);
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
	TEST(tells_what_dify_makes_of_the_file),
	TEST(writing_anew_mends_the_file),
	TEST(repeated_members_are_told),
	TEST(large_files_are_not_read),
};

UNIT_MAIN(tests)
