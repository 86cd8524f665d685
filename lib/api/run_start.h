/* run_start.h: what a run begins with, for the endpoints that begin one. */
#ifndef RUN_START_H
#define RUN_START_H

#include "io/http.h"
#include "model/run.h"
#include "model/workflow.h"
#include "text/value.h"

/* run_start_payload: the payload of a run's job. */
const char *run_start_payload(struct arena *a, const struct run *run);

/*
 * run_start_uploads: whether all files that the inputs name by upload_id are
 * here, whole and free. 0, or -1 with 400 answered.
 */
int run_start_uploads(struct req *r, const struct value *inputs);

/*
 * run_start_conversation: run->conversation_id becomes wanted (NULL: a new
 * conversation, or none where the workflow is no chat), if it can go on there.
 * 0, or -1 with the answer given: 400, 409.
 */
int run_start_conversation(struct req *r, const struct workflow *w,
	const char *wanted, const char *key, struct run *run);

/* run_start_add: writes the run, and a conversation when it begins one; the
 * files belong to its job from now on. In a transaction. */
void run_start_add(struct req *r, struct run *run, const char *app_id,
	bool chat, const struct value *inputs);

/* run_start_name: the ids of a run and of its conversation into the members
 * beside the job, see http_more(). */
void run_start_name(struct req *r, const struct run *run);

#endif
