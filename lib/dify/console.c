/* console.c: see console.h. */
#include "dify/console.h"
#include "base/limits.h"
#include "base/str.h"
#include "text/json.h"

#include <stdio.h>

enum { IMPORT_MS = 120000, PATH_SIZE = 400, BODY_ARENA = 128 << 20 };

/* A call with a body of JSON; the body's arena ends here. */
static struct dify_call *
post(struct dify *d, const char *path, struct arena *a,
	const struct value *body, dify_fn *fn, void *context)
{
	struct dify_request r = {.method = "POST", .path = path};
	struct dify_call *c;
	struct str text;

	str_init(&text, a, LIMIT_DOCUMENT * 2);
	jsonx_write(&text, body, 0);
	r.body = text.s;
	c = dify_send(d, &r, fn, context);
	arena_free(&a);
	return c;
}

static struct dify_call *
call(struct dify *d, const char *method, const char *path, const char *body,
	dify_fn *fn, void *context)
{
	struct dify_request r = {.method = method, .path = path, .body = body};

	return dify_send(d, &r, fn, context);
}

struct dify_call *
dify_import(struct dify *d, const char *yaml, const char *name,
	const char *app_id, dify_fn *fn, void *context)
{
	struct arena *a = arena_new(BODY_ARENA);
	struct value *body = value_object(a);
	struct dify_request r = {.method = "POST",
		.path = "/apps/imports",
		.total_ms = IMPORT_MS,
		.once = true};
	struct dify_call *c;
	struct str text;

	value_set_text(a, body, "mode", "yaml-content");
	value_set_text(a, body, "yaml_content", yaml);
	value_set_text(a, body, "name", name);
	if (app_id != NULL)
		value_set_text(a, body, "app_id", app_id);
	str_init(&text, a, LIMIT_DOCUMENT * 2);
	jsonx_write(&text, body, 0);
	r.body = text.s;
	c = dify_send(d, &r, fn, context);
	arena_free(&a);
	return c;
}

struct dify_call *
dify_import_confirm(
	struct dify *d, const char *import_id, dify_fn *fn, void *context)
{
	char path[PATH_SIZE];
	struct dify_request r = {.method = "POST",
		.path = path,
		.total_ms = IMPORT_MS,
		.once = true};

	snprintf(path, sizeof(path), "/apps/imports/%s/confirm", import_id);
	return dify_send(d, &r, fn, context);
}

/* Percent-encodes a query value (RFC 3986, 2.1). */
static void
put_query(struct str *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '_')
			str_putc(out, (char)c);
		else
			str_printf(out, "%%%02X", c);
	}
}

struct dify_call *
dify_apps_named(struct dify *d, const char *text, dify_fn *fn, void *context)
{
	struct arena *a = arena_new(LIMIT_BODY);
	struct dify_call *c;
	struct str path;

	str_init(&path, a, (size_t)PATH_SIZE * 4);
	str_puts(&path, "/apps?page=1&limit=100&name=");
	put_query(&path, text);
	c = call(d, "GET", path.s, NULL, fn, context);
	arena_free(&a);
	return c;
}

struct dify_call *
dify_apps_page(struct dify *d, int page, int limit, dify_fn *fn, void *context)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/apps?page=%d&limit=%d", page, limit);
	return call(d, "GET", path, NULL, fn, context);
}

/* A call about one app; tail is what follows its id in the path. */
static struct dify_call *
app_call(struct dify *d, const char *method, const char *app_id,
	const char *tail, const char *body, dify_fn *fn, void *context)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/apps/%s%s", app_id, tail);
	return call(d, method, path, body, fn, context);
}

struct dify_call *
dify_app(struct dify *d, const char *app_id, dify_fn *fn, void *context)
{
	return app_call(d, "GET", app_id, "", NULL, fn, context);
}

struct dify_call *
dify_app_delete(struct dify *d, const char *app_id, dify_fn *fn, void *context)
{
	return app_call(d, "DELETE", app_id, "", NULL, fn, context);
}

struct dify_call *
dify_app_rename(struct dify *d, const char *app_id, const char *name,
	dify_fn *fn, void *context)
{
	struct arena *a = arena_new(LIMIT_BODY);
	struct value *body = value_object(a);
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/apps/%s/name", app_id);
	value_set_text(a, body, "name", name);
	return post(d, path, a, body, fn, context);
}

struct dify_call *
dify_draft(struct dify *d, const char *app_id, dify_fn *fn, void *context)
{
	return app_call(
		d, "GET", app_id, "/workflows/draft", NULL, fn, context);
}

struct dify_call *
dify_draft_sync(struct dify *d, const char *app_id, const struct value *draft,
	dify_fn *fn, void *context)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/apps/%s/workflows/draft", app_id);
	return post(d, path, arena_new(BODY_ARENA), draft, fn, context);
}

struct dify_call *
dify_publish(struct dify *d, const char *app_id, dify_fn *fn, void *context)
{
	return app_call(
		d, "POST", app_id, "/workflows/publish", "{}", fn, context);
}

struct dify_call *
dify_export(struct dify *d, const char *app_id, dify_fn *fn, void *context)
{
	return app_call(d, "GET", app_id, "/export?include_secret=true", NULL,
		fn, context);
}

struct dify_call *
dify_keys(struct dify *d, const char *app_id, dify_fn *fn, void *context)
{
	return app_call(d, "GET", app_id, "/api-keys", NULL, fn, context);
}

struct dify_call *
dify_key_new(struct dify *d, const char *app_id, dify_fn *fn, void *context)
{
	return app_call(d, "POST", app_id, "/api-keys", "{}", fn, context);
}

struct dify_call *
dify_get(struct dify *d, const char *path, dify_fn *fn, void *context)
{
	return call(d, "GET", path, NULL, fn, context);
}
