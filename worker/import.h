/* import.h: the parts of the job that takes apps under management. */
#ifndef IMPORT_H
#define IMPORT_H

#include "worker/task.h"

/*
 * The memo: apps, their ids (absent when the payload has them); at, the next
 * one; rows, what came of those before; progress.
 */
struct import {
	struct value *app; /* the one in hand, and its DSL; in scratch */
	struct value *dsl;
	const char *source; /* of the DSL: "export" or "draft" */
	struct value *ids;  /* while they are listed */
	int page;           /* the last one that came */
};

/* import_app_ids: all that are to come; NULL: not known yet. */
const struct value *import_app_ids(const struct task *t);

/* import_app_id: the one in hand; NULL: all are done. */
const char *import_app_id(const struct task *t);

/* import_row: the end of the app in hand, imported, managed or failed; the row
 * that tells it, to be added to. */
struct value *import_row(struct task *t, const char *state);

/* import_next: on with the next app. import_failed: a row that tells why, then
 * on. import_show: the progress, with what is new in the memo. */
void import_next(struct task *t);
void import_failed(struct task *t, const char *code, const char *message);
void import_show(struct task *t);

/* import_result: all rows, with the workflows that they are. */
struct value *import_result(struct task *t);

#endif
