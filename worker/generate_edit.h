/* generate_edit.h: a generation that changes a workflow that there is. */
#ifndef GENERATE_EDIT_H
#define GENERATE_EDIT_H

#include "worker/generate.h"

/* generate_is_edit: whether the job is one. */
bool generate_is_edit(const struct task *t);

/* generate_edit_messages: system, request, and in a later round the answer and
 * what is wrong with it; their number. */
size_t generate_edit_messages(struct task *t, const struct dsl_target *target,
	struct llm_message out[static 4]);

/* generate_edit_build: applies an answer; r->findings are those that the
 * model is to mend. generate_edit_result: what the result of an edit has
 * besides; after generate_edit_build(). */
void generate_edit_build(struct task *t, const char *answer,
	const struct dsl_target *target, struct dsl_result *r);
void generate_edit_result(struct task *t, struct value *v);

/* generate_edit_mend: what the model is asked in the next round.
 * generate_edit_failure: what people are told when there is none. */
const char *generate_edit_mend(struct task *t, const struct dsl_result *r);
const char *generate_edit_failure(struct task *t, const struct dsl_result *r);

#endif
