/* service.h: running an app with its API key (contract.md 3). */
#ifndef DIFY_SERVICE_H
#define DIFY_SERVICE_H

#include "dify/dify.h"

/* The member of a run's inputs that holds the files of a message, which no
 * input of a form can be called. */
#define DIFY_RUN_FILES "sys.files"

/* What to run. */
struct dify_run {
	const char *key;
	bool chat;                /* an advanced-chat app */
	const char *inputs;       /* JSON object */
	const char *query;        /* chat: what the person says */
	const char *conversation; /* chat: Dify's id of it; NULL: a new one */
	const char *user;         /* the end user; the run is found by it */
};

/*
 * dify_run: starts a run and streams what happens (contract.md 3.4). Never
 * sent twice. A stream without a byte for a minute ends as DIFY_LOST.
 */
struct dify_call *dify_run(struct dify *d, const struct dify_run *run,
	void (*on_event)(
		void *context, const char *event, const struct value *v),
	dify_fn *fn, void *context);

struct dify_call *dify_run_get(struct dify *d, const char *key,
	const char *run_id, dify_fn *fn, void *context);
struct dify_call *dify_run_stop(struct dify *d, const struct dify_run *run,
	const char *task_id, dify_fn *fn, void *context);

/* dify_form_get: what a form asks of a person (contract.md 3.7). */
struct dify_call *dify_form_get(
	struct dify *d, const char *token, dify_fn *fn, void *context);

/* dify_runs_of: the log entries of one end user, the newest first. */
struct dify_call *dify_runs_of(struct dify *d, const char *key,
	const char *user, dify_fn *fn, void *context);

/* dify_file_send: a file for an input of a run; the answer has its id. */
struct dify_call *dify_file_send(struct dify *d, const char *key,
	const char *path, const char *name, const char *user, dify_fn *fn,
	void *context);

/* dify_parameters: the form that the app wants filled in. */
struct dify_call *dify_parameters(
	struct dify *d, const char *key, dify_fn *fn, void *context);

/*
 * dify_input_problem: why inputs (an object) do not fit the form of
 * dify_parameters(), in one sentence; NULL when they do. Dify itself answers
 * some wrong inputs with 300 s of silence (contract.md 3.3).
 */
const char *dify_input_problem(struct arena *a, const struct value *parameters,
	const struct value *inputs);

/* dify_run_ended: whether a status is one of those that stay. */
bool dify_run_ended(const char *status);

#endif
