/* test_text_json.c: what the JSON reader takes, forgives and refuses. */
#include "unit.h"

#include "base/limits.h"
#include "text/json.h"

static struct arena *arena;
static struct jsonx_report report;

static const char *
through_n(const char *text, size_t n, unsigned flags)
{
	struct value *v = jsonx_read(arena, text, n, flags, &report);
	struct str out;

	if (v == NULL) {
		assert_non_null(report.error);
		return NULL;
	}
	assert_null(report.error);
	str_init(&out, arena, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	return out.s;
}

static const char *
through(const char *text, unsigned flags)
{
	return through_n(text, strlen(text), flags);
}

struct row {
	int line;
	const char *in;
	const char *out; /* NULL: refused */
	const char *note;
};

static const struct row strict[] = {
	{__LINE__, " {\"a\" : [1, -2.5, 1e3, \"x\"]} ",
		"{\"a\":[1,-2.5,1000.0,\"x\"]}", NULL},
	{__LINE__, "9223372036854775807", "9223372036854775807", NULL},
	{__LINE__, "9223372036854775808", "9.223372036854776e+18", NULL},
	{__LINE__, "0.1", "0.1", NULL},
	{__LINE__, "\"\\u00e9\\ud83d\\ude00\\n\"",
		"\"\xC3\xA9\xF0\x9F\x98\x80\\n\"", NULL},
	{__LINE__, "[]", "[]", NULL},
	{__LINE__, "{}", "{}", NULL},
	{__LINE__, "null", "null", NULL},
	{__LINE__, "01", NULL, NULL},
	{__LINE__, "1.", NULL, NULL},
	{__LINE__, "1e999", NULL, NULL},
	{__LINE__, "[1,]", NULL, NULL},
	{__LINE__, "{\"a\":1,}", NULL, NULL},
	{__LINE__, "{\"a\":1,\"a\":2}", NULL, NULL},
	{__LINE__, "\"\\u0000\"", NULL, NULL},
	{__LINE__, "\"\\ud800\"", NULL, NULL},
	{__LINE__, "\"a\nb\"", NULL, NULL},
	{__LINE__, "\"\\x\"", NULL, NULL},
	{__LINE__, "\"\xC3\"", NULL, NULL},
	{__LINE__, "\"\xED\xA0\x80\"", NULL, NULL},
	{__LINE__, "1 2", NULL, NULL},
	{__LINE__, "True", NULL, NULL},
	{__LINE__, "", NULL, NULL},
	{__LINE__, "[1}", NULL, NULL},
};

static const struct row tolerant[] = {
	{__LINE__, "{\"a\":\"it's, \\\"so\\\"\"}",
		"{\"a\":\"it's, \\\"so\\\"\"}", NULL},
	{__LINE__, "[1,2,]", "[1,2]", "trailing_comma"},
	{__LINE__, "{\"a\":1,,\"b\":2}", "{\"a\":1,\"b\":2}", "extra_comma"},
	{__LINE__, "{\"a\":1 \"b\":2}", "{\"a\":1,\"b\":2}", "missing_comma"},
	{__LINE__, "{\"a\":\"x\"\n\"b\":2}", "{\"a\":\"x\",\"b\":2}",
		"missing_comma"},
	{__LINE__, "{'a':'it\\'s'}", "{\"a\":\"it's\"}", "single_quote"},
	{__LINE__, "{'a':'it's'}", "{\"a\":\"it's\"}", "single_quote"},
	{__LINE__, "{a: True, b: None}", "{\"a\":true,\"b\":null}",
		"bare_name"},
	{__LINE__, "[NaN, False]", "[null,false]", "python_word"},
	{__LINE__, "{\"a\":1} // end", "{\"a\":1}", NULL},
	{__LINE__, "{/* one */\"a\":1 # two\n}", "{\"a\":1}", "comment"},
	{__LINE__, "{\"a\":\"x\ny\"}", "{\"a\":\"x\\ny\"}", "raw_newline"},
	{__LINE__, "{\"a\":\"say \"hi\" now\"}",
		"{\"a\":\"say \\\"hi\\\" now\"}", "unescaped_quote"},
	{__LINE__, "{\"a\":\"say \"hi\", now\"}",
		"{\"a\":\"say \\\"hi\\\", now\"}", "unescaped_quote"},
	{__LINE__, "{\"a\":\"\\d+\"}", "{\"a\":\"\\\\d+\"}", "bad_escape"},
	{__LINE__, "{\"a\":\"\\ud800\"}", "{\"a\":\"\xEF\xBF\xBD\"}",
		"lone_surrogate"},
	{__LINE__,
		"\xEF\xBD\x9B\xE2\x80\x9C"
		"a\xE2\x80\x9D\xEF\xBC\x9A"
		"1\xEF\xBC\x8C\"b\":2\xEF\xBD\x9D",
		"{\"a\":1,\"b\":2}", "full_width"},
	{__LINE__,
		"{\xE2\x80\x9C"
		"a\xE2\x80\x9D: \xE2\x80\x9C"
		"x\xE2\x80\x9D, \xE2\x80\x9C"
		"b\xE2\x80\x9D: 2}",
		"{\"a\":\"x\",\"b\":2}", "odd_quote"},
	{__LINE__, "{\"a\":1,\"a\":2}", "{\"a\":2}", "repeated_member"},
	{__LINE__, "{\"a\":[1,2}", "{\"a\":[1,2]}", "missing_closer"},
	{__LINE__, "{\"a\":[1,2},\"b\":3}", "{\"a\":[1,2],\"b\":3}",
		"wrong_closer"},
	{__LINE__, "[{\"a\":[1},{\"b\":2}]", "[{\"a\":[1]},{\"b\":2}]",
		"missing_closer"},
	{__LINE__, "[1,(2)]", "[1,\"(2\"]", "bare_text"},
	{__LINE__, "{\"a\":[1,2)}", "{\"a\":[1,2]}", "wrong_closer"},
	{__LINE__, "{\"a\": some words, \"b\": 1}",
		"{\"a\":\"some words\",\"b\":1}", "bare_text"},
	{__LINE__, "{\"a\": \"\"\"x \"y\" z\"\"\"}",
		"{\"a\":\"x \\\"y\\\" z\"}", "triple_quote"},
	{__LINE__, "{\"a\": \"x\" + \"y\"}", "{\"a\":\"xy\"}",
		"joined_strings"},
	{__LINE__, "{\"a\": 007}", "{\"a\":7}", "odd_number"},
	/* One mark lost, and what is around it tells which. */
	{__LINE__, "[{\"a\":{\"b\":1},{\"a\":2}]",
		"[{\"a\":{\"b\":1}},{\"a\":2}]", "missing_closer"},
	{__LINE__, "{\"a\":[[1],[2],\"b\":3}", "{\"a\":[[1],[2]],\"b\":3}",
		"missing_closer"},
	{__LINE__, "{\"a\":[{\"b\":1},\"b\":2}]}",
		"{\"a\":[{\"b\":1},{\"b\":2}]}", "missing_opener"},
	{__LINE__, "{\"a\":[1],[2]],\"b\":3}", "{\"a\":[[1],[2]],\"b\":3}",
		"missing_opener"},
	{__LINE__, "{\"a\":[[1]],[2]],\"b\":3}", "{\"a\":[[1],[2]],\"b\":3}",
		"early_closer"},
	{__LINE__, "{\"a\":[1],[2],3],[4],5],\"b\":6}",
		"{\"a\":[[1],[2],3,[4],5],\"b\":6}", "early_closer"},
	{__LINE__, "{\"a\":\"x,\n \"b\":2}", "{\"a\":\"x\",\"b\":2}",
		"missing_quote"},
	{__LINE__, "{\"a\" \"x\",\"b\" 2}", "{\"a\":\"x\",\"b\":2}",
		"missing_colon"},
	{__LINE__, "{\"a\":\"d[\"k\"] = {\"x\": 1}\",\"b\":2}",
		"{\"a\":\"d[\\\"k\\\"] = {\\\"x\\\": 1}\",\"b\":2}",
		"unescaped_quote"},
	{__LINE__, "\xEF\xBB\xBF[1]", "[1]", NULL},
	{__LINE__, "[1] and more", "[1]", NULL},
	{__LINE__, "", NULL, NULL},
	{__LINE__, "}", NULL, NULL},
};

static bool
noted(const char *code)
{
	for (const struct jsonx_note *n = report.notes; n != NULL; n = n->next)
		if (strcmp(n->code, code) == 0)
			return true;
	return false;
}

static void
check(const struct row *rows, size_t count, unsigned flags)
{
	for (size_t i = 0; i < count; i++) {
		const char *out = through(rows[i].in, flags);

		if ((out == NULL) != (rows[i].out == NULL) ||
			(out != NULL && strcmp(out, rows[i].out) != 0))
			fail_msg("line %d: %s", rows[i].line,
				out == NULL ? report.error : out);
		if (rows[i].note != NULL && !noted(rows[i].note))
			fail_msg("line %d: not noted", rows[i].line);
	}
}

static void
strict_rows(void **state)
{
	(void)state;
	check(strict, nitems(strict), 0);
}

static void
tolerant_rows(void **state)
{
	(void)state;
	check(tolerant, nitems(tolerant), JSONX_TOLERANT);
}

static void
valid_text_reads_the_same_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(strict); i++) {
		if (strict[i].out == NULL)
			continue;
		assert_string_equal(
			through(strict[i].in, JSONX_TOLERANT), strict[i].out);
		assert_null(report.notes);
	}
}

static void
every_cut_is_closed(void **state)
{
	static const char whole[] =
		"{\"a\": [{\"b\": \"x\\ny\", \"c\": [1, 2.5, true]}], "
		"\"d\": {\"e\": null}}";

	(void)state;
	for (size_t n = 1; n < sizeof(whole) - 1; n++) {
		assert_non_null(through_n(whole, n, JSONX_TOLERANT));
		assert_true(report.cut);
	}
	assert_non_null(through(whole, JSONX_TOLERANT));
	assert_false(report.cut);
}

static void
position_is_told(void **state)
{
	(void)state;
	assert_null(through("{\n  \"a\": x\n}", 0));
	assert_int_equal(report.line, 2);
	assert_int_equal(report.column, 8);
	assert_non_null(through("[1] tail", JSONX_TOLERANT));
	assert_int_equal(report.end, 3);
}

static void
values_know_their_place(void **state)
{
	static const char in[] = "{\n \"a\": [1,\n  2]}";
	struct value *v = jsonx_read(arena, in, strlen(in), 0, &report);
	struct value *two = value_find(v, "/a/1");

	(void)state;
	assert_int_equal(two->line, 3);
	assert_int_equal(two->column, 3);
}

static void
depth_is_bounded(void **state)
{
	char deep[100000];

	(void)state;
	memset(deep, '[', sizeof(deep));
	assert_null(through_n(deep, sizeof(deep), 0));
	assert_null(through_n(deep, sizeof(deep), JSONX_TOLERANT));
	memset(deep + LIMIT_DEPTH, ']', LIMIT_DEPTH);
	assert_non_null(through_n(deep, (size_t)2 * LIMIT_DEPTH, 0));
}

static void
nul_bytes_are_no_end(void **state)
{
	(void)state;
	assert_null(through_n("[1\0]", 4, 0));
	assert_null(through_n("[\"\0\"]", 5, 0));
	assert_string_equal(
		through_n("[\"\0\"]", 5, JSONX_TOLERANT), "[\"\xEF\xBF\xBD\"]");
}

/* Wherever the steps of eight bytes end. */
static void
what_is_no_utf8_is_found_anywhere(void **state)
{
	static const char bad[] = {'\0', '\x80', '\xFF', '\xC3'};
	enum { LENGTH = 40 };
	char text[LENGTH];
	size_t i;
	size_t b;

	(void)state;
	for (i = 2; i + 1 < LENGTH; i++)
		for (b = 0; b < sizeof(bad); b++) {
			memset(text, 'a', LENGTH);
			text[0] = '\n';
			text[1] = text[LENGTH - 1] = '"';
			assert_non_null(through_n(text, LENGTH, 0));
			text[i] = bad[b];
			assert_null(through_n(text, LENGTH, 0));
			assert_string_equal(report.error, "not UTF-8");
			assert_int_equal(report.line, 2);
			assert_int_equal(report.column, i);
		}
}

/* Few members and many are compared in two ways. */
static void
repeated_members_are_found_among_any(void **state)
{
	struct str s;
	size_t n;
	size_t i;

	(void)state;
	for (n = 2; n < 60; n++) {
		str_init(&s, arena, 4096);
		for (i = 0; i < n; i++)
			str_printf(
				&s, "%s\"m%zu\":%zu", i == 0 ? "{" : ",", i, i);
		str_puts(&s, "}");
		assert_string_equal(through(s.s, 0), s.s);
		str_cut(&s, s.len - 1);
		str_puts(&s, ",\"m1\":0}");
		assert_null(through(s.s, 0));
		assert_string_equal(report.error, "repeated member");
		assert_non_null(strstr(
			through(s.s, JSONX_TOLERANT), "{\"m0\":0,\"m1\":0"));
		assert_string_equal(report.notes->code, "repeated_member");
	}
}

static void
output_can_be_ascii_and_pretty(void **state)
{
	static const char in[] =
		"{\"\xC3\xA9\":[1,{}],\"b\":\"\xF0\x9F\x98\x80\"}";
	struct value *v = jsonx_read(arena, in, strlen(in), 0, &report);
	struct str out;

	(void)state;
	str_init(&out, arena, 1000);
	jsonx_write(&out, v, JSONX_ASCII | JSONX_PRETTY);
	assert_string_equal(out.s, "{\n  \"\\u00e9\": [\n    1,\n    {}\n  ],\n"
				   "  \"b\": \"\\ud83d\\ude00\"\n}");
}

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(LIMIT_ARENA);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
	TEST(strict_rows),
	TEST(tolerant_rows),
	TEST(valid_text_reads_the_same_both_ways),
	TEST(every_cut_is_closed),
	TEST(position_is_told),
	TEST(values_know_their_place),
	TEST(depth_is_bounded),
	TEST(nul_bytes_are_no_end),
	TEST(what_is_no_utf8_is_found_anywhere),
	TEST(repeated_members_are_found_among_any),
	TEST(output_can_be_ascii_and_pretty),
};

UNIT_MAIN(tests)
