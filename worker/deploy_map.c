/* deploy_map.c: does the Dify that a workflow goes to have what it needs? What
 * it has not is asked for, and the answer is kept. */
#include "dsl/need.h"
#include "model/mapping.h"
#include "model/workflow.h"
#include "worker/deploy.h"
#include "worker/resources.h"

#include <string.h>

/* The names of knowledge bases are those of the Dify that they come from. */
static const struct resources *
source_of(struct task *t, const char *target)
{
	struct workflow w;

	if (!workflow_find(t->scratch, t->job.workflow_id, &w) ||
		w.connection_id == NULL || strcmp(w.connection_id, target) == 0)
		return NULL;
	return connection_resources(t->scratch, w.connection_id);
}

/* What is still open, as people are asked for it. */
static void
ask(struct task *t, const char *target, const struct value *needs)
{
	struct value *error = task_error(t, "mapping_needed",
		"this Dify has not all that the workflow uses; say what takes "
		"its place");
	struct value *open =
		value_set(t->arena, error, "needs", value_array(t->arena));

	value_set_text(t->arena, error, "connection_id", target);
	value_each(need, needs) {
		const char *how = value_get_text(need, "how", "");

		if (strcmp(how, "name") == 0 || strcmp(how, "missing") == 0)
			value_append(open, value_clone(t->arena, need));
	}
	task_fail_with(t, error, NULL);
}

static void
go_on(struct task *t)
{
	task_go(t, task_memo_text(t, "overwrite") != NULL ? "look" : "import");
}

/* The workflow is from now on what goes to Dify. */
static void
write_mapped(struct task *t)
{
	struct deploy *s = t->state;
	const struct version_new v = {.workflow_id = t->job.workflow_id,
		.dsl = s->mapped,
		.origin = VERSION_MAPPED,
		.user_id = t->job.user_id};

	version_add(t->scratch, &v, &s->mapped_number);
}

static void
have_mapped(struct task *t)
{
	struct deploy *s = t->state;

	value_set_int(t->arena, t->memo, "version", s->mapped_number);
	go_on(t);
}

static void
fit(struct task *t, const struct value *needs, const struct resources *target)
{
	struct deploy *s = t->state;

	if (need_apply(t->scratch, s->mapped, needs, target) == 0)
		go_on(t);
	else
		task_save(t, write_mapped, have_mapped);
}

static void
on_fresh(void *context)
{
	struct task *t = context;

	if (task_back(t))
		deploy_map(t);
}

/* A look at Dify is not called off: it takes seconds, and is of use anyway. */
static void
let_it_end(void *call)
{
	(void)call;
}

static void
look_again(struct task *t, const char *target)
{
	static char refresh;
	struct dify *d = deploy_dify(t);

	if (d == NULL)
		return;
	value_set_bool(t->arena, t->memo, "looked", true);
	task_calling(t, &refresh, let_it_end);
	resources_refresh(d, target, on_fresh, t);
}

void
deploy_map(struct task *t)
{
	struct deploy *s = t->state;
	const char *id = task_memo_text(t, "connection_id");
	const struct resources *target = connection_resources(t->scratch, id);
	const struct value *mapping = mapping_known(t->scratch, NULL, id);
	struct value *needs;
	size_t open;
	bool unknown;

	s->mapped = version_value(t->scratch, t->job.workflow_id,
		(int)value_get_int(t->memo, "version", 0));
	if (s->mapped == NULL) {
		task_fail(t, "workflow_not_found",
			"the workflow was deleted meanwhile");
		return;
	}
	needs = need_list(t->scratch, s->mapped, source_of(t, id));
	open = need_resolve(t->scratch, needs, target, mapping);
	unknown = !target->asked[RESOURCE_MODEL] && value_count(needs) > 0;
	if ((open > 0 || unknown) && !value_get_bool(t->memo, "looked", false))
		look_again(t, id);
	else if (open > 0)
		ask(t, id, needs);
	else
		fit(t, needs, target);
}
