/* job_answer.h: jobs as endpoints show them and as they make them. */
#ifndef JOB_ANSWER_H
#define JOB_ANSWER_H

#include "io/http.h"
#include "model/job.h"

/* job_json: a job as the API shows it. */
void job_json(struct str *out, const char *key, const struct job *j);

/* job_value: the tree of a job's payload, result or error; NULL gives NULL. */
const struct value *job_value(struct arena *a, const char *json);

/*
 * job_key: the Idempotency-Key of the request, the user that it belongs to and
 * a hash of what is asked (method, path, query and body), into *key_r.
 * 0, or -1 with 400 answered. job_key_reused: 422, for a key that belongs to
 * another request.
 */
int job_key(struct req *r, struct request_key *key_r);
int job_key_reused(struct req *r);

/* job_wake: tells the worker and those who watch, after the commit;
 * or inside of what hub_write() takes, which sees to that. */
void job_wake(void);

/*
 * job_accepted: 202 {"job": ..., and what was written to http_more()} with
 * Location and X-Job-Id. kind is what the caller asked for; when the job of
 * its idempotency key is of another kind: 422; when it is gone: 404.
 */
int job_accepted(struct req *r, const char *id, enum job_kind kind);

/* job_answer: the same, but 200 when the job has ended already. */
int job_answer(struct req *r, const char *id, enum job_kind kind);

/* job_name_run: the run_id of a run's job, and the conversation of a chat, into
 * http_more(): a job of an earlier request has a run of its own, which its
 * payload names. */
void job_name_run(struct req *r, const char *job_id);

/* job_headers: Location and X-Job-Id of an answer. */
void job_headers(struct req *r, const char *id);

#endif
