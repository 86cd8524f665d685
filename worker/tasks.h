/* tasks.h: what task.c and tasks.c need of each other. */
#ifndef TASKS_H
#define TASKS_H

#include "task.h"

/* tasks_owner: the name under which this worker holds its leases. */
const char *tasks_owner(void);

/* tasks_remove: frees a task that is over and has no holds. */
void tasks_remove(struct task *t);

/* task_begin: starts one that was claimed. task_drop: nothing more happens to
 * it here. task_ask_cancel: somebody wants it to end. */
void task_begin(struct task *t);
void task_drop(struct task *t);
void task_ask_cancel(struct task *t);

#endif
