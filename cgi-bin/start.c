/* start.c: POSTs that make a job, whose callers may wait for its end: deploys
 * and runs of a workflow, tests of a model and of a connection. */
#include "api/job_answer.h"
#include "api/job_over.h"
#include "api/run_start.h"
#include "api/workflow_answer.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/need.h"
#include "io/hub.h"
#include "io/wake.h"
#include "model/llm_model.h"
#include "model/mapping.h"
#include "model/run.h"
#include "text/json.h"
#include "worker/inside.h"

enum { DEPLOY_CONNECTION, DEPLOY_MAPPING, DEPLOY__MAX };
static const struct field deploy_fields[DEPLOY__MAX] = {
	[DEPLOY_CONNECTION] = {"connection_id", FIELD_ID},
	[DEPLOY_MAPPING] = {"mapping", FIELD_ANY},
};

enum { RUN_INPUTS, RUN_QUERY, RUN_CONVERSATION, RUN__MAX };
static const struct field run_fields[RUN__MAX] = {
	[RUN_INPUTS] = {"inputs", FIELD_OBJECT},
	[RUN_QUERY] = {"query", FIELD_TEXT, false, 0, LIMIT_PROMPT},
	[RUN_CONVERSATION] = {"conversation_id", FIELD_ID},
};

enum { BACK_VERSION, BACK_BASE, BACK_MAPPING, BACK__MAX };
static const struct field rollback_fields[BACK__MAX] = {
	[BACK_VERSION] = {"version", FIELD_INT, true, 1, 1000000},
	[BACK_BASE] = {"base_version", FIELD_INT, false, 1, 1000000},
	[BACK_MAPPING] = {"mapping", FIELD_ANY},
};

/* A job on its way, and the run that it is for. */
struct start {
	struct job_new job;
	struct run run;
	const struct value *inputs; /* of the run */
	const char *app_id;         /* that it is a run of */
	bool chat;                  /* which that is */
	char job_id[ID_SIZE];
	int taken; /* what job_add() said */
	/* of a deploy: */
	const struct value *mapping; /* to be remembered */
	const char *connection_id;   /* for this one */
	/* of a rollback: */
	struct value *dsl; /* what becomes the newest version */
	int version;       /* that it was */
	bool same;         /* as the newest one: none was added */
	bool in_dify;      /* the app there follows */
	bool outdated;     /* the workflow changed meanwhile */
};

/* ---- the job, the same for all ---- */

/* false when the idempotency key brings back an earlier job. */
static bool
add(struct req *r, void *context)
{
	struct start *s = context;

	/* A run whose caller waits is done here. */
	if (s->job.kind == JOB_RUN && http_wait_ms(r, 0) > 0)
		s->job.owner = inside_owner(JOB_RUN);
	s->taken = job_add(&s->job, s->job_id);
	if (s->taken != 1)
		return false;
	if (s->job.kind == JOB_RUN) {
		run_start_add(r, &s->run, s->app_id, s->chat, s->inputs);
	} else if (s->job.kind == JOB_DEPLOY)
		workflow_set_status(s->job.workflow_id, STATUS_DEPLOYING, NULL);
	mapping_remember(NULL, s->connection_id, s->mapping);
	if (s->job.owner == NULL) {
		job_wake();
	} else {
		inside_begin(s->job_id);
		wake_touch(WAKE_EVENT);
	}
	return true;
}

static enum hub_poll
look(struct req *r, void *context, bool late)
{
	const struct start *s = context;

	if (!late && !job_over(s->job_id))
		return HUB_WAIT;
	if (s->job.kind == JOB_RUN && s->taken == 1)
		run_start_name(r, &s->run);
	else if (s->job.kind == JOB_RUN)
		job_name_run(r, s->job_id);
	/* The worker may be quick; who did not wait is told what it asked for.
	 */
	if (s->taken == 1 && http_wait_ms(r, 0) == 0)
		job_accepted(r, s->job_id, s->job.kind);
	else
		job_answer(r, s->job_id, s->job.kind);
	return HUB_ANSWERED;
}

static int
added(struct req *r, void *context, bool written)
{
	const struct start *s = context;

	(void)written;
	if (s->taken < 0)
		return job_key_reused(r);
	if (s->taken == 1 && http_wait_ms(r, 0) > 0)
		return hub_wait_new(r, http_wait_ms(r, 0), look, context);
	return hub_wait(r, http_wait_ms(r, 0), look, context);
}

/* NULL: refused, and answered. */
static struct start *
begin(struct req *r, enum job_kind kind)
{
	struct start *s = arena_alloc(http_arena(r), sizeof(*s));

	s->job.kind = kind;
	s->job.user_id = http_user(r);
	return job_key(r, &s->job.key) == 0 ? s : NULL;
}

/* ---- workflows ---- */

/* 0, or -1 with 400 answered. */
static int
take_mapping(
	struct req *r, struct start *s, size_t at, const struct connection *c)
{
	s->mapping = http_obj(r, at);
	s->connection_id = arena_strdup(http_arena(r), c->id);
	if (s->mapping == NULL || need_is_mapping(s->mapping))
		return 0;
	return http_refuse_field(r, "/mapping", "invalid",
		"A list of {kind, key, to}: what stands for each of them "
		"there.");
}

static int
deploy(struct req *r)
{
	struct start *s = begin(r, JOB_DEPLOY);
	const char *wanted = http_str(r, DEPLOY_CONNECTION);
	struct connection c;
	struct workflow w;

	if (s == NULL || workflow_of_path(r, &w) != 0 ||
		workflow_connection(
			r, wanted != NULL ? wanted : w.connection_id, &c) != 0)
		return 0;
	if (take_mapping(r, s, DEPLOY_MAPPING, &c) != 0)
		return 0;
	s->job.workflow_id = http_path_id(r, 0);
	s->job.payload = workflow_deploy_payload(
		http_arena(r), s->job.workflow_id, c.id);
	return hub_write(r, add, added, s);
}

/* The old DSL is the newest one again. Where there is an app in Dify it goes
 * there first, in the place of what is there: the app keeps its id and its key;
 * when that fails nothing has changed here either. */
static bool
add_back(struct req *r, void *context)
{
	struct start *s = context;
	struct version_new v = {.workflow_id = s->job.workflow_id,
		.dsl = s->dsl,
		.origin = VERSION_ROLLBACK,
		.from = s->version,
		.user_id = http_user(r)};
	struct workflow w;
	int number;

	if (s->in_dify)
		s->taken = job_add(&s->job, s->job_id);
	if (s->in_dify && s->taken != 1)
		return false;
	s->outdated =
		workflow_find(http_arena(r), s->job.workflow_id, &w) != 1 ||
		http_int(r, BACK_BASE, w.version) != w.version;
	if (s->outdated)
		return false;
	if (s->in_dify) {
		workflow_set_status(s->job.workflow_id, STATUS_DEPLOYING, NULL);
		mapping_remember(NULL, s->connection_id, s->mapping);
		job_wake();
	} else {
		s->same = version_add(http_arena(r), &v, &number) == 0;
	}
	return true;
}

static int
back(struct req *r, void *context, bool written)
{
	struct start *s = context;
	struct workflow w;

	if (s->outdated)
		return workflow_changed(r);
	if (s->in_dify)
		return added(r, context, written);
	if (workflow_find(http_arena(r), s->job.workflow_id, &w) != 1)
		return http_problem(r, 404, "workflow_not_found",
			"There is no such workflow.");
	jsonw_open(http_out(r), NULL, '{');
	workflow_members(http_out(r), &w);
	jsonw_bool(http_out(r), "version_added", !s->same);
	jsonw_close(http_out(r), '}');
	return http_json(r, 200);
}

static int
rollback(struct req *r)
{
	struct start *s = begin(r, JOB_DEPLOY);
	struct connection c;
	struct workflow w;

	if (s == NULL || workflow_of_path(r, &w) != 0)
		return 0;
	s->version = (int)http_int(r, BACK_VERSION, 0);
	s->dsl = version_value(http_arena(r), w.id, s->version);
	if (s->dsl == NULL)
		return http_problem(r, 404, "version_not_found",
			"The workflow has no such version.");
	s->in_dify = w.dify_app_id != NULL;
	if (s->in_dify && (workflow_connection(r, w.connection_id, &c) != 0 ||
				  take_mapping(r, s, BACK_MAPPING, &c) != 0))
		return 0;
	s->job.workflow_id = http_path_id(r, 0);
	if (s->in_dify)
		s->job.payload = workflow_rollback_payload(
			http_arena(r), s->job.workflow_id, c.id, s->version);
	return hub_write(r, add_back, back, s);
}

static const char *
run_inputs(struct req *r)
{
	struct str s;

	str_init(&s, http_arena(r), LIMIT_BODY);
	if (http_has(r, RUN_INPUTS))
		jsonx_write(&s, http_obj(r, RUN_INPUTS), 0);
	return s.len == 0 ? "{}" : s.s;
}

static int
run(struct req *r)
{
	struct start *s = begin(r, JOB_RUN);
	struct workflow w;

	if (s == NULL || workflow_of_path(r, &w) != 0)
		return 0;
	if (w.dify_app_id == NULL)
		return http_problem(r, 409, "not_deployed",
			"The workflow is not in Dify yet; deploy it first.");
	s->inputs = http_has(r, RUN_INPUTS) ? http_obj(r, RUN_INPUTS) : NULL;
	if (run_start_uploads(r, s->inputs) != 0)
		return 0;
	id_new_r(s->run.id);
	s->run.inputs = run_inputs(r);
	s->run.query = http_has(r, RUN_QUERY) ? http_str(r, RUN_QUERY) : NULL;
	if (run_start_conversation(r, &w, http_str(r, RUN_CONVERSATION),
		    s->job.key.key, &s->run) != 0)
		return 0;
	s->app_id = w.dify_app_id;
	s->chat = strcmp(w.mode, "advanced-chat") == 0;
	s->run.workflow_id = s->job.workflow_id = http_path_id(r, 0);
	s->run.job_id = s->job_id;
	s->job.payload = run_start_payload(http_arena(r), &s->run);
	return hub_write(r, add, added, s);
}

/* ---- tests ---- */

static int
test_model(struct req *r)
{
	struct start *s = begin(r, JOB_TEST_MODEL);
	struct llm_model m;

	if (s == NULL)
		return 0;
	if (llm_model_find(http_arena(r), http_path_id(r, 0), &m) != 1)
		return http_problem(
			r, 404, "model_not_found", "There is no such model.");
	s->job.payload =
		arena_printf(http_arena(r), "{\"model_id\":\"%s\"}", m.id);
	return hub_write(r, add, added, s);
}

static int
test_connection(struct req *r)
{
	struct start *s = begin(r, JOB_TEST_CONNECTION);
	struct connection c;

	if (s == NULL)
		return 0;
	if (connection_find(http_arena(r), http_path_id(r, 0), &c) != 1)
		return http_problem(r, 404, "connection_not_found",
			"There is no such connection.");
	s->job.payload =
		arena_printf(http_arena(r), "{\"connection_id\":\"%s\"}", c.id);
	return hub_write(r, add, added, s);
}

static const struct route routes[] = {
	{HTTP_POST, "/api/workflows/{id}/deploy", ROLE_EDITOR, deploy,
		deploy_fields, DEPLOY__MAX},
	{HTTP_POST, "/api/workflows/{id}/rollback", ROLE_EDITOR, rollback,
		rollback_fields, BACK__MAX},
	{HTTP_POST, "/api/workflows/{id}/run", ROLE_EDITOR, run, run_fields,
		RUN__MAX},
	{HTTP_POST, "/api/models/{id}/test", ROLE_EDITOR, test_model},
	{HTTP_POST, "/api/connections/{id}/test", ROLE_EDITOR, test_connection},
};

int
main(int argc, char **argv)
{
	hub_beside(&inside);
	return hub_serve(argc, argv, "start", routes, nitems(routes));
}
