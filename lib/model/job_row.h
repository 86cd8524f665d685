/* job_row.h: what job.c and job_work.c share; not for others. */
#ifndef JOB_ROW_H
#define JOB_ROW_H

#include "io/db.h"
#include "model/job.h"

/* The columns in the order that job_from_row() reads. */
#define JOB_COLUMNS                                                 \
	"id, kind, state, payload, progress, memo, result, error, " \
	"workflow_id,"                                              \
	" user_id, attempts, cancel, created_at, started_at, finished_at"

/* The first is what the index of open jobs holds; the planner looks there for
 * those of one state only when it is said beside it. */
#define JOB_IS_OPEN    "state IN ('queued', 'running')"
#define JOB_IS_QUEUED  JOB_IS_OPEN " AND state = 'queued'"
#define JOB_IS_RUNNING JOB_IS_OPEN " AND state = 'running'"

/* At the time ?1: a running job whose lease is over counts as queued. */
#define JOB_IS_FREE                               \
	"((state = 'queued' AND run_after <= ?1)" \
	" OR (state = 'running' AND lease_until < ?1))"

/* job_from_row: the row that s stands on. */
void job_from_row(struct arena *a, struct db_stmt *s, struct job *out);

/* job_event: tells watchers of the job's state and progress, as they are. */
void job_event(const char *id);

#endif
