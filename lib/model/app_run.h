/* app_run.h: runs of apps that Dify tells of, whoever started them. */
#ifndef APP_RUN_H
#define APP_RUN_H

#include "base/arena.h"
#include "base/id.h"

#include <stdbool.h>
#include <stdint.h>

/* A workflow that is in Dify. */
struct app_ref {
	char workflow_id[ID_SIZE];
	const char *app_id;
	bool chat;
};

/* app_list: those of a connection, by workflow id; their number. */
int app_list(
	struct arena *a, const char *connection_id, struct app_ref **out_r);

/* The newest run of an app, in Dify's words. */
struct app_run {
	const char *id;
	const char *status;
	const char *user; /* the end user's session, "" when not told */
	int64_t at;       /* when it began or ended, ms UTC */
};

/*
 * app_run_seen: the workflow's state follows a run that was not started here,
 * when it is newer than what is known; and a run of ours whose end was unknown
 * has one now. In a transaction.
 */
void app_run_seen(const char *workflow_id, const struct app_run *run);

#endif
