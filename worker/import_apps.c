/* import_apps.c: apps that a Dify has become workflows that are kept here, one
 * after the other; what cannot be had is told, and the others go on. */
#include "base/limits.h"
#include "base/nitems.h"
#include "dify/console.h"
#include "dsl/app.h"
#include "dsl/dsl.h"
#include "model/workflow.h"
#include "worker/import.h"
#include "worker/kinds.h"
#include "worker/servers.h"

#include <string.h>

enum { TRIES = 3, PAGE = 100, MOST_PAGES = 50, DESCRIPTION_MAX = 2000 };

static struct dify *
dify_here(struct task *t)
{
	const char *id = value_get_text(t->payload, "connection_id", "");
	struct connection c;
	struct dify *d = server_of(t->scratch, id, &c);

	if (d == NULL)
		task_fail(t, "no_connection", "the connection was deleted");
	return d;
}

/* ---- answers that are none ---- */

/* A Dify that is away ends the import, with what it brought; one app that Dify
 * cannot show does not. False: there is an answer to look at. */
static bool
no_answer(struct task *t, const struct dify_answer *answer)
{
	bool away = answer->end == DIFY_UNREACHABLE || answer->end == DIFY_LOST;
	bool transient = away || answer->end == DIFY_BUSY;

	if (transient && task_again(t, TRIES, answer->retry_after_ms)) {
		task_tell_trouble(t, answer->trouble, answer->message);
		return true;
	}
	if (!away && answer->end != DIFY_AUTH)
		return false;
	task_fail_with(t,
		task_error(t, away ? "dify_unreachable" : "dify_auth", "%s",
			answer->message),
		import_result(t));
	return true;
}

/* ---- the DSL is there ---- */

static void
put_tags(struct task *t, struct workflow *w, const struct value *app)
{
	w->tags = arena_array(t->scratch, LIMIT_TAGS, sizeof(w->tags[0]));
	value_each(tag, value_get(app, "tags")) {
		const char *name = value_get_text(tag, "name", "");

		if (*name != '\0' && w->ntags < LIMIT_TAGS)
			w->tags[w->ntags++] =
				arena_strcut(t->scratch, name, LIMIT_TAG);
	}
}

static bool
published(const struct import *s)
{
	return value_is(value_get(s->app, "workflow"), VALUE_OBJECT);
}

/* Another job may have brought the same app meanwhile. What was never published
 * does not run before it is deployed. */
static void
write_workflow(struct task *t)
{
	struct import *s = t->state;
	const char *connection =
		value_get_text(t->payload, "connection_id", "");
	const char *app_id = value_get_text(s->app, "id", "");
	enum workflow_status status =
		published(s) ? STATUS_DEPLOYED : STATUS_DRAFT;
	struct workflow w = {.last_status = status};
	char id[ID_SIZE];

	if (workflow_of_app(connection, app_id, id) == 1)
		return;
	w.name = arena_strcut(t->scratch, dsl_name(s->dsl), LIMIT_NAME);
	w.description = arena_strcut(t->scratch,
		value_get_text(s->app, "description", ""), DESCRIPTION_MAX);
	w.mode = dsl_mode(s->dsl);
	w.connection_id = connection;
	put_tags(t, &w, s->app);
	workflow_add(&w, s->dsl, VERSION_IMPORTED, t->job.user_id);
	workflow_set_app(w.id, connection, app_id, NULL);
	workflow_set_status(w.id, status, NULL);
}

static void
keep(struct task *t)
{
	struct import *s = t->state;
	size_t masked = app_masked(s->dsl);
	struct value *row;

	app_describe(t->scratch, s->dsl, s->app);
	row = import_row(t, "imported");
	value_set_text(t->arena, row, "source", s->source);
	value_set_bool(t->arena, row, "published", published(s));
	if (masked > 0)
		value_set_int(t->arena, row, "masked", (int64_t)masked);
	import_show(t);
	task_save(t, write_workflow, import_next);
}

/* ---- export, draft ---- */

static void
on_draft(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct import *s = t->state;
	struct dify *d;

	if (!task_back(t))
		return;
	if (strcmp(answer->code, "draft_workflow_not_exist") == 0) {
		import_failed(t, "no_draft",
			"The app is empty: it has no draft in Dify yet.");
		return;
	}
	if (no_answer(t, answer))
		return;
	if (answer->end != DIFY_OK) {
		import_failed(t, "dify_refused", answer->message);
		return;
	}
	d = dify_here(t);
	if (d == NULL)
		return;
	if (s->dsl != NULL)
		app_show_datasets(t->scratch, s->dsl, answer->body);
	else
		s->dsl = app_from_draft(t->scratch, s->app, answer->body,
			dify_profile_of(d)->dsl);
	keep(t);
}

static void
ask_draft(struct task *t)
{
	struct dify *d = dify_here(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_draft(d, import_app_id(t), on_draft, t));
}

static struct value *
read_export(struct task *t, const struct value *body)
{
	const char *yaml = value_get_text(body, "data", NULL);
	struct dsl_target target = {.version = DSL_VERSION_NEWEST};
	struct dsl_result result = {0};

	if (yaml == NULL || strlen(yaml) > LIMIT_DOCUMENT)
		return NULL;
	dsl_read(t->scratch, yaml, strlen(yaml), &target, &result);
	return value_is(value_get(result.dsl, "workflow"), VALUE_OBJECT)
		       ? result.dsl
		       : NULL;
}

/* Without a plugin daemon there is no export, but a draft (contract.md 2.5). */
static void
on_export(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct import *s = t->state;
	bool away = answer->end == DIFY_UNREACHABLE || answer->end == DIFY_AUTH;

	if (!task_back(t) || (away && no_answer(t, answer)))
		return;
	s->dsl = answer->end == DIFY_OK ? read_export(t, answer->body) : NULL;
	s->source = s->dsl == NULL ? "draft" : "export";
	if (s->dsl == NULL || app_has_datasets(s->dsl))
		ask_draft(t);
	else
		keep(t);
}

/* ---- the app ---- */

static void
on_app(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct import *s = t->state;
	const char *connection =
		value_get_text(t->payload, "connection_id", "");
	char id[ID_SIZE];
	struct dify *d;

	if (!task_back(t) || no_answer(t, answer))
		return;
	if (answer->end != DIFY_OK) {
		import_failed(t,
			answer->status == 404 ? "app_not_found"
					      : "dify_refused",
			answer->message);
		return;
	}
	s->app = value_clone(t->scratch, answer->body);
	if (!value_is(s->app, VALUE_OBJECT)) {
		import_failed(t, "dify_refused", "Dify's answer holds no app.");
	} else if (!app_is_managed(value_get_text(s->app, "mode", ""))) {
		import_failed(t, "kind_not_managed",
			"Only workflows and chatflows can be kept here.");
	} else if (workflow_of_app(connection, import_app_id(t), id) == 1) {
		import_row(t, "managed");
		import_next(t);
	} else {
		d = dify_here(t);
		if (d != NULL)
			task_dify_calling(t,
				dify_export(d, import_app_id(t), on_export, t));
	}
}

static void
import(struct task *t)
{
	struct import *s = t->state;
	struct dify *d;

	*s = (struct import){0};
	if (import_app_id(t) == NULL) {
		task_succeed(t, import_result(t), NULL);
		return;
	}
	d = dify_here(t);
	if (d != NULL)
		task_dify_calling(t, dify_app(d, import_app_id(t), on_app, t));
}

/* ---- which ones ---- */

static void list(struct task *t);

static void
on_page(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct import *s = t->state;

	if (!task_back(t) || task_dify_failed(t, answer, TRIES))
		return;
	s->page++;
	value_each(app, value_get(answer->body, "data")) {
		const char *id = value_get_text(app, "id", NULL);

		if (id != NULL &&
			app_is_managed(value_get_text(app, "mode", "")))
			value_append_text(t->arena, s->ids, id);
	}
	if (value_get_bool(answer->body, "has_more", false) &&
		s->page < MOST_PAGES) {
		list(t);
		return;
	}
	value_set(t->arena, t->memo, "apps", s->ids);
	import_next(t);
}

static void
list(struct task *t)
{
	struct import *s = t->state;
	struct dify *d;

	if (import_app_ids(t) != NULL) {
		import_next(t);
		return;
	}
	if (s->ids == NULL)
		s->ids = value_array(t->arena);
	d = dify_here(t);
	if (d != NULL)
		task_dify_calling(
			t, dify_apps_page(d, s->page + 1, PAGE, on_page, t));
}

static const struct task_step steps[] = {
	{"apps", list},
	{"import", import},
};

const struct task_kind import_apps_kind = {
	.kind = JOB_IMPORT_APPS,
	.most = 4,
	.size = sizeof(struct import),
	.steps = steps,
	.nsteps = nitems(steps),
};
