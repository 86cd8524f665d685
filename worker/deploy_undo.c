/* deploy_undo.c: a deploy that failed or was cancelled leaves Dify as it was:
 * a new app goes, an app that was written over gets its draft and name back. */
#include "base/clock.h"
#include "worker/deploy.h"
#include "dify/console.h"
#include "dsl/mask.h"
#include "model/dsl_secret.h"

#include <string.h>

/* Undoing is tried long; then the first failure is told all the same. */
static bool
undo_failed(struct task *t, const struct dify_answer *answer)
{
	if (answer->end == DIFY_OK || dify_gone(answer))
		return false;
	if (deploy_unheard(t, answer, DEPLOY_TRIES_LATE))
		return true;
	if (answer->end != DIFY_FAILED && answer->end != DIFY_AUTH &&
		task_again(t, DEPLOY_TRIES_LATE, answer->retry_after_ms)) {
		task_tell_trouble(t, answer->trouble, answer->message);
		return true;
	}
	task_memo_set(t, "undo_error", answer->message);
	task_go(t, "give_up");
	return true;
}

/* ---- a new app ---- */

static void
on_gone(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (task_back(t) && !undo_failed(t, answer)) {
		task_memo_set(t, "app_id", NULL);
		task_go(t, "take_back");
	}
}

/* Whether an import may come through that nobody has seen yet. */
static bool
in_flight(const struct task *t)
{
	int64_t sent = value_get_int(t->memo, "sent_at", 0);

	return sent != 0 && value_get(t->memo, "imported") == NULL &&
	       !value_get_bool(t->memo, "answered", false) &&
	       clock_now_ms() - sent < DEPLOY_IN_FLIGHT_MS;
}

static void
on_marked(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *app_id = task_memo_text(t, "app_id");
	const char *first;
	const char *last;
	struct dify *d;

	if (!task_back(t) || undo_failed(t, answer))
		return;
	deploy_marked(t, answer, &first, &last);
	if (last == NULL)
		last = app_id;
	if (last == NULL && in_flight(t)) {
		task_wait(t, DEPLOY_LOOK_MS, deploy_take_back);
	} else if (last == NULL) {
		task_go(t, "give_up");
	} else {
		d = deploy_dify(t);
		if (d != NULL)
			task_dify_calling(
				t, dify_app_delete(d, last, on_gone, t));
	}
}

/* Whether it is called off when callers may get what is new already: the old
 * draft would not take that back from them. */
static bool
too_late(const struct task *t)
{
	return task_memo_text(t, "code") == NULL &&
	       task_memo_text(t, "overwrite") != NULL &&
	       value_get_bool(t->memo, "publishing", false);
}

void
deploy_take_back(struct task *t)
{
	struct dify *d;

	if (too_late(t)) {
		task_go(t, "publish");
		return;
	}
	if (task_memo_text(t, "overwrite") != NULL) {
		task_go(t, value_get(t->memo, "kept") == NULL ? "give_up"
							      : "restore");
		return;
	}
	if (value_get(t->memo, "sent_at") == NULL) {
		task_go(t, "give_up");
		return;
	}
	d = deploy_dify(t);
	if (d != NULL)
		task_dify_calling(
			t, dify_apps_named(d, t->job.id, on_marked, t));
}

/* ---- an app that was there before ---- */

static void
on_name_back(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (task_back(t) && !undo_failed(t, answer))
		task_go(t, "give_up");
}

static void
on_restored(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct dify *d;

	if (!task_back(t))
		return;
	if (strcmp(answer->code, "draft_workflow_not_sync") == 0) {
		task_go(t, "restore"); /* somebody else wrote in between */
		return;
	}
	if (undo_failed(t, answer))
		return;
	d = deploy_dify(t);
	if (d != NULL)
		task_dify_calling(
			t, dify_app_rename(d, task_memo_text(t, "overwrite"),
				   task_memo_text(t, "kept_name"), on_name_back,
				   t));
}

static bool
has_id(const struct value *list, const char *id)
{
	value_each(v, list)
		if (strcmp(value_get_text(v, "id", ""), id) == 0)
			return true;
	return false;
}

/* Asterisks that are sent back stand for the secret that Dify has under that
 * id, where it does so at all; else they would become its value. */
static bool
is_lost(struct task *t, const struct value *variable, const struct value *now)
{
	struct dify *d = deploy_dify(t);

	return mask_is(value_get_text(variable, "value", NULL)) &&
	       (d == NULL || !dify_profile_of(d)->keeps_masked ||
		       !has_id(now, value_get_text(variable, "id", "")));
}

/* The draft as it was, with its secrets. */
static struct value *
kept_draft(struct task *t, const struct value *now)
{
	struct value *whole = value_object(t->scratch);
	struct value *draft = value_set(t->scratch, whole, "workflow",
		value_clone(t->scratch, value_get(t->memo, "kept")));
	struct value *left = value_array(t->scratch);

	dsl_secret_put(t->scratch, whole);
	value_each(v, value_get(draft, "environment_variables")) {
		const char *name = value_get_text(v, "name", "?");

		if (is_lost(t, v, now))
			value_set_text(t->arena,
				deploy_note(t, "secret_lost",
					arena_printf(t->scratch,
						"The secret %s has to be "
						"entered in Dify again.",
						name)),
				"name", name);
		else
			value_append(left, value_clone(t->scratch, v));
	}
	value_set(t->scratch, draft, "environment_variables", left);
	value_remove(draft);
	return draft;
}

static void
on_current(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const struct value *now;
	struct value *body;
	struct dify *d;

	if (!task_back(t))
		return;
	if (strcmp(answer->code, "draft_workflow_not_exist") != 0 &&
		undo_failed(t, answer))
		return;
	d = deploy_dify(t);
	if (d == NULL)
		return;
	now = value_get(answer->body, "environment_variables");
	body = kept_draft(t, now);
	if (value_get_text(answer->body, "hash", NULL) != NULL)
		value_set_text(t->scratch, body, "hash",
			value_get_text(answer->body, "hash", ""));
	task_dify_calling(t, dify_draft_sync(d, task_memo_text(t, "overwrite"),
				     body, on_restored, t));
}

void
deploy_restore(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_draft(d, task_memo_text(t, "overwrite"),
				   on_current, t));
}

/* ---- the end ---- */

void
deploy_give_up(struct task *t)
{
	const char *code = task_memo_text(t, "code");
	struct value *error;

	if (code == NULL) {
		task_cancelled(t, NULL);
		return;
	}
	error = task_error(t, code, "%s",
		value_get_text(t->memo, "message", "the deploy failed"));
	if (task_memo_text(t, "undo_error") != NULL)
		value_set_text(t->arena, error, "detail",
			arena_printf(t->arena,
				"and it could not be undone in Dify: %s",
				task_memo_text(t, "undo_error")));
	if (value_get(t->memo, "notes") != NULL)
		value_set(t->arena, error, "notes",
			value_clone(t->arena, value_get(t->memo, "notes")));
	task_fail_with(t, error, NULL);
}
