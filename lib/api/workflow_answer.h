/* workflow_answer.h: a workflow as endpoints show it. */
#ifndef WORKFLOW_ANSWER_H
#define WORKFLOW_ANSWER_H

#include "dsl/dsl.h"
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

/* workflow_deploy_payload: what JOB_DEPLOY carries. workflow_create_payload:
 * the same of a caller who waits: a Dify that is not there is told soon. */
const char *workflow_deploy_payload(
	struct arena *a, const char *workflow_id, const char *connection_id);
const char *workflow_create_payload(
	struct arena *a, const char *workflow_id, const char *connection_id);

/* workflow_rollback_payload: the same for an old version, which becomes the
 * newest one once it is in Dify. */
const char *workflow_rollback_payload(struct arena *a, const char *workflow_id,
	const char *connection_id, int version);

/* workflow_of_path: the workflow that a path names: 0, or -1 with 404 answered.
 */
int workflow_of_path(struct req *r, struct workflow *w);

/* workflow_changed: answers 409 version_changed: the workflow is not at the
 * version that the caller knows. Returns what the handler returns. */
int workflow_changed(struct req *r);

/* version_json: a version as a list of them shows it. */
void version_json(struct str *out, const struct version *v);

/* workflow_read_dsl: dsl_read() of what a body is, or holds as a text or an
 * object in the field at, which is called dsl. */
void workflow_read_dsl(struct req *r, size_t at,
	const struct dsl_target *target, struct dsl_result *result);

/* workflow_refuse: answers 422 with what Dify would refuse. Returns what the
 * handler returns. */
int workflow_refuse(struct req *r, const struct dsl_result *result);

#endif
