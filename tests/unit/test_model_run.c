/* test_model_run.c: a run, what its nodes did, and what the workflow shows. */
#include "folder.h"

#include "base/nitems.h"
#include "model/conversation.h"
#include "model/event.h"
#include "model/run.h"
#include "model/workflow.h"

#include <string.h>

static struct workflow workflow;

static int
set_up(void **state)
{
	if (store_set_up(state) != 0 || db_begin(0) != 0)
		return -1;
	workflow = (struct workflow){.name = "w", .mode = "workflow"};
	workflow_add(&workflow, folder_value("{}"), VERSION_CREATED, NULL);
	db_commit();
	return 0;
}

static struct run
added(void)
{
	struct run r = {.workflow_id = workflow.id,
		.job_id = "job",
		.inputs = "{\"q\":1}"};

	IN_TRANSACTION(run_add(&r, NULL));
	return r;
}

static struct run
found(const char *id)
{
	struct run r;

	assert_int_equal(run_find(arena, id, &r), 1);
	return r;
}

/* A change of status alone. */
static struct run
change(const char *id, const char *status)
{
	struct run r = {.workflow_id = workflow.id,
		.status = status,
		.elapsed_ms = -1,
		.total_tokens = -1,
		.total_steps = -1};

	memcpy(r.id, id, ID_SIZE);
	return r;
}

static void
a_new_one_is_queued(void **state)
{
	struct run r = added();
	struct run there = found(r.id);

	(void)state;
	assert_string_equal(there.status, "queued");
	assert_string_equal(there.inputs, "{\"q\":1}");
	assert_string_equal(there.workflow_id, workflow.id);
	assert_null(there.outputs);
	assert_int_equal(there.elapsed_ms, -1);
	assert_int_equal(there.total_tokens, -1);
	assert_int_equal(there.total_steps, -1);
	assert_int_equal(there.finished_at, 0);
	assert_int_equal(run_find(arena, "0123456789abcdefghjk", &there), 0);
}

static void
what_is_unknown_is_kept(void **state)
{
	struct run r = change(added().id, "running");

	(void)state;
	r.dify_run_id = "d-1";
	r.started_at = 5;
	IN_TRANSACTION(run_set(&r));
	r = change(r.id, "succeeded");
	r.outputs = "{\"a\":2}";
	r.elapsed_ms = 0;
	r.total_tokens = 7;
	r.finished_at = 9;
	IN_TRANSACTION(run_set(&r));
	r = change(r.id, NULL);
	IN_TRANSACTION(run_set(&r));
	r = found(r.id);
	assert_string_equal(r.status, "succeeded");
	assert_string_equal(r.dify_run_id, "d-1");
	assert_string_equal(r.outputs, "{\"a\":2}");
	assert_int_equal(r.elapsed_ms, 0);
	assert_int_equal(r.total_tokens, 7);
	assert_int_equal(r.total_steps, -1);
	assert_int_equal(r.started_at, 5);
	assert_int_equal(r.finished_at, 9);
}

static const struct {
	int line;
	const char *run;
	enum workflow_status shown;
} shown[] = {
	{__LINE__, "running", STATUS_RUNNING},
	{__LINE__, "succeeded", STATUS_SUCCEEDED},
	{__LINE__, "failed", STATUS_FAILED},
	{__LINE__, "stopped", STATUS_STOPPED},
	{__LINE__, "partial-succeeded", STATUS_PARTIAL},
	{__LINE__, "paused", STATUS_PAUSED},
	{__LINE__, "unknown", STATUS_UNKNOWN},
	{__LINE__, "a-word-of-tomorrow", STATUS_UNKNOWN},
};

static void
the_workflow_shows_it(void **state)
{
	struct workflow w;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(shown); i++) {
		struct run r = change(added().id, shown[i].run);

		IN_TRANSACTION(run_set(&r));
		assert_int_equal(workflow_find(arena, workflow.id, &w), 1);
		if (w.last_status != shown[i].shown)
			fail_msg("line %d", shown[i].line);
		if (i + 1 < nitems(shown))
			assert_string_equal(w.last_run_id, r.id);
	}
}

static void
changes_are_told(void **state)
{
	struct run r = change(added().id, "failed");
	struct event *rows;
	int64_t before = event_newest();
	int n;

	(void)state;
	r.error = "boom \"x\"";
	IN_TRANSACTION(run_set(&r));
	n = event_after(arena, before, 10, &rows);
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].kind, EVENT_WORKFLOW);
	assert_int_equal(rows[1].kind, EVENT_RUN);
	assert_non_null(strstr(rows[1].data, "\"boom \\\"x\\\"\""));
	assert_non_null(strstr(rows[1].data, r.id));
}

static int
list(const char *workflow_id, const char *status, const char *after, int limit,
	struct run **rows)
{
	struct run_filter f = {.workflow_id = workflow_id,
		.status = status,
		.after = after,
		.limit = limit};

	return run_list(arena, &f, rows);
}

static void
nodes_are_added_and_changed(void **state)
{
	struct run r = added();
	struct run_node n = {.execution = "e1",
		.node_id = "n1",
		.title = "First",
		.type = "llm",
		.status = "running",
		.inputs = "{\"i\":1}",
		.elapsed_ms = -1,
		.started_at = 3};
	struct run_node *rows;

	(void)state;
	IN_TRANSACTION(run_node_set(r.id, &n));
	n.execution = "e2";
	n.node_id = "n2";
	IN_TRANSACTION(run_node_set(r.id, &n));
	n.execution = "e1";
	n.status = "succeeded";
	n.inputs = NULL;
	n.outputs = "{\"o\":2}";
	n.elapsed_ms = 40;
	IN_TRANSACTION(run_node_set(r.id, &n));
	assert_int_equal(run_nodes(arena, r.id, &rows), 2);
	assert_string_equal(rows[0].execution, "e1");
	assert_string_equal(rows[0].node_id, "n1");
	assert_string_equal(rows[0].status, "succeeded");
	assert_string_equal(rows[0].inputs, "{\"i\":1}");
	assert_string_equal(rows[0].outputs, "{\"o\":2}");
	assert_int_equal(rows[0].elapsed_ms, 40);
	assert_int_equal(rows[1].elapsed_ms, -1);
	assert_int_equal(run_nodes(arena, "0123456789abcdefghjk", &rows), 0);
}

static void
lists_are_paged_newest_first(void **state)
{
	struct run *rows;
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		added();
	assert_int_equal(list(workflow.id, NULL, NULL, 3, &rows), 3);
	assert_true(strcmp(rows[0].id, rows[2].id) > 0);
	assert_int_equal(list(workflow.id, NULL, rows[2].id, 3, &rows), 2);
	assert_int_equal(list(NULL, NULL, NULL, 10, &rows), 5);
	assert_int_equal(
		list("0123456789abcdefghjk", NULL, NULL, 10, &rows), 0);
}

static void
lists_are_of_one_status(void **state)
{
	static const char *const statuses[] = {
		"failed", "succeeded", "failed", "paused", "running", "failed"};
	struct run *rows;
	struct run r;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(statuses); i++) {
		r = change(added().id, statuses[i]);
		IN_TRANSACTION(run_set(&r));
	}
	assert_int_equal(list(NULL, "failed", NULL, 2, &rows), 2);
	assert_true(strcmp(rows[0].id, rows[1].id) > 0);
	assert_int_equal(list(NULL, "failed", rows[1].id, 2, &rows), 1);
	assert_string_equal(rows[0].status, "failed");
	assert_int_equal(list(NULL, "paused", NULL, 9, &rows), 1);
	assert_int_equal(list(NULL, "running", NULL, 9, &rows), 1);
	assert_int_equal(list(NULL, "succeeded", NULL, 9, &rows), 1);
	assert_int_equal(list(NULL, "queued", NULL, 9, &rows), 0);
	assert_int_equal(list(workflow.id, "failed", NULL, 9, &rows), 3);
	assert_int_equal(
		list("0123456789abcdefghjk", "failed", NULL, 9, &rows), 0);
}

static void
lists_are_of_one_conversation(void **state)
{
	struct conversation c = {.workflow_id = workflow.id, .app_id = "app"};
	struct run_filter f = {.conversation_id = c.id, .limit = 9};
	struct run r = {.workflow_id = workflow.id,
		.job_id = "job",
		.inputs = "{}",
		.conversation_id = c.id};
	struct run *rows;

	(void)state;
	IN_TRANSACTION(conversation_add(&c, "hello", NULL));
	IN_TRANSACTION(run_add(&r, NULL));
	added();
	assert_int_equal(run_list(arena, &f, &rows), 1);
	assert_string_equal(rows[0].id, r.id);
	/* Runs of a trial are shown where they are asked for by workflow. */
	MEDDLE("UPDATE workflows SET scratch = 1");
	assert_int_equal(run_list(arena, &f, &rows), 0);
	f.workflow_id = workflow.id;
	assert_int_equal(run_list(arena, &f, &rows), 1);
}

static void
runs_go_with_their_workflow(void **state)
{
	struct run r = added();

	(void)state;
	IN_TRANSACTION(workflow_delete(workflow.id));
	assert_int_equal(run_find(arena, r.id, &r), 0);
	/* A late word of it is no trouble. */
	r = change(r.id, "succeeded");
	IN_TRANSACTION(run_set(&r));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, folder_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(a_new_one_is_queued),
	TEST(what_is_unknown_is_kept),
	TEST(the_workflow_shows_it),
	TEST(changes_are_told),
	TEST(nodes_are_added_and_changed),
	TEST(lists_are_paged_newest_first),
	TEST(lists_are_of_one_status),
	TEST(lists_are_of_one_conversation),
	TEST(runs_go_with_their_workflow),
};

UNIT_MAIN(tests)
