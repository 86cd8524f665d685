/* deploy_publish.c: the last part of a deploy: key, publish, name. What may be
 * refused comes before publish: from there on callers get what is new. */
#include "dify/console.h"
#include "model/workflow.h"
#include "worker/deploy.h"
#include "worker/found.h"

#include <string.h>

static void finish(struct task *t);

/* ---- publish, rename ---- */

/* Of an app that was there before nothing is left to do, or to call off. */
static void
on_publish(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (!task_back(t) || deploy_late(t, answer))
		return;
	if (task_memo_text(t, "overwrite") != NULL)
		finish(t);
	else
		task_go(t, "rename");
}

static void
send_publish(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_publish(d, task_memo_text(t, "app_id"),
				   on_publish, t));
}

void
deploy_publish(struct task *t)
{
	const struct deploy *s = t->state;

	if (s->key == NULL) { /* another worker had it */
		task_go(t, "key");
		return;
	}
	value_set_bool(t->arena, t->memo, "publishing", true);
	task_save(t, NULL, send_publish);
}

/* An import that was thought lost may have come through after all. */
static void
on_rename(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	bool once = t->job.attempts == 1 &&
		    value_get_int(t->memo, "imports", 1) == 1;

	if (!task_back(t) || deploy_late(t, answer))
		return;
	if (once)
		finish(t);
	else
		task_go(t, "doubles");
}

void
deploy_rename(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_app_rename(d, task_memo_text(t, "app_id"),
				   task_memo_text(t, "name"), on_rename, t));
}

static void
on_double_gone(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (task_back(t) && !task_dify_failed(t, answer, DEPLOY_TRIES_LATE))
		task_go(t, "doubles");
}

static void
on_doubles(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *first;
	const char *last;
	struct dify *d;

	if (!task_back(t) || task_dify_failed(t, answer, DEPLOY_TRIES_LATE))
		return;
	if (deploy_marked(t, answer, &first, &last) == 0) {
		finish(t);
		return;
	}
	d = deploy_dify(t);
	if (d != NULL)
		task_dify_calling(
			t, dify_app_delete(d, last, on_double_gone, t));
}

void
deploy_doubles(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_apps_named(d, t->job.id, on_doubles, t));
}

/* ---- the end ---- */

/*
 * The version that is in Dify now. A rollback makes it the newest one; so does
 * whoever wrote over edits that were found there: what is newest is in Dify.
 */
static int
newest_again(struct task *t)
{
	int number = (int)value_get_int(t->memo, "version", 0);
	struct version_new v = {.workflow_id = t->job.workflow_id,
		.origin = VERSION_ROLLBACK,
		.from = number,
		.user_id = t->job.user_id};
	struct workflow_dify there;
	struct workflow w;

	if (workflow_find(t->scratch, t->job.workflow_id, &w) != 1 ||
		workflow_dify(w.id, &there) != 1 || w.version == number)
		return number;
	if (!value_get_bool(t->payload, "rollback", false) &&
		w.version != there.version)
		return number;
	v.dsl = version_value(t->scratch, w.id, number);
	version_add(t->scratch, &v, &number);
	return number;
}

static void
write_done(struct task *t)
{
	struct deploy *s = t->state;
	unsigned char hash[SEAL_HASH_BYTES];
	bool seen = found_hash_read(task_memo_text(t, "seen"), hash);

	workflow_set_dify(
		t->job.workflow_id, newest_again(t), seen ? hash : NULL);
	workflow_set_app(t->job.workflow_id, task_memo_text(t, "connection_id"),
		task_memo_text(t, "app_id"), s->key);
	workflow_set_status(t->job.workflow_id, STATUS_DEPLOYED, NULL);
}

static void
set_member(struct task *t, struct value *v, const char *key, const char *from)
{
	const struct value *m = value_get(t->memo, from);

	if (m != NULL)
		value_set(t->arena, v, key, value_clone(t->arena, m));
}

/* Dify's answer to the import, and what else there is to tell. */
static struct value *
result_value(struct task *t, struct dify *d, const struct connection *c)
{
	struct value *v = value_clone(t->arena, value_get(t->memo, "imported"));
	const char *import_id = value_get_text(v, "id", NULL);
	const char *app_id = task_memo_text(t, "app_id");

	if (import_id != NULL) {
		value_set_text(t->arena, v, "import_id", import_id);
		value_remove(value_get(v, "id"));
	}
	value_set_text(t->arena, v, "app_id", app_id);
	value_set_text(t->arena, v, "app_url",
		arena_printf(
			t->arena, "%s/app/%s/workflow", c->base_url, app_id));
	value_set_text(t->arena, v, "connection_id", c->id);
	value_set_text(t->arena, v, "version",
		dify_version(d) == NULL ? "" : dify_version(d));
	set_member(t, v, "notes", "notes");
	set_member(t, v, "differences", "differences");
	return v;
}

static void
finish(struct task *t)
{
	const struct deploy *s = t->state;
	struct connection c;
	struct dify *d =
		server_of(t->scratch, task_memo_text(t, "connection_id"), &c);

	if (d == NULL)
		task_fail(t, "no_connection", "the connection was deleted");
	else if (s->key == NULL) /* another worker had it */
		task_go(t, "key");
	else
		task_succeed(t, result_value(t, d, &c), write_done);
}

/* ---- the key ---- */

static void
have_key(struct task *t, const char *token)
{
	struct deploy *s = t->state;

	s->key = strdup(token);
	task_go(t, "publish");
}

static void
on_new_key(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *token = value_get_text(answer->body, "token", NULL);

	if (!task_back(t) || deploy_late(t, answer))
		return;
	if (token == NULL)
		deploy_undo(t, "dify_refused", "Dify made no API key");
	else
		have_key(t, token);
}

static void
on_keys(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *token = value_get_text(
		value_at(value_get(answer->body, "data"), 0), "token", NULL);
	struct dify *d;

	if (!task_back(t) || deploy_late(t, answer))
		return;
	if (token != NULL) {
		have_key(t, token);
		return;
	}
	d = deploy_dify(t);
	if (d != NULL)
		task_dify_calling(
			t, dify_key_new(d, task_memo_text(t, "app_id"),
				   on_new_key, t));
}

void
deploy_key(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(t,
			dify_keys(d, task_memo_text(t, "app_id"), on_keys, t));
}
