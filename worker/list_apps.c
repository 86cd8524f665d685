/* list_apps.c: which apps a Dify has, for a person who chooses among them; what
 * can be kept here, and what is already. */
#include "base/limits.h"
#include "base/nitems.h"
#include "dify/console.h"
#include "dsl/app.h"
#include "model/workflow.h"
#include "worker/kinds.h"
#include "worker/servers.h"

enum { TRIES = 2, PAGE = 100, MOST_PAGES = 50 };

struct listing {
	struct value *apps;
	int page;
};

static void
put_tags(struct task *t, struct value *to, const struct value *app)
{
	struct value *tags = value_array(t->arena);

	value_each(tag, value_get(app, "tags")) {
		const char *name = value_get_text(tag, "name", NULL);

		if (name != NULL)
			value_append_text(t->arena, tags, name);
	}
	value_set(t->arena, to, "tags", tags);
}

static void
put_app(struct task *t, const struct value *app)
{
	struct listing *s = t->state;
	const char *connection =
		value_get_text(t->payload, "connection_id", "");
	const char *id = value_get_text(app, "id", NULL);
	const char *mode = value_get_text(app, "mode", "");
	char workflow[ID_SIZE];
	struct value *v;

	if (id == NULL)
		return;
	v = value_append(s->apps, value_object(t->arena));
	value_set_text(t->arena, v, "app_id", id);
	value_set_text(t->arena, v, "name",
		arena_strcut(t->scratch, value_get_text(app, "name", ""),
			LIMIT_NAME));
	value_set_text(t->arena, v, "mode", mode);
	put_tags(t, v, app);
	value_set_int(t->arena, v, "updated_at",
		value_get_int(app, "updated_at", 0) * 1000);
	value_set_bool(t->arena, v, "published",
		value_is(value_get(app, "workflow"), VALUE_OBJECT));
	if (!app_is_managed(mode))
		value_set_text(t->arena, v, "code", "kind_not_managed");
	if (workflow_of_app(connection, id, workflow) == 1)
		value_set_text(t->arena, v, "workflow_id", workflow);
}

static void
finish(struct task *t, bool more)
{
	struct listing *s = t->state;
	struct value *v = value_object(t->arena);

	value_set(t->arena, v, "apps", s->apps);
	value_set_bool(t->arena, v, "more", more);
	task_succeed(t, v, NULL);
}

static void list(struct task *t);

static void
on_page(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct listing *s = t->state;
	bool more = value_get_bool(answer->body, "has_more", false);

	if (!task_back(t) || task_dify_failed(t, answer, TRIES))
		return;
	value_each(app, value_get(answer->body, "data"))
		put_app(t, app);
	if (!more || s->page == MOST_PAGES) {
		finish(t, more);
		return;
	}
	s->page++;
	list(t);
}

static void
list(struct task *t)
{
	struct listing *s = t->state;
	const char *id = value_get_text(t->payload, "connection_id", "");
	struct connection c;
	struct dify *d = server_of(t->scratch, id, &c);

	if (d == NULL) {
		task_fail(t, "no_connection", "there is no such connection");
		return;
	}
	if (s->apps == NULL) {
		s->apps = value_array(t->arena);
		s->page = 1;
	}
	task_dify_calling(t, dify_apps_page(d, s->page, PAGE, on_page, t));
}

static const struct task_step steps[] = {
	{"apps", list},
};

const struct task_kind list_apps_kind = {
	.kind = JOB_LIST_APPS,
	.most = 8,
	.size = sizeof(struct listing),
	.steps = steps,
	.nsteps = nitems(steps),
};
