/* trial_outcome.c: what came of a test run, for people and for the model. */
#include "llm/trial_judge.h"
#include "model/run.h"
#include "text/json.h"
#include "worker/trial.h"

#include <string.h>

static struct value *
read_json(struct arena *a, const char *text)
{
	struct jsonx_report report;

	return text == NULL ? NULL
			    : jsonx_read(a, text, strlen(text), 0, &report);
}

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

void
trial_take_run(struct task *t, const struct job *job)
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

void
trial_take_failure(struct task *t, const char *error_json)
{
	set_failure(t, outcome_new(t), error_json);
}
