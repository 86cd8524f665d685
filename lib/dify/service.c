/* service.c: see service.h. */
#include "dify/service.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "dify/knowledge.h"
#include "text/json.h"

#include <stdio.h>
#include <string.h>

enum {
	STREAM_IDLE_MS = 60000,
	SEND_IDLE_MS = 300000,
	PATH_SIZE = 400,
	BODY_ARENA = 64 << 20
};

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
	struct value *inputs;
	struct value *files;
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

	inputs = value_set(a, body, "inputs",
		value_clone(a, inputs_value(a, run->inputs)));
	files = value_get(inputs, DIFY_RUN_FILES);
	if (files != NULL) {
		value_remove(files);
		value_set(a, body, "files", files);
	}
	if (run->chat)
		value_set_text(
			a, body, "query", run->query == NULL ? "" : run->query);
	if (run->chat && run->conversation != NULL)
		value_set_text(a, body, "conversation_id", run->conversation);
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
dify_form_get(struct dify *d, const char *token, dify_fn *fn, void *context)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/form/human_input/%.100s", token);
	return get(d, "", path, fn, context);
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
dify_file_send(struct dify *d, const char *key, const char *path,
	const char *name, const char *user, dify_fn *fn, void *context)
{
	struct net_header part = {"user", user};
	struct dify_request r = {
		.method = "POST",
		.path = "/files/upload",
		.key = key,
		.total_ms = -1,
		.idle_ms = SEND_IDLE_MS,
		.file_path = path,
		.file_name = name,
		.file_type = dify_file_type(name),
		.parts = &part,
		.nparts = 1,
	};

	return dify_send(d, &r, fn, context);
}

struct dify_call *
dify_parameters(struct dify *d, const char *key, dify_fn *fn, void *context)
{
	return get(d, key, "/parameters", fn, context);
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
