/* test_dify_service.c: do inputs fit an app's form? Which runs have ended? */
#include "unit.h"

#include "dify/knowledge.h"
#include "dify/service.h"
#include "text/json.h"

#include <string.h>

static const char form[] =
	"{\"user_input_form\":["
	"{\"text-input\":{\"variable\":\"name\",\"required\":true,"
	"\"max_length\":4}},"
	"{\"paragraph\":{\"variable\":\"text\",\"required\":false}},"
	"{\"select\":{\"variable\":\"lang\",\"required\":true,\"options\":"
	"[\"de\",\"en\"]}},"
	"{\"number\":{\"variable\":\"n\",\"required\":false}},"
	"{\"text-input\":{\"variable\":\"d\",\"required\":true,\"default\":"
	"\"x\"}},"
	"{\"file\":{\"variable\":\"f\",\"required\":false,"
	"\"allowed_file_types\":[\"document\",\"custom\"],"
	"\"allowed_file_extensions\":[\".Log\"]}},"
	"{\"file-list\":{\"variable\":\"l\",\"required\":false,"
	"\"max_length\":2}},"
	"{\"checkbox\":{\"variable\":\"c\",\"required\":false}},"
	"{\"json_object\":{\"variable\":\"o\",\"required\":false}}]}";

#define WITH(more) "{\"name\":\"A\",\"lang\":\"en\"," more "}"
#define FILE_OF(name) \
	"{\"transfer_method\":\"local_file\",\"name\":\"" name "\"}"
#define A_LINK "{\"transfer_method\":\"remote_url\",\"url\":\"x\"}"

static const struct {
	int line;
	const char *inputs;
	const char *problem; /* a part of it; NULL: none */
} rows[] = {
	{__LINE__, "{\"name\":\"Ann\",\"lang\":\"de\"}", NULL},
	{__LINE__, "{\"lang\":\"de\"}", "name is missing"},
	{__LINE__, "{\"name\":\"\",\"lang\":\"de\"}", "name is missing"},
	{__LINE__, "{\"name\":null,\"lang\":\"de\"}", "name is missing"},
	{__LINE__, "{\"name\":\"Annie\",\"lang\":\"de\"}", "longer than 4"},
	{__LINE__,
		"{\"name\":"
		"\"\xE4\xBD\xA0\xE5\xA5\xBD\xE4\xBD\xA0\xE5\xA5\xBD\","
		"\"lang\":\"de\"}",
		NULL},
	{__LINE__, "{\"name\":3,\"lang\":\"de\"}", "must be a text"},
	{__LINE__, "{\"name\":\"A\",\"lang\":\"fr\"}", "none of its options"},
	{__LINE__, "{\"name\":\"A\",\"lang\":1}", "none of its options"},
	{__LINE__, "{\"name\":\"A\",\"lang\":\"en\",\"n\":\"3\"}",
		"must be a number"},
	{__LINE__, "{\"name\":\"A\",\"lang\":\"en\",\"n\":3.5}", NULL},
	{__LINE__, WITH("\"f\":{}"), "must be a file"},
	{__LINE__, WITH("\"f\":\"a.txt\""), "must be a file"},
	{__LINE__, WITH("\"f\":" FILE_OF("a.TXT")), NULL},
	{__LINE__, WITH("\"f\":" FILE_OF("a.log")), NULL},
	{__LINE__, WITH("\"f\":" FILE_OF("a.png")), "no files such as a.png"},
	{__LINE__, WITH("\"f\":" FILE_OF("txt")), "no files such as txt"},
	{__LINE__, WITH("\"f\":" FILE_OF("a.")), "no files such as a."},
	{__LINE__, WITH("\"f\":" A_LINK), NULL},
	{__LINE__, WITH("\"l\":" A_LINK), "must be a list of files"},
	{__LINE__, WITH("\"l\":[" A_LINK ",3]"), "must be a file"},
	{__LINE__, WITH("\"l\":[" A_LINK "," FILE_OF("a.exe") "]"), NULL},
	{__LINE__, WITH("\"l\":[" A_LINK "," A_LINK "," A_LINK "]"),
		"at most 2 files"},
	{__LINE__, WITH("\"c\":\"yes\""), "must be true or false"},
	{__LINE__, WITH("\"c\":false"), NULL},
	{__LINE__, WITH("\"o\":[1]"), "must be a JSON object"},
	{__LINE__, WITH("\"o\":{\"a\":1}"), NULL},
	{__LINE__, "{\"name\":\"A\",\"lang\":\"en\",\"more\":1}", NULL},
	{__LINE__, "{}", "name is missing"},
};

static void
inputs_are_held_against_the_form(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct jsonx_report report;
	const struct value *f =
		jsonx_read(a, form, sizeof(form) - 1, 0, &report);
	size_t i;

	(void)state;
	assert_non_null(f);
	for (i = 0; i < nitems(rows); i++) {
		const struct value *inputs = jsonx_read(
			a, rows[i].inputs, strlen(rows[i].inputs), 0, &report);
		const char *got = dify_input_problem(a, f, inputs);
		bool same =
			rows[i].problem == NULL
				? got == NULL
				: got != NULL && strstr(got, rows[i].problem);

		if (!same)
			fail_msg("line %d: %s", rows[i].line,
				got == NULL ? "no problem" : got);
	}
	assert_null(dify_input_problem(a, NULL, NULL));
	arena_free(&a);
}

static void
some_states_stay(void **state)
{
	(void)state;
	assert_true(dify_run_ended("succeeded"));
	assert_true(dify_run_ended("failed"));
	assert_true(dify_run_ended("stopped"));
	assert_true(dify_run_ended("partial-succeeded"));
	assert_false(dify_run_ended("running"));
	assert_false(dify_run_ended("paused"));
	assert_false(dify_run_ended(""));
}

static void
files_have_types(void **state)
{
	(void)state;
	assert_string_equal(dify_file_type("a.txt"), "text/plain");
	assert_string_equal(dify_file_type("A.PDF"), "application/pdf");
	assert_string_equal(dify_file_type("a.JPG"), "image/jpeg");
	assert_string_equal(dify_file_type("a.mp4"), "video/mp4");
	assert_string_equal(dify_file_type("a.b.md"), "text/markdown");
	assert_string_equal(
		dify_file_type("README"), "application/octet-stream");
	assert_string_equal(
		dify_file_type("a.xyz"), "application/octet-stream");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(inputs_are_held_against_the_form),
	cmocka_unit_test(some_states_stay),
	cmocka_unit_test(files_have_types),
};

UNIT_MAIN(tests)
