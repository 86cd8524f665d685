/* test_base_utf8.c: where UTF-8 ends, wherever it begins. */
#include "unit.h"

#include "base/utf8.h"

struct row {
	int line;
	const char *bytes;
	size_t n;
	size_t end;
};

#define ROW(bytes, end)                                 \
	{                                               \
		__LINE__, bytes, sizeof(bytes) - 1, end \
	}

static const struct row rows[] = {
	ROW("", 0),
	ROW("plain\n\t\x7F", 8),
	ROW("\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80", 9),
	ROW("\xC2\x80\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF", 15),
	ROW("ab\0c", 2),                 /* NUL */
	ROW("a\x80", 1),                 /* what goes on, first */
	ROW("a\xC3", 1),                 /* cut */
	ROW("\xE4\xBD\xA0\xE4\xBD", 3),  /* cut */
	ROW("\xE4\xBD\xA0\xE4\xBDz", 3), /* cut */
	ROW("\xC0\x80", 0),              /* longer than it need be */
	ROW("\xE0\x9F\xBF", 0),          /* likewise */
	ROW("\xF0\x8F\xBF\xBF", 0),      /* likewise */
	ROW("\xED\xA0\x80", 0),          /* a surrogate */
	ROW("\xF4\x90\x80\x80", 0),      /* above U+10FFFF */
	ROW("\xFF", 0),
};

static void
it_ends_at_the_first_bad_byte(void **state)
{
	enum { MOST = 20 };
	char text[MOST + 16];
	size_t before;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		for (before = 0; before < MOST; before++) {
			const struct row *r = &rows[i];
			size_t n = before + r->n;

			memset(text, 'a', sizeof(text));
			memcpy(text + before, r->bytes, r->n);
			if (utf8_end(text, text + n) != text + before + r->end)
				fail_msg("line %d behind %zu", r->line, before);
			assert_int_equal(utf8_valid(text, n), r->end == r->n);
		}
}

static void
a_character_has_a_length(void **state)
{
	static const char text[] = "a\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80";
	const char *end = text + sizeof(text) - 1;

	(void)state;
	assert_int_equal(utf8_length(text, end), 1);
	assert_int_equal(utf8_length(text + 1, end), 2);
	assert_int_equal(utf8_length(text + 3, end), 3);
	assert_int_equal(utf8_length(text + 6, end), 4);
	assert_int_equal(utf8_length(text + 6, end - 1), 0);
	assert_int_equal(utf8_length(end, end), 0);
	assert_int_equal(utf8_length(end, end + 1), 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(it_ends_at_the_first_bad_byte),
	cmocka_unit_test(a_character_has_a_length),
};

UNIT_MAIN(tests)
