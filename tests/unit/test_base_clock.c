/* test_base_clock.c: the time as a number and as a text. */
#include "unit.h"

#include "base/clock.h"

#include <string.h>
#include <time.h>

static const struct {
	int line;
	int64_t ms;
	const char *text;
} times[] = {
	{__LINE__, 0, "1970-01-01T00:00:00.000Z"},
	{__LINE__, 1, "1970-01-01T00:00:00.001Z"},
	{__LINE__, 999, "1970-01-01T00:00:00.999Z"},
	{__LINE__, 951782400000, "2000-02-29T00:00:00.000Z"},
	{__LINE__, 1735689599999, "2024-12-31T23:59:59.999Z"},
	{__LINE__, 4102444800000, "2100-01-01T00:00:00.000Z"},
};

static void
texts_are_rfc_3339(void **state)
{
	char text[CLOCK_ISO_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(times); i++) {
		clock_iso_r(times[i].ms, text);
		if (strcmp(text, times[i].text) != 0)
			fail_msg("line %d: %s", times[i].line, text);
	}
}

static void
now_is_the_time_of_the_system(void **state)
{
	int64_t seconds = (int64_t)time(NULL);

	(void)state;
	assert_in_range(clock_now_ms() / 1000, seconds, seconds + 1);
}

static void
the_steady_clock_moves_forward(void **state)
{
	struct timespec nap = {0, 3000000};
	int64_t us = clock_mono_us();
	int64_t ms = clock_mono_ms();

	(void)state;
	nanosleep(&nap, NULL);
	assert_in_range(clock_mono_us() - us, 3000, 10 * 1000 * 1000);
	assert_in_range(clock_mono_ms() - ms, 2, 10 * 1000);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(texts_are_rfc_3339),
	cmocka_unit_test(now_is_the_time_of_the_system),
	cmocka_unit_test(the_steady_clock_moves_forward),
};

UNIT_MAIN(tests)
