/* wake.h: files that are touched so that whoever waits looks at once. */
#ifndef WAKE_H
#define WAKE_H

#include <stdbool.h>

enum wake {
	WAKE_JOB,   /* there is something to do for the worker */
	WAKE_EVENT, /* there are events for those who watch */
	WAKE_END,   /* a job ended */
	WAKE__MAX
};

/* wake_touch: tells all watchers; failing is not worth an error (they poll). */
void wake_touch(enum wake what);

/*
 * wake_batch: what is touched while it is on is so when it is called again,
 * once; wake_now() does not let one of them wait for that.
 */
void wake_batch(bool on);
void wake_now(enum wake what);

/*
 * wake_watch: a descriptor that becomes readable when one of the files was
 * touched; mask has bit 1 << what for each that matters. -1 when inotify is
 * not to be had. wake_hear: one more of them. wake_drain: reads it empty.
 */
int wake_watch(unsigned mask);
int wake_hear(int fd, enum wake what);
void wake_drain(int fd);

#endif
