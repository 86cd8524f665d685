/* undeploy.c: an app goes out of Dify. */
#include "base/nitems.h"
#include "dify/console.h"
#include "worker/kinds.h"
#include "worker/servers.h"

enum { TRIES = 5 };

static void
on_deleted(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct value *v;

	if (!task_back(t))
		return;
	if (answer->status != 404 && task_dify_failed(t, answer, TRIES))
		return;
	v = value_object(t->arena);
	value_set_bool(t->arena, v, "deleted", answer->end == DIFY_OK);
	task_succeed(t, v, NULL);
}

static void
delete_app(struct task *t)
{
	const char *id = value_get_text(t->payload, "connection_id", "");
	const char *app = value_get_text(t->payload, "app_id", "");
	struct connection c;
	struct dify *d = server_of(t->scratch, id, &c);

	if (d == NULL)
		task_fail(t, "no_connection", "there is no such connection");
	else
		task_dify_calling(t, dify_app_delete(d, app, on_deleted, t));
}

static const struct task_step steps[] = {
	{"delete", delete_app},
};

const struct task_kind undeploy_kind = {
	.kind = JOB_UNDEPLOY,
	.most = 8,
	.steps = steps,
	.nsteps = nitems(steps),
};
