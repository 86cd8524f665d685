/* run.h: the parts of the run job. */
#ifndef RUN_JOB_H
#define RUN_JOB_H

#include "base/str.h"
#include "dify/service.h"
#include "model/run.h"
#include "model/upload.h"
#include "worker/servers.h"
#include "worker/task.h"

enum {
	RUN_FIRST_MS = 30000, /* for the first real event of a stream */
	RUN_FIND_MS = 30000,  /* for a run to show up in Dify's log */
	RUN_LOOK_MS = 2000
};

struct node_note;
struct run_round;

/* What one run keeps in memory; ids are in the run's row as well. */
struct run_state {
	struct run run; /* as found, then as it is to be written */
	struct dify_run what;
	struct upload file; /* on its way into Dify */
	char *key;          /* of the app */
	char *new_key;      /* on its way into the database */
	char user[40];      /* the end user in Dify */
	const char *app_id;
	int version; /* of the workflow, that is in Dify */
	unsigned first_timer;
	bool begun;   /* an event came that is no ping */
	bool silent;  /* none came in time */
	bool ended;   /* run.status says how */
	bool refused; /* an error event: there is no run to look for */
	bool stopping;
	bool seen_nodes;          /* the stream told of some */
	const char *conversation; /* of a chat: what Dify calls it */
	struct str said;          /* its answer, as far as it has come */
	unsigned said_timer;      /* until that is written */
	struct value *forms;      /* that wait for a person */
	struct value *unread;     /* those of them whose page was not read */
	struct value *candidates; /* runs that may be this one */
	struct run_round *rounds; /* the newest one a container */
	struct arena *notes_arena;
	struct node_note *notes; /* nodes that are not yet on disk */
	struct node_note **last_note;
};

/* run_back: task_back(); false as well when the run is to be stopped, which is
 * what happens then. */
bool run_back(struct task *t);

/* run_dify: the client, with key and row at hand; NULL: the task failed. */
struct dify *run_dify(struct task *t);

/* run_said: a piece of a chat's answer came; whole: it is all of it. */
void run_said(struct task *t, const char *text, bool whole);

/* run_event: one event of the stream. */
void run_event(void *context, const char *event, const struct value *v);

/* run_take: what a finished run says ({status, outputs, error, ...}). */
void run_take(struct task *t, const struct value *data);

/* run_take_node: one execution, out of an event or a list. status NULL: as
 * data says. */
void run_take_node(
	struct task *t, const struct value *data, const char *status);

/* run_take_round: "iteration_next", "loop_next": what starts from now on is of
 * that round. */
void run_take_round(struct task *t, const struct value *data);

/* run_json: v as JSON text in a, NULL for nothing; beyond max bytes an object
 * that says so. run_ms: seconds of Dify as ms, -1 for what is no number. */
const char *run_json(struct arena *a, const struct value *v, size_t max);
int64_t run_ms(const struct value *v);

/* run_form_url: Dify's page for a form, by its token; NULL: unknown.
 * run_forms_keep: the forms go into the row. */
const char *run_form_url(struct task *t, const char *token);
void run_forms_keep(struct task *t);

/* run_set_user: fills the state's user. run_begin_anew: sends the run a second
 * time, as an end user of its own. */
void run_set_user(struct task *t);
void run_begin_anew(struct task *t);

/* run_not_found: the run that was looked for does not show: wait, begin it
 * again or give up. */
void run_not_found(struct task *t);

/* run_settle: ends the job as the run ended. */
void run_settle(struct task *t);

/* run_write: writes the run's row; for task_save() and its like. */
void run_write(struct task *t);

/*
 * run_has_files: whether inputs lie here and not yet in Dify; run_files_step
 * brings them there. run_inputs_to_send: the inputs as Dify wants them.
 */
bool run_has_files(struct task *t);

/* run_files_user: the end user that brought files of the inputs into Dify, or
 * NULL. 1.16 lets no other run with them. */
const char *run_files_user(struct arena *a, const char *inputs);
void run_files_step(struct task *t);
const char *run_inputs_to_send(struct task *t);

/* run_find.c: run_find_chat is what the step find does for a chat. */
void run_find_chat(struct task *t);
void run_forms_step(struct task *t);

/* Steps of run_follow.c. */
void run_find_step(struct task *t);
void run_follow_step(struct task *t);
void run_nodes_step(struct task *t);
void run_stop_step(struct task *t);

/* run_key.c: the key of an app that has none here; then the start again. */
void run_key_step(struct task *t);

#endif
