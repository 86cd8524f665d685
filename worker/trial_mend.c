/* trial_mend.c: one round with the model about what failed in a test run. */
#include "llm/trial_judge.h"
#include "model/version.h"
#include "text/json.h"
#include "worker/tasks.h"
#include "worker/trial.h"

#include <string.h>

bool
trial_mendable(struct task *t)
{
	const char *kind =
		value_get_text(value_get(t->memo, "outcome"), "kind", "");

	return strcmp(kind, trial_kind_names[TRIAL_MODEL]) == 0 &&
	       value_get_bool(t->payload, "fix", false) &&
	       task_memo_text(t, "fix_job") == NULL;
}

/* What the job made; NULL: nothing. */
static struct value *
dsl_of(struct task *t, const struct job *job)
{
	struct jsonx_report report;

	return job->result == NULL
		       ? NULL
		       : value_get(jsonx_read(t->scratch, job->result,
					   strlen(job->result), 0, &report),
				 "dsl");
}

static void
add_fix(struct task *t)
{
	struct arena *a = t->scratch;
	struct value *payload = value_object(a);
	struct value *edit = value_object(a);
	const char *model = value_get_text(t->payload, "model_id", NULL);
	struct job_new n = {.kind = JOB_GENERATE};

	value_set_text(a, payload, "prompt",
		trial_fix_prompt(
			a, value_get(t->memo, "outcome"), trial_inputs(t)));
	if (model != NULL)
		value_set_text(a, payload, "model_id", model);
	value_set_text(a, payload, "connection_id",
		value_get_text(t->payload, "connection_id", ""));
	value_set(a, payload, "edit", edit);
	value_set(a, edit, "dsl", version_value(a, t->job.workflow_id, 0));
	n.payload = task_json(a, payload);
	trial_add_child(t, "fix_job", &n);
}

/* What the model made takes the place of what failed. */
static void
write_mended(struct task *t)
{
	struct job job;
	struct version_new next = {
		.workflow_id = t->job.workflow_id, .origin = VERSION_EDITED};
	int number;

	if (job_find(t->scratch, task_memo_text(t, "fix_job"), &job) != 1)
		return;
	next.dsl = dsl_of(t, &job);
	if (next.dsl != NULL)
		version_add(t->scratch, &next, &number);
}

static void
go_deploy(struct task *t)
{
	task_go(t, "deploy");
}

void
trial_mend(struct task *t)
{
	struct job job;

	if (task_memo_text(t, "fix_job") == NULL) {
		task_save(t, add_fix, trial_mend);
		return;
	}
	if (!trial_child_ended(t, "fix_job", &job, trial_mend))
		return;
	if (job.state != JOB_SUCCEEDED || dsl_of(t, &job) == NULL) {
		task_go(t, "clean");
		return;
	}
	value_set_bool(t->arena, t->memo, "mended", true);
	task_memo_set(t, "deploy_job", NULL);
	task_memo_set(t, "run_job", NULL);
	task_save(t, write_mended, go_deploy);
}

void
trial_add_mended(struct task *t, struct value *result)
{
	const char *id = task_memo_text(t, "fix_job");
	struct job job;

	if (id == NULL || job_find(t->scratch, id, &job) != 1)
		return;
	value_set_text(t->arena, result, "fix_job", job.id);
	if (value_get_bool(t->memo, "mended", false))
		value_set(t->arena, result, "dsl",
			value_clone(t->arena, dsl_of(t, &job)));
}
