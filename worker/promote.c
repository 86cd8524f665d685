/* promote.c: a workflow goes from its Dify to another one. The first time
 * round nothing is written: the job tells what needs an answer, and what would
 * change there. The second time it makes or changes the workflow of the other
 * Dify, and deploys that. */
#include "worker/promote.h"
#include "base/nitems.h"
#include "dify/console.h"
#include "model/job.h"
#include "model/mapping.h"
#include "worker/kinds.h"
#include "worker/resources.h"
#include "worker/servers.h"
#include "worker/tasks.h"

#include <string.h>

enum { TRIES = 2 };

static struct dify *
dify_there(struct task *t)
{
	const char *id = value_get_text(t->payload, "connection_id", "");
	struct connection c;
	struct dify *d = server_of(t->scratch, id, &c);

	if (d == NULL)
		task_fail(t, "no_connection", "the connection was deleted");
	return d;
}

/* ---- writing ---- */

/* What stays as it is there is not asked for at the deploy either. */
static void
remember(struct task *t)
{
	const struct promote *s = t->state;
	const char *target = value_get_text(t->payload, "connection_id", "");
	struct value *as_is = value_array(t->scratch);

	mapping_remember(s->from.connection_id, target,
		value_get(t->payload, "mapping"));
	value_each(m, s->mapping)
		if (strcmp(value_get_text(m, "key", ""),
			    value_get_text(m, "to", "-")) == 0 &&
			strcmp(value_get_text(m, "how", ""), "chosen") == 0)
			value_append(as_is, value_clone(t->scratch, m));
	mapping_remember(NULL, target, as_is);
}

static void
write_workflow(struct task *t)
{
	struct promote *s = t->state;
	struct workflow w = {.name = s->from.name,
		.description = s->from.description,
		.mode = s->from.mode,
		.prompt = s->from.prompt,
		.tags = s->from.tags,
		.ntags = s->from.ntags,
		.connection_id =
			value_get_text(t->payload, "connection_id", NULL),
		.last_status = STATUS_DEPLOYING};
	struct version_new v = {.dsl = s->mapped,
		.origin = VERSION_PROMOTED,
		.user_id = t->job.user_id};
	static const char *const none[] = {NULL};
	int number;

	if (s->known) {
		v.workflow_id = s->there.id;
		version_add(t->scratch, &v, &number);
		workflow_update(s->there.id, w.name, w.description,
			w.ntags > 0 ? w.tags : none, w.ntags);
		return;
	}
	workflow_add(&w, s->mapped, VERSION_PROMOTED, t->job.user_id);
	promotion_link(w.id, s->from.id);
	memcpy(s->there.id, w.id, ID_SIZE);
}

/* Whether another promotion, or a person, was there since it was looked at. */
static bool
there_changed(struct task *t)
{
	const struct promote *s = t->state;
	const char *target = value_get_text(t->payload, "connection_id", "");
	char id[ID_SIZE];
	struct workflow w;
	bool known = promotion_of(s->from.id, target, id) == 1 &&
		     workflow_find(t->scratch, id, &w);

	return known != s->known ||
	       (known && (strcmp(id, s->there.id) != 0 ||
				 w.version != s->there.version));
}

/* That it is done is on disk with it: it is not done twice. */
static void
write_all(struct task *t)
{
	struct promote *s = t->state;
	struct job_new deploy = {.kind = JOB_DEPLOY, .user_id = t->job.user_id};

	if (there_changed(t))
		return;
	remember(t);
	write_workflow(t);
	deploy.workflow_id = s->there.id;
	deploy.payload = arena_printf(t->scratch,
		"{\"workflow_id\":\"%s\",\"connection_id\":\"%s\"}",
		s->there.id, value_get_text(t->payload, "connection_id", ""));
	job_add(&deploy, s->deploy);
	workflow_set_status(s->there.id, STATUS_DEPLOYING, NULL);
	value_set_text(t->arena, t->memo, "workflow_id", s->there.id);
	value_set_text(t->arena, t->memo, "deploy", s->deploy);
	job_save(
		t->job.id, tasks_owner(), task_json(t->scratch, t->memo), NULL);
}

static void
tell_done(struct task *t)
{
	struct value *v = value_object(t->arena);

	value_set_text(
		t->arena, v, "workflow_id", task_memo_text(t, "workflow_id"));
	value_set_text(
		t->arena, v, "deploy_job_id", task_memo_text(t, "deploy"));
	task_succeed(t, v, NULL);
}

static void
tell_changed(struct task *t)
{
	task_fail(t, "target_changed",
		"the workflow, or what is in the other Dify, changed since it "
		"was looked at; look again");
}

static void
written(struct task *t)
{
	if (task_memo_text(t, "deploy") == NULL)
		tell_changed(t);
	else
		tell_done(t);
}

/* ---- deciding ---- */

static void
tell_open(struct task *t, struct value *plan)
{
	struct value *error = task_error(t, "mapping_needed",
		"this Dify has not all that the workflow uses; say what takes "
		"its place");

	value_set(t->arena, error, "needs",
		value_clone(t->arena, value_get(plan, "needs")));
	task_fail_with(t, error, NULL);
}

static void
decide(struct task *t)
{
	struct promote *s = t->state;
	const char *base = value_get_text(t->payload, "base", NULL);
	struct value *plan = promote_plan(t);

	if (plan == NULL)
		return;
	if (base == NULL) {
		task_succeed(t, plan, NULL);
	} else if (s->open > 0) {
		tell_open(t, plan);
	} else if (strcmp(base, value_get_text(plan, "base", "")) != 0) {
		tell_changed(t);
	} else {
		task_save(t, write_all, written);
	}
}

/* ---- what is there ---- */

static void
on_draft(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct promote *s = t->state;
	bool none = dify_gone(answer) ||
		    strcmp(answer->code, "draft_workflow_not_exist") == 0;

	if (!task_back(t) || (!none && task_dify_failed(t, answer, TRIES)))
		return;
	if (!none)
		s->draft = value_clone(t->scratch, answer->body);
	decide(t);
}

static void
on_fresh(void *context)
{
	struct task *t = context;
	struct promote *s = t->state;
	struct dify *d;

	if (!task_back(t))
		return;
	d = dify_there(t);
	if (d == NULL)
		return;
	if (s->known && s->there.dify_app_id != NULL)
		task_dify_calling(
			t, dify_draft(d, s->there.dify_app_id, on_draft, t));
	else
		decide(t);
}

static void
let_it_end(void *call)
{
	(void)call;
}

static void
on_reach(void *context, const struct dify_answer *answer)
{
	static char refresh;
	struct task *t = context;
	struct dify *d;

	if (!task_back(t) || task_dify_failed(t, answer, TRIES))
		return;
	d = dify_there(t);
	if (d == NULL)
		return;
	task_calling(t, &refresh, let_it_end);
	resources_refresh(d, value_get_text(t->payload, "connection_id", ""),
		on_fresh, t);
}

static void
look(struct task *t)
{
	struct promote *s = t->state;
	const char *target = value_get_text(t->payload, "connection_id", "");
	char id[ID_SIZE];
	struct dify *d;

	*s = (struct promote){0};
	if (task_memo_text(t, "deploy") != NULL) {
		tell_done(t);
		return;
	}
	if (t->job.workflow_id == NULL ||
		!workflow_find(t->arena, t->job.workflow_id, &s->from)) {
		task_fail(t, "workflow_not_found", "there is no such workflow");
		return;
	}
	s->known = promotion_of(s->from.id, target, id) == 1 &&
		   workflow_find(t->arena, id, &s->there);
	d = dify_there(t);
	if (d != NULL)
		task_dify_calling(t, dify_apps_page(d, 1, 1, on_reach, t));
}

static const struct task_step steps[] = {
	{"compare", look},
};

const struct task_kind promote_kind = {
	.kind = JOB_PROMOTE,
	.most = 8,
	.size = sizeof(struct promote),
	.steps = steps,
	.nsteps = nitems(steps),
};
