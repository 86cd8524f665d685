/* workflow-create.c: POST /api/workflows: keeps a DSL and creates it in Dify.
 */
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/dsl.h"
#include "io/hub.h"
#include "model/dsl_secret.h"
#include "api/job_answer.h"
#include "api/job_over.h"
#include "api/workflow_answer.h"
#include "text/json.h"

#include <string.h>

/* A body is a DSL, or an object around one. */
enum { IN_DSL, IN_NAME, IN_TAGS, IN_CONNECTION, IN_DEPLOY, IN_PROMPT, IN__MAX };
static const struct field wrapper_fields[IN__MAX] = {
	[IN_DSL] = {"dsl", FIELD_ANY, true},
	[IN_NAME] = {"name", FIELD_STRING, false, 1, LIMIT_NAME},
	[IN_TAGS] = {"tags", FIELD_STRINGS, false, 1, LIMIT_TAG},
	[IN_CONNECTION] = {"connection_id", FIELD_ID},
	[IN_DEPLOY] = {"deploy", FIELD_BOOL},
	[IN_PROMPT] = {"prompt", FIELD_TEXT, false, 1, LIMIT_PROMPT},
};

/* What is to be created. */
struct creation {
	struct workflow workflow;
	struct value *dsl;
	enum version_origin origin;
	bool deploy;
	struct job_new job;
	char job_id[ID_SIZE];
	int taken; /* whether its key lets it be made */
};

/* ---- the answer ---- */

/* What Dify said about the import, under the names it has for it; those of our
 * own members are ours. */
static void
dify_members(struct req *r, const struct job *job)
{
	static const char ours[] = "|id|name|tags|last_status|";
	const struct value *result = job_value(http_arena(r), job->result);

	value_each(v, result) {
		const char *word = arena_printf(http_arena(r), "|%s|", v->key);

		if (strstr(ours, word) == NULL)
			jsonw_value(http_out(r), v->key, v);
	}
}

static void
own_members(struct req *r, const struct workflow *w)
{
	struct str *out = http_out(r);
	size_t i;

	jsonw_text(out, "name", w->name);
	jsonw_open(out, "tags", '[');
	for (i = 0; i < w->ntags; i++)
		jsonw_text(out, NULL, w->tags[i]);
	jsonw_close(out, ']');
	jsonw_text(out, "last_status", workflow_status_names[w->last_status]);
}

static int
created(struct req *r, const struct workflow *w, const struct job *job)
{
	http_set(r, "Location",
		arena_printf(http_arena(r), "/api/workflows/%s", w->id));
	jsonw_open(http_out(r), NULL, '{');
	jsonw_text(http_out(r), "id", w->id);
	if (job != NULL)
		dify_members(r, job);
	own_members(r, w);
	jsonw_close(http_out(r), '}');
	return http_json(r, 201);
}

/* The row is kept whatever Dify says, so every answer names it. */
static int
failed(struct req *r, const struct workflow *w, const struct job *job)
{
	const struct value *error = job_value(http_arena(r), job->error);
	const char *code = value_get_text(error, "code", "cancelled");
	int status = 502;

	if (job->state == JOB_CANCELLED ||
		strcmp(code, "mapping_needed") == 0 ||
		strcmp(code, "secrets_missing") == 0)
		status = 409;
	else if (strcmp(code, "dify_refused") == 0)
		status = 422;
	jsonw_text(http_more(r), "id", w->id);
	jsonw_text(http_more(r), "last_status",
		workflow_status_names[w->last_status]);
	jsonw_text(http_more(r), "job_id", job->id);
	if (value_get(error, "needs") != NULL)
		jsonw_value(http_more(r), "needs", value_get(error, "needs"));
	if (value_get(error, "variables") != NULL)
		jsonw_value(http_more(r), "variables",
			value_get(error, "variables"));
	return http_problem(r, status, code, "%s",
		value_get_text(error, "message", "The job was called off."));
}

static enum hub_poll
look(struct req *r, void *context, bool late)
{
	struct creation *c = context;
	bool over = job_over(c->job_id);
	struct job job;

	if (!over && !late)
		return HUB_WAIT;
	if (!over || job_find(http_arena(r), c->job_id, &job) != 1 ||
		job.kind != JOB_DEPLOY || job.workflow_id == NULL ||
		workflow_find(http_arena(r), job.workflow_id, &c->workflow) !=
			1) {
		jsonw_text(http_more(r), "id", c->workflow.id);
		job_accepted(r, c->job_id, JOB_DEPLOY);
		return HUB_ANSWERED;
	}
	http_set(r, "X-Job-Id", job.id);
	if (job.state == JOB_SUCCEEDED)
		created(r, &c->workflow, &job);
	else
		failed(r, &c->workflow, &job);
	return HUB_ANSWERED;
}

/* ---- the writing ---- */

/* false when the idempotency key brings back the job of an earlier request:
 * then nothing of this one is kept. */
static bool
add(struct req *r, void *context)
{
	struct creation *c = context;
	struct value *app = value_get(c->dsl, "app");

	/* What the row says of the DSL is free of secrets, too. */
	dsl_secret_take(http_arena(r), app);
	c->workflow.description = value_get_text(app, "description", "");
	workflow_add(&c->workflow, c->dsl, c->origin, http_user(r));
	if (!c->deploy) {
		c->taken = request_key_take(&c->job.key, c->workflow.id);
		return c->taken == 1;
	}
	c->job.workflow_id = c->workflow.id;
	c->job.payload = workflow_create_payload(
		http_arena(r), c->workflow.id, c->workflow.connection_id);
	c->taken = job_add(&c->job, c->job_id);
	return c->taken == 1;
}

/* The draft that an earlier request made. */
static int
made_before(struct req *r, const char *id)
{
	struct workflow w;

	if (workflow_find(http_arena(r), id, &w) != 1)
		return http_problem(r, 404, "workflow_not_found",
			"There is no such workflow any more.");
	return created(r, &w, NULL);
}

static int
added(struct req *r, void *context, bool written)
{
	struct creation *c = context;
	struct job job;

	if (written)
		job_wake();
	if (c->taken < 0)
		return job_key_reused(r);
	if (!c->deploy && !written)
		return made_before(r, c->workflow.id);
	if (!c->deploy)
		return created(r, &c->workflow, NULL);
	if (!written && job_find(http_arena(r), c->job_id, &job) == 1 &&
		job.workflow_id != NULL)
		memcpy(c->workflow.id, job.workflow_id, ID_SIZE);
	return hub_wait(
		r, http_wait_ms(r, LIMIT_WAIT_DEFAULT_MS), look, context);
}

/* ---- the request ---- */
/* The connection to deploy to; NULL for a draft without any. 0 or -1. */
static int
take_connection(struct req *r, struct creation *c, struct dsl_target *target)
{
	struct connection *there = arena_alloc(http_arena(r), sizeof(*there));
	const char *id = http_str(r, IN_CONNECTION);

	target->version = DSL_VERSION_NEWEST;
	if (!c->deploy && id == NULL)
		return 0;
	if (workflow_connection(r, id, there) != 0)
		return -1;
	c->workflow.connection_id = there->id;
	if (there->version != NULL && dsl_version(there->version) != 0)
		target->version = dsl_version(there->version);
	target->resources = connection_resources(http_arena(r), there->id);
	return 0;
}

static void
describe(struct req *r, struct creation *c)
{
	struct workflow *w = &c->workflow;

	w->name = http_str(r, IN_NAME);
	if (w->name == NULL)
		w->name = dsl_name(c->dsl);
	if (*w->name == '\0')
		w->name = "Untitled";
	w->mode = dsl_mode(c->dsl);
	w->prompt = http_str(r, IN_PROMPT);
	c->origin = w->prompt != NULL ? VERSION_GENERATED : VERSION_CREATED;
	w->ntags = http_strs(r, IN_TAGS, (const char *const **)&w->tags);
	w->last_status = c->deploy ? STATUS_DEPLOYING : STATUS_DRAFT;
}

static int
create(struct req *r)
{
	struct creation *c = arena_alloc(http_arena(r), sizeof(*c));
	struct dsl_target target = {0, NULL};
	struct dsl_result result;

	if (value_get(http_json_body(r), "dsl") != NULL && http_check(r) != 0)
		return 0;
	c->deploy = http_bool(r, IN_DEPLOY, true);
	c->job.kind = JOB_DEPLOY;
	c->job.user_id = http_user(r);
	if (job_key(r, &c->job.key) != 0 || take_connection(r, c, &target) != 0)
		return 0;
	workflow_read_dsl(r, IN_DSL, &target, &result);
	if (dsl_refused(&result.findings))
		dsl_fix_only(http_arena(r), &result, &target, "", NULL);
	if (result.dsl == NULL || dsl_refused(&result.findings))
		return workflow_refuse(r, &result);
	c->dsl = result.dsl;
	describe(r, c);
	return hub_write(r, add, added, c);
}

static const struct route routes[] = {
	{HTTP_POST, "/api/workflows", ROLE_EDITOR, create, wrapper_fields,
		IN__MAX, .flags = ROUTE_ANY_BODY | ROUTE_YAML_BODY},
};

int
main(int argc, char **argv)
{
	return hub_serve(argc, argv, "workflow-create", routes, nitems(routes));
}
