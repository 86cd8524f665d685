/* test_base_id.c: ids have one shape, sort by time and do not repeat. */
#include "unit.h"

#include "base/id.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
a_new_one_is_valid(void **state)
{
	char id[ID_SIZE];

	(void)state;
	memset(id, 'x', sizeof(id));
	id_new_r(id);
	assert_int_equal(strlen(id), ID_LEN);
	assert_true(id_valid(id));
}

static void
later_ones_sort_behind(void **state)
{
	struct timespec nap = {0, 2000000};
	char before[ID_SIZE];
	char after[ID_SIZE];
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		id_new_r(before);
		nanosleep(&nap, NULL);
		id_new_r(after);
		assert_true(strcmp(before, after) < 0);
	}
}

static int
by_text(const void *x, const void *y)
{
	return strcmp(x, y);
}

static void
none_comes_twice(void **state)
{
	enum { MANY = 20000 };
	static char ids[MANY][ID_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++)
		id_new_r(ids[i]);
	qsort(ids, MANY, ID_SIZE, by_text);
	for (i = 1; i < MANY; i++)
		assert_string_not_equal(ids[i - 1], ids[i]);
}

static const struct {
	int line;
	const char *text;
	bool valid;
} shapes[] = {
	{__LINE__, "0123456789abcdefghjk", true},
	{__LINE__, "zyxwvtsrqpnmkjhgfedc", true},
	{__LINE__, "00000000000000000000", true},
	{__LINE__, NULL, false},
	{__LINE__, "", false},
	{__LINE__, "0123456789abcdefghj", false},
	{__LINE__, "0123456789abcdefghjkm", false},
	{__LINE__, "0123456789ABCDEFGHJK", false},
	{__LINE__, "0123456789abcdefghij", false},
	{__LINE__, "0123456789abcdefghjl", false},
	{__LINE__, "0123456789abcdefghjo", false},
	{__LINE__, "0123456789abcdefghju", false},
	{__LINE__, "0123456789abcdefghj/", false},
	{__LINE__, "0123456789abcdefghj ", false},
	{__LINE__, "../../../../../../..", false},
	{__LINE__, "0123456789abcdefghj\xC3", false},
};

static void
only_one_shape_is_valid(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(shapes); i++)
		if (id_valid(shapes[i].text) != shapes[i].valid)
			fail_msg("line %d", shapes[i].line);
}

static void
random_bytes_fill_what_they_are_given(void **state)
{
	unsigned char bytes[4096 + 1];
	size_t seen[256] = {0};
	size_t i;

	(void)state;
	bytes[4096] = 0x5A;
	random_bytes(bytes, 4096);
	assert_int_equal(bytes[4096], 0x5A);
	for (i = 0; i < 4096; i++)
		seen[bytes[i]]++;
	/* 16 of each are expected; none or 80 would be a broken source. */
	for (i = 0; i < nitems(seen); i++)
		assert_in_range(seen[i], 0, 60);
	random_bytes(bytes, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_new_one_is_valid),
	cmocka_unit_test(later_ones_sort_behind),
	cmocka_unit_test(none_comes_twice),
	cmocka_unit_test(only_one_shape_is_valid),
	cmocka_unit_test(random_bytes_fill_what_they_are_given),
};

UNIT_MAIN(tests)
