/* test_text_base64.c: bytes become text as RFC 4648, 10, has it. */
#include "unit.h"

#include "text/base64.h"

#include <string.h>

static const struct {
	const char *bytes;
	size_t n;
	const char *text;
} rows[] = {
	{"", 0, ""},
	{"f", 1, "Zg=="},
	{"fo", 2, "Zm8="},
	{"foo", 3, "Zm9v"},
	{"foob", 4, "Zm9vYg=="},
	{"fooba", 5, "Zm9vYmE="},
	{"foobar", 6, "Zm9vYmFy"},
	{"\0\xFF\xFE\xFB", 4, "AP/++w=="},
	{"\xE5\xAF\x86\xE7\xA0\x81", 6, "5a+G56CB"},
};

static void
as_in_the_standard(void **state)
{
	struct arena *a = arena_new(1 << 16);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		assert_string_equal(
			base64(a, rows[i].bytes, rows[i].n), rows[i].text);
	arena_free(&a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(as_in_the_standard),
};

UNIT_MAIN(tests)
