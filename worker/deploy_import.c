/* deploy_import.c: the one step that must not happen twice, and finding out
 * whether it happened. */
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "worker/deploy.h"
#include "dify/console.h"
#include "text/yaml.h"

#include <string.h>

enum { MOST_IMPORTS = 3 };

static void
note_status(struct task *t, const struct value *body)
{
	const char *status = value_get_text(body, "status", "");
	const char *sent = value_get_text(body, "imported_dsl_version", "?");
	const char *own = value_get_text(body, "current_dsl_version", "?");
	struct value *note;

	if (strcmp(status, "completed-with-warnings") != 0)
		return;
	note = deploy_note(t, "dsl_older",
		arena_printf(t->scratch,
			"Dify took the DSL although its version %s is older "
			"than its own %s.",
			sent, own));
	value_set_text(t->arena, note, "sent", sent);
	value_set_text(t->arena, note, "own", own);
}

static void
imported(struct task *t, const struct value *body)
{
	const char *app_id = value_get_text(body, "app_id", NULL);

	if (app_id == NULL) {
		deploy_undo(t, "dify_refused", "Dify's import gave no app");
		return;
	}
	value_set(t->arena, t->memo, "imported", value_clone(t->arena, body));
	task_memo_set(t, "app_id", app_id);
	note_status(t, body);
	task_go(t, "read");
}

/* ---- importing ---- */

static void
on_import(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	bool over = task_memo_text(t, "overwrite") != NULL;

	if (!task_back(t))
		return;
	if (answer->end == DIFY_OK &&
		strcmp(value_get_text(answer->body, "status", ""), "pending") ==
			0) {
		task_memo_set(
			t, "import_id", value_get_text(answer->body, "id", ""));
		(void)deploy_note(t, "dsl_newer",
			"The DSL is newer than this Dify; the import "
			"was confirmed all the same.");
		task_go(t, "confirm");
	} else if (answer->end == DIFY_OK) {
		imported(t, answer->body);
	} else if (answer->end == DIFY_FAILED) {
		value_set_bool(t->arena, t->memo, "answered", true);
		deploy_undo(t, "dify_refused", answer->message);
	} else if (answer->end == DIFY_LOST && !over) {
		task_go(t, "find");
	} else {
		if (answer->end != DIFY_LOST)
			task_memo_set(t, "sent_at", NULL);
		task_dify_failed(t, answer,
			over ? DEPLOY_TRIES_LATE
			: value_get_bool(t->payload, "quick", false)
				? DEPLOY_TRIES_QUICK
				: DEPLOY_TRIES_EARLY);
	}
}

static void
send_import(struct task *t)
{
	const char *over = task_memo_text(t, "overwrite");
	const char *name = task_memo_text(t, "name");
	const struct value *dsl = deploy_dsl(t);
	struct dify *d = deploy_dify(t);
	struct str yaml;

	if (dsl == NULL || d == NULL)
		return;
	str_init(&yaml, t->scratch, LIMIT_DOCUMENT);
	yamlx_write(&yaml, dsl);
	if (over == NULL)
		name = arena_printf(
			t->scratch, "%s %s", name, deploy_marker(t));
	task_dify_calling(t, dify_import(d, yaml.s, name, over, on_import, t));
}

void
deploy_import(struct task *t)
{
	bool over = task_memo_text(t, "overwrite") != NULL;

	if (!over && value_get(t->memo, "sent_at") != NULL) {
		task_go(t, "find");
		return;
	}
	value_set_int(t->arena, t->memo, "sent_at", clock_now_ms());
	value_set_int(t->arena, t->memo, "imports",
		value_get_int(t->memo, "imports", 0) + 1);
	task_save(t, NULL, send_import);
}

/* ---- confirming ---- */

static void
on_confirm(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	bool over = task_memo_text(t, "overwrite") != NULL;

	if (!task_back(t))
		return;
	if (answer->end == DIFY_OK)
		imported(t, answer->body);
	else if (answer->end == DIFY_FAILED && answer->message != NULL &&
		 strstr(answer->message, "expired or does not exist") != NULL)
		task_go(t, over ? "import" : "find"); /* done before, or late */
	else if (answer->end == DIFY_LOST && !over)
		task_go(t, "find");
	else {
		if (answer->end == DIFY_FAILED)
			value_set_bool(t->arena, t->memo, "answered", true);
		deploy_late(t, answer);
	}
}

void
deploy_confirm(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(t,
			dify_import_confirm(d, task_memo_text(t, "import_id"),
				on_confirm, t));
}

/* ---- was it imported? ---- */

/* What Dify would have said, as far as it can be told from the app. */
static void
remember_found(struct task *t, const struct dify_answer *answer, const char *id)
{
	const struct value *dsl = deploy_dsl(t);
	struct dify *d = dsl == NULL ? NULL : deploy_dify(t);
	struct value *v;

	if (d == NULL)
		return;
	v = value_set(t->arena, t->memo, "imported", value_object(t->arena));
	value_set_text(t->arena, v, "app_id", id);
	value_each(app, value_get(answer->body, "data"))
		if (strcmp(value_get_text(app, "id", ""), id) == 0)
			value_set_text(t->arena, v, "app_mode",
				value_get_text(app, "mode", ""));
	value_set_text(t->arena, v, "status", "completed");
	value_set_text(t->arena, v, "imported_dsl_version",
		value_get_text(dsl, "version", ""));
	value_set_text(
		t->arena, v, "current_dsl_version", dify_profile_of(d)->dsl);
	value_set_text(t->arena, v, "error", "");
	task_memo_set(t, "app_id", id);
	task_go(t, "read");
}

static void
not_found(struct task *t)
{
	int64_t sent = value_get_int(t->memo, "sent_at", 0);

	if (clock_now_ms() - sent < DEPLOY_IN_FLIGHT_MS) {
		task_wait(t, DEPLOY_LOOK_MS, deploy_find);
	} else if (value_get_int(t->memo, "imports", 0) < MOST_IMPORTS) {
		task_memo_set(t, "sent_at", NULL);
		task_go(t, "import");
	} else {
		deploy_undo(t, "dify_unreachable",
			"Dify did not answer the import, and no app appeared");
	}
}

static void
on_extra_gone(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (task_back(t) && !task_dify_failed(t, answer, DEPLOY_TRIES_LATE))
		task_go(t, "find");
}

static void
on_find(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *first;
	const char *last;
	struct dify *d;
	size_t n;

	if (!task_back(t) || task_dify_failed(t, answer, DEPLOY_TRIES_LATE))
		return;
	n = deploy_marked(t, answer, &first, &last);
	if (n == 0) {
		not_found(t);
	} else if (n == 1) {
		remember_found(t, answer, first);
	} else {
		d = deploy_dify(t);
		if (d != NULL)
			task_dify_calling(
				t, dify_app_delete(d, last, on_extra_gone, t));
	}
}

void
deploy_find(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(t, dify_apps_named(d, t->job.id, on_find, t));
}

/* ---- an app without a draft: the import had failed half-way ---- */

static void
on_clear(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (!task_back(t))
		return;
	if (!dify_gone(answer) &&
		(deploy_unheard(t, answer, DEPLOY_TRIES_LATE) ||
			task_dify_failed(t, answer, DEPLOY_TRIES_LATE)))
		return;
	task_memo_set(t, "app_id", NULL);
	task_memo_set(t, "sent_at", NULL);
	task_go(t, "import");
}

void
deploy_clear(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_app_delete(d, task_memo_text(t, "app_id"),
				   on_clear, t));
}
