/* trial_judge.h: whose side the failure of a test run is on. Pure. */
#ifndef LLM_TRIAL_JUDGE_H
#define LLM_TRIAL_JUDGE_H

#include "text/value.h"

/*
 * What a failed test says of the workflow, by the code of the job that failed
 * and the text of the error (NULL: none).
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

/* trial_fix_prompt: what the model is asked to mend: outcome is {error, node
 * {title, type}}, inputs the JSON that it ran with. */
const char *trial_fix_prompt(
	struct arena *a, const struct value *outcome, const char *inputs);

#endif
