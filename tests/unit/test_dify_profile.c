/* test_dify_profile.c: what differs by version, and rows from a file. */
#include "unit.h"

#include "dify/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	int line;
	const char *version;
	enum dify_sign_in sign_in;
	bool base64;
	bool admin_key;
	bool keeps_running;
	bool stopped;
	const char *dsl;
} rows[] = {
	{__LINE__, "1.8.1", SIGN_IN_BEARER, false, true, false, true, "0.4.0"},
	{__LINE__, "1.9.1", SIGN_IN_BEARER, false, true, false, true, "0.4.0"},
	{__LINE__, "1.9.2", SIGN_IN_COOKIES, false, false, true, true, "0.4.0"},
	{__LINE__, "1.10.1", SIGN_IN_COOKIES, false, false, true, true,
		"0.5.0"},
	{__LINE__, "1.11.1", SIGN_IN_COOKIES, false, true, true, true, "0.5.0"},
	{__LINE__, "1.11.2", SIGN_IN_COOKIES, true, true, true, true, "0.5.0"},
	{__LINE__, "1.12.1", SIGN_IN_COOKIES, true, true, true, false, "0.5.0"},
	{__LINE__, "1.13.3", SIGN_IN_COOKIES, true, true, true, false, "0.6.0"},
	{__LINE__, "1.14.2", SIGN_IN_COOKIES, true, true, true, false, "0.6.0"},
	{__LINE__, "1.15.0", SIGN_IN_COOKIES, true, true, true, true, "0.6.0"},
	{__LINE__, "1.16.1", SIGN_IN_COOKIES, true, true, true, true, "0.7.0"},
	{__LINE__, "1.16.0-rc1", SIGN_IN_COOKIES, true, true, true, true,
		"0.7.0"},
	{__LINE__, "9.9.9", SIGN_IN_COOKIES, true, true, true, true, "0.7.0"},
	{__LINE__, "main", SIGN_IN_COOKIES, true, true, true, true, "0.7.0"},
	{__LINE__, NULL, SIGN_IN_COOKIES, true, true, true, true, "0.7.0"},
	{__LINE__, "0.15.3", SIGN_IN_BEARER, false, true, false, true, "0.1.5"},
};

static void
each_version_has_its_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		const struct dify_profile *p = dify_profile(rows[i].version);

		if (p->sign_in != rows[i].sign_in ||
			p->base64_password != rows[i].base64 ||
			p->admin_key != rows[i].admin_key ||
			p->keeps_running != rows[i].keeps_running ||
			p->stores_stopped != rows[i].stopped ||
			strcmp(p->dsl, rows[i].dsl) != 0)
			fail_msg("line %d", rows[i].line);
	}
}

static void
newer_ones_make_workflows_themselves(void **state)
{
	(void)state;
	assert_int_equal(dify_profile("1.14.2")->generator, GENERATOR_NONE);
	assert_int_equal(dify_profile("1.15.0")->generator, GENERATOR_WHOLE);
	assert_int_equal(dify_profile("1.16.1")->generator, GENERATOR_STREAM);
}

static void
newer_ones_are_not_known(void **state)
{
	(void)state;
	assert_true(dify_version_known("1.8.1"));
	assert_true(dify_version_known("1.17.1"));
	assert_false(dify_version_known("1.18.0"));
	assert_false(dify_version_known("2.0.0"));
	assert_false(dify_version_known("nonsense"));
	assert_false(dify_version_known(NULL));
}

static int
load(const char *text, const char **error_r)
{
	char path[] = "/tmp/test_dify_profile.XXXXXX";
	int fd = mkstemp(path);
	int result;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	result = dify_profile_load(path, error_r);
	unlink(path);
	return result;
}

static void
rows_can_be_added_and_changed(void **state)
{
	const char *error = NULL;

	(void)state;
	assert_int_equal(load("[{\"since\":\"1.18.0\",\"dsl\":\"0.8.0\","
			      "\"admin_key\":false,\"generator\":0},"
			      "{\"since\":\"1.16.0\",\"sign_in\":\"bearer\"}]",
				 &error),
		0);
	assert_string_equal(dify_profile("1.18.2")->dsl, "0.8.0");
	assert_int_equal(dify_profile("1.18.2")->generator, GENERATOR_NONE);
	assert_false(dify_profile("1.18.2")->admin_key);
	assert_int_equal(dify_profile("1.18.2")->sign_in, SIGN_IN_COOKIES);
	assert_int_equal(dify_profile("1.16.1")->sign_in, SIGN_IN_BEARER);
	assert_string_equal(dify_profile("1.16.1")->dsl, "0.7.0");
	assert_int_equal(dify_profile("1.15.0")->sign_in, SIGN_IN_COOKIES);
	assert_true(dify_version_known("1.18.0"));
}

static void
what_is_no_list_of_rows_is_refused(void **state)
{
	static const char *const bad[] = {"", "{}", "[1]", "[{}]",
		"[{\"since\":\"x\"}]", "[{\"since\":1}]"};
	const char *error;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(bad); i++) {
		error = NULL;
		assert_int_equal(load(bad[i], &error), -1);
		assert_non_null(error);
	}
	assert_int_equal(dify_profile_load("/nonexistent/x.json", &error), 0);
	assert_int_equal(dify_profile_load("/proc/self/mem", &error), -1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_version_has_its_row),
	cmocka_unit_test(newer_ones_make_workflows_themselves),
	cmocka_unit_test(newer_ones_are_not_known),
	cmocka_unit_test(what_is_no_list_of_rows_is_refused),
	cmocka_unit_test(rows_can_be_added_and_changed),
};

UNIT_MAIN(tests)
