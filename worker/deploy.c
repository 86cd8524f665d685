/* deploy.c: a workflow goes into Dify: the way there. Each step can be done
 * again; DSL, app and key end up there once (contract.md 2.6 and 2.7). */
#include "worker/deploy.h"
#include "base/nitems.h"
#include "dify/console.h"
#include "worker/kinds.h"
#include "model/dsl_secret.h"
#include "model/workflow.h"

#include <string.h>

enum { NAME_MAX_BYTES = 180 };

/* ---- what all steps need ---- */

struct dify *
deploy_dify(struct task *t)
{
	struct connection c;
	struct dify *d =
		server_of(t->scratch, task_memo_text(t, "connection_id"), &c);

	if (d == NULL)
		task_fail(t, "no_connection", "the connection was deleted");
	return d;
}

const char *
deploy_marker(struct task *t)
{
	return arena_printf(t->scratch, "[studio %s]", t->job.id);
}

/* What stood in for a secret becomes the secret: in this step's memory, and in
 * what goes to Dify. */
const struct value *
deploy_dsl(struct task *t)
{
	int version = (int)value_get_int(t->memo, "version", 0);
	struct value *v =
		version_value(t->scratch, t->job.workflow_id, version);

	if (v == NULL) {
		task_fail(t, "workflow_not_found",
			"the workflow was deleted meanwhile");
		return NULL;
	}
	if (dsl_secret_put(t->scratch, v) == 0)
		return v;
	task_fail(t, "secret_unknown",
		"a secret of this workflow is not known here; enter it again");
	return NULL;
}

void
deploy_note_text(struct task *t, const char *text)
{
	struct value *notes = value_get(t->memo, "notes");

	if (notes == NULL)
		notes = value_set(
			t->arena, t->memo, "notes", value_array(t->arena));
	value_append_text(t->arena, notes, text);
}

void
deploy_undo(struct task *t, const char *code, const char *message)
{
	task_memo_set(t, "code", code);
	task_memo_set(t, "message", message);
	task_go(t, "take_back");
}

bool
deploy_late(struct task *t, const struct dify_answer *answer)
{
	if (answer->end == DIFY_FAILED) {
		deploy_undo(t, "dify_refused", answer->message);
		return true;
	}
	return task_dify_failed(t, answer, DEPLOY_TRIES_LATE);
}

size_t
deploy_marked(struct task *t, const struct dify_answer *answer,
	const char **first_r, const char **last_r)
{
	const char *marker = deploy_marker(t);
	size_t n = 0;

	*first_r = *last_r = NULL;
	value_each(app, value_get(answer->body, "data")) {
		const char *id = value_get_text(app, "id", NULL);

		if (id == NULL ||
			strstr(value_get_text(app, "name", ""), marker) == NULL)
			continue;
		if (n++ == 0)
			*first_r = id;
		*last_r = id;
	}
	return n;
}

/* ---- prepare ---- */

static void
write_deploying(struct task *t)
{
	workflow_set_status(t->job.workflow_id, STATUS_DEPLOYING, NULL);
}

static void
next_after_prepare(struct task *t)
{
	task_go(t, "map");
}

static void
prepare(struct task *t)
{
	const char *id = value_get_text(t->payload, "connection_id", NULL);
	struct workflow w;
	struct connection c;

	if (t->job.workflow_id == NULL ||
		!workflow_find(t->scratch, t->job.workflow_id, &w)) {
		task_fail(t, "workflow_not_found", "there is no such workflow");
		return;
	}
	if (id == NULL)
		id = w.connection_id;
	if (server_of(t->scratch, id, &c) == NULL) {
		task_fail(t, "no_connection",
			"there is no Dify to deploy to; add one under "
			"Connections");
		return;
	}
	task_memo_set(t, "connection_id", c.id);
	task_memo_set(
		t, "name", arena_strcut(t->scratch, w.name, NAME_MAX_BYTES));
	value_set_int(t->arena, t->memo, "version",
		value_get_int(t->payload, "version", w.version));
	if (w.dify_app_id != NULL && w.connection_id != NULL &&
		strcmp(w.connection_id, c.id) == 0)
		task_memo_set(t, "overwrite", w.dify_app_id);
	task_save(t, write_deploying, next_after_prepare);
}

/* ---- overwriting: is the app there, and what is in it? ---- */

static void
on_look(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (!task_back(t))
		return;
	if (answer->status == 404) {
		task_memo_set(t, "overwrite", NULL);
		deploy_note_text(t,
			"The app was deleted in Dify; a new one was "
			"made.");
		task_go(t, "import");
	} else if (!task_dify_failed(t, answer, DEPLOY_TRIES_EARLY)) {
		task_memo_set(t, "kept_name",
			value_get_text(answer->body, "name",
				task_memo_text(t, "name")));
		task_go(t, "keep");
	}
}

static void
look(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(t, dify_app(d, task_memo_text(t, "overwrite"),
					     on_look, t));
}

/* The way back is on disk without the secrets that are in it. */
static void
write_kept(struct task *t)
{
	struct deploy *s = t->state;

	dsl_secret_take(t->arena, s->kept);
}

static void
have_kept(struct task *t)
{
	struct deploy *s = t->state;
	struct value *kept = value_get(s->kept, "workflow");

	value_remove(kept);
	value_set(t->arena, t->memo, "kept", kept);
	task_go(t, "import");
}

static void
on_keep(void *context, const struct dify_answer *answer)
{
	static const char *const members[] = {"graph", "features",
		"environment_variables", "conversation_variables"};
	struct task *t = context;
	struct deploy *s = t->state;
	struct value *kept;
	size_t i;

	if (!task_back(t))
		return;
	if (strcmp(answer->code, "draft_workflow_not_exist") == 0) {
		task_go(t, "import");
		return;
	}
	if (task_dify_failed(t, answer, DEPLOY_TRIES_EARLY))
		return;
	s->kept = value_object(t->arena);
	kept = value_set(t->arena, s->kept, "workflow", value_object(t->arena));
	for (i = 0; i < nitems(members); i++)
		if (value_get(answer->body, members[i]) != NULL)
			value_set(t->arena, kept, members[i],
				value_clone(t->arena,
					value_get(answer->body, members[i])));
	task_save(t, write_kept, have_kept);
}

static void
keep(struct task *t)
{
	struct dify *d = deploy_dify(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_draft(d, task_memo_text(t, "overwrite"),
				   on_keep, t));
}

/* ---- the kind ---- */

/* What the workflow is after a deploy that came to nothing. */
static void
write_failed(struct task *t)
{
	bool unknown = strcmp(task_end_code(t), "dify_unreachable") == 0;
	bool was_there = task_memo_text(t, "overwrite") != NULL;

	if (t->job.workflow_id != NULL)
		workflow_set_status(t->job.workflow_id,
			unknown     ? STATUS_UNKNOWN
			: was_there ? STATUS_DEPLOYED
				    : STATUS_DRAFT,
			NULL);
}

static void
release(struct task *t)
{
	struct deploy *s = t->state;

	if (s->key != NULL)
		explicit_bzero(s->key, strlen(s->key));
	free(s->key);
}

static const struct task_step steps[] = {
	{"prepare", prepare},
	{"map", deploy_map},
	{"look", look},
	{"keep", keep},
	{"import", deploy_import},
	{"confirm", deploy_confirm},
	{"find", deploy_find},
	{"clear", deploy_clear},
	{"read", deploy_read},
	{"mend", deploy_mend},
	{"publish", deploy_publish},
	{"rename", deploy_rename},
	{"doubles", deploy_doubles},
	{"key", deploy_key},
	{"take_back", deploy_take_back},
	{"restore", deploy_restore},
	{"give_up", deploy_give_up},
};

const struct task_kind deploy_kind = {
	.kind = JOB_DEPLOY,
	.most = 16,
	.size = sizeof(struct deploy),
	.steps = steps,
	.nsteps = nitems(steps),
	.cancel_step = "take_back",
	.fail_hook = write_failed,
	.release = release,
};
