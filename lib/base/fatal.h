/* fatal.h: the end of the process when it cannot go on. */
#ifndef FATAL_H
#define FATAL_H

/*
 * fatal: logs the text at level error, calls the hook if one is set (a
 * server uses it to answer 500), and ends the process with status 70
 * (EX_SOFTWARE). For what a caller can neither cause nor mend: no memory, a
 * broken database, a bug of ours.
 */
void fatal(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* fatal_hook: what fatal() calls once, before the end; NULL for none. */
void fatal_hook(void (*hook)(void));

#endif
