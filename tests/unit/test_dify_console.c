/* test_dify_console.c: the calls of the console, as they go out. */
#include "server.h"
#include "unit.h"

#include "dify/console.h"
#include "dify/knowledge.h"
#include "dify/service.h"
#include "io/net.h"
#include "text/json.h"

#include <sys/mman.h>

static struct server server;
static char *seen; /* shared: "METHOD path|body" */
enum { SEEN = 4000 };

static bool
answer(struct server_request *r)
{
	snprintf(seen, SEEN, "%.*s|%s",
		(int)(strstr(r->head, " HTTP/") - r->head), r->head, r->body);
	server_answer(r->fd, "200 OK", "application/json", "{}");
	return true;
}

static void
save(void *context, const char *session)
{
	(void)context;
	(void)session;
}

static void
on_answer(void *context, const struct dify_answer *a)
{
	(void)context;
	assert_int_equal(a->end, DIFY_OK);
	net_stop();
}

static struct dify *d;

static void
import_new(void)
{
	dify_import(d, "kind: app\n", "My \"app\"", NULL, on_answer, NULL);
}
static void
import_over(void)
{
	dify_import(d, "x", "N", "app-1", on_answer, NULL);
}
static void
confirm(void)
{
	dify_import_confirm(d, "imp-1", on_answer, NULL);
}
static void
named(void)
{
	dify_apps_named(d, "a b/\xC3\xBC&x", on_answer, NULL);
}
static void
app(void)
{
	dify_app(d, "app-1", on_answer, NULL);
}
static void
delete_app(void)
{
	dify_app_delete(d, "app-1", on_answer, NULL);
}
static void
rename_app(void)
{
	dify_app_rename(d, "app-1", "New", on_answer, NULL);
}
static void
draft(void)
{
	dify_draft(d, "app-1", on_answer, NULL);
}
static void
publish(void)
{
	dify_publish(d, "app-1", on_answer, NULL);
}
static void
keys(void)
{
	dify_keys(d, "app-1", on_answer, NULL);
}
static void
new_key(void)
{
	dify_key_new(d, "app-1", on_answer, NULL);
}
static void
other(void)
{
	dify_get(d, "/datasets?page=1", on_answer, NULL);
}
static void
dataset_keys(void)
{
	dify_dataset_keys(d, on_answer, NULL);
}
static void
new_dataset_key(void)
{
	dify_dataset_key_new(d, on_answer, NULL);
}
static void
dataset(void)
{
	dify_dataset(d, "k", "ds", on_answer, NULL);
}
static void
indexing(void)
{
	dify_indexing(d, "k", "ds", "b1", on_answer, NULL);
}
static void
parameters(void)
{
	dify_parameters(d, "k", on_answer, NULL);
}
static void
run_get(void)
{
	dify_run_get(d, "k", "r1", on_answer, NULL);
}
static void
runs_of(void)
{
	dify_runs_of(d, "k", "studio-1", on_answer, NULL);
}

static void
stop_run(bool chat)
{
	struct dify_run run = {.key = "k", .chat = chat, .user = "studio-1"};

	dify_run_stop(d, &run, "t1", on_answer, NULL);
}

static void
stop_flow(void)
{
	stop_run(false);
}
static void
stop_chat(void)
{
	stop_run(true);
}

static void
sync_draft(void)
{
	struct arena *a = arena_new(1 << 16);
	struct value *v = value_object(a);

	value_set_text(a, v, "hash", "h");
	dify_draft_sync(d, "app-1", v, on_answer, NULL);
	arena_free(&a);
}

static const struct {
	int line;
	void (*call)(void);
	const char *seen;
} rows[] = {
	{__LINE__, import_new,
		"POST /console/api/apps/imports|{\"mode\":\"yaml-content\","
		"\"yaml_content\":\"kind: app\\n\",\"name\":\"My "
		"\\\"app\\\"\"}"},
	{__LINE__, import_over,
		"POST /console/api/apps/imports|{\"mode\":\"yaml-content\","
		"\"yaml_content\":\"x\",\"name\":\"N\",\"app_id\":\"app-1\"}"},
	{__LINE__, confirm, "POST /console/api/apps/imports/imp-1/confirm|"},
	{__LINE__, named,
		"GET /console/api/apps?page=1&limit=100&name="
		"a%20b%2F%C3%BC%26x|"},
	{__LINE__, app, "GET /console/api/apps/app-1|"},
	{__LINE__, delete_app, "DELETE /console/api/apps/app-1|"},
	{__LINE__, rename_app,
		"POST /console/api/apps/app-1/name|{\"name\":\"New\"}"},
	{__LINE__, draft, "GET /console/api/apps/app-1/workflows/draft|"},
	{__LINE__, sync_draft,
		"POST "
		"/console/api/apps/app-1/workflows/draft|{\"hash\":\"h\"}"},
	{__LINE__, publish,
		"POST /console/api/apps/app-1/workflows/publish|{}"},
	{__LINE__, keys, "GET /console/api/apps/app-1/api-keys|"},
	{__LINE__, new_key, "POST /console/api/apps/app-1/api-keys|{}"},
	{__LINE__, other, "GET /console/api/datasets?page=1|"},
	{__LINE__, dataset_keys, "GET /console/api/datasets/api-keys|"},
	{__LINE__, new_dataset_key, "POST /console/api/datasets/api-keys|{}"},
	{__LINE__, dataset, "GET /v1/datasets/ds|"},
	{__LINE__, indexing,
		"GET /v1/datasets/ds/documents/b1/indexing-status|"},
	{__LINE__, parameters, "GET /v1/parameters|"},
	{__LINE__, run_get, "GET /v1/workflows/run/r1|"},
	{__LINE__, runs_of,
		"GET /v1/workflows/logs?page=1&limit=20"
		"&created_by_end_user_session_id=studio-1|"},
	{__LINE__, stop_flow,
		"POST /v1/workflows/tasks/t1/stop|{\"user\":\"studio-1\"}"},
	{__LINE__, stop_chat,
		"POST /v1/chat-messages/t1/stop|{\"user\":\"studio-1\"}"},
};

static void
each_call_goes_where_it_belongs(void **state)
{
	char url[60];
	struct dify_config c = {.base_url = url,
		.admin_key = true,
		.secret = "key",
		.workspace_id = "ws",
		.version = "1.16.1"};
	size_t i;

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", server.port);
	for (i = 0; i < nitems(rows); i++) {
		d = dify_new(&c, save, NULL);
		seen[0] = '\0';
		net_init();
		rows[i].call();
		net_loop(1000);
		net_release();
		dify_free(&d);
		if (strcmp(seen, rows[i].seen) != 0)
			fail_msg("line %d: %s", rows[i].line, seen);
	}
}

static int
set_up(void **state)
{
	(void)state;
	seen = mmap(NULL, SEEN, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	server = server_start(answer);
	return seen == MAP_FAILED ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	server_stop(&server);
	return munmap(seen, SEEN);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_call_goes_where_it_belongs),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
