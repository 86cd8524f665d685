/* sent.h: generations that workers on other hosts do; worker/queue.h says how
 * they go there. */
#ifndef SENT_H
#define SENT_H

#include "worker/task.h"

/* sent_start: STUDIO_QUEUE carries generations from now on, when it is set.
 * 0, or -1 with *error_r. sent_stop: no more. */
int sent_start(const char **error_r);
void sent_stop(void);

/* sent_choose: how a job of that payload is done instead, or NULL. */
const struct task_kind *sent_choose(const struct value *payload);

#endif
