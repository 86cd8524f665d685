/* edit.c: a workflow is changed by a sentence: POST asks a model for it, PUT
 * takes what came of it as the next version. */
#include "api/job_answer.h"
#include "api/job_over.h"
#include "api/workflow_answer.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "io/hub.h"
#include "model/dsl_secret.h"
#include "model/llm_model.h"
#include "model/version.h"
#include "text/json.h"

#include <string.h>

/* What both POSTs take, and then what each has of its own. */
enum { IN_TEXT, IN_MODEL, IN_JOB, IN_BASE, SAVED__MAX };
enum { IN_DSL = IN_BASE, IN_CONNECTION, IN_TARGET, UNSAVED__MAX };
static const struct field saved_fields[SAVED__MAX] = {
	[IN_TEXT] = {"text", FIELD_TEXT, true, 1, LIMIT_PROMPT},
	[IN_MODEL] = {"model_id", FIELD_ID},
	[IN_JOB] = {"job_id", FIELD_ID},
	[IN_BASE] = {"base_version", FIELD_INT, false, 1, 1000000},
};
static const struct field unsaved_fields[UNSAVED__MAX] = {
	[IN_TEXT] = {"text", FIELD_TEXT, true, 1, LIMIT_PROMPT},
	[IN_MODEL] = {"model_id", FIELD_ID},
	[IN_JOB] = {"job_id", FIELD_ID},
	[IN_DSL] = {"dsl", FIELD_ANY},
	[IN_CONNECTION] = {"connection_id", FIELD_ID},
	[IN_TARGET] = {"target", FIELD_STRING, false, 1, 20},
};

enum { TAKE_JOB, TAKE_CONSENT, TAKE__MAX };
static const struct field take_fields[TAKE__MAX] = {
	[TAKE_JOB] = {"job_id", FIELD_ID, true},
	[TAKE_CONSENT] = {"consent", FIELD_BOOL},
};

enum { MOST_BEFORE = 10, NOTE_MAX = 500 };

/* An edit that is asked for. */
struct asked {
	struct job_new job;
	char id[ID_SIZE];
	int taken;                  /* what job_add() said */
	struct value *dsl;          /* that is to be changed */
	const struct value *origin; /* what it is compared with; NULL: dsl */
	const struct value *before; /* what was asked before, or NULL */
	const char *model;
	const char *connection;
	const char *target;
	int base; /* the version that origin is; 0: it is kept nowhere */
};

/* ---- earlier jobs ---- */

/* An edit or a generation that ended well, its request and its result; false
 * with 404 or 409 answered. */
static bool
find_job(struct req *r, const char *id, struct job *job,
	const struct value **request_r, struct value **dsl_r)
{
	const struct value *result;

	if (job_find(http_arena(r), id, job) != 1 ||
		job->kind != JOB_GENERATE) {
		http_problem(r, 404, "job_not_found",
			"There is no such generation or edit.");
		return false;
	}
	*request_r = job_value(http_arena(r), job->payload);
	result = job_value(http_arena(r), job->result);
	*dsl_r = value_get(result, "dsl");
	if (job->state == JOB_SUCCEEDED && value_is(*dsl_r, VALUE_OBJECT))
		return true;
	http_problem(r, 409, "edit_unfinished",
		"That generation or edit has no workflow to offer.");
	return false;
}

/* What was asked so far: the newest MOST_BEFORE sentences. */
static const struct value *
asked_before(struct req *r, const struct value *request)
{
	const struct value *edit = value_get(request, "edit");
	struct value *all = value_array(http_arena(r));

	value_each(line, value_get(edit, "before"))
		value_append(all, value_clone(http_arena(r), line));
	value_append_text(
		http_arena(r), all, value_get_text(request, "prompt", ""));
	while (value_count(all) > MOST_BEFORE)
		value_remove(value_first(all));
	return all;
}

/* The way on from an outdated version: the newest one. */
static int
outdated(struct req *r, const struct workflow *w)
{
	jsonw_int(http_more(r), "version", w->version);
	return workflow_changed(r);
}

/* ---- asking ---- */

static const char *
payload(struct req *r, const struct asked *e)
{
	struct str s;

	str_init(&s, http_arena(r), 3 * LIMIT_DOCUMENT);
	jsonw_open(&s, NULL, '{');
	jsonw_text(&s, "prompt", http_str(r, IN_TEXT));
	jsonw_text(&s, "model_id", e->model);
	jsonw_text(&s, "connection_id", e->connection);
	jsonw_text(&s, "target", e->target);
	jsonw_open(&s, "edit", '{');
	jsonw_value(&s, "dsl", e->dsl);
	if (e->origin != NULL)
		jsonw_value(&s, "origin", e->origin);
	if (e->before != NULL)
		jsonw_value(&s, "before", e->before);
	jsonw_text(&s, "parent", http_str(r, IN_JOB));
	if (e->base != 0)
		jsonw_int(&s, "base_version", e->base);
	jsonw_close(&s, '}');
	jsonw_close(&s, '}');
	return s.s;
}

/* Secrets that a person or a model wrote stay here. */
static bool
add(struct req *r, void *context)
{
	struct asked *e = context;

	dsl_secret_take(http_arena(r), e->dsl);
	e->job.payload = payload(r, e);
	e->taken = job_add(&e->job, e->id);
	return e->taken == 1;
}

static enum hub_poll
look(struct req *r, void *context, bool late)
{
	const struct asked *e = context;

	if (!late && !job_over(e->id))
		return HUB_WAIT;
	job_answer(r, e->id, JOB_GENERATE);
	return HUB_ANSWERED;
}

static int
added(struct req *r, void *context, bool written)
{
	const struct asked *e = context;

	if (written)
		job_wake();
	if (e->taken < 0)
		return job_key_reused(r);
	return hub_wait(r, http_wait_ms(r, 0), look, context);
}

/* No model reads that much; true with 422 answered. */
static bool
too_large(struct req *r, const struct value *dsl)
{
	struct str text;

	str_init(&text, http_arena(r), LIMIT_EDIT);
	jsonx_write(&text, dsl, 0);
	if (!text.full)
		return false;
	http_problem(r, 422, "workflow_too_large",
		"The DSL is larger than %zu bytes; no model reads that much.",
		LIMIT_EDIT);
	return true;
}

/* The job, and its end for who waits. */
static int
ask(struct req *r, struct asked *e)
{
	return too_large(r, e->dsl) ? 0 : hub_write(r, add, added, e);
}

/* NULL: refused, and answered. */
static struct asked *
begin(struct req *r)
{
	struct asked *e = arena_alloc(http_arena(r), sizeof(*e));
	struct llm_model m;

	e->job.kind = JOB_GENERATE;
	e->job.user_id = http_user(r);
	if (job_key(r, &e->job.key) != 0)
		return NULL;
	e->model = http_str(r, IN_MODEL);
	if (e->model != NULL ? llm_model_find(http_arena(r), e->model, &m) == 1
			     : llm_model_default(http_arena(r), &m) == 1) {
		e->model = arena_strdup(http_arena(r), m.id);
		return e;
	}
	if (e->model == NULL)
		http_problem(r, 409, "no_model",
			"No language model is set up yet; add one first.");
	else
		http_field_problem(
			r, "/model_id", "not_found", "There is no such model.");
	return NULL;
}

/* A workflow that is kept: its version, or what an edit of it made that
 * nobody has taken yet. */
static int
edit_saved(struct req *r)
{
	struct asked *e = begin(r);
	struct workflow w;
	const struct value *request;
	struct job parent;

	if (e == NULL || workflow_of_path(r, &w) != 0)
		return 0;
	e->base = (int)http_int(r, IN_BASE, w.version);
	if (e->base != w.version)
		return outdated(r, &w);
	e->connection = w.connection_id;
	e->job.workflow_id = http_path_id(r, 0);
	e->dsl = version_value(http_arena(r), w.id, e->base);
	if (!http_has(r, IN_JOB))
		return ask(r, e);
	e->origin = e->dsl;
	if (!find_job(r, http_str(r, IN_JOB), &parent, &request, &e->dsl))
		return 0;
	if (parent.workflow_id == NULL ||
		strcmp(parent.workflow_id, w.id) != 0 ||
		value_get_int(value_get(request, "edit"), "base_version", 0) !=
			e->base)
		return outdated(r, &w);
	e->before = asked_before(r, request);
	return ask(r, e);
}

/* What only the caller has: a DSL in any text. */
static bool
read_given(struct req *r, struct asked *e)
{
	struct dsl_target target = {.version = DSL_VERSION_NEWEST};
	struct dsl_result result;

	if (e->target != NULL)
		target.version = dsl_version(e->target);
	workflow_read_dsl(r, IN_DSL, &target, &result);
	e->dsl = result.dsl;
	if (value_is(e->dsl, VALUE_OBJECT))
		return true;
	workflow_refuse(r, &result);
	return false;
}

/* The Dify that a workflow is for which is kept nowhere; false: answered. */
static bool
choose_target(struct req *r, struct asked *e)
{
	struct connection c;

	e->connection = http_str(r, IN_CONNECTION);
	e->target = http_str(r, IN_TARGET);
	if (e->target != NULL && dsl_version(e->target) == 0)
		http_field_problem(r, "/target", "invalid",
			"A version of Dify, like 1.16.1.");
	else if (e->connection != NULL &&
		 connection_find(http_arena(r), e->connection, &c) != 1)
		http_field_problem(r, "/connection_id", "not_found",
			"There is no such connection.");
	else
		return true;
	return false;
}

/* A workflow that is kept nowhere: what a generation or an edit made, or what
 * comes with the request. */
static int
edit_unsaved(struct req *r)
{
	struct asked *e = begin(r);
	const struct value *request;
	struct job parent;

	if (e == NULL || !choose_target(r, e))
		return 0;
	if (http_has(r, IN_JOB) == http_has(r, IN_DSL))
		return http_field_problem(r, "/job_id", "required",
			"Either job_id or dsl says what is to be changed.");
	if (http_has(r, IN_DSL))
		return read_given(r, e) ? ask(r, e) : 0;
	if (!find_job(r, http_str(r, IN_JOB), &parent, &request, &e->dsl))
		return 0;
	if (e->connection == NULL)
		e->connection = value_get_text(request, "connection_id", NULL);
	if (e->target == NULL)
		e->target = value_get_text(request, "target", NULL);
	e->before = asked_before(r, request);
	return ask(r, e);
}

/* ---- taking ---- */

/* An edit that is to be the next version. */
struct taking {
	struct workflow workflow;
	struct value *dsl;
	const char *note;
	const char *old_name; /* what the DSL called it before */
	int base;
	bool outdated;
};

/* A note holds less than a sentence may; it is cut between characters. */
static const char *
note_of(struct req *r, const char *sentence)
{
	size_t n = strlen(sentence);

	if (n <= NOTE_MAX)
		return sentence;
	for (n = NOTE_MAX;
		n > 0 && ((unsigned char)sentence[n] & 0xC0) == 0x80;)
		n--;
	return arena_memdup(http_arena(r), sentence, n);
}

/* Whether the newest version is this edit: its answer was lost on the way. */
static bool
taken_before(struct req *r, struct taking *t)
{
	struct arena *a = http_arena(r);
	struct workflow *w = &t->workflow;
	const struct value *newest;

	if (workflow_find(a, http_path_id(r, 0), w) != 1 ||
		w->version != t->base + 1)
		return false;
	dsl_secret_take(a, t->dsl);
	newest = version_value(a, w->id, 0);
	return newest != NULL && value_equal(newest, t->dsl);
}

static bool
take(struct req *r, void *context)
{
	struct taking *t = context;
	struct workflow *w = &t->workflow;
	const struct version_new v = {.workflow_id = w->id,
		.dsl = t->dsl,
		.origin = VERSION_EDITED,
		.note = t->note,
		.user_id = http_user(r)};
	const char *name = dsl_name(t->dsl);

	if (taken_before(r, t))
		return true;
	t->outdated =
		workflow_find(http_arena(r), http_path_id(r, 0), w) != 1 ||
		w->version != t->base;
	if (t->outdated)
		return false;
	version_add(http_arena(r), &v, &w->version);
	if (*name != '\0' && strcmp(name, w->name) != 0 &&
		strcmp(name, t->old_name) != 0) {
		workflow_update(w->id, name, NULL, NULL, 0);
		w->name = name;
	}
	return true;
}

static int
taken(struct req *r, void *context, bool written)
{
	const struct taking *t = context;

	if (t->outdated)
		return outdated(r, &t->workflow);
	if (written)
		job_wake();
	workflow_json(http_out(r), &t->workflow);
	return http_json(r, 200);
}

/* Answers what a person must agree to first. */
static int
ask_consent(struct req *r, const struct value *reasons)
{
	jsonw_value(http_more(r), "consent", reasons);
	return http_problem(r, 409, "consent_needed",
		"This edit removes much, or changes what goes into the "
		"workflow or comes out of it; say consent to take it.");
}

static int
take_edit(struct req *r)
{
	struct taking *t = arena_alloc(http_arena(r), sizeof(*t));
	const struct value *request, *edit, *reasons;
	struct job job;

	if (workflow_of_path(r, &t->workflow) != 0 ||
		!find_job(r, http_str(r, TAKE_JOB), &job, &request, &t->dsl))
		return 0;
	edit = value_get(request, "edit");
	if (edit == NULL || job.workflow_id == NULL ||
		strcmp(job.workflow_id, t->workflow.id) != 0)
		return http_problem(r, 404, "job_not_found",
			"There is no such edit of this workflow.");
	reasons = value_get(job_value(http_arena(r), job.result), "consent");
	if (value_count(reasons) > 0 && !http_bool(r, TAKE_CONSENT, false))
		return ask_consent(r, reasons);
	t->base = (int)value_get_int(edit, "base_version", 0);
	t->note = note_of(r, value_get_text(request, "prompt", ""));
	t->old_name = dsl_name(value_get(
		edit, value_get(edit, "origin") != NULL ? "origin" : "dsl"));
	return hub_write(r, take, taken, t);
}

static const struct route routes[] = {
	{HTTP_POST, "/api/workflows/edit", ROLE_EDITOR, edit_unsaved,
		unsaved_fields, UNSAVED__MAX},
	{HTTP_POST, "/api/workflows/{id}/edit", ROLE_EDITOR, edit_saved,
		saved_fields, SAVED__MAX},
	{HTTP_PUT, "/api/workflows/{id}/edit", ROLE_EDITOR, take_edit,
		take_fields, TAKE__MAX},
};

int
main(int argc, char **argv)
{
	return hub_serve(argc, argv, "edit", routes, nitems(routes));
}
