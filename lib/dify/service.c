/* service.c: see service.h. */
#include "dify/service.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "text/json.h"

#include <stdio.h>
#include <string.h>

enum { STREAM_IDLE_MS = 60000, PATH_SIZE = 400, BODY_ARENA = 64 << 20 };

static const struct value *
inputs_value(struct arena *a, const char *text)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(a, text, strlen(text), 0, &report);

	return value_is(v, VALUE_OBJECT) ? v : value_object(a);
}

struct dify_call *
dify_run(struct dify *d, const struct dify_run *run,
	void (*on_event)(
		void *context, const char *event, const struct value *v),
	dify_fn *fn, void *context)
{
	struct arena *a = arena_new(BODY_ARENA);
	struct value *body = value_object(a);
	struct dify_request r = {
		.method = "POST",
		.path = run->chat ? "/chat-messages" : "/workflows/run",
		.key = run->key,
		.total_ms = -1,
		.idle_ms = STREAM_IDLE_MS,
		.once = true,
		.on_event = on_event,
	};
	struct dify_call *c;
	struct str text;

	value_set(a, body, "inputs",
		value_clone(a, inputs_value(a, run->inputs)));
	if (run->chat)
		value_set_text(
			a, body, "query", run->query == NULL ? "" : run->query);
	value_set_text(a, body, "response_mode", "streaming");
	value_set_text(a, body, "user", run->user);
	str_init(&text, a, LIMIT_DOCUMENT);
	jsonx_write(&text, body, 0);
	r.body = text.s;
	c = dify_send(d, &r, fn, context);
	arena_free(&a);
	return c;
}

static struct dify_call *
get(struct dify *d, const char *key, const char *path, dify_fn *fn,
	void *context)
{
	struct dify_request r = {.method = "GET", .path = path, .key = key};

	return dify_send(d, &r, fn, context);
}

struct dify_call *
dify_run_get(struct dify *d, const char *key, const char *run_id, dify_fn *fn,
	void *context)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/workflows/run/%s", run_id);
	return get(d, key, path, fn, context);
}

struct dify_call *
dify_run_stop(struct dify *d, const struct dify_run *run, const char *task_id,
	dify_fn *fn, void *context)
{
	char path[PATH_SIZE];
	char body[PATH_SIZE];
	struct dify_request r = {
		.method = "POST", .path = path, .key = run->key, .body = body};

	snprintf(path, sizeof(path), "/%s/%s/stop",
		run->chat ? "chat-messages" : "workflows/tasks", task_id);
	snprintf(body, sizeof(body), "{\"user\":\"%s\"}", run->user);
	return dify_send(d, &r, fn, context);
}

struct dify_call *
dify_runs_of(struct dify *d, const char *key, const char *user, dify_fn *fn,
	void *context)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path),
		"/workflows/logs?page=1&limit=20"
		"&created_by_end_user_session_id=%s",
		user);
	return get(d, key, path, fn, context);
}

struct dify_call *
dify_parameters(struct dify *d, const char *key, dify_fn *fn, void *context)
{
	return get(d, key, "/parameters", fn, context);
}

/* ---- inputs against the form ---- */

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static bool
is_option(const struct value *options, const char *text)
{
	value_each(o, options)
		if (value_text(o) != NULL && strcmp(value_text(o), text) == 0)
			return true;
	return value_count(options) == 0;
}

static bool
is_empty(const struct value *v)
{
	return v == NULL || value_is(v, VALUE_NULL) ||
	       (value_text(v) != NULL && *value_text(v) == '\0');
}

/* One element of the form, {"text-input": {variable, required, ...}}. */
static const char *
element_problem(struct arena *a, const struct value *element,
	const struct value *inputs)
{
	const struct value *e = value_first(element);
	const char *name = value_get_text(e, "variable", "");
	const struct value *v = value_get(inputs, name);
	int64_t most = value_get_int(e, "max_length", 0);
	bool text;

	if (e == NULL)
		return NULL;
	text = strcmp(e->key, "text-input") == 0 ||
	       strcmp(e->key, "paragraph") == 0;
	if (is_empty(v))
		return value_get_bool(e, "required", false) &&
				       is_empty(value_get(e, "default"))
			       ? arena_printf(
					 a, "the input %s is missing", name)
			       : NULL;
	if (text && value_text(v) == NULL)
		return arena_printf(a, "the input %s must be a text", name);
	if (text && most > 0 && characters(value_text(v)) > (size_t)most)
		return arena_printf(a,
			"the input %s is longer than %d characters", name,
			(int)most);
	if (strcmp(e->key, "select") == 0 &&
		(value_text(v) == NULL ||
			!is_option(value_get(e, "options"), value_text(v))))
		return arena_printf(
			a, "the input %s is none of its options", name);
	if (strcmp(e->key, "number") == 0 && !value_is(v, VALUE_INT) &&
		!value_is(v, VALUE_FLOAT))
		return arena_printf(a, "the input %s must be a number", name);
	return NULL;
}

const char *
dify_input_problem(struct arena *a, const struct value *parameters,
	const struct value *inputs)
{
	value_each(e, value_get(parameters, "user_input_form")) {
		const char *problem = element_problem(a, e, inputs);

		if (problem != NULL)
			return problem;
	}
	return NULL;
}

bool
dify_run_ended(const char *status)
{
	static const char *const ends[] = {
		"succeeded", "failed", "stopped", "partial-succeeded"};
	size_t i;

	for (i = 0; i < nitems(ends); i++)
		if (strcmp(ends[i], status) == 0)
			return true;
	return false;
}
