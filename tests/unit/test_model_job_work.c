/* test_model_job_work.c: a job is claimed by one, kept by a lease and ends
 * once.
 */
#include "jobs.h"

#include "base/clock.h"
#include "base/limits.h"
#include "model/event.h"

#include <string.h>

static void
the_oldest_is_claimed_first_and_by_one(void **state)
{
	const char *one = added(JOB_RUN);
	const char *two;
	struct job j;

	(void)state;
	while (strncmp(two = added(JOB_DEPLOY), one, 8) == 0)
		MEDDLE("DELETE FROM jobs WHERE kind = 'deploy'");
	j = claimed("w1");
	assert_string_equal(j.id, one);
	assert_int_equal(j.state, JOB_RUNNING);
	assert_int_equal(j.attempts, 1);
	assert_true(j.started_at > 0);
	assert_string_equal(claimed("w2").id, two);
	assert_int_equal(claim("w3", ALL_KINDS, &j), 0);
}

static void
kinds_are_respected(void **state)
{
	struct job j;

	(void)state;
	added(JOB_RUN);
	assert_int_equal(claim("w", ALL_KINDS & ~(1U << JOB_RUN), &j), 0);
	assert_int_equal(claim("w", 0, &j), 0);
	assert_int_equal(claim("w", 1U << JOB_RUN, &j), 1);
	/* "run" is no part of another kind's name. */
	added(JOB_UNDEPLOY);
	assert_int_equal(claim("w", 1U << JOB_DEPLOY, &j), 0);
}

static void
a_beat_renews_the_lease_of_its_owner(void **state)
{
	const char *id = added(JOB_RUN);

	(void)state;
	claimed("w1");
	MEDDLE("UPDATE jobs SET lease_until = 5");
	assert_int_equal(job_beat(id, "w2"), 0);
	assert_int_equal(NUMBER("SELECT lease_until FROM jobs"), 5);
	assert_int_equal(job_beat(id, "w1"), 1);
	assert_in_range(NUMBER("SELECT lease_until FROM jobs"),
		clock_now_ms() + LIMIT_LEASE_MS - 5000,
		clock_now_ms() + LIMIT_LEASE_MS);
	assert_int_equal(job_beat("0123456789abcdefghjk", "w1"), 0);
}

static void
a_lease_that_is_over_is_taken_up_again(void **state)
{
	const char *id = added(JOB_RUN);
	struct job j;

	(void)state;
	claimed("w1");
	assert_int_equal(job_save(id, "w1", "{\"step\":2}", NULL), 1);
	MEDDLE("UPDATE jobs SET lease_until = 1");
	j = claimed("w2");
	assert_string_equal(j.id, id);
	assert_int_equal(j.attempts, 2);
	assert_string_equal(j.memo, "{\"step\":2}");
	/* The first owner has lost it and can do nothing more. */
	assert_int_equal(job_beat(id, "w1"), 0);
	assert_int_equal(job_save(id, "w1", "{}", NULL), 0);
	assert_int_equal(job_set_progress(id, "w1", "{}"), 0);
	assert_int_equal(job_retry(id, "w1", 0), 0);
	assert_int_equal(
		job_finish(id, "w1", JOB_SUCCEEDED, "{\"w\":1}", NULL), 0);
	assert_int_equal(
		job_finish(id, "w2", JOB_SUCCEEDED, "{\"w\":2}", NULL), 1);
	assert_string_equal(found(id).result, "{\"w\":2}");
}

static void
a_job_ends_once(void **state)
{
	const char *id = added(JOB_RUN);
	struct job j;

	(void)state;
	claimed("w");
	assert_int_equal(
		job_finish(id, "w", JOB_FAILED, NULL, "{\"code\":\"x\"}"), 1);
	assert_int_equal(job_finish(id, "w", JOB_SUCCEEDED, "{}", NULL), 0);
	assert_int_equal(job_retry(id, "w", 0), 0);
	j = found(id);
	assert_int_equal(j.state, JOB_FAILED);
	assert_string_equal(j.error, "{\"code\":\"x\"}");
	assert_null(j.result);
	assert_true(j.finished_at >= j.started_at);
	assert_int_equal(claim("w", ALL_KINDS, &j), 0);
}

static void
a_retry_waits_its_time(void **state)
{
	const char *id = added(JOB_RUN);
	struct job j;

	(void)state;
	claimed("w");
	assert_int_equal(job_retry(id, "w", 60000), 1);
	assert_int_equal(found(id).state, JOB_QUEUED);
	assert_int_equal(claim("w", ALL_KINDS, &j), 0);
	assert_in_range(
		job_next_due(), clock_now_ms() + 50000, clock_now_ms() + 60000);
	MEDDLE("UPDATE jobs SET run_after = 1");
	j = claimed("w");
	assert_int_equal(j.attempts, 2);
	assert_true(j.started_at > 0);
}

static void
a_running_job_is_told_to_stop(void **state)
{
	const char *id = added(JOB_RUN);
	int result;

	(void)state;
	claimed("w");
	assert_int_equal(job_beat(id, "w"), 1);
	IN_TRANSACTION(result = job_request_cancel(id));
	assert_int_equal(result, 1);
	assert_int_equal(found(id).state, JOB_RUNNING);
	assert_true(found(id).cancel);
	assert_int_equal(job_beat(id, "w"), 1);
	assert_int_equal(job_set_progress(id, "w", "{}"), 1);
	assert_int_equal(job_save(id, "w", "{}", NULL), 1);
	assert_int_equal(job_finish(id, "w", JOB_CANCELLED, NULL, NULL), 1);
	assert_int_equal(found(id).state, JOB_CANCELLED);
}

static void
progress_is_told(void **state)
{
	const char *id = added(JOB_GENERATE);
	struct event *rows;
	int64_t before;

	(void)state;
	claimed("w");
	before = event_newest();
	assert_int_equal(job_beat(id, "w"), 1);
	assert_int_equal(job_save(id, "w", "{}", NULL), 1);
	assert_int_equal(event_newest(), before);
	assert_int_equal(job_set_progress(id, "w", "{\"phase\":\"ask\"}"), 1);
	assert_string_equal(found(id).progress, "{\"phase\":\"ask\"}");
	assert_int_equal(event_after(arena, before, 10, &rows), 1);
	assert_non_null(
		strstr(rows[0].data, "\"progress\":{\"phase\":\"ask\"}"));
}

/* What belongs together is written together. */
static void
the_callers_transaction_is_used(void **state)
{
	const char *id = added(JOB_RUN);

	(void)state;
	claimed("w");
	assert_int_equal(db_begin(0), 0);
	assert_int_equal(job_set_progress(id, "w", "{\"n\":1}"), 1);
	assert_int_equal(job_save(id, "w", "{\"n\":1}", NULL), 1);
	assert_int_equal(job_finish(id, "w", JOB_SUCCEEDED, "{}", NULL), 1);
	assert_true(db_in_transaction());
	db_rollback();
	assert_int_equal(found(id).state, JOB_RUNNING);
	assert_null(found(id).memo);
	assert_null(found(id).progress);
}

static void
the_next_due_is_the_earliest(void **state)
{
	(void)state;
	assert_int_equal(job_next_due(), 0);
	added(JOB_RUN);
	claimed("w");
	assert_in_range(job_next_due(), clock_now_ms(),
		clock_now_ms() + LIMIT_LEASE_MS);
}

static void
the_jobs_of_the_dead_are_free_at_once(void **state)
{
	const char *id = added(JOB_RUN);
	const char **owners;
	struct job j;

	(void)state;
	assert_int_equal(job_owners(arena, &owners), 0);
	claimed("dead");
	assert_int_equal(job_owners(arena, &owners), 1);
	assert_string_equal(owners[0], "dead");
	IN_TRANSACTION(job_release("alive"));
	assert_int_equal(claim("w", ALL_KINDS, &j), 0);
	IN_TRANSACTION(job_release("dead"));
	assert_in_range(job_next_due(), 1, clock_now_ms());
	j = claimed("w");
	assert_string_equal(j.id, id);
	assert_int_equal(j.attempts, 2);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(the_oldest_is_claimed_first_and_by_one),
	STORE_TEST(kinds_are_respected),
	STORE_TEST(a_beat_renews_the_lease_of_its_owner),
	STORE_TEST(a_lease_that_is_over_is_taken_up_again),
	STORE_TEST(a_job_ends_once),
	STORE_TEST(a_retry_waits_its_time),
	STORE_TEST(a_running_job_is_told_to_stop),
	STORE_TEST(progress_is_told),
	STORE_TEST(the_callers_transaction_is_used),
	STORE_TEST(the_next_due_is_the_earliest),
	STORE_TEST(the_jobs_of_the_dead_are_free_at_once),
};

UNIT_MAIN(tests)
