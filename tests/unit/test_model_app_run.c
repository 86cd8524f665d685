/* test_model_app_run.c: runs that Dify tells of. */
#include "folder.h"

#include "base/clock.h"
#include "model/app_run.h"
#include "model/connection.h"
#include "model/run.h"
#include "model/workflow.h"

#include <string.h>

static struct connection connection;
static struct workflow workflow;

static int
set_up(void **state)
{
	if (store_set_up(state) != 0 || db_begin(0) != 0)
		return -1;
	connection = (struct connection){
		.name = "c", .base_url = "http://127.0.0.1"};
	connection_add(&connection, "secret");
	workflow = (struct workflow){.name = "w", .mode = "advanced-chat"};
	workflow_add(&workflow, folder_value("{}"), VERSION_CREATED, NULL);
	workflow_set_app(workflow.id, connection.id, "app-1", "key");
	workflow_set_status(workflow.id, STATUS_DEPLOYED, NULL);
	db_commit();
	return 0;
}

static enum workflow_status
seen(const char *status, const char *user, int64_t at)
{
	struct app_run run = {
		.id = "dify-run", .status = status, .user = user, .at = at};
	struct workflow w;

	IN_TRANSACTION(app_run_seen(workflow.id, &run));
	assert_int_equal(workflow_find(arena, workflow.id, &w), 1);
	return w.last_status;
}

static void
the_apps_of_a_connection(void **state)
{
	struct workflow draft = {.name = "d", .mode = "workflow"};
	struct app_ref *refs;

	(void)state;
	IN_TRANSACTION(workflow_add(
		&draft, folder_value("{}"), VERSION_CREATED, NULL));
	assert_int_equal(app_list(arena, connection.id, &refs), 1);
	assert_string_equal(refs[0].workflow_id, workflow.id);
	assert_string_equal(refs[0].app_id, "app-1");
	assert_true(refs[0].chat);
	assert_int_equal(app_list(arena, "nobody", &refs), 0);
}

static void
a_newer_run_counts(void **state)
{
	int64_t now = clock_now_ms();

	(void)state;
	assert_int_equal(seen("failed", "x", now - 60000), STATUS_DEPLOYED);
	assert_int_equal(seen("running", "x", now), STATUS_RUNNING);
	assert_int_equal(seen("succeeded", "x", now + 5), STATUS_SUCCEEDED);
	assert_int_equal(seen("scheduled", "x", now + 9), STATUS_SUCCEEDED);
	assert_int_equal(seen("draft", "x", now + 9), STATUS_SUCCEEDED);
	/* One of ours: its job tells. */
	assert_int_equal(seen("failed", "studio-1", now + 9), STATUS_SUCCEEDED);
}

static void
what_deploys_is_left_alone(void **state)
{
	(void)state;
	IN_TRANSACTION(
		workflow_set_status(workflow.id, STATUS_DEPLOYING, NULL));
	assert_int_equal(
		seen("failed", "x", clock_now_ms() + 9), STATUS_DEPLOYING);
}

static void
a_run_of_ours_gets_the_end_that_was_unknown(void **state)
{
	struct run r = {
		.workflow_id = workflow.id, .job_id = "job", .inputs = "{}"};

	(void)state;
	IN_TRANSACTION(run_add(&r, NULL));
	r.dify_run_id = "dify-run";
	r.elapsed_ms = r.total_tokens = r.total_steps = -1;
	r.status = "unknown";
	IN_TRANSACTION(run_set(&r));
	assert_int_equal(seen("failed", "studio-job", 1), STATUS_FAILED);
	assert_int_equal(run_find(arena, r.id, &r), 1);
	assert_string_equal(r.status, "failed");
	/* What is settled stays. */
	assert_int_equal(seen("stopped", "studio-job", 1), STATUS_FAILED);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, folder_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(the_apps_of_a_connection),
	TEST(a_newer_run_counts),
	TEST(what_deploys_is_left_alone),
	TEST(a_run_of_ours_gets_the_end_that_was_unknown),
};

UNIT_MAIN(tests)
