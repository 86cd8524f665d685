/* test_connection.c: step by step, what works with a connection, and what to do
 * where it does not. The job succeeds either way; its result tells. */
#include "base/nitems.h"
#include "dify/console.h"
#include "worker/kinds.h"
#include "worker/resources.h"
#include "worker/servers.h"

#include <string.h>

struct test {
	struct value *steps;
	struct connection connection;
	struct dify *dify;
	bool failed;
	const char *trouble; /* of the first answer that was none */
};

static struct dify *
client(struct task *t)
{
	struct test *s = t->state;
	const char *id = value_get_text(t->payload, "connection_id", "");

	s->dify = server_of(t->arena, id, &s->connection);
	if (s->dify == NULL)
		task_fail(t, "no_connection", "there is no such connection");
	else if (s->steps == NULL)
		s->steps = value_array(t->arena);
	return s->dify;
}

/* One step more; with a code, pages say detail in their own words. */
static struct value *
note(struct task *t, const char *step, bool ok, const char *detail,
	const char *advice)
{
	struct test *s = t->state;
	struct value *v = value_append(s->steps, value_object(t->arena));

	value_set_text(t->arena, v, "step", step);
	value_set_bool(t->arena, v, "ok", ok);
	value_set_text(t->arena, v, "detail", detail == NULL ? "" : detail);
	value_set_text(t->arena, v, "advice", ok ? "" : advice);
	s->failed |= !ok;
	return v;
}

/* What Dify answered; in a trouble of its own no advice on the connection. */
static void
note_answer(struct task *t, const char *step, const struct dify_answer *answer,
	const char *good, const char *advice)
{
	struct test *s = t->state;
	bool ok = answer->end == DIFY_OK;
	struct value *v = note(t, step, ok, ok ? good : answer->message,
		answer->trouble == NULL ? advice
					: "Dify, or what stands before it, is "
					  "in trouble just now. Test again in "
					  "a moment.");

	if (answer->trouble != NULL)
		value_set_text(t->arena, v, "code", answer->trouble);
	if (s->trouble == NULL)
		s->trouble = dify_trouble(answer);
}

/* ---- the end ---- */

static void
write_state(struct task *t)
{
	struct test *s = t->state;
	const struct value *last = NULL;

	value_each(v, s->steps)
		if (!value_get_bool(v, "ok", true) && last == NULL)
			last = v;
	connection_set_trouble(s->connection.id, s->trouble);
	if (s->failed) /* the poller tells how, within a second */
		connection_set_state(s->connection.id, s->connection.state,
			dify_version(s->dify),
			value_get_text(last, "detail", ""), 0);
	else
		connection_set_state(s->connection.id, CONNECTION_UP,
			dify_version(s->dify), NULL, 0);
	if (dify_version(s->dify) != NULL)
		connection_set_generator(s->connection.id,
			dify_profile_of(s->dify)->generator != GENERATOR_NONE);
}

static void
finish(struct task *t)
{
	struct test *s = t->state;
	const char *version = dify_version(s->dify);
	struct value *v = value_object(t->arena);

	value_set_bool(t->arena, v, "ok", !s->failed);
	value_set(t->arena, v, "version",
		version == NULL ? value_null(t->arena)
				: value_string(t->arena, version));
	value_set(t->arena, v, "steps", s->steps);
	task_succeed(t, v, write_state);
}

/* ---- reach, version ---- */

static const char *
sign_in_advice(const struct test *s)
{
	if (s->connection.auth == AUTH_PASSWORD)
		return "Check e-mail and password. After six wrong passwords "
		       "Dify locks the account for a day.";
	if (!dify_profile_of(s->dify)->admin_key)
		return "Dify 1.9.2 to 1.10.1 cannot use an admin key: use "
		       "e-mail and password.";
	return "Set ADMIN_API_KEY_ENABLE=true and ADMIN_API_KEY in the "
	       "environment of Dify's api container, or use e-mail and "
	       "password.";
}

/* The first step, which goes wrong in one of two ways. */
static void
note_reach(struct task *t, const struct dify_answer *answer, bool reached)
{
	struct test *s = t->state;

	if (!reached && strstr(answer->message, "certificate") != NULL)
		note(t, "tls", false, answer->message,
			"Give the certificate of the authority that signed it, "
			"or do not check it.");
	else if (answer->end == DIFY_LOST && !reached)
		note_answer(t, "reach", answer, "", "");
	else
		note(t, "reach", reached,
			reached ? s->connection.base_url : answer->message,
			"Is Dify running, and is its address right? Give the "
			"address of the web page, without /apps.");
}

static void
on_reach(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct test *s = t->state;
	const char *version;
	struct value *v;
	bool reached;

	if (!task_back(t))
		return;
	version = dify_version(s->dify);
	/* A Dify that does not know its own address was asked at another. */
	reached = answer->status != 0 &&
		  (answer->status != 404 || version == NULL);
	note_reach(t, answer, reached);
	s->trouble = reached ? NULL : dify_trouble(answer);
	if (!reached) {
		finish(t);
		return;
	}
	v = note(t, "version", version != NULL,
		version == NULL ? "what answers there is no Dify" : version,
		"Give the address of Dify itself; a proxy in front must pass "
		"/console/api and /v1 on.");
	if (version == NULL)
		value_set_text(t->arena, v, "code", "no_dify");
	if (version != NULL && !dify_version_known(version))
		note(t, "known", true,
			arena_printf(t->arena,
				"%s is newer than what was tried; it is "
				"treated like the newest known",
				version),
			"");
	if (version == NULL) {
		finish(t);
		return;
	}
	note_answer(t, "sign_in", answer, "", sign_in_advice(s));
	if (answer->end != DIFY_OK)
		finish(t);
	else
		task_go(t, "workspace");
}

static void
reach(struct task *t)
{
	struct dify *d = client(t);

	if (d == NULL)
		return;
	dify_forgive(d);
	task_dify_calling(t, dify_get(d, "/apps?page=1&limit=1", on_reach, t));
}

/* ---- workspace and rights ---- */

static void
on_workspace(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *role = "owner";
	const char *name = "";
	bool may;

	if (!task_back(t))
		return;
	value_each(w, value_get(answer->body, "workspaces"))
		if (value_get_bool(w, "current", false)) {
			name = value_get_text(w, "name", "");
			role = value_get_text(w, "role", role);
		}
	note_answer(t, "workspace", answer, name,
		"Choose a workspace that this account belongs to.");
	may = strcmp(role, "owner") == 0 || strcmp(role, "admin") == 0 ||
	      strcmp(role, "editor") == 0;
	note(t, "import_right", may, role,
		"Give this account the role editor, admin or owner in Dify.");
	task_go(t, "run_right");
}

static void
workspace(struct task *t)
{
	struct test *s = t->state;
	struct dify *d = client(t);

	if (d == NULL)
		return;
	if (s->connection.auth == AUTH_ADMIN_KEY) {
		note(t, "workspace", dify_workspace(d) != NULL,
			dify_workspace(d), "Dify has no workspace yet.");
		note(t, "import_right", true, "owner", "");
		task_go(t, "run_right");
		return;
	}
	task_dify_calling(t, dify_get(d, "/workspaces", on_workspace, t));
}

/* A key that Dify never made: only Dify itself refuses it in its own words. */
static void
on_run_right(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	bool there = answer->end == DIFY_AUTH && answer->body != NULL;
	struct value *v;

	if (!task_back(t))
		return;
	v = note(t, "run_right", there,
		there                     ? "/v1"
		: answer->message == NULL ? "what answers at /v1 is no Dify"
					  : answer->message,
		"Apps are run through /v1 at the same address; a proxy in "
		"front of Dify must pass it on to Dify's api.");
	if (!there && answer->message == NULL)
		value_set_text(t->arena, v, "code", "no_dify");
	task_go(t, "models");
}

static void
run_right(struct task *t)
{
	const struct dify_request q = {
		.method = "GET", .path = "/parameters", .key = "app-none"};
	struct dify *d = client(t);

	if (d != NULL)
		task_dify_calling(t, dify_send(d, &q, on_run_right, t));
}

static const char no_models[] =
	"Install a model provider in Dify (Plugins) and give it a key; "
	"workflows without a model run all the same.";

static void
on_models(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct value *v;
	size_t n = 0;

	if (!task_back(t))
		return;
	value_each(p, value_get(answer->body, "data"))
		n += value_count(value_get(p, "models"));
	if (answer->end == DIFY_OK) {
		v = note(t, "models", n > 0,
			arena_printf(t->arena, "%zu language models", n),
			no_models);
		value_set_text(t->arena, v, "code", "models");
		value_set_int(t->arena, v, "n", (int64_t)n);
	} else {
		note_answer(t, "models", answer, "", no_models);
	}
	task_go(t, "resources");
}

static void
models(struct task *t)
{
	struct dify *d = client(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_get(d,
				   "/workspaces/current/models/model-types/llm",
				   on_models, t));
}

/* ---- what it has ---- */

static void
keep_running(void *call)
{
	(void)call; /* a few questions; their end comes by itself */
}

static void
on_resources(void *context)
{
	struct task *t = context;

	if (task_back(t))
		finish(t);
}

static void
resources(struct task *t)
{
	struct test *s = t->state;
	struct dify *d = client(t);

	if (d == NULL)
		return;
	task_calling(t, t, keep_running);
	resources_refresh(d, s->connection.id, on_resources, t);
}

static const struct task_step steps[] = {
	{"reach", reach},
	{"workspace", workspace},
	{"run_right", run_right},
	{"models", models},
	{"resources", resources},
};

const struct task_kind test_connection_kind = {
	.kind = JOB_TEST_CONNECTION,
	.most = 8,
	.size = sizeof(struct test),
	.steps = steps,
	.nsteps = nitems(steps),
};
