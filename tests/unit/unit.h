/* unit.h: what every unit test includes, in the order that cmocka asks for. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/nitems.h"

/* Runs every test of an array; the exit status counts the failed ones. */
#define UNIT_MAIN(tests)                                          \
	int main(void)                                            \
	{                                                         \
		return cmocka_run_group_tests(tests, NULL, NULL); \
	}

#endif
