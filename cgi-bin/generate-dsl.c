/* generate-dsl.c: POST /api/workflows/generate-dsl: a sentence to a DSL. */
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/dsl.h"
#include "io/hub.h"
#include "model/connection.h"
#include "model/generation.h"
#include "api/job_answer.h"
#include "api/job_over.h"
#include "model/llm_model.h"

#include <string.h>

/* The first members may stand in the query string as well as in a body. */
enum {
	IN_PROMPT,
	IN_MODEL,
	IN_CONNECTION,
	IN_TARGET,
	IN_ENGINE,
	IN_PARENT,
	IN_ANSWERS,
	IN__MAX,
	Q__MAX = IN_PARENT
};

/* In the order of enum generation_engine. */
static const char *const engines[] = {"studio", "dify", NULL};

static const struct field fields[IN__MAX] = {
	[IN_PROMPT] = {"prompt", FIELD_TEXT, false, 1, LIMIT_PROMPT},
	[IN_MODEL] = {"model_id", FIELD_ID},
	[IN_CONNECTION] = {"connection_id", FIELD_ID},
	[IN_TARGET] = {"target", FIELD_STRING, false, 1, 20},
	[IN_ENGINE] = {"engine", FIELD_ENUM, .values = engines},
	[IN_PARENT] = {"parent", FIELD_ID},
	[IN_ANSWERS] = {"answers", FIELD_ANY},
};

enum { MOST_ANSWERS = 20, MOST_QUESTION = 1000, MOST_ANSWER = 4000 };

/* What a generation is about: a request, or a plan whose questions have been
 * answered. */
struct subject {
	const char *prompt;
	const char *parent;          /* the job that made the plan; or NULL */
	const struct value *request; /* of that job */
	const struct value *plan;
	const struct value *answers;
};

/* A generation that somebody waits for. */
struct wanted {
	struct job_new job;
	char id[ID_SIZE];
	int taken; /* what job_add() said */
};

static const char *
member(struct req *r, size_t at)
{
	return http_has(r, at) ? http_str(r, at)
	       : at < Q__MAX   ? http_query(r, at)
			       : NULL;
}

/* ---- the answer ---- */
static int
succeeded(struct req *r, const struct job *job)
{
	const struct value *result = job_value(http_arena(r), job->result);
	const struct value *dsl = value_get(result, "dsl");

	jsonw_value(http_out(r), NULL, dsl);
	return http_json(r, 200);
}

/* What went wrong, and the other way to a workflow: bring one's own DSL. */
static int
failed(struct req *r, const struct job *job)
{
	const struct value *error = job_value(http_arena(r), job->error);
	const struct value *findings = value_get(error, "findings");
	struct str *more = http_more(r);

	jsonw_text(more, "reason",
		value_get_text(error, "reason",
			value_get_text(
				error, "code", job_state_names[job->state])));
	if (findings == NULL)
		jsonw_raw(more, "findings", "[]");
	else
		jsonw_value(more, "findings", findings);
	jsonw_text(more, "upload_url", "/api/workflows");
	jsonw_text(more, "job_id", job->id);
	return http_problem(r, 422, "generation_failed", "%s",
		value_get_text(error, "message", "The job was called off."));
}

static enum hub_poll
look(struct req *r, void *context, bool late)
{
	struct wanted *w = context;
	bool over = job_over(w->id);
	struct job job;

	if (!over && !late)
		return HUB_WAIT;
	if (!over || job_find(http_arena(r), w->id, &job) != 1 ||
		job.kind != JOB_GENERATE) {
		job_accepted(r, w->id, JOB_GENERATE);
		return HUB_ANSWERED;
	}
	job_headers(r, w->id);
	if (job.state == JOB_SUCCEEDED)
		succeeded(r, &job);
	else
		failed(r, &job);
	return HUB_ANSWERED;
}

/* ---- the request ---- */
static bool
add(struct req *r, void *context)
{
	struct wanted *w = context;

	(void)r;
	w->taken = job_add(&w->job, w->id);
	return w->taken == 1;
}

static int
added(struct req *r, void *context, bool written)
{
	const struct wanted *w = context;

	if (written)
		job_wake();
	if (w->taken < 0)
		return job_key_reused(r);
	return hub_wait(
		r, http_wait_ms(r, LIMIT_WAIT_DEFAULT_MS), look, context);
}

/* Whether it is {question, answer}, both texts of a fair length. */
static bool
good_answer(const struct value *v)
{
	const char *question = value_get_text(v, "question", "");
	const char *answer = value_get_text(v, "answer", "");

	return value_count(v) == 2 && *question != '\0' && *answer != '\0' &&
	       strlen(question) <= MOST_QUESTION &&
	       strlen(answer) <= MOST_ANSWER;
}

static int
check_answers(struct req *r, const struct value *answers)
{
	size_t n = value_count(answers);

	if (!value_is(answers, VALUE_ARRAY) || n == 0)
		return http_refuse_field(r, "/answers", "required",
			"Say what the answers to the plan's questions are.");
	if (n > MOST_ANSWERS)
		return http_refuse_field(r, "/answers", "too_many",
			"At most 20 answers at once.");
	value_each(v, answers)
		if (!good_answer(v))
			return http_refuse_field(r, "/answers", "invalid",
				"Each has question (up to 1000 bytes) and "
				"answer (up to 4000), and neither is empty.");
	return 0;
}

/* The plan of a generation that has ended, and what was asked then. */
static int
take_parent(struct req *r, struct subject *s)
{
	struct arena *a = http_arena(r);
	struct job job;

	if (s->parent == NULL)
		return s->answers == NULL
			       ? 0
			       : http_refuse_field(r, "/parent", "required",
					 "Name the generation whose questions "
					 "are answered.");
	if (check_answers(r, s->answers) != 0)
		return -1;
	if (job_find(a, s->parent, &job) != 1 || job.kind != JOB_GENERATE)
		return http_refuse_field(r, "/parent", "not_found",
			"There is no such generation.");
	s->plan = value_get(job_value(a, job.result), "plan");
	if (!value_is(s->plan, VALUE_OBJECT))
		return http_refuse(r, 409, "no_plan",
			"That generation has no plan to go on with.");
	s->request = job_value(a, job.payload);
	if (s->prompt == NULL)
		s->prompt = value_get_text(s->request, "prompt", NULL);
	return 0;
}

static int
take_subject(struct req *r, struct subject *s)
{
	*s = (struct subject){
		.prompt = member(r, IN_PROMPT),
		.parent = member(r, IN_PARENT),
		.answers = http_obj(r, IN_ANSWERS),
	};
	if (take_parent(r, s) != 0)
		return -1;
	return s->prompt != NULL ? 0
				 : http_refuse_field(r, "/prompt", "required",
					   "Say what the workflow should do.");
}

static bool
by_dify(struct req *r)
{
	const char *engine = member(r, IN_ENGINE);

	return engine != NULL && strcmp(engine, engines[ENGINE_DIFY]) == 0;
}

/* Whether the generator of that Dify can be asked for this. */
static int
check_generator(struct req *r, const struct subject *s, const char *connection)
{
	struct connection c;

	if (s->parent != NULL)
		return http_refuse_field(r, "/engine", "invalid",
			"Only the studio's own plans have questions.");
	if (connection == NULL)
		return http_refuse(r, 409, "no_connection",
			"No Dify is connected yet; connect one first.");
	if (connection_find(http_arena(r), connection, &c) != 1 || !c.generator)
		return http_refuse(r, 409, "no_generator",
			"This Dify has no generator of its own; 1.15 and newer "
			"have one.");
	return 0;
}

/* The id of the model, or -1 with the answer given. */
static int
resolve_model(struct req *r, const char **model_r)
{
	struct arena *a = http_arena(r);
	struct llm_model m;

	*model_r = member(r, IN_MODEL);
	if (*model_r == NULL && llm_model_default(a, &m) == 1)
		*model_r = arena_strdup(a, m.id);
	else if (*model_r == NULL)
		return http_refuse(r, 409, "no_model",
			"No language model is set up yet; add one "
			"first.");
	else if (llm_model_find(a, *model_r, &m) != 1)
		return http_refuse_field(
			r, "/model_id", "not_found", "There is no such model.");
	return 0;
}

/* The model and the Dify that are meant: ids, or -1 with the answer given. */
static int
resolve(struct req *r, const struct subject *s, const char **model_r,
	const char **connection_r)
{
	struct arena *a = http_arena(r);
	struct connection c;

	*model_r = NULL;
	*connection_r = member(r, IN_CONNECTION);
	if (*connection_r == NULL)
		*connection_r =
			value_get_text(s->request, "connection_id", NULL);
	if (!by_dify(r) && resolve_model(r, model_r) != 0)
		return -1;
	if (*connection_r == NULL && connection_default(a, &c) == 1)
		*connection_r = arena_strdup(a, c.id);
	else if (*connection_r != NULL &&
		 connection_find(a, *connection_r, &c) != 1)
		return http_refuse_field(r, "/connection_id", "not_found",
			"There is no such connection.");
	return by_dify(r) ? check_generator(r, s, *connection_r) : 0;
}

static const char *
payload(struct req *r, const struct subject *subject, const char *model,
	const char *connection)
{
	struct str s;

	str_init(&s, http_arena(r), LIMIT_BODY);
	jsonw_open(&s, NULL, '{');
	jsonw_text(&s, "prompt", subject->prompt);
	jsonw_text(&s, "model_id", model);
	jsonw_text(&s, "connection_id", connection);
	jsonw_text(&s, "target", member(r, IN_TARGET));
	if (by_dify(r))
		jsonw_text(&s, "engine", engines[ENGINE_DIFY]);
	if (subject->parent != NULL) {
		jsonw_text(&s, "parent", subject->parent);
		jsonw_value(&s, "answers", subject->answers);
		jsonw_value(&s, "plan", subject->plan);
	}
	jsonw_close(&s, '}');
	return s.full ? NULL : s.s;
}

static int
generate(struct req *r)
{
	struct wanted *w = arena_alloc(http_arena(r), sizeof(*w));
	const char *target = member(r, IN_TARGET);
	const char *connection;
	const char *model;
	struct subject subject;

	if (take_subject(r, &subject) != 0)
		return 0;
	if (target != NULL && dsl_version(target) == 0)
		return http_field_problem(r, "/target", "invalid",
			"A version of Dify, like 1.16.1.");
	if (job_key(r, &w->job.key) != 0 ||
		resolve(r, &subject, &model, &connection) != 0)
		return 0;
	w->job.kind = JOB_GENERATE;
	w->job.user_id = http_user(r);
	w->job.payload = payload(r, &subject, model, connection);
	if (w->job.payload == NULL)
		return http_problem(r, 413, "body_too_large",
			"The plan is too large to be asked about again.");
	return hub_write(r, add, added, w);
}

static const struct route routes[] = {
	{HTTP_POST, "/api/workflows/generate-dsl", ROLE_EDITOR, generate,
		fields, IN__MAX, fields, Q__MAX},
};

int
main(int argc, char **argv)
{
	return hub_serve(argc, argv, "generate-dsl", routes, nitems(routes));
}
