/* job.h: work that the worker does; its life from queued to its one end. */
#ifndef JOB_H
#define JOB_H

#include "base/arena.h"
#include "base/id.h"
#include "model/request_key.h"

#include <stdbool.h>
#include <stdint.h>

enum job_state {
	JOB_QUEUED,
	JOB_RUNNING,
	JOB_SUCCEEDED,
	JOB_FAILED,
	JOB_CANCELLED,
	JOB_STATE__MAX
};

enum job_kind {
	JOB_GENERATE, /* a sentence to a DSL */
	JOB_DEPLOY,   /* a DSL into Dify */
	JOB_RUN,      /* a run of a deployed workflow */
	JOB_UNDEPLOY, /* an app out of Dify */
	JOB_FORWARD,  /* an upload into a knowledge base */
	JOB_TEST_MODEL,
	JOB_TEST_CONNECTION,
	JOB_LIST_APPS,   /* what apps a Dify has */
	JOB_IMPORT_APPS, /* apps of a Dify under management */
	JOB_TEST_RUN,    /* a workflow in a scratch app, to see it run */
	JOB_PROMOTE,     /* a workflow to another Dify */
	JOB_KIND__MAX
};

extern const char *const job_state_names[JOB_STATE__MAX];
extern const char *const job_kind_names[JOB_KIND__MAX];

/* JSON members are texts; NULL where the table has none. */
struct job {
	char id[ID_SIZE];
	enum job_kind kind;
	enum job_state state;
	const char *payload;
	const char *progress;
	const char *memo;
	const char *result;
	const char *error;
	const char *workflow_id;
	const char *user_id;
	int attempts;
	bool cancel;
	int64_t created_at;
	int64_t started_at;  /* 0: not yet */
	int64_t finished_at; /* 0: not yet */
};

/* What a new job is made of. */
struct job_new {
	enum job_kind kind;
	const char *payload;     /* JSON */
	const char *workflow_id; /* or NULL */
	const char *user_id;     /* or NULL */
	const char *owner;       /* as if by job_take(), or NULL */
	struct request_key key;  /* without a key for most */
};

/*
 * job_add: inserts a job and, unless it has an owner, who tells of it, an
 * event; the id into out. Inside the caller's transaction. 1; 0: this request
 * was made before, and out is the job that it made then; -1: its key belongs to
 * another request. After the commit the caller touches WAKE_JOB and WAKE_EVENT.
 */
int job_add(const struct job_new *n, char out[static ID_SIZE]);

/* job_find: 1 and *out, or 0. Texts are in a. */
int job_find(struct arena *a, const char *id, struct job *out);

/* job_state: the state alone, -1 when there is no such job. */
int job_state(const char *id);

/* job_deploys: whether a deploy of a workflow is queued or running. */
bool job_deploys(const char *workflow_id);

/* A list, newest first. */
struct job_filter {
	int kind;  /* -1: any */
	int state; /* -1: any */
	const char *workflow_id;
	const char *after; /* the last id of the page before */
	int limit;
};

/* job_list: at most filter->limit rows at *out_r; their number. payload,
 * memo and result are left out. */
int job_list(
	struct arena *a, const struct job_filter *filter, struct job **out_r);

/*
 * job_request_cancel: a queued job ends as cancelled at once, a running one is
 * marked for the worker. In the caller's transaction. Returns 1, 0 when it had
 * ended already, -1 when there is no such job.
 */
int job_request_cancel(const char *id);

bool job_ended(enum job_state state);

/* ---- for the worker; each is part of the caller's transaction when one is
 * open, else a transaction of its own ---- */

/* How many one look at the queue brings at most. */
enum { JOB_PICK_MOST = 100 };

/* Whether those are looked for whose worker is lost, too; as long as few are
 * queued, each that is running costs a little then. */
enum job_look { JOB_LOOK_QUEUED, JOB_LOOK_ALL };

/*
 * job_pick: the queued (or lease-expired running) jobs whose time has come and
 * that are next, at most room[kind] of a kind and JOB_PICK_MOST in all, into
 * *ids_r; their number. Users take turns within a kind: first comes who has
 * the fewest of them running, then who waited longest since a job of theirs
 * was taken; a user's own jobs go in the order of their making. Where a few of
 * them all have room, nobody waits, and all go in that order. Jobs of one
 * language model are no more than its at_once, or LLM_CONCURRENCY, at once, and
 * none while it is paused (lane.h). Deploys of one workflow are picked one at a
 * time, in the order of their making. *more_r: others may be due as well.
 */
int job_pick(struct arena *a, const int room[static JOB_KIND__MAX],
	enum job_look look, const char ***ids_r, bool *more_r);

/*
 * job_take: such a job becomes owner's until now + LIMIT_LEASE_MS. 1 and *out,
 * 0 when it is not free any more, -1 when the lock was not to be had.
 */
int job_take(
	struct arena *a, const char *owner, const char *id, struct job *out);

/* job_waits: whether any is due and waits for a worker. */
bool job_waits(enum job_kind kind);

/* job_turn: it was the turn of its user, while others were waiting. */
void job_turn(const struct job *j);

/*
 * job_beat: renews the lease. Returns 1, 0 when the lease was lost (the worker
 * drops the job), -1 lock.
 */
int job_beat(const char *id, const char *owner);

/*
 * job_save, job_set_progress: what to remember for another attempt, and what
 * people see (with an event; NULL in job_save: as before). job_keep_progress:
 * the same without an event. Same returns as job_beat.
 */
int job_save(const char *id, const char *owner, const char *memo,
	const char *progress);
int job_set_progress(const char *id, const char *owner, const char *progress);
int job_keep_progress(const char *id, const char *owner, const char *progress);

/*
 * job_finish: the one end: state SUCCEEDED, FAILED or CANCELLED with result
 * and error (JSON or NULL), and an event. Returns 1, 0 when the lease was
 * lost, -1 lock.
 */
int job_finish(const char *id, const char *owner, enum job_state state,
	const char *result, const char *error);

/*
 * job_retry: back to queued, to be claimed again in delay_ms; the lease ends.
 * The worker decides how often (attempts). Returns as job_finish.
 */
int job_retry(const char *id, const char *owner, int64_t delay_ms);

/* job_cancel_asked: ids of the owner's running jobs that somebody wants to be
 * cancelled, at most 100 at *ids_r; their number. */
int job_cancel_asked(struct arena *a, const char *owner, const char ***ids_r);

/* job_owners: who holds running jobs, at most 100 at *owners_r; their number.
 * job_release: ends the leases of an owner that is known to be dead, so that
 * nobody need wait for them to run out. */
int job_owners(struct arena *a, const char ***owners_r);
void job_release(const char *owner);

/* job_doubt_sent: after a loss of power: in what is kept for their worker, runs
 * not known to be sent to Dify are as good as sent, so that they are looked
 * for there first; but chats, which cannot be looked for. */
void job_doubt_sent(void);

/* job_next_due: when the next queued job or expired lease wants attention
 * (ms UTC), 0 when there is none. */
int64_t job_next_due(void);

/* job_counts: how many are in each state; failed: of the last 24 hours. */
void job_counts(int64_t counts[static JOB_STATE__MAX]);

#endif
