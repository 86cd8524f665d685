/* kinds.h: what this worker can do, one file a kind. */
#ifndef KINDS_H
#define KINDS_H

#include "worker/task.h"

extern const struct task_kind generate_kind;
extern const struct task_kind sent_kind; /* generate, on other hosts */
extern const struct task_kind deploy_kind;
extern const struct task_kind run_kind;
extern const struct task_kind undeploy_kind;
extern const struct task_kind forward_kind;
extern const struct task_kind test_model_kind;
extern const struct task_kind test_connection_kind;
extern const struct task_kind list_apps_kind;
extern const struct task_kind import_apps_kind;
extern const struct task_kind promote_kind;

extern const struct task_kind trial_kind;

/* trial_sweep: test runs that left something in Dify have it removed; in a
 * transaction. */
void trial_sweep(void);

/* poll_start: watches over the connections from now on. */
void poll_start(void);

/* poll_runs_start: looks after what the apps do in Dify. */
void poll_runs_start(void);
void poll_runs_release(void);

/* poll_edits_start: looks after what is changed in Dify's own editor. */
void poll_edits_start(void);
void poll_edits_release(void);

/* run_paused_start: watches over the runs that wait for a person. */
void run_paused_start(void);

/* upkeep_start: the sign of life, old events, the database's log. */
void upkeep_start(void);

#endif
