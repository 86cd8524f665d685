/* test_model_job.c: jobs as rows: made once by a key, found, listed, counted.
 */
#include "jobs.h"

#include "base/limits.h"
#include "model/event.h"

#include <string.h>

static void
a_new_job_is_queued_and_told(void **state)
{
	struct job_new n = {.kind = JOB_DEPLOY,
		.payload = "{\"x\":2}",
		.workflow_id = "0123456789abcdefghjk",
		.user_id = "user"};
	struct event *rows;
	struct job j;

	(void)state;
	IN_TRANSACTION(assert_int_equal(job_add(&n, last), 1));
	j = found(last);
	assert_int_equal(j.kind, JOB_DEPLOY);
	assert_int_equal(j.state, JOB_QUEUED);
	assert_string_equal(j.payload, "{\"x\":2}");
	assert_string_equal(j.workflow_id, "0123456789abcdefghjk");
	assert_string_equal(j.user_id, "user");
	assert_null(j.result);
	assert_int_equal(j.attempts, 0);
	assert_int_equal(j.started_at, 0);
	assert_int_equal(event_after(arena, 0, 10, &rows), 1);
	assert_int_equal(rows[0].kind, EVENT_JOB);
	assert_non_null(strstr(rows[0].data, "\"state\":\"queued\""));
	assert_non_null(strstr(rows[0].data, last));
	assert_int_equal(job_find(arena, "0123456789abcdefghjk", &j), 0);
}

/* As if it had been taken, so its lease can end, too. */
static void
a_job_may_have_its_owner_from_the_start(void **state)
{
	struct job_new n = {.kind = JOB_RUN, .payload = "{}", .owner = "w1"};
	struct event *rows;
	struct job j;

	(void)state;
	IN_TRANSACTION(assert_int_equal(job_add(&n, last), 1));
	j = found(last);
	assert_int_equal(j.state, JOB_RUNNING);
	assert_int_equal(j.attempts, 1);
	assert_int_equal(j.started_at, j.created_at);
	assert_int_equal(event_after(arena, 0, 10, &rows), 0);
	assert_int_equal(NUMBER("SELECT lease_until - created_at FROM jobs"),
		LIMIT_LEASE_MS);
	assert_int_equal(claim("w2", ALL_KINDS, &j), 0);
	assert_int_equal(job_beat(last, "w2"), 0);
	assert_int_equal(job_beat(last, "w1"), 1);
	assert_int_equal(job_set_progress(last, "w1", "{}"), 1);
	assert_int_equal(event_after(arena, 0, 10, &rows), 1);
	assert_non_null(strstr(rows[0].data, "\"state\":\"running\""));
	MEDDLE("UPDATE jobs SET lease_until = 1");
	assert_int_equal(claimed("w2").attempts, 2);
}

static void
a_key_makes_one_job(void **state)
{
	struct job_new n = {.kind = JOB_RUN,
		.payload = "{}",
		.user_id = "u1",
		.key = {.user_id = "u1", .key = "k"}};
	char first[ID_SIZE];
	char again[ID_SIZE];

	(void)state;
	IN_TRANSACTION(assert_int_equal(job_add(&n, first), 1));
	IN_TRANSACTION(assert_int_equal(job_add(&n, again), 0));
	assert_string_equal(first, again);
	n.key.hash[0] = 1;
	IN_TRANSACTION(assert_int_equal(job_add(&n, again), -1));
	n.key.key = NULL;
	IN_TRANSACTION(assert_int_equal(job_add(&n, again), 1));
	assert_int_equal(NUMBER("SELECT count(*) FROM jobs"), 2);
}

static void
a_queued_job_is_cancelled_at_once(void **state)
{
	const char *id = added(JOB_RUN);
	struct job j;
	int result;

	(void)state;
	IN_TRANSACTION(result = job_request_cancel(id));
	assert_int_equal(result, 1);
	assert_int_equal(found(id).state, JOB_CANCELLED);
	assert_true(found(id).finished_at > 0);
	assert_int_equal(claim("w", ALL_KINDS, &j), 0);
	IN_TRANSACTION(result = job_request_cancel(id));
	assert_int_equal(result, 0);
	IN_TRANSACTION(result = job_request_cancel("0123456789abcdefghjk"));
	assert_int_equal(result, -1);
}

static void
lists_are_filtered_and_paged(void **state)
{
	const char *ids[6];
	struct job_filter f = {.kind = -1, .state = -1, .limit = 4};
	struct job *rows;
	int i;

	(void)state;
	for (i = 0; i < 6; i++)
		ids[i] = added(i % 2 == 0 ? JOB_RUN : JOB_DEPLOY);
	assert_int_equal(job_list(arena, &f, &rows), 4);
	for (i = 1; i < 4; i++)
		assert_true(strcmp(rows[i - 1].id, rows[i].id) > 0);
	assert_null(rows[0].payload);
	f.after = rows[3].id;
	assert_int_equal(job_list(arena, &f, &rows), 2);
	f = (struct job_filter){.kind = JOB_DEPLOY, .state = -1, .limit = 10};
	assert_int_equal(job_list(arena, &f, &rows), 3);
	f = (struct job_filter){.kind = -1, .state = JOB_RUNNING, .limit = 10};
	assert_int_equal(job_list(arena, &f, &rows), 0);
	claimed("w");
	assert_int_equal(job_list(arena, &f, &rows), 1);
	f.workflow_id = "0123456789abcdefghjk";
	assert_int_equal(job_list(arena, &f, &rows), 0);
	assert_int_equal(found(ids[0]).state + found(ids[1]).state +
				 found(ids[2]).state + found(ids[3]).state +
				 found(ids[4]).state + found(ids[5]).state,
		JOB_RUNNING);
}

static void
lists_are_of_any_state(void **state)
{
	static const enum job_state over[] = {
		JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELLED};
	struct job_filter f = {.kind = -1, .limit = 10};
	struct job *rows;
	struct job j;
	size_t i;

	(void)state;
	for (i = 0; i < nitems(over) + 2; i++)
		added(JOB_RUN);
	for (i = 0; i < nitems(over); i++) {
		j = claimed("w");
		assert_int_equal(job_finish(j.id, "w", over[i], NULL, NULL), 1);
	}
	claimed("w");
	for (f.state = 0; f.state < JOB_STATE__MAX; f.state++) {
		assert_int_equal(job_list(arena, &f, &rows), 1);
		assert_int_equal((int)rows[0].state, f.state);
	}
}

static void
counts_by_state(void **state)
{
	int64_t counts[JOB_STATE__MAX];
	struct job j;

	(void)state;
	added(JOB_RUN);
	added(JOB_RUN);
	added(JOB_RUN);
	j = claimed("w");
	assert_int_equal(job_finish(j.id, "w", JOB_FAILED, NULL, "{}"), 1);
	claimed("w");
	job_counts(counts);
	assert_int_equal(counts[JOB_QUEUED], 1);
	assert_int_equal(counts[JOB_RUNNING], 1);
	assert_int_equal(counts[JOB_FAILED], 1);
	assert_int_equal(counts[JOB_SUCCEEDED], 0);
	MEDDLE("UPDATE jobs SET finished_at = finished_at - 25 * 3600000"
	       " WHERE state = 'failed'");
	job_counts(counts);
	assert_int_equal(counts[JOB_FAILED], 0);
}

static const struct {
	enum job_state state;
	bool ended;
} ends[] = {
	{JOB_QUEUED, false},
	{JOB_RUNNING, false},
	{JOB_SUCCEEDED, true},
	{JOB_FAILED, true},
	{JOB_CANCELLED, true},
};

static void
three_states_are_ends(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(nitems(ends), JOB_STATE__MAX);
	for (i = 0; i < nitems(ends); i++)
		assert_int_equal(job_ended(ends[i].state), ends[i].ended);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(a_new_job_is_queued_and_told),
	STORE_TEST(a_job_may_have_its_owner_from_the_start),
	STORE_TEST(a_key_makes_one_job),
	STORE_TEST(a_queued_job_is_cancelled_at_once),
	STORE_TEST(lists_are_filtered_and_paged),
	STORE_TEST(lists_are_of_any_state),
	STORE_TEST(counts_by_state),
	cmocka_unit_test(three_states_are_ends),
};

UNIT_MAIN(tests)
