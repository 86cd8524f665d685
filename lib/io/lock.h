/* lock.h: the lock file that lets one process at a time write. */
#ifndef LOCK_H
#define LOCK_H

#include <stdbool.h>

/*
 * lock_open: opens (and makes, mode 0600) the file at path; one lock a
 * process. Returns 0, or -1 with errno set. lock_close lets go of it.
 */
int lock_open(const char *path);
void lock_close(void);

/*
 * lock_take: takes the exclusive open-file-description lock, waiting at most
 * wait_ms (0: one try). The wait is one blocking fcntl(2) ended by a timer
 * signal, so waiters are served in turn instead of polling. Returns whether
 * it was taken. Taking it twice is a bug and fatal.
 */
bool lock_take(int wait_ms);

/* lock_give: lets the next one in. */
void lock_give(void);

#endif
