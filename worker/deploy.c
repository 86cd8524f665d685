/* deploy.c: a workflow goes into Dify: the way there. Each step can be done
 * again; DSL, app and key end up there once (contract.md 2.6 and 2.7). */
#include "worker/deploy.h"
#include "base/nitems.h"
#include "dsl/mask.h"
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

/* What is in Dify before it is written over, with its secrets; NULL for a new
 * app. */
static const struct value *
kept_before(struct task *t)
{
	const struct value *kept = value_get(t->memo, "kept");
	struct value *whole;

	if (kept == NULL)
		return NULL;
	whole = value_object(t->scratch);
	value_set(t->scratch, whole, "workflow", value_clone(t->scratch, kept));
	dsl_secret_put(t->scratch, whole);
	return whole;
}

/* Asterisks are never written to Dify: they would become the value. */
static void
secrets_missing(struct task *t, const struct value *dsl)
{
	struct value *error = task_error(t, "secrets_missing",
		"the values of some secret variables are not known here; enter "
		"them, then deploy again");

	value_set(t->arena, error, "variables", mask_names(t->arena, dsl));
	task_fail_with(t, error, NULL);
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
	if (dsl_secret_put(t->scratch, v) != 0) {
		task_fail(t, "secret_unknown",
			"a secret of this workflow is not known here; enter it "
			"again");
		return NULL;
	}
	if (value_count(mask_names(t->scratch, v)) == 0 ||
		mask_fill(t->scratch, v, kept_before(t)) == 0)
		return v;
	secrets_missing(t, v);
	return NULL;
}

struct value *
deploy_note(struct task *t, const char *code, const char *text)
{
	struct value *notes = value_get(t->memo, "notes");
	struct value *note;

	if (notes == NULL)
		notes = value_set(
			t->arena, t->memo, "notes", value_array(t->arena));
	note = value_append(notes, value_object(t->arena));
	value_set_text(t->arena, note, "code", code);
	value_set_text(t->arena, note, "message", text);
	return note;
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

bool
deploy_unheard(struct task *t, const struct dify_answer *answer, int most)
{
	if (answer->status != 404 || dify_gone(answer) ||
		!task_again(t, most, answer->retry_after_ms))
		return false;
	task_tell_trouble(t, "dify_garbled", answer->message);
	return true;
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
	{"look", deploy_look},
	{"keep", deploy_keep},
	{"import", deploy_import},
	{"confirm", deploy_confirm},
	{"find", deploy_find},
	{"clear", deploy_clear},
	{"read", deploy_read},
	{"mend", deploy_mend},
	{"key", deploy_key},
	{"publish", deploy_publish},
	{"rename", deploy_rename},
	{"doubles", deploy_doubles},
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
