/* test_model_job_cancel.c: calling jobs off, and what they were about. */
#include "folder.h"

#include "model/connection.h"
#include "model/job.h"
#include "model/job_cancel.h"
#include "model/run.h"
#include "model/upload.h"
#include "model/workflow.h"

#include <string.h>

static char job[ID_SIZE];

static void
add_job(enum job_kind kind, const char *member, const char *id)
{
	struct job_new n = {.kind = kind,
		.payload = arena_printf(arena, "{\"%s\":\"%s\"}", member, id)};

	IN_TRANSACTION(job_add(&n, job));
}

static int
cancel(const char *id)
{
	int done;

	IN_TRANSACTION(done = job_cancel(arena, id));
	return done;
}

static struct workflow
a_workflow(void)
{
	struct workflow w = {.name = "w",
		.mode = "workflow",
		.last_status = STATUS_DEPLOYING};

	IN_TRANSACTION(
		workflow_add(&w, folder_value("{}"), VERSION_CREATED, NULL));
	return w;
}

static void
a_run_that_had_not_begun_is_stopped(void **state)
{
	struct workflow w = a_workflow();
	struct run run = {.workflow_id = w.id, .job_id = job, .inputs = "{}"};

	(void)state;
	id_new_r(run.id);
	add_job(JOB_RUN, "run_id", run.id);
	IN_TRANSACTION(run_add(&run, NULL));
	assert_int_equal(cancel(job), 1);
	assert_int_equal(job_state(job), JOB_CANCELLED);
	assert_int_equal(run_find(arena, run.id, &run), 1);
	assert_string_equal(run.status, "stopped");
	assert_true(run.finished_at > 0);
	assert_int_equal(cancel(job), 0);
}

static void
a_deploy_leaves_the_workflow_as_it_was(void **state)
{
	struct workflow w = a_workflow();

	(void)state;
	add_job(JOB_DEPLOY, "workflow_id", w.id);
	assert_int_equal(cancel(job), 1);
	workflow_find(arena, w.id, &w);
	assert_int_equal(w.last_status, STATUS_DRAFT);
	IN_TRANSACTION(workflow_set_app(w.id, NULL, "app", NULL));
	add_job(JOB_DEPLOY, "workflow_id", w.id);
	assert_int_equal(cancel(job), 1);
	workflow_find(arena, w.id, &w);
	assert_int_equal(w.last_status, STATUS_DEPLOYED);
}

static void
a_deploy_that_waits_for_another_leaves_the_state_to_it(void **state)
{
	struct workflow w = a_workflow();

	(void)state;
	add_job(JOB_DEPLOY, "workflow_id", w.id);
	MEDDLE("UPDATE jobs SET state = 'running'");
	add_job(JOB_DEPLOY, "workflow_id", w.id);
	MEDDLE("UPDATE jobs SET workflow_id = payload ->> '$.workflow_id'");
	assert_int_equal(cancel(job), 1);
	assert_int_equal(job_state(job), JOB_CANCELLED);
	workflow_find(arena, w.id, &w);
	assert_int_equal(w.last_status, STATUS_DEPLOYING);
}

static void
an_upload_is_called_off(void **state)
{
	struct connection c = {.name = "c", .base_url = "http://a"};
	struct upload u = {.dataset_id = "d",
		.filename = "f",
		.size = 1,
		.segments = -1,
		.total_segments = -1};

	(void)state;
	IN_TRANSACTION(connection_add(&c, "secret"));
	u.connection_id = c.id;
	IN_TRANSACTION(upload_add(&u, NULL));
	add_job(JOB_FORWARD, "upload_id", u.id);
	assert_int_equal(cancel(job), 1);
	upload_find(arena, u.id, &u);
	assert_int_equal(u.state, UPLOAD_CANCELLED);
}

static void
what_the_worker_has_is_left_to_it(void **state)
{
	struct workflow w = a_workflow();

	(void)state;
	add_job(JOB_DEPLOY, "workflow_id", w.id);
	MEDDLE("UPDATE jobs SET state = 'running'");
	assert_int_equal(cancel(job), 1);
	assert_int_equal(job_state(job), JOB_RUNNING);
	workflow_find(arena, w.id, &w);
	assert_int_equal(w.last_status, STATUS_DEPLOYING);
}

static void
things_that_are_gone_do_no_harm(void **state)
{
	(void)state;
	add_job(JOB_RUN, "run_id", "not an id");
	assert_int_equal(cancel(job), 1);
	add_job(JOB_DEPLOY, "workflow_id", "0123456789abcdefghjk");
	assert_int_equal(cancel(job), 1);
	add_job(JOB_FORWARD, "upload_id", "0123456789abcdefghjk");
	assert_int_equal(cancel(job), 1);
	assert_int_equal(cancel("0123456789abcdefghjk"), -1);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(a_run_that_had_not_begun_is_stopped),
	STORE_TEST(a_deploy_leaves_the_workflow_as_it_was),
	STORE_TEST(a_deploy_that_waits_for_another_leaves_the_state_to_it),
	STORE_TEST(an_upload_is_called_off),
	STORE_TEST(what_the_worker_has_is_left_to_it),
	STORE_TEST(things_that_are_gone_do_no_harm),
};

UNIT_MAIN(tests)
