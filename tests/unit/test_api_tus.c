/* test_api_tus.c: the headers of tus. */
#include "request.h"

#include "api/tus.h"

static const struct http_service service = {"t", NULL, 0};

static struct req *
with(const char *name, const char *value)
{
	ask_forget();
	ask_with(name, value);
	return ask_init(&service, "POST", "/", NULL);
}

static const struct {
	int line;
	const char *header;
	const char *value; /* of "filename" */
} rows[] = {
	{__LINE__, "filename YQ==", "a"},
	{__LINE__, "filename YQ", "a"},
	{__LINE__, "x YQ==, filename YWI=", "ab"},
	{__LINE__, "filename 6YKu5Lu2LnR4dA==", "\xE9\x82\xAE\xE4\xBB\xB6.txt"},
	{__LINE__, "filename ", ""},
	{__LINE__, "filename", NULL},
	{__LINE__, "filenames YQ==", NULL},
	{__LINE__, "filename Y!==", NULL},
	{__LINE__, "filename /w==", NULL},
	{__LINE__, "filename AA==", NULL},
	{__LINE__, "", NULL},
	{__LINE__, ",,,", NULL},
};

static void
metadata_is_base64(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		const char *got = tus_metadata(
			with("HTTP_UPLOAD_METADATA", rows[i].header),
			"filename");

		if ((got == NULL) != (rows[i].value == NULL) ||
			(got != NULL && strcmp(got, rows[i].value) != 0))
			fail_msg("line %d: %s", rows[i].line,
				got == NULL ? "(none)" : got);
	}
}

static void
numbers_are_whole(void **state)
{
	static const struct {
		const char *text;
		int64_t n;
	} numbers[] = {{"0", 0}, {"17", 17}, {"9223372036854775807", INT64_MAX},
		{"9223372036854775808", -1}, {"-1", -1}, {"", -1}, {"1x", -1},
		{" 1", -1}};
	size_t i;

	(void)state;
	for (i = 0; i < nitems(numbers); i++)
		assert_true(
			tus_number(with("HTTP_UPLOAD_LENGTH", numbers[i].text),
				"HTTP_UPLOAD_LENGTH") == numbers[i].n);
	assert_true(tus_number(with("X", "1"), "HTTP_UPLOAD_LENGTH") == -1);
}

static void
another_version_is_refused(void **state)
{
	(void)state;
	assert_int_equal(tus_begin(with("HTTP_TUS_RESUMABLE", "1.0.0")), 0);
	assert_int_equal(tus_begin(with("HTTP_TUS_RESUMABLE", "1.0.1")), -1);
	ask_says("Status: 412");
	ask_says("Tus-Version: 1.0.0\r\n");
	assert_int_equal(tus_begin(with("X", "1.0.0")), -1);
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(metadata_is_base64),
	FOLDER_TEST(numbers_are_whole),
	FOLDER_TEST(another_version_is_refused),
};

UNIT_MAIN(tests)
