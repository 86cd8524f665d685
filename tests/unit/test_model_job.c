/* test_model_job.c: a job is queued once, claimed by one and ends once. */
#include "folder.h"

#include "base/clock.h"
#include "base/limits.h"
#include "model/event.h"
#include "model/job.h"

#include <string.h>

enum { ALL_KINDS = (1 << JOB_KIND__MAX) - 1 };

static char last[ID_SIZE];

static const char *
added(enum job_kind kind)
{
	struct job_new n = {.kind = kind, .payload = "{\"a\":1}"};

	IN_TRANSACTION(assert_int_equal(job_add(&n, last), 1));
	return arena_strdup(arena, last);
}

static struct job
found(const char *id)
{
	struct job j;

	assert_int_equal(job_find(arena, id, &j), 1);
	return j;
}

/* The first one that is next, of the kinds whose bits are set. */
static int
claim(const char *owner, unsigned kinds, struct job *out)
{
	int room[JOB_KIND__MAX];
	const char **ids;
	bool more;
	int k;

	for (k = 0; k < JOB_KIND__MAX; k++)
		room[k] = (kinds & (1U << k)) != 0;
	if (job_pick(arena, room, JOB_LOOK_ALL, &ids, &more) == 0)
		return 0;
	return job_take(arena, owner, ids[0], out);
}

static struct job
claimed(const char *owner)
{
	struct job j;

	assert_int_equal(claim(owner, ALL_KINDS, &j), 1);
	return j;
}

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
	assert_int_equal(job_beat(id, "w"), 2);
	assert_int_equal(job_set_progress(id, "w", "{}"), 2);
	assert_int_equal(job_save(id, "w", "{}", NULL), 2);
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
	STORE_TEST(a_key_makes_one_job),
	STORE_TEST(the_oldest_is_claimed_first_and_by_one),
	STORE_TEST(kinds_are_respected),
	STORE_TEST(a_beat_renews_the_lease_of_its_owner),
	STORE_TEST(a_lease_that_is_over_is_taken_up_again),
	STORE_TEST(a_job_ends_once),
	STORE_TEST(a_retry_waits_its_time),
	STORE_TEST(a_queued_job_is_cancelled_at_once),
	STORE_TEST(a_running_job_is_told_to_stop),
	STORE_TEST(progress_is_told),
	STORE_TEST(the_callers_transaction_is_used),
	STORE_TEST(lists_are_filtered_and_paged),
	STORE_TEST(lists_are_of_any_state),
	STORE_TEST(counts_by_state),
	STORE_TEST(the_next_due_is_the_earliest),
	STORE_TEST(the_jobs_of_the_dead_are_free_at_once),
	cmocka_unit_test(three_states_are_ends),
};

UNIT_MAIN(tests)
