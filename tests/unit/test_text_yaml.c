/* test_text_yaml.c: what the YAML reader takes and refuses, and that what is
 * written reads back. */
#include "unit.h"

#include "base/limits.h"
#include "text/json.h"
#include "text/yaml.h"

static struct arena *arena;
static struct yamlx_report report;

static const char *
as_json(const struct value *v)
{
	struct str out;

	str_init(&out, arena, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	return out.s;
}

static const char *
through_n(const char *text, size_t n)
{
	struct value *v = yamlx_read(arena, text, n, &report);

	if (v == NULL) {
		assert_non_null(report.error);
		return NULL;
	}
	assert_null(report.error);
	return as_json(v);
}

struct row {
	int line;
	const char *in;
	const char *out; /* NULL: refused */
};

static void
check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *out = through_n(rows[i].in, strlen(rows[i].in));

		if (rows[i].out == NULL
				? out != NULL
				: out == NULL || strcmp(out, rows[i].out) != 0)
			fail_msg("line %d: %s gave %s", rows[i].line,
				rows[i].in, out ? out : report.error);
	}
}

static const struct row scalars[] = {
	{__LINE__, "[yes, No, ON, off, TRUE, y, n, yEs]",
		"[true,false,true,false,true,\"y\",\"n\",\"yEs\"]"},
	{__LINE__, "[~, null, Null, , NULL]", NULL},
	{__LINE__, "[~, null, NULL, nUll, '']",
		"[null,null,null,\"nUll\",\"\"]"},
	{__LINE__, "a:", "{\"a\":null}"},
	{__LINE__, "[0, -1, +2, 1_000, 012, 0x1F, 0b101, 08, 0o7]",
		"[0,-1,2,1000,10,31,5,\"08\",\"0o7\"]"},
	{__LINE__, "[1:30, 190:20:30, 1:60, -1:30]",
		"[90,685230,\"1:60\",-90]"},
	{__LINE__, "77777777777777777777777777:30", "4.666666666666666e+27"},
	{__LINE__, "[0.5, .5, 5., 1e3, 1.e+3, 1.5e-3, 1:30.5]",
		"[0.5,0.5,5.0,\"1e3\",1000.0,0.0015,90.5]"},
	{__LINE__, "[9223372036854775807, 9223372036854775808]",
		"[9223372036854775807,9.223372036854776e+18]"},
	{__LINE__, "[0.4, 0.4.0, 1.2.3]", "[0.4,\"0.4.0\",\"1.2.3\"]"},
	{__LINE__, "['-', +, ., '=', '<<', _1]",
		"[\"-\",\"+\",\".\",\"=\",\"<<\",\"_1\"]"},
	{__LINE__, "a: =", NULL},
	{__LINE__, "= : 1", "{\"=\":1}"},
	{__LINE__, "['yes', \"1\", !!str 1, !!int '3', !!float 2, !!null '']",
		"[\"yes\",\"1\",\"1\",3,2.0,null]"},
	{__LINE__, "!!bool maybe", NULL},
	{__LINE__, "!!python/object/apply:os.getcwd []", NULL},
	{__LINE__, "!own x", NULL},
	{__LINE__, "{1: a, true: b, ~: c, 2.5: d}",
		"{\"1\":\"a\",\"true\":\"b\",\"null\":\"c\",\"2.5\":\"d\"}"},
};

static const struct row structure[] = {
	{__LINE__, "", NULL},
	{__LINE__, "# only a comment\n", NULL},
	{__LINE__, "a: 1\n---\na: 2\n", NULL},
	{__LINE__, "--- \na: 1\n...\n", "{\"a\":1}"},
	{__LINE__,
		"\xEF\xBB\xBF"
		"a: 1",
		"{\"a\":1}"},
	{__LINE__, "a: 1\nb: 2\na: 3\n", "{\"a\":3,\"b\":2}"},
	{__LINE__, "- &x {p: 1}\n- *x\n- {<<: *x, q: 2}\n",
		"[{\"p\":1},{\"p\":1},{\"p\":1,\"q\":2}]"},
	{__LINE__, "- &x {p: 1, r: 0}\n- {p: 2, <<: *x}\n",
		"[{\"p\":1,\"r\":0},{\"p\":2,\"r\":0}]"},
	{__LINE__, "- &x {p: 1}\n- &y {p: 2, q: 2}\n- <<: [*x, *y]\n",
		"[{\"p\":1},{\"p\":2,\"q\":2},{\"p\":1,\"q\":2}]"},
	{__LINE__, "<<: 1", NULL},
	{__LINE__, "'<<': 1", "{\"<<\":1}"},
	{__LINE__, "a: *nobody", NULL},
	{__LINE__, "a: &x [*x]", NULL},
	{__LINE__, "[&x 1, &x 2]", NULL},
	{__LINE__, "? [a]\n: 1\n", NULL},
	{__LINE__, "a: \"open", NULL},
	{__LINE__, "a:\n\t- b\n", NULL},
	{__LINE__, "a:\tb\n", NULL},
	{__LINE__, "a: b # a\tcomment\nc: 'd\te'\nf: |\n  g\th\n",
		"{\"a\":\"b\",\"c\":\"d\\te\",\"f\":\"g\\th\\n\"}"},
	{__LINE__, "```yaml\na: 1\n```\n", NULL},
	{__LINE__, "a: >\n  one\n  two\n\n  three\nb: |-\n  x\n  y\n",
		"{\"a\":\"one two\\nthree\\n\",\"b\":\"x\\ny\"}"},
	{__LINE__, "\xFF: 1", NULL},
};

static void
resolves_scalars_as_pyyaml(void **state)
{
	(void)state;
	check(scalars, nitems(scalars));
}

static void
builds_structure_as_pyyaml(void **state)
{
	(void)state;
	check(structure, nitems(structure));
}

static void
reports_dates_and_repeats(void **state)
{
	(void)state;
	assert_string_equal(through_n("a: 1\nd: 2026-01-31\n", 19),
		"{\"a\":1,\"d\":\"2026-01-31\"}");
	assert_int_equal(report.date, 2);
	assert_false(report.repeated);
	through_n("a: 1\na: 2\n", 10);
	assert_true(report.repeated);
	assert_int_equal(report.date, 0);
}

static void
says_where_it_stopped(void **state)
{
	(void)state;
	assert_null(through_n("a: 1\nb: [1, 2\nc: 3\n", 19));
	assert_int_equal(report.line, 3);
	assert_int_equal(report.column, 2);
	assert_null(through_n("a: 1\nb: \0\n", 10));
	assert_int_equal(report.line, 2);
	assert_int_equal(report.column, 4);
}

static void
keeps_halves_of_surrogates(void **state)
{
	const char *text = "a: \"x\\ud83d\\uDE00\"\n"
			   "b: 'x\\ud83d \\ude0a \\uDE0A \\uDe0B'\n"
			   "c: '\\U0010F\\ud8300'\n";
	struct value *v = yamlx_read(arena, text, strlen(text), &report);
	struct str out;

	(void)state;
	assert_non_null(v);
	assert_string_equal(
		value_get_text(v, "a", ""), "x\xED\xA0\xBD\xED\xB8\x80");
	assert_string_equal(
		value_get_text(v, "b", ""), "x\\ud83d \\ude0a \\uDE0A \\uDe0B");
	str_init(&out, arena, 100);
	yamlx_write(&out, v);
	assert_string_equal(out.s, "a: \"x\\uD83D\\uDE00\"\n"
				   "b: 'x\\ud83d \\ude0a \\uDE0A \\uDe0B'\n"
				   "c: '\\U0010F\\ud8300'\n");
}

/* repeated: a text of count copies of one byte. */
static char *
repeated(char c, size_t count)
{
	char *text = arena_alloc(arena, count + 1);

	memset(text, c, count);
	return text;
}

static void
bounds_hostile_texts(void **state)
{
	struct str bomb;

	(void)state;
	assert_null(through_n(repeated('[', 1000000), 1000000));
	assert_string_equal(report.error, "nested too deeply");
	str_init(&bomb, arena, LIMIT_DOCUMENT);
	str_puts(&bomb, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 9; i++) {
		str_printf(&bomb, "a%d: &a%d [", i, i);
		for (int j = 0; j < 10; j++)
			str_printf(&bomb, "%s*a%d", j ? ", " : "", i - 1);
		str_puts(&bomb, "]\n");
	}
	assert_null(through_n(bomb.s, bomb.len));
	assert_string_equal(report.error, "too many values");
	str_reset(&bomb);
	str_puts(&bomb, "- &a x\n");
	for (int i = 0; i <= LIMIT_ALIASES; i++)
		str_puts(&bomb, "- *a\n");
	assert_null(through_n(bomb.s, bomb.len));
	assert_string_equal(report.error, "too many aliases");
}

/* Each is written and read again; the right side is the text in between. */
static const struct row written[] = {
	{__LINE__, "{\"a\":[1,{\"b\":[]}],\"c\":{},\"d\":null}",
		"a:\n- 1\n- b: []\nc: {}\nd: null\n"},
	{__LINE__, "[\"yes\",\"1\",\"1e3\",\"1.5e+3\",\"~\",\"\",\"a b\"]",
		"- 'yes'\n- '1'\n- 1e3\n- '1.5e+3'\n- '~'\n- ''\n- a b\n"},
	{__LINE__, "[\"a: b\",\"#x\",\"it's\",\"- x\",\"<<\",\"=\",\"a #b\"]",
		"- 'a: b'\n- '#x'\n- 'it''s'\n- '- x'\n- '<<'\n- '='\n"
		"- 'a #b'\n"},
	{__LINE__, "{\"t\":\"one\\ntwo\\n\",\"u\":\"one\\ntwo\"}",
		"t: |\n  one\n  two\nu: |-\n  one\n  two\n"},
	{__LINE__, "{\"t\":\"  x\\ny\\n\\n\"}", "t: |2+\n    x\n  y\n\n"},
	{__LINE__, "[0.5,1e20,5.0,1e-7,-3]",
		"- 0.5\n- 1.0e+20\n- 5.0\n- 1.0e-07\n- -3\n"},
	{__LINE__, "[\"\\u2028\",\"\\u0007\",\"a\\tb\",\"\\u00e9\"]",
		"- \"\\u2028\"\n- \"\\x07\"\n- \"a\\tb\"\n- \xC3\xA9\n"},
	{__LINE__, "[[[1],[2]],{\"yes\":true}]",
		"- - - 1\n  - - 2\n- 'yes': true\n"},
};

static void
writes_what_reads_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(written); i++) {
		struct jsonx_report json;
		struct value *v = jsonx_read(
			arena, written[i].in, strlen(written[i].in), 0, &json);
		struct value *back;
		struct str out;

		assert_non_null(v);
		str_init(&out, arena, LIMIT_DOCUMENT);
		yamlx_write(&out, v);
		if (strcmp(out.s, written[i].out) != 0)
			fail_msg("line %d: %s", written[i].line, out.s);
		back = yamlx_read(arena, out.s, out.len, &report);
		assert_non_null(back);
		assert_true(value_equal(v, back));
	}
}

static void
settles_many_members(void **state)
{
	struct str text;
	struct value *v;

	(void)state;
	str_init(&text, arena, LIMIT_DOCUMENT);
	for (int i = 0; i < 50000; i++)
		str_printf(&text, "k%d: %d\n", i, i);
	str_puts(&text, "k7: last\n");
	v = yamlx_read(arena, text.s, text.len, &report);
	assert_non_null(v);
	assert_int_equal(value_count(v), 50000);
	assert_string_equal(value_get_text(v, "k7", ""), "last");
	assert_true(report.repeated);
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
	TEST(resolves_scalars_as_pyyaml),
	TEST(builds_structure_as_pyyaml),
	TEST(reports_dates_and_repeats),
	TEST(says_where_it_stopped),
	TEST(keeps_halves_of_surrogates),
	TEST(bounds_hostile_texts),
	TEST(writes_what_reads_back),
	TEST(settles_many_members),
};

UNIT_MAIN(tests)
