/* deploy_keep.c: an app that is written over: is it there, and what is in it?
 * What somebody changed in Dify itself is kept as a version first. */
#include "dify/console.h"
#include "model/dsl_secret.h"
#include "model/workflow.h"
#include "worker/deploy.h"
#include "worker/found.h"

#include <string.h>

static void
on_look(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (!task_back(t))
		return;
	if (dify_gone(answer)) {
		task_memo_set(t, "overwrite", NULL);
		(void)deploy_note(t, "app_deleted",
			"The app was deleted in Dify; a new one was "
			"made.");
		task_go(t, "import");
	} else if (!deploy_unheard(t, answer, DEPLOY_TRIES_EARLY) &&
		   !task_dify_failed(t, answer, DEPLOY_TRIES_EARLY)) {
		task_memo_set(t, "kept_name",
			value_get_text(answer->body, "name",
				task_memo_text(t, "name")));
		task_go(t, "keep");
	}
}

void
deploy_look(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(t, dify_app(d, task_memo_text(t, "overwrite"),
					     on_look, t));
}

/* ---- what is in it ---- */

/* The way back is on disk without the secrets that are in it. */
static void
write_kept(struct task *t)
{
	struct deploy *s = t->state;

	if (s->differs)
		s->found = found_keep(
			t->arena, t->job.workflow_id, s->kept, s->hash);
	dsl_secret_take(t->arena, s->kept);
}

static void
have_kept(struct task *t)
{
	struct deploy *s = t->state;
	struct value *kept = value_get(s->kept, "workflow");

	if (s->found > 0)
		value_set_int(t->arena,
			deploy_note(t, "edits_kept",
				arena_printf(t->scratch,
					"The app had been edited in Dify; "
					"those edits are kept as version %d.",
					s->found)),
			"version", s->found);
	value_remove(kept);
	value_set(t->arena, t->memo, "kept", kept);
	task_go(t, "import");
}

static void
on_keep(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct deploy *s = t->state;

	if (!task_back(t))
		return;
	if (strcmp(answer->code, "draft_workflow_not_exist") == 0) {
		task_go(t, "import");
		return;
	}
	if (task_dify_failed(t, answer, DEPLOY_TRIES_EARLY))
		return;
	s->kept = found_workflow(t->arena, answer->body);
	s->differs = found_differs(
		t->scratch, t->job.workflow_id, answer->body, s->hash);
	if (found_is_masked(t->scratch, s->kept))
		deploy_keep_secrets(t);
	else
		task_save(t, write_kept, have_kept);
}

void
deploy_keep(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_draft(d, task_memo_text(t, "overwrite"),
				   on_keep, t));
}

/* ---- secrets that the draft does not show ---- */

/* An export shows them where Dify's plugin daemon answers; without one they are
 * what was sent last. */
static void
on_export(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct deploy *s = t->state;

	if (!task_back(t))
		return;
	if (answer->end != DIFY_OK && answer->end != DIFY_FAILED &&
		task_dify_failed(t, answer, DEPLOY_TRIES_EARLY))
		return;
	if (found_fill(t->arena, t->job.workflow_id, s->kept,
		    answer->end == DIFY_OK ? answer->body : NULL))
		s->differs = true;
	task_save(t, write_kept, have_kept);
}

void
deploy_keep_secrets(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_export(d, task_memo_text(t, "overwrite"),
				   on_export, t));
}
