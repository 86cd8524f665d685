/* sent_back.h: what sent.c and sent_back.c share. */
#ifndef SENT_BACK_H
#define SENT_BACK_H

#include "worker/generate.h"

/* It begins as the state of a generation: both look for a Dify alike. */
struct sent {
	struct generate base;
	bool waiting;     /* for its end */
	int64_t since;    /* it waits, monotonic ms */
	const char *told; /* of what is in the way, or NULL */
	bool stopping;    /* its wait is about to be over */
	const char *back; /* JSON: rows to be written with the end */
};

/* sent_attempt: the number of its last sending. sent_waiting: the task of that
 * job when it waits for that attempt, else NULL. */
int64_t sent_attempt(const struct task *t);
struct task *sent_waiting(const char *job, int64_t attempt);

/* sent_take: a sealed message about that attempt of that job; one that is not
 * waited for any more changes nothing. */
void sent_take(struct arena *a, const char *job, int64_t attempt,
	const void *sealed, size_t n);

/* sent_write_failed: the fail_hook: what came with the failure, or the row of
 * one that ended here. */
void sent_write_failed(struct task *t);

/* sent_listen: to what workers tell, from now on. */
void sent_listen(void);
void sent_listen_no_more(void);

#endif
