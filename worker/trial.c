/* trial.c: a test run: a workflow that is kept nowhere goes into a scratch app,
 * is run, and may be mended once by the model; the app goes again, however it
 * ends. The work is done by jobs of their own, whose ids are in the memo, so
 * that whoever takes this job up again finds them. */
#include "worker/trial.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "model/connection.h"
#include "model/job_cancel.h"
#include "model/run.h"
#include "model/workflow.h"
#include "worker/kinds.h"
#include "worker/tasks.h"

#include <string.h>

enum { LOOK_MS = 400, LONGEST_RUN_MS = 10 * 60 * 1000 };

/* ---- jobs that do the work ---- */

void
trial_add_child(struct task *t, const char *key, struct job_new *n)
{
	char id[ID_SIZE];

	n->user_id = t->job.user_id;
	job_add(n, id);
	task_memo_set(t, key, id);
	job_save(
		t->job.id, tasks_owner(), task_json(t->scratch, t->memo), NULL);
}

bool
trial_child_ended(
	struct task *t, const char *key, struct job *job, task_fn *again)
{
	if (job_find(t->scratch, task_memo_text(t, key), job) != 1) {
		memset(job, 0, sizeof(*job));
		job->state = JOB_FAILED;
		return true;
	}
	if (job_ended(job->state))
		return true;
	task_wait(t, LOOK_MS, again);
	return false;
}

const char *
trial_inputs(struct task *t)
{
	const struct value *inputs = value_get(t->payload, "inputs");

	return inputs == NULL ? "{}" : task_json(t->scratch, inputs);
}

/* ---- the steps ---- */

static void
begin(struct task *t)
{
	struct workflow w;

	if (t->job.workflow_id == NULL ||
		workflow_find(t->scratch, t->job.workflow_id, &w) != 1)
		task_fail(t, "workflow_not_found",
			"the workflow of the test is gone");
	else
		task_go(t, value_get_bool(t->payload, "clean", false)
				   ? "clean"
				   : "deploy");
}

static void
add_deploy(struct task *t)
{
	struct job_new n = {.kind = JOB_DEPLOY,
		.workflow_id = t->job.workflow_id,
		.payload = arena_printf(t->scratch,
			"{\"workflow_id\":\"%s\",\"connection_id\":\"%s\","
			"\"quick\":true}",
			t->job.workflow_id,
			value_get_text(t->payload, "connection_id", ""))};

	trial_add_child(t, "deploy_job", &n);
}

static void
deploy(struct task *t)
{
	struct job job;

	if (task_memo_text(t, "deploy_job") == NULL) {
		task_save(t, add_deploy, deploy);
		return;
	}
	if (!trial_child_ended(t, "deploy_job", &job, deploy))
		return;
	if (job.state == JOB_SUCCEEDED) {
		task_go(t, "run");
		return;
	}
	trial_take_failure(t, job.error);
	task_go(t, "judge");
}

static void
add_run(struct task *t)
{
	struct run run = {.workflow_id = t->job.workflow_id,
		.inputs = trial_inputs(t),
		.query = value_get_text(t->payload, "query", NULL)};
	struct job_new n = {.kind = JOB_RUN, .workflow_id = t->job.workflow_id};
	struct value *progress = value_set(
		t->arena, t->memo, "progress", value_object(t->arena));

	id_new_r(run.id);
	n.payload = arena_printf(t->scratch,
		"{\"run_id\":\"%s\",\"workflow_id\":\"%s\"}", run.id,
		t->job.workflow_id);
	task_memo_set(t, "run_id", run.id);
	value_set_text(t->arena, progress, "run_id", run.id);
	value_set_int(t->arena, t->memo, "run_since", clock_now_ms());
	trial_add_child(t, "run_job", &n);
	run.job_id = task_memo_text(t, "run_job");
	run_add(&run, t->job.user_id);
}

static void run_it(struct task *t);

static void
call_off_run(struct task *t)
{
	job_cancel(t->scratch, task_memo_text(t, "run_job"));
	value_set_bool(t->arena, t->memo, "slow", true);
	job_save(
		t->job.id, tasks_owner(), task_json(t->scratch, t->memo), NULL);
}

static void
show_run(struct task *t)
{
	task_go(t, "run"); /* what people see names the run now */
}

static void
run_it(struct task *t)
{
	struct job job;
	int64_t since = value_get_int(t->memo, "run_since", 0);

	if (task_memo_text(t, "run_job") == NULL) {
		task_save(t, add_run, show_run);
		return;
	}
	if (clock_now_ms() - since > LONGEST_RUN_MS &&
		!value_get_bool(t->memo, "slow", false)) {
		task_save(t, call_off_run, run_it);
		return;
	}
	if (!trial_child_ended(t, "run_job", &job, run_it))
		return;
	trial_take_run(t, &job);
	task_go(t, "judge");
}

static void
judge(struct task *t)
{
	task_go(t, trial_mendable(t) ? "fix" : "clean");
}

/* ---- the end ---- */

static const char *const children[] = {"deploy_job", "run_job", "fix_job"};

static void
call_off(struct task *t)
{
	size_t i;

	for (i = 0; i < nitems(children); i++)
		if (task_memo_text(t, children[i]) != NULL)
			job_cancel(t->scratch, task_memo_text(t, children[i]));
}

static void
add_undeploy(struct task *t)
{
	struct workflow w;
	struct job_new n = {
		.kind = JOB_UNDEPLOY, .workflow_id = t->job.workflow_id};

	if (workflow_find(t->scratch, t->job.workflow_id, &w) != 1)
		return;
	n.payload = arena_printf(t->scratch,
		"{\"connection_id\":\"%s\",\"app_id\":\"%s\"}", w.connection_id,
		w.dify_app_id);
	trial_add_child(t, "undeploy_job", &n);
}

static void
forget(struct task *t)
{
	if (!value_get_bool(t->memo, "left", false))
		workflow_delete(t->job.workflow_id);
}

/* What people want to know. */
static const struct value *
result_value(struct task *t)
{
	static const char *const members[] = {"outcome", "first", "mended"};
	struct value *v = value_object(t->arena);
	size_t i;

	for (i = 0; i < nitems(members); i++)
		if (value_get(t->memo, members[i]) != NULL)
			value_set(t->arena, v, members[i],
				value_clone(t->arena,
					value_get(t->memo, members[i])));
	value_set_bool(t->arena, v, "removed",
		!value_get_bool(t->memo, "left", false));
	trial_add_mended(t, v);
	return v;
}

static void
finish(struct task *t)
{
	if (t->cancel)
		task_cancelled(t, forget);
	else
		task_succeed(t, result_value(t), forget);
}

/* Whether there is an app to remove, and a Dify to ask. */
static bool
has_app(struct task *t)
{
	struct connection c;
	struct workflow w;

	return workflow_find(t->scratch, t->job.workflow_id, &w) == 1 &&
	       w.dify_app_id != NULL && w.connection_id != NULL &&
	       connection_find(t->scratch, w.connection_id, &c) == 1;
}

static void
clean(struct task *t)
{
	struct job job;
	size_t i;

	if (!value_get_bool(t->memo, "called_off", false)) {
		value_set_bool(t->arena, t->memo, "called_off", true);
		task_save(t, call_off, clean);
		return;
	}
	for (i = 0; i < nitems(children); i++)
		if (task_memo_text(t, children[i]) != NULL &&
			!trial_child_ended(t, children[i], &job, clean))
			return;
	if (task_memo_text(t, "undeploy_job") == NULL && has_app(t)) {
		task_save(t, add_undeploy, clean);
		return;
	}
	if (task_memo_text(t, "undeploy_job") != NULL) {
		if (!trial_child_ended(t, "undeploy_job", &job, clean))
			return;
		value_set_bool(
			t->arena, t->memo, "left", job.state != JOB_SUCCEEDED);
	}
	finish(t);
}

static const struct task_step steps[] = {
	{"begin", begin},
	{"deploy", deploy},
	{"run", run_it},
	{"judge", judge},
	{"fix", trial_mend},
	{"clean", clean},
};

const struct task_kind trial_kind = {
	.kind = JOB_TEST_RUN,
	.most = 8,
	.steps = steps,
	.nsteps = nitems(steps),
	.cancel_step = "clean",
};

/* ---- upkeep ---- */

void
trial_sweep(void)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	const char **ids;
	int n = workflow_scratch_left(a, &ids);
	char job[ID_SIZE];

	while (n-- > 0) {
		struct job_new again = {.kind = JOB_TEST_RUN,
			.workflow_id = ids[n],
			.payload = "{\"clean\":true}"};

		job_add(&again, job);
	}
	arena_free(&a);
}
