/* test_io_net_retry.c: Retry-After in all its forms. */
#include "unit.h"

#include "io/net.h"

#include <inttypes.h>

/* 1994-11-06 08:49:37 UTC */
static const int64_t now = 784111777000;

static const struct {
	int line;
	const char *text;
	int64_t ms;
} rows[] = {
	{__LINE__, "0", 0},
	{__LINE__, "7", 7000},
	{__LINE__, "7 ", 7000},
	{__LINE__, "86400", 86400000},
	{__LINE__, "86401", -1},
	{__LINE__, "5abc", -1},
	{__LINE__, "5.5", -1},
	{__LINE__, "-5", -1},
	{__LINE__, "", -1},
	{__LINE__, "99999999999999999999", -1},
	{__LINE__, "soon", -1},
	{__LINE__, "Sun, 06 Nov 1994 08:50:07 GMT", 30000},
	{__LINE__, "Sunday, 06-Nov-94 08:50:07 GMT", 30000},
	{__LINE__, "Sun Nov  6 08:50:07 1994", 30000},
	{__LINE__, "Sun, 06 Nov 1994 08:49:07 GMT", 0},
	{__LINE__, "Tue, 08 Nov 1994 08:49:37 GMT", -1},
	{__LINE__, "Sun, 99 Nov 1994 08:50:07 GMT", -1},
};

static void
every_form_is_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		struct net_header h = {"retry-after", rows[i].text};
		struct net_answer a = {.headers = &h, .nheaders = 1};
		int64_t ms = net_retry_after(&a, now);

		if (ms != rows[i].ms)
			fail_msg("line %d: %" PRId64, rows[i].line, ms);
	}
}

static void
without_one_there_is_none(void **state)
{
	struct net_answer a = {.nheaders = 0};

	(void)state;
	assert_int_equal(net_retry_after(&a, now), -1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_form_is_read),
	cmocka_unit_test(without_one_there_is_none),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
