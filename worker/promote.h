/* promote.h: the parts of the job that brings a workflow to another Dify. */
#ifndef PROMOTE_H
#define PROMOTE_H

#include "model/workflow.h"
#include "worker/task.h"

/*
 * The payload: connection_id, where to; mapping; base, what the look before
 * was answered with: without it this is the look.
 */
struct promote {
	struct workflow from;
	struct workflow there; /* what it became there before */
	bool known;            /* whether it did */
	struct value *draft;   /* of there's app; NULL: there is none */
	struct value *mapped;  /* the DSL as it would go there */
	struct value *mapping; /* all of it: needs with their how and to */
	size_t open;           /* how many want an answer */
	char deploy[ID_SIZE];  /* the job */
};

/*
 * promote_plan: what would be done: {needs, secrets, open, diff (null when
 * nothing is there), details (of name, description and tags those that change,
 * {field, before, after}), findings (what stops it there and not here), base,
 * workflow_id (of what is there) and connection_id}; fills mapped, mapping and
 * open. NULL: the task failed.
 */
struct value *promote_plan(struct task *t);

#endif
