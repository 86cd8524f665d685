/* test_text_cjk.c: words of an index and of a query, Chinese and other. */
#include "unit.h"

#include "base/limits.h"
#include "text/cjk.h"

#include <string.h>

static const struct row {
	int line;
	const char *text;
	const char *spread;
	const char *query;
} rows[] = {
	{__LINE__, "", "", ""},
	{__LINE__, "  ,; ", "  ,; ", ""},
	{__LINE__, "mail", "mail", "\"mail\"*"},
	{__LINE__, "two words", "two words", "\"two\"* AND \"words\"*"},
	{__LINE__, "邮", " 邮 ", "\"邮 \""},
	{__LINE__, "邮件", " 邮  件 ", "\"邮 件 \""},
	{__LINE__, "用gpt分类", " 用 gpt 分  类 ",
		"\"用 \" AND \"gpt\"* AND \"分 类 \""},
	{__LINE__, "Gruß", "Gruß", "\"Gruß\"*"},
	{__LINE__, "ひらがな", " ひ  ら  が  な ", "\"ひ ら が な \""},
	{__LINE__, "gpt-4o", "gpt-4o", "\"gpt\"* AND \"4o\"*"},
	{__LINE__, "a\" OR b", "a\" OR b", "\"a\"* AND \"OR\"* AND \"b\"*"},
	{__LINE__, "\xE9\x82", "\xE9\x82", "\"\xE9\"* AND \"\x82\"*"},
};

static void
rows_hold(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct str out;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		str_init(&out, a, 1000);
		cjk_spread(&out, rows[i].text);
		if (strcmp(out.s, rows[i].spread) != 0)
			fail_msg("line %d: \"%s\"", rows[i].line, out.s);
		if (i + 1 < nitems(rows) &&
			strcmp(cjk_query(a, rows[i].text), rows[i].query) != 0)
			fail_msg("line %d: %s", rows[i].line,
				cjk_query(a, rows[i].text));
	}
	arena_free(&a);
}

static const struct CMUnitTest tests[] = {cmocka_unit_test(rows_hold)};

UNIT_MAIN(tests)
