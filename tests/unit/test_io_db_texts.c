/* test_io_db_texts.c: texts are found by their words. */
#include "unit.h"

#include "io/db_texts.h"
#include "text/cjk.h"

#include <string.h>

static const char *const texts[] = {
	"Sorting mails into groups",
	"Translate a book",
	"把 邮 件 分 类",
	"",
};

static const struct {
	const char *request;
	int first; /* -1: nothing is found */
} rows[] = {
	{"sort the mail", 0},
	{"translations", 1},
	{"books about mail", 1},
	{"给邮件分类", 2},
	{"件", -1},
	{"类分", -1},
	{"", -1},
	{"\" OR text : NEAR(", -1},
	{"nothing like it", -1},
};

static void
the_best_comes_first(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct db_texts *t = db_texts_new();
	size_t found[4];

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++)
		db_texts_add(t, texts[i]);
	for (size_t i = 0; i < nitems(rows); i++) {
		size_t n = db_texts_find(
			t, cjk_any(a, rows[i].request, 100), found, 4);

		if ((n == 0) != (rows[i].first < 0) ||
			(n > 0 && found[0] != (size_t)rows[i].first))
			fail_msg("%s: %zu found", rows[i].request, n);
	}
	db_texts_free(&t);
	assert_null(t);
	db_texts_free(&t);
	arena_free(&a);
}

static void
what_is_no_query_finds_nothing(void **state)
{
	struct db_texts *t = db_texts_new();
	size_t found[1];

	(void)state;
	db_texts_add(t, "word");
	assert_int_equal(db_texts_find(t, "\"", found, 1), 0);
	assert_int_equal(db_texts_find(t, "word", found, 1), 1);
	assert_int_equal(db_texts_find(t, "word", found, 0), 0);
	db_texts_free(&t);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_best_comes_first),
	cmocka_unit_test(what_is_no_query_finds_nothing),
};

UNIT_MAIN(tests)
