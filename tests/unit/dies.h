/* dies.h: whether an act ends the process as fatal() does. */
#ifndef DIES_H
#define DIES_H

#include "unit.h"

#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DIES_STATUS = 70, DIES_TEXT = 8192 };

/* What a child that runs act() writes to standard error, and its exit status.
 * A child that comes back from act() ends with 0. */
static inline int
dies_run(void (*act)(void), char text[DIES_TEXT])
{
	size_t len = 0;
	ssize_t got;
	int ends[2];
	int status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		act();
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], text + len, DIES_TEXT - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Fails unless act() is fatal and says why. */
static inline void
assert_dies(void (*act)(void), const char *why)
{
	char text[DIES_TEXT];
	int status = dies_run(act, text);

	if (status != DIES_STATUS || strstr(text, why) == NULL)
		fail_msg("status %d instead of %d, \"%s\" not in: %s", status,
			DIES_STATUS, why, text);
}

#endif
