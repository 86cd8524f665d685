/* deploy.h: the parts of the deploy job. */
#ifndef DEPLOY_H
#define DEPLOY_H

#include "io/seal.h"
#include "worker/servers.h"
#include "worker/task.h"

/*
 * The memo of a deploy, all of it that outlives a crash:
 *   connection_id, version, name   what goes where
 *   overwrite                      the app that is written over; absent: a new
 *                                  one is made
 *   looked                         Dify was asked anew for what it has
 *   kept                           its draft and name before, for a way back
 *   sent_at                        when an import may have reached Dify
 *   import_id                      of one that waits to be confirmed
 *   imported                       Dify's answer to the import
 *   app_id                         the app
 *   mended, differences, seen      what reading back brought
 *   publishing                     what is new may be what callers get
 *   notes                          what people should know
 *   code, message                  why it failed, while it is undone
 * No key is ever in it.
 */

/* What is in memory alone. */
struct deploy {
	char *key;            /* on its way into the database */
	struct value *kept;   /* likewise, before its secrets are taken out */
	struct value *mapped; /* the DSL as it fits Dify; likewise */
	int mapped_number;    /* of the version that it becomes */
	bool differs;         /* somebody had changed it in Dify */
	unsigned char hash[SEAL_HASH_BYTES]; /* of what is kept */
	int found;                           /* the version that it became */
};

/* Where an import may still be on its way (contract.md 2.6). */
enum { DEPLOY_IN_FLIGHT_MS = 60000, DEPLOY_LOOK_MS = 2000 };

/* How often a step is tried: once something is in Dify, before that, and before
 * that for somebody who waits (payload: quick). */
enum {
	DEPLOY_TRIES_LATE = 10,
	DEPLOY_TRIES_EARLY = 7,
	DEPLOY_TRIES_QUICK = 2,
};

/* deploy_dify: the client; NULL: the connection is gone, the task failed. */
struct dify *deploy_dify(struct task *t);

/* deploy_marker: "[studio JOBID]", by which the app is found again. */
const char *deploy_marker(struct task *t);

/* deploy_dsl: what is deployed; NULL: it is gone, the task failed. */
const struct value *deploy_dsl(struct task *t);

/* deploy_note: one more thing that people should know: {code, message}, and
 * what the caller adds for the pages that say it in their own words. */
struct value *deploy_note(struct task *t, const char *code, const char *text);

/* deploy_undo: remembers why it failed, and takes back what was done. */
void deploy_undo(struct task *t, const char *code, const char *message);

/*
 * deploy_late: deals with an answer that is not DIFY_OK when there is already
 * something in Dify: tries long, then undoes. False for DIFY_OK.
 */
bool deploy_late(struct task *t, const struct dify_answer *answer);

/* deploy_unheard: a 404 that is not Dify's own (dify_gone()): repeats the step
 * up to most times. False for all else, and after them. */
bool deploy_unheard(struct task *t, const struct dify_answer *answer, int most);

/* deploy_marked: the apps in an answer of dify_apps_named() that carry the
 * marker: the last one's id in *last_r, or NULL; their number. */
size_t deploy_marked(struct task *t, const struct dify_answer *answer,
	const char **first_r, const char **last_r);

/* The steps, by file: deploy_map.c */
void deploy_map(struct task *t);
/* deploy_keep.c; the last one is a part of keep */
void deploy_look(struct task *t);
void deploy_keep(struct task *t);
void deploy_keep_secrets(struct task *t);
/* deploy_import.c */
void deploy_import(struct task *t);
void deploy_confirm(struct task *t);
void deploy_find(struct task *t);
void deploy_clear(struct task *t);
/* deploy_read.c */
void deploy_read(struct task *t);
void deploy_mend(struct task *t);
/* deploy_publish.c */
void deploy_key(struct task *t);
void deploy_publish(struct task *t);
void deploy_rename(struct task *t);
void deploy_doubles(struct task *t);
/* deploy_undo.c */
void deploy_take_back(struct task *t);
void deploy_restore(struct task *t);
void deploy_give_up(struct task *t);

/* deploy_differences: an array of {code, message, ...}: what of the graph of
 * dsl is not, or is otherwise, in draft; *missing_r: whether parts are missing.
 */
struct value *deploy_differences(struct arena *a, const struct value *dsl,
	const struct value *draft, bool *missing_r);

#endif
