/* tasks.h: what task*.c and tasks*.c need of each other. */
#ifndef TASKS_H
#define TASKS_H

#include "worker/task.h"

/* What is written at the end. */
struct task_end {
	enum job_state state;
	const char *result;
	const char *error;
	const char *code; /* of the error */
	const char *message;
	task_fn *hook;
	bool ours;    /* the job was, when this was written */
	bool written; /* what is left of a call may still be heard */
};

/* tasks_owner: the name under which this worker holds its leases. */
const char *tasks_owner(void);

/* tasks_find: the task of that job, or NULL. tasks_next: one after the other,
 * from NULL to NULL. */
struct task *tasks_find(const char *id);
struct task *tasks_next(const struct task *t);

/* tasks_add: a task for a job that is ours, last in the list; it owns a, in
 * which the job's texts are. tasks_room: how many more of each kind there is
 * room for; false: of none. */
struct task *tasks_add(struct arena *a, const struct job *job);
bool tasks_room(int room[static JOB_KIND__MAX]);

/* tasks_look: at the queue, now. */
void tasks_look(void);

/* claim_start: from now on jobs are taken, and cancels heeded. claim_heed: only
 * the latter. claim_stop: no more. claim_more: a place is free, and jobs may
 * have been left for want of one. */
void claim_start(void);
void claim_heed(void);
void claim_stop(void);
void claim_more(void);

/* tasks_remove: frees a task that is over and has no holds. */
void tasks_remove(struct task *t);

/* task_begin: starts one that was claimed. task_drop: nothing more happens to
 * it here. task_ask_cancel: somebody wants it to end. */
void task_begin(struct task *t);
void task_drop(struct task *t);
void task_ask_cancel(struct task *t);

/* task_hold: one more call or write is under way. task_let_go: one less;
 * false when the task is over, which is freed with its last hold. */
void task_hold(struct task *t);
bool task_let_go(struct task *t);

/* task_json: a value as text, NULL for NULL. task_progress: what people see of
 * the step in hand, in its scratch. */
const char *task_json(struct arena *a, const struct value *v);
struct value *task_progress(struct task *t);

#endif
