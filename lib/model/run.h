/* run.h: runs of workflows, and what each node did. */
#ifndef RUN_H
#define RUN_H

#include "base/arena.h"
#include "base/id.h"

#include <stdbool.h>
#include <stdint.h>

/* JSON members are texts; NULL where there is none yet. */
struct run {
	char id[ID_SIZE];
	const char *workflow_id;
	const char *job_id;
	const char *status; /* "queued", Dify's words, "unknown" */
	const char *inputs;
	const char *outputs;
	const char *error;
	const char *error_code; /* why there is no end in Dify, or NULL */
	const char *query;      /* what was said to a chat */
	const char *answer;     /* of a chat, as far as it has come */
	const char *conversation_id;
	const char *forms; /* what a paused run asks of a person */
	const char *dify_run_id;
	const char *dify_task_id;
	const char *end_user; /* in Dify; NULL: of this run alone */
	int64_t elapsed_ms;   /* -1: unknown */
	int64_t total_tokens; /* -1 */
	int64_t total_steps;  /* -1 */
	int64_t created_at;
	int64_t started_at;
	int64_t finished_at;
};

struct run_node {
	const char *execution;
	const char *node_id;
	const char *title;
	const char *type;
	const char *status;
	const char *inputs;
	const char *outputs;
	const char *error;
	const char *parent; /* the iteration or loop that it is a part of */
	int64_t round;      /* of the parent, from 0; -1: none or unknown */
	int64_t tokens;     /* -1: unknown */
	int64_t elapsed_ms;
	int64_t started_at;
};

/* run_add: a queued run; r->id is made unless it is there already (its job
 * is made first and has to name it). In a transaction. */
void run_add(struct run *r, const char *user_id);
int run_find(struct arena *a, const char *id, struct run *out);

/* A list, newest first; NULL and 0: any. */
struct run_filter {
	const char *workflow_id;
	const char *status;
	const char *conversation_id;
	int64_t since; /* created_at, ms UTC */
	int64_t until;
	const char *after; /* the last id of the page before */
	int limit;
};
int run_list(
	struct arena *a, const struct run_filter *filter, struct run **out_r);

/* run_own_user: from now on the run has an end user of its own in Dify. */
void run_own_user(const char *id);

/* run_known: whether a run of that id of Dify's is here. */
bool run_known(const char *dify_run_id);

/* run_resume: a paused run goes on: it is running, and a new job follows it.
 * 1, or 0: it is not paused any more. In a transaction. */
int run_resume(const char *id);

/* run_set_inputs: what the run was begun with, in other words: files that were
 * here are in Dify now. In a transaction. */
void run_set_inputs(const char *id, const char *inputs);

/* run_set: writes status and every member of r that is not NULL, -1 or 0, to
 * the run of r's id and workflow_id; an event; the workflow's last_status too.
 * In a transaction. */
void run_set(const struct run *r);

/* run_node_set: adds or changes one execution, with an event. In one too. */
void run_node_set(const char *run_id, const struct run_node *n);
int run_nodes(struct arena *a, const char *run_id, struct run_node **out_r);

#endif
