/* trial.c: a test run: a workflow that is kept nowhere goes into a scratch app,
 * is run, and may be mended once by the model; the app goes again, however it
 * ends. The work is done by jobs of their own, whose ids are in the memo, so
 * that whoever takes this job up again finds them. */
#include "worker/trial.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "model/connection.h"
#include "model/job_cancel.h"
#include "model/run.h"
#include "model/version.h"
#include "model/workflow.h"
#include "text/json.h"
#include "worker/kinds.h"
#include "worker/tasks.h"

#include <string.h>

enum { LOOK_MS = 400, LONGEST_RUN_MS = 10 * 60 * 1000 };

/* ---- jobs that do the work ---- */

/* In the transaction of a task_save(): the child is in the memo with it. */
static void
add_child(struct task *t, const char *key, struct job_new *n)
{
	char id[ID_SIZE];

	n->user_id = t->job.user_id;
	job_add(n, id);
	task_memo_set(t, key, id);
	job_save(
		t->job.id, tasks_owner(), task_json(t->scratch, t->memo), NULL);
}

/* False: it goes on, and again is called in a while. A child that is gone
 * counts as failed. */
static bool
child_ended(struct task *t, const char *key, struct job *job, task_fn *again)
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

static struct value *
read_json(struct arena *a, const char *text)
{
	struct jsonx_report report;

	return text == NULL ? NULL
			    : jsonx_read(a, text, strlen(text), 0, &report);
}

static const char *
inputs_text(struct task *t)
{
	const struct value *inputs = value_get(t->payload, "inputs");

	return inputs == NULL ? "{}" : task_json(t->scratch, inputs);
}

/* ---- what came of it ---- */

/* A new outcome in the memo; the one before it is kept as the first. */
static struct value *
outcome_new(struct task *t)
{
	struct value *old = value_get(t->memo, "outcome");

	if (old != NULL) {
		value_remove(old);
		value_set(t->arena, t->memo, "first", old);
	}
	return value_set(t->arena, t->memo, "outcome", value_object(t->arena));
}

static void
set_failure(struct task *t, struct value *outcome, const char *error_json)
{
	const struct value *error = read_json(t->scratch, error_json);
	const char *code = value_get_text(error, "code", "run_failed");
	const char *message = value_get_text(error, "message",
		value_get_text(outcome, "error", "no reason was told"));

	value_set_text(t->arena, outcome, "code", code);
	if (value_get(outcome, "error") == NULL)
		value_set_text(t->arena, outcome, "error", message);
	value_set_text(t->arena, outcome, "kind",
		trial_kind_names[trial_judge(code, message)]);
}

static void
set_nodes(struct task *t, struct value *outcome, const char *run_id)
{
	struct value *list =
		value_set(t->arena, outcome, "nodes", value_array(t->arena));
	struct run_node *rows;
	int n = run_nodes(t->scratch, run_id, &rows);
	int i;

	for (i = 0; i < n; i++) {
		struct value *v = value_append(list, value_object(t->arena));

		value_set_text(t->arena, v, "node_id", rows[i].node_id);
		value_set_text(t->arena, v, "title", rows[i].title);
		value_set_text(t->arena, v, "type", rows[i].type);
		value_set_text(t->arena, v, "status", rows[i].status);
		value_set_int(t->arena, v, "elapsed_ms", rows[i].elapsed_ms);
		if (rows[i].error != NULL)
			value_set_text(t->arena, v, "error", rows[i].error);
		if (strcmp(rows[i].status, "failed") == 0)
			value_set(t->arena, outcome, "node",
				value_clone(t->arena, v));
	}
}

static void
take_run(struct task *t, const struct job *job)
{
	const char *id = task_memo_text(t, "run_id");
	struct value *outcome = outcome_new(t);
	struct value *outputs;
	struct run run;

	if (run_find(t->scratch, id, &run) != 1) {
		set_failure(t, outcome, job->error);
		return;
	}
	value_set_text(t->arena, outcome, "status", run.status);
	value_set_int(t->arena, outcome, "elapsed_ms", run.elapsed_ms);
	value_set_int(t->arena, outcome, "total_tokens", run.total_tokens);
	outputs = read_json(t->arena, run.outputs);
	if (outputs != NULL)
		value_set(t->arena, outcome, "outputs", outputs);
	if (run.error != NULL)
		value_set_text(t->arena, outcome, "error", run.error);
	set_nodes(t, outcome, id);
	if (value_get_bool(t->memo, "slow", false))
		set_failure(t, outcome, "{\"code\":\"trial_slow\"}");
	else if (job->state != JOB_SUCCEEDED)
		set_failure(t, outcome, job->error);
	else
		value_set_text(t->arena, outcome, "kind",
			strcmp(run.status, "paused") == 0 ? "paused"
							  : "succeeded");
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

	add_child(t, "deploy_job", &n);
}

static void
deploy(struct task *t)
{
	struct job job;

	if (task_memo_text(t, "deploy_job") == NULL) {
		task_save(t, add_deploy, deploy);
		return;
	}
	if (!child_ended(t, "deploy_job", &job, deploy))
		return;
	if (job.state == JOB_SUCCEEDED) {
		task_go(t, "run");
		return;
	}
	set_failure(t, outcome_new(t), job.error);
	task_go(t, "judge");
}

static void
add_run(struct task *t)
{
	struct run run = {.workflow_id = t->job.workflow_id,
		.inputs = inputs_text(t),
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
	add_child(t, "run_job", &n);
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
	if (!child_ended(t, "run_job", &job, run_it))
		return;
	take_run(t, &job);
	task_go(t, "judge");
}

static void
judge(struct task *t)
{
	const char *kind =
		value_get_text(value_get(t->memo, "outcome"), "kind", "");
	bool mend = strcmp(kind, trial_kind_names[TRIAL_MODEL]) == 0 &&
		    value_get_bool(t->payload, "fix", false) &&
		    task_memo_text(t, "fix_job") == NULL;

	task_go(t, mend ? "fix" : "clean");
}

/* ---- one round with the model ---- */

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
			a, value_get(t->memo, "outcome"), inputs_text(t)));
	if (model != NULL)
		value_set_text(a, payload, "model_id", model);
	value_set_text(a, payload, "connection_id",
		value_get_text(t->payload, "connection_id", ""));
	value_set(a, payload, "edit", edit);
	value_set(a, edit, "dsl", version_value(a, t->job.workflow_id, 0));
	n.payload = task_json(a, payload);
	add_child(t, "fix_job", &n);
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
	next.dsl = value_get(read_json(t->scratch, job.result), "dsl");
	if (next.dsl != NULL)
		version_add(t->scratch, &next, &number);
}

static void
go_deploy(struct task *t)
{
	task_go(t, "deploy");
}

static void
fix(struct task *t)
{
	struct job job;

	if (task_memo_text(t, "fix_job") == NULL) {
		task_save(t, add_fix, fix);
		return;
	}
	if (!child_ended(t, "fix_job", &job, fix))
		return;
	if (job.state != JOB_SUCCEEDED ||
		value_get(read_json(t->scratch, job.result), "dsl") == NULL) {
		task_go(t, "clean");
		return;
	}
	value_set_bool(t->arena, t->memo, "mended", true);
	task_memo_set(t, "deploy_job", NULL);
	task_memo_set(t, "run_job", NULL);
	task_save(t, write_mended, go_deploy);
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
	add_child(t, "undeploy_job", &n);
}

static void
forget(struct task *t)
{
	if (!value_get_bool(t->memo, "left", false))
		workflow_delete(t->job.workflow_id);
}

/* What people want to know, and the workflow that the model mended. */
static const struct value *
result_value(struct task *t)
{
	static const char *const members[] = {"outcome", "first", "mended"};
	struct value *v = value_object(t->arena);
	struct job job;
	size_t i;

	for (i = 0; i < nitems(members); i++)
		if (value_get(t->memo, members[i]) != NULL)
			value_set(t->arena, v, members[i],
				value_clone(t->arena,
					value_get(t->memo, members[i])));
	value_set_bool(t->arena, v, "removed",
		!value_get_bool(t->memo, "left", false));
	if (task_memo_text(t, "fix_job") == NULL ||
		job_find(t->scratch, task_memo_text(t, "fix_job"), &job) != 1)
		return v;
	value_set_text(t->arena, v, "fix_job", job.id);
	if (value_get_bool(t->memo, "mended", false))
		value_set(t->arena, v, "dsl",
			value_clone(t->arena,
				value_get(read_json(t->scratch, job.result),
					"dsl")));
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
			!child_ended(t, children[i], &job, clean))
			return;
	if (task_memo_text(t, "undeploy_job") == NULL && has_app(t)) {
		task_save(t, add_undeploy, clean);
		return;
	}
	if (task_memo_text(t, "undeploy_job") != NULL) {
		if (!child_ended(t, "undeploy_job", &job, clean))
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
	{"fix", fix},
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
