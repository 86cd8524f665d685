/* test_base_fatal.c: the end of a process: a log line, the hook, status 70. */
#include "dies.h"

#include "base/fatal.h"

#include <stdlib.h>
#include <unistd.h>

static void
die(void)
{
	fatal("the %s broke %d times", "disk", 3);
}

static void
says_why_and_ends(void **state)
{
	char text[DIES_TEXT];

	(void)state;
	assert_int_equal(dies_run(die, text), DIES_STATUS);
	assert_non_null(strstr(text, "\"level\":\"error\""));
	assert_non_null(strstr(text, "\"event\":\"fatal\""));
	assert_non_null(strstr(text, "the disk broke 3 times"));
}

static void
tell(void)
{
	static const char line[] = "hook ran\n";

	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
		abort();
}

static void
die_with_hook(void)
{
	fatal_hook(tell);
	die();
}

static void
calls_the_hook_after_the_log_line(void **state)
{
	char text[DIES_TEXT];
	char *why;
	char *hook;

	(void)state;
	assert_int_equal(dies_run(die_with_hook, text), DIES_STATUS);
	why = strstr(text, "disk broke");
	hook = strstr(text, "hook ran");
	assert_non_null(why);
	assert_non_null(hook);
	assert_true(why < hook);
}

static void
die_again(void)
{
	tell();
	fatal("trouble inside the hook");
}

static void
die_twice(void)
{
	fatal_hook(die_again);
	die();
}

static void
a_hook_that_dies_is_not_called_again(void **state)
{
	char text[DIES_TEXT];
	char *first;

	(void)state;
	assert_int_equal(dies_run(die_twice, text), DIES_STATUS);
	first = strstr(text, "hook ran");
	assert_non_null(first);
	assert_null(strstr(first + 1, "hook ran"));
	assert_non_null(strstr(text, "trouble inside the hook"));
}

static void
die_after_taking_the_hook_away(void)
{
	fatal_hook(tell);
	fatal_hook(NULL);
	die();
}

static void
a_hook_can_be_taken_away(void **state)
{
	char text[DIES_TEXT];

	(void)state;
	assert_int_equal(
		dies_run(die_after_taking_the_hook_away, text), DIES_STATUS);
	assert_null(strstr(text, "hook ran"));
}

static void
die_at_length(void)
{
	fatal("%02000d", 1);
}

static void
a_long_reason_is_cut(void **state)
{
	char text[DIES_TEXT];

	(void)state;
	assert_int_equal(dies_run(die_at_length, text), DIES_STATUS);
	assert_in_range(strlen(text), 500, 1000);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(says_why_and_ends),
	cmocka_unit_test(calls_the_hook_after_the_log_line),
	cmocka_unit_test(a_hook_that_dies_is_not_called_again),
	cmocka_unit_test(a_hook_can_be_taken_away),
	cmocka_unit_test(a_long_reason_is_cut),
};

UNIT_MAIN(tests)
