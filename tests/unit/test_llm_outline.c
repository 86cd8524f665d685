/* test_llm_outline.c: steps show while the plan is still being written. */
#include "unit.h"

#include "llm/outline.h"
#include "text/json.h"

#include <string.h>

static const char *
outline(struct arena *a, const char *text, size_t n)
{
	struct str out;

	str_init(&out, a, 100000);
	value_each(s, llm_outline(a, text, n))
		str_printf(&out, "%s:%s:%s ", value_get_text(s, "id", "?"),
			value_get_text(s, "type", "?"),
			value_get_text(s, "title", "?"));
	return out.s;
}

static const struct {
	int line;
	const char *text;
	const char *steps;
} rows[] = {
	{__LINE__, "", ""},
	{__LINE__, "no plan at all", ""},
	{__LINE__, "{\"steps\":[{\"id\":\"a\",\"type\":\"llm\"", "a:llm: "},
	{__LINE__, "{\"steps\":[{\"id\":\"a\",\"type\":\"ll", ""},
	{__LINE__, "{\"type\":\"llm\",\"title\":\"T\",\"id\":\"a\"}",
		"a:llm:T "},
	{__LINE__, "{\"id\":\"a\",\"type\":\"llm\",\"title\":\"T\"}",
		"a:llm:T "},
	{__LINE__, "```json\n{\"steps\":[{\"id\":\"a\",\"type\":\"code\"}]}",
		"a:code: "},
	{__LINE__,
		"{\"id\":\"s\",\"type\":\"if-else\",\"cases\":[{\"do\":[{"
		"\"id\":\"b\",\"type\":\"llm\"}]}],\"title\":\"S\"}",
		"s:if-else:S b:llm: "},
	{__LINE__, "{\"id\":\"p\",\"type\":\"parallel\"}", "p:parallel: "},
	{__LINE__, "{\"id\":\"p\",\"type\":\"http_request\"}",
		"p:http_request: "},
	{__LINE__, "{\"name\":\"x\",\"type\":\"paragraph\"}", ""},
	{__LINE__, "{\"id\":\"x\",\"type\":\"paragraph\"}", ""},
	{__LINE__, "{\"id\":\"a\",\"prompt\":\"\\\"type\\\":\\\"llm\\\"\"}",
		""},
	{__LINE__, "{\"id\":\"a\",\"x\":{\"id\":\"b\"},\"type\":\"llm\"}",
		"a:llm: "},
	{__LINE__, "{\"id\":1,\"type\":\"llm\"}", ""},
	{__LINE__, "}}}}{\"id\":\"a\",\"type\":\"llm\"}", "a:llm: "},
	{__LINE__, "{\"id\":\"a\\", ""},
};

static void
what_can_be_seen_is_seen(void **state)
{
	struct arena *a = arena_new(1 << 24);
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		const char *got =
			outline(a, rows[i].text, strlen(rows[i].text));

		if (strcmp(got, rows[i].steps) != 0)
			fail_msg("line %d: %s", rows[i].line, got);
	}
	arena_free(&a);
}

static void
steps_only_grow_while_the_text_does(void **state)
{
	static const char text[] =
		"{\"name\":\"n\",\"steps\":[{\"id\":\"a\",\"type\":\"llm\","
		"\"prompt\":\"say {{x}}\"},{\"id\":\"b\",\"type\":\"code\"},"
		"{\"id\":\"c\",\"type\":\"end\"}]}";
	size_t before = 0;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(text); n++) {
		struct arena *a = arena_new(1 << 20);
		size_t now = value_count(llm_outline(a, text, n));

		assert_true(now >= before);
		before = now;
		arena_free(&a);
	}
	assert_int_equal(before, 3);
}

static void
depth_and_number_are_bounded(void **state)
{
	enum { N = 200000 };
	static const char step[] = "{\"id\":\"a\",\"type\":\"llm\"}  ";
	static char text[N + 1];
	struct arena *a = arena_new(1 << 24);
	size_t n;

	(void)state;
	memset(text, '{', N);
	assert_int_equal(value_count(llm_outline(a, text, N)), 0);
	for (n = 0; n < N; n++)
		text[n] = step[n % (sizeof(step) - 1)];
	assert_int_equal(value_count(llm_outline(a, text, N)), 100);
	arena_free(&a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(what_can_be_seen_is_seen),
	cmocka_unit_test(steps_only_grow_while_the_text_does),
	cmocka_unit_test(depth_and_number_are_bounded),
};

UNIT_MAIN(tests)
