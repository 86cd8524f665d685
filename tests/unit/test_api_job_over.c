/* test_api_job_over.c: the end of a job is seen by whoever waits for it. */
#include "folder.h"

#include "api/job_over.h"
#include "io/hub_conn.h"
#include "model/job.h"

static unsigned looks;

/* As a hub does it that was woken. */
static bool
looked(const char *id)
{
	bool over;

	hub.look = looks;
	over = job_over(id);
	hub.look = 0;
	return over;
}

static const char *
add(void)
{
	struct job_new n = {.kind = JOB_RUN, .payload = "{}"};
	char *id = arena_alloc(arena, ID_SIZE);
	struct job j;

	IN_TRANSACTION(assert_int_equal(job_add(&n, id), 1));
	assert_int_equal(job_take(arena, "w", id, &j), 1);
	return id;
}

static void
end(const char *id)
{
	assert_int_equal(job_finish(id, "w", JOB_SUCCEEDED, "{}", NULL), 1);
}

static void
the_first_look_reads_the_jobs(void **state)
{
	const char *a = add();
	const char *b = add();

	(void)state;
	end(a);
	looks++;
	assert_true(looked(a));
	assert_false(looked(b));
	assert_true(job_over(a));
	assert_false(job_over(b));
	assert_true(job_over("0123456789abcdefghjk"));
}

static void
a_later_one_finds_what_ended_since(void **state)
{
	const char *a = add();
	const char *b = add();

	(void)state;
	looks++;
	assert_false(looked(a)); /* on a database that is new to it */
	looks++;
	assert_false(looked(a));
	end(b);
	assert_false(looked(b)); /* this look has read the ends */
	looks++;
	assert_false(looked(a));
	assert_true(looked(b));
	end(a);
	looks++;
	assert_true(looked(a));
}

static void
of_many_each_is_seen(void **state)
{
	const char *ids[100];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(ids); i++)
		ids[i] = add();
	looks++;
	assert_false(looked(ids[0]));
	for (i = 0; i < nitems(ids); i++)
		end(ids[i]);
	looks++;
	for (i = 0; i < nitems(ids); i++)
		assert_true(looked(ids[i]));
}

static void
events_that_are_gone_hide_no_end(void **state)
{
	const char *a = add();

	(void)state;
	looks++;
	assert_false(looked(a));
	end(a);
	MEDDLE("DELETE FROM events");
	looks++;
	assert_true(looked(a));
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(the_first_look_reads_the_jobs),
	STORE_TEST(a_later_one_finds_what_ended_since),
	STORE_TEST(of_many_each_is_seen),
	STORE_TEST(events_that_are_gone_hide_no_end),
};

UNIT_MAIN(tests)
