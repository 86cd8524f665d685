/* fatal.c: see fatal.h. */
#include "base/fatal.h"
#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_SOFTWARE = 70 };

static void (*on_fatal)(void);

void
fatal_hook(void (*hook)(void))
{
	on_fatal = hook;
}

void
fatal(const char *fmt, ...)
{
	void (*hook)(void) = on_fatal;
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_error("fatal", log_str("reason", text));
	on_fatal = NULL;
	if (hook != NULL)
		hook();
	exit(EXIT_SOFTWARE);
}
