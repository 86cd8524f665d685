/* test_io_conf.c: settings come from the environment, then a file, then the
 * table. */
#include "dies.h"
#include "folder.h"

#include <string.h>
#include <unistd.h>

static const char *error;

static void
clear_environment(void)
{
	size_t i;

	for (i = 0; i < CONF__MAX; i++)
		unsetenv(conf_records[i].name);
}

static int
set_up(void **state)
{
	int result;

	clear_environment();
	result = folder_set_up(state);
	clear_environment();
	error = NULL;
	return result;
}

static void
every_record_is_whole(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	assert_int_equal(conf_load(NULL, &error), 0);
	for (i = 0; i < CONF__MAX; i++) {
		const struct conf_record *r = &conf_records[i];

		assert_non_null(r->name);
		assert_non_null(r->help);
		for (k = 0; k < i; k++)
			assert_string_not_equal(r->name, conf_records[k].name);
		if (r->number) {
			assert_non_null(r->init);
			assert_in_range(
				conf_int((enum conf_key)i), r->min, r->max);
		}
	}
}

static void
defaults_hold_where_nothing_is_set(void **state)
{
	(void)state;
	assert_int_equal(conf_load(NULL, &error), 0);
	assert_string_equal(conf_text(CONF_DATA), "data");
	assert_int_equal(conf_int(CONF_PORT), 8080);
	assert_null(conf_text(CONF_DIFY_BASE_URL));
	assert_int_equal(conf_int(CONF_DIFY_BASE_URL), 0);
}

static void
the_environment_wins_over_the_file(void **state)
{
	const char *file =
		folder_write("env", "PORT=1234\nLLM_MODEL=from-file\n");

	(void)state;
	setenv("PORT", "4321", 1);
	assert_int_equal(conf_load(file, &error), 0);
	assert_int_equal(conf_int(CONF_PORT), 4321);
	assert_string_equal(conf_text(CONF_LLM_MODEL), "from-file");
}

static void
an_empty_variable_counts_as_unset(void **state)
{
	const char *file = folder_write("env", "LLM_MODEL=from-file\n");

	(void)state;
	setenv("LLM_MODEL", "", 1);
	setenv("PORT", "", 1);
	assert_int_equal(conf_load(file, &error), 0);
	assert_string_equal(conf_text(CONF_LLM_MODEL), "from-file");
	assert_int_equal(conf_int(CONF_PORT), 8080);
}

static const struct {
	int line;
	const char *text;
	const char *model; /* what LLM_MODEL is then */
} files[] = {
	{__LINE__, "LLM_MODEL=a b\n", "a b"},
	{__LINE__, "LLM_MODEL=last", "last"},
	{__LINE__, " \tLLM_MODEL \t=  x \t\r\n", "x"},
	{__LINE__, "LLM_MODEL=\"a b \"\n", "a b "},
	{__LINE__, "LLM_MODEL='a \"b\" '\n", "a \"b\" "},
	{__LINE__, "LLM_MODEL=\"a'\n", "\"a'"},
	{__LINE__, "LLM_MODEL=\"\n", "\""},
	{__LINE__, "LLM_MODEL=a=b#c\n", "a=b#c"},
	{__LINE__, "# LLM_MODEL=x\n\n  # y\n", NULL},
	{__LINE__, "LLM_MODEL\n", NULL},
	{__LINE__, "LLM_MODEL=\n", NULL},
	{__LINE__, "LLM_MODEL=\"\"\n", NULL},
	{__LINE__, "LLM_MODEL=\nLLM_MODEL=second\n", "second"},
	{__LINE__, "LLM_MODEL=first\nLLM_MODEL=second\n", "first"},
	{__LINE__, "llm_model=x\nOTHER=y\nXLLM_MODEL=z\n", NULL},
	{__LINE__, "export LLM_MODEL=x\n", "x"},
	{__LINE__, "", NULL},
};

static void
lines_of_a_file(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(files); i++) {
		const char *file = folder_write("env", files[i].text);
		const char *got;

		assert_int_equal(conf_load(file, &error), 0);
		got = conf_text(CONF_LLM_MODEL);
		if ((got == NULL) != (files[i].model == NULL) ||
			(got != NULL && strcmp(got, files[i].model) != 0))
			fail_msg("line %d: %s", files[i].line,
				got == NULL ? "nothing" : got);
	}
}

static void
loading_again_forgets_what_was(void **state)
{
	(void)state;
	setenv("LLM_MODEL", "x", 1);
	assert_int_equal(conf_load(NULL, &error), 0);
	unsetenv("LLM_MODEL");
	assert_int_equal(conf_load(NULL, &error), 0);
	assert_null(conf_text(CONF_LLM_MODEL));
}

static const struct {
	int line;
	const char *name;
	const char *value;
} wrong[] = {
	{__LINE__, "PORT", "0"},
	{__LINE__, "PORT", "65536"},
	{__LINE__, "PORT", "80x"},
	{__LINE__, "PORT", "x"},
	{__LINE__, "PORT", "-1"},
	{__LINE__, "PORT", "99999999999999999999"},
	{__LINE__, "PORT", " "},
	{__LINE__, "LOG_LEVEL", "4"},
	{__LINE__, "PASSWORD_PASSES", "0"},
	{__LINE__, "PASSWORD_MEMORY_KB", "63"},
};

static void
wrong_numbers_are_named(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(wrong); i++) {
		setenv(wrong[i].name, wrong[i].value, 1);
		error = NULL;
		if (conf_load(NULL, &error) != -1 || error == NULL ||
			strncmp(error, wrong[i].name, strlen(wrong[i].name)) !=
				0)
			fail_msg("line %d", wrong[i].line);
		unsetenv(wrong[i].name);
	}
}

static const char *
of_length(const char *before, size_t n)
{
	char *filling = arena_alloc(arena, n + 1);

	memset(filling, 'v', n);
	return arena_printf(arena, "%s%s", before, filling);
}

static void
a_value_has_a_longest_length(void **state)
{
	(void)state;
	setenv("LLM_MODEL", of_length("", 1023), 1);
	assert_int_equal(conf_load(NULL, &error), 0);
	assert_int_equal(strlen(conf_text(CONF_LLM_MODEL)), 1023);
	setenv("LLM_MODEL", of_length("", 1024), 1);
	assert_int_equal(conf_load(NULL, &error), -1);
	assert_non_null(strstr(error, "LLM_MODEL"));
}

/* The tail of a long line must not be taken for a line of its own. */
static void
a_line_has_a_longest_length(void **state)
{
	static const char tail[] = "PORT=99\n";
	size_t fill;

	(void)state;
	for (fill = 2040; fill < 2060; fill++) {
		char *text = (char *)of_length("#", fill + sizeof(tail));
		const char *file;

		memcpy(text + 1 + fill, tail, sizeof(tail));
		file = folder_write("env", text);
		if (conf_load(file, &error) == 0)
			assert_int_equal(conf_int(CONF_PORT), 8080);
		else
			assert_non_null(strstr(error, "env"));
	}
}

static void
a_file_need_not_be_there(void **state)
{
	(void)state;
	assert_int_equal(conf_load(folder_path("none"), &error), 0);
	assert_int_equal(conf_load(folder_path("env/deeper"), &error), 0);
}

static void
a_file_that_cannot_be_read_is_named(void **state)
{
	(void)state;
	/* A loop of links fails for root too. */
	assert_int_equal(symlink("loop", folder_path("loop")), 0);
	assert_int_equal(conf_load(folder_path("loop"), &error), -1);
	assert_non_null(strstr(error, "loop"));
}

static void
paths_are_in_data(void **state)
{
	char path[64];

	(void)state;
	setenv("DATA", "/somewhere", 1);
	assert_int_equal(conf_load(NULL, &error), 0);
	conf_path_r("studio.db", path, sizeof(path));
	assert_string_equal(path, "/somewhere/studio.db");
}

static void
take_a_long_path(void)
{
	char path[16];

	conf_path_r("studio.db", path, sizeof(path));
}

static void
a_path_that_does_not_fit_is_fatal(void **state)
{
	(void)state;
	setenv("DATA", "/somewhere", 1);
	assert_int_equal(conf_load(NULL, &error), 0);
	assert_dies(take_a_long_path, "studio.db");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, folder_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(every_record_is_whole),
	TEST(defaults_hold_where_nothing_is_set),
	TEST(the_environment_wins_over_the_file),
	TEST(an_empty_variable_counts_as_unset),
	TEST(lines_of_a_file),
	TEST(loading_again_forgets_what_was),
	TEST(wrong_numbers_are_named),
	TEST(a_value_has_a_longest_length),
	TEST(a_line_has_a_longest_length),
	TEST(a_file_need_not_be_there),
	TEST(a_file_that_cannot_be_read_is_named),
	TEST(paths_are_in_data),
	TEST(a_path_that_does_not_fit_is_fatal),
};

UNIT_MAIN(tests)
