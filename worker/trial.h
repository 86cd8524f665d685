/* trial.h: the parts of the test run of a workflow that is kept nowhere. */
#ifndef TRIAL_H
#define TRIAL_H

#include "worker/task.h"

/*
 * trial_add_child: a job that does part of the work; in the transaction of a
 * task_save(), so that its id is in the memo with it. trial_child_ended: false
 * while it goes on, and again is called in a while; a child that is gone counts
 * as failed.
 */
void trial_add_child(struct task *t, const char *key, struct job_new *n);
bool trial_child_ended(
	struct task *t, const char *key, struct job *job, task_fn *again);

/* trial_inputs: what it is run with, as JSON. */
const char *trial_inputs(struct task *t);

/* trial_take_failure, trial_take_run: what came of it, in the memo; what came
 * of it before is kept as the first. */
void trial_take_failure(struct task *t, const char *error_json);
void trial_take_run(struct task *t, const struct job *job);

/* trial_mendable: whether the model is to be asked. trial_mend: the step that
 * does so, once, and then goes to deploy or clean. trial_add_mended: to a
 * result, the workflow that the model made. */
bool trial_mendable(struct task *t);
void trial_mend(struct task *t);
void trial_add_mended(struct task *t, struct value *result);

#endif
