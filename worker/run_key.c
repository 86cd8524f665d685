/* run_key.c: the key of an app that was not deployed from here: one that it
 * has, else a new one. */
#include "dify/console.h"
#include "model/workflow.h"
#include "worker/run.h"
#include "worker/servers.h"

#include <string.h>

enum { TRIES = 4 };

/* The workflow of the run, and its Dify; NULL: the task failed. */
static struct dify *
dify_of_workflow(struct task *t, struct workflow *w)
{
	struct connection c;
	struct dify *d = NULL;

	if (t->job.workflow_id != NULL &&
		workflow_find(t->scratch, t->job.workflow_id, w) &&
		w->dify_app_id != NULL && w->connection_id != NULL)
		d = server_of(t->scratch, w->connection_id, &c);
	if (d == NULL)
		task_fail(t, "not_deployed",
			"the workflow is not deployed; deploy it first");
	return d;
}

/* Whether there is an answer to go on with. */
static bool
answered(struct task *t, const struct dify_answer *answer)
{
	const struct run_state *s = t->state;

	if (!task_back(t))
		return false;
	if (!s->stopping)
		return !task_dify_failed(t, answer, TRIES);
	task_cancelled(t, NULL);
	return false;
}

static void
write_key(struct task *t)
{
	struct run_state *s = t->state;
	struct workflow w;

	if (workflow_find(t->scratch, t->job.workflow_id, &w))
		workflow_set_app(
			w.id, w.connection_id, w.dify_app_id, s->new_key);
}

static void
written(struct task *t)
{
	task_go(t, "check");
}

static void
have_key(struct task *t, const char *token)
{
	struct run_state *s = t->state;

	if (token == NULL) {
		task_fail(t, "dify_refused", "Dify made no API key");
		return;
	}
	s->new_key = strdup(token);
	task_save(t, write_key, written);
}

static void
on_new_key(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (answered(t, answer))
		have_key(t, value_get_text(answer->body, "token", NULL));
}

static void
on_keys(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *token = value_get_text(
		value_at(value_get(answer->body, "data"), 0), "token", NULL);
	struct workflow w;
	struct dify *d;

	if (!answered(t, answer))
		return;
	if (token != NULL) {
		have_key(t, token);
		return;
	}
	d = dify_of_workflow(t, &w);
	if (d != NULL)
		task_dify_calling(
			t, dify_key_new(d, w.dify_app_id, on_new_key, t));
}

void
run_key_step(struct task *t)
{
	struct workflow w;
	struct dify *d = dify_of_workflow(t, &w);

	if (d != NULL)
		task_dify_calling(t, dify_keys(d, w.dify_app_id, on_keys, t));
}
