/* workflow_answer.h: a workflow as endpoints show it. */
#ifndef WORKFLOW_ANSWER_H
#define WORKFLOW_ANSWER_H

#include "io/http.h"
#include "model/connection.h"
#include "model/workflow.h"

/* workflow_json: the whole object. workflow_members: its members alone, for
 * an answer that has more. */
void workflow_json(struct str *out, const struct workflow *w);
void workflow_members(struct str *out, const struct workflow *w);

/*
 * workflow_connection: the connection that a request names, or the default one
 * when id is NULL. 0 and *out, or -1 with the answer given: 400 at /pointer,
 * 409 no_connection.
 */
int workflow_connection(struct req *r, const char *id, struct connection *out);

/* workflow_deploy_payload: what JOB_DEPLOY carries. */
const char *workflow_deploy_payload(
	struct arena *a, const char *workflow_id, const char *connection_id);

#endif
