/* trial.h: the parts of the test run of a workflow that is kept nowhere. */
#ifndef TRIAL_H
#define TRIAL_H

#include "worker/task.h"

/*
 * What a failed test says of the workflow, by the code of the job that failed
 * and the text of the error.
 */
enum trial_kind {
	TRIAL_MODEL,   /* the workflow itself: another plan may mend it */
	TRIAL_KEY,     /* a key or a right is missing */
	TRIAL_QUOTA,   /* a quota is used up, or too many requests */
	TRIAL_NETWORK, /* something could not be reached */
	TRIAL_TIMEOUT, /* something took too long */
	TRIAL_SETUP,   /* Dify lacks what the workflow names */
	TRIAL__MAX
};

extern const char *const trial_kind_names[TRIAL__MAX];
enum trial_kind trial_judge(const char *code, const char *text);

/* trial_fix_prompt: what the model is asked to mend. */
const char *trial_fix_prompt(
	struct arena *a, const struct value *outcome, const char *inputs);

#endif
