/* test_model_job_pick.c: users take turns, and nobody is forgotten. */
#include "folder.h"

#include "base/str.h"
#include "model/job.h"

#include <string.h>

enum { PLENTY = 1000 };

/* A job that is known by a letter, after those that are there. */
static void
queue_one(enum job_kind kind, const char *user, char letter)
{
	struct job_new n = {.kind = kind,
		.payload = arena_printf(arena, "\"%c\"", letter),
		.user_id = user};
	char id[ID_SIZE];

	IN_TRANSACTION(assert_int_equal(job_add(&n, id), 1));
	MEDDLE("UPDATE jobs SET run_after = (SELECT max(run_after) + 1"
	       " FROM jobs) WHERE run_after = 0");
}

static char
letter_of(const char *id)
{
	struct job j;

	assert_int_equal(job_find(arena, id, &j), 1);
	return j.payload[1];
}

static void
queue_many(enum job_kind kind, const char *user, const char *letters)
{
	for (; *letters != '\0'; letters++)
		queue_one(kind, user, *letters);
}

/* The letters of those that are next, in their order. */
static const char *
next(int generate, int deploy)
{
	int room[JOB_KIND__MAX] = {
		[JOB_GENERATE] = generate, [JOB_DEPLOY] = deploy};
	const char **ids;
	bool more;
	int n = job_pick(arena, room, JOB_LOOK_ALL, &ids, &more);
	struct str out;
	int i;

	str_init(&out, arena, JOB_PICK_MOST + 1);
	for (i = 0; i < n; i++)
		str_putc(&out, letter_of(ids[i]));
	return out.s;
}

static const char *
whole_id(char letter)
{
	const char **ids;
	bool more;
	int room[JOB_KIND__MAX] = {PLENTY, PLENTY};
	int n = job_pick(arena, room, JOB_LOOK_ALL, &ids, &more);

	while (n-- > 0)
		if (letter_of(ids[n]) == letter)
			return ids[n];
	fail_msg("no job %c is next", letter);
	return NULL;
}

static const char *
take(char letter)
{
	const char *id = whole_id(letter);
	struct job j;

	assert_int_equal(job_take(arena, "w", id, &j), 1);
	job_turn(&j);
	return id;
}

static void
take_all(const char *letters)
{
	while (*letters != '\0')
		take(*letters++);
}

static void
one_user_has_them_in_the_order_of_making(void **state)
{
	(void)state;
	queue_many(JOB_GENERATE, "u1", "abcd");
	assert_string_equal(next(PLENTY, 0), "abcd");
	assert_string_equal(next(2, 0), "ab");
	assert_string_equal(next(0, 0), "");
}

static void
users_take_turns(void **state)
{
	(void)state;
	queue_many(JOB_GENERATE, "u1", "abcd");
	queue_many(JOB_GENERATE, "u2", "mn");
	queue_many(JOB_GENERATE, NULL, "x");
	assert_string_equal(next(PLENTY, 0), "amxbncd");
}

static void
who_has_fewest_running_is_first(void **state)
{
	(void)state;
	queue_many(JOB_GENERATE, "u1", "abcdef");
	take_all("abc");
	queue_many(JOB_GENERATE, "u2", "mnopq");
	assert_string_equal(next(3, 0), "mno");
	assert_string_equal(next(PLENTY, 0), "mnopdqef");
}

static void
with_room_for_one_the_turn_goes_round(void **state)
{
	static const char *const order[] = {"a", "m", "x", "b", "n", "c", "d"};
	size_t i;

	(void)state;
	queue_many(JOB_GENERATE, "u1", "abcd");
	queue_many(JOB_GENERATE, "u2", "mn");
	queue_many(JOB_GENERATE, "u3", "x");
	for (i = 0; i < nitems(order); i++) {
		const char *id;

		assert_string_equal(next(1, 0), order[i]);
		id = take(*order[i]);
		assert_int_equal(
			job_finish(id, "w", JOB_SUCCEEDED, "{}", NULL), 1);
	}
	assert_string_equal(next(1, 0), "");
}

static void
each_kind_has_room_and_turns_of_its_own(void **state)
{
	(void)state;
	queue_many(JOB_GENERATE, "u1", "abc");
	take_all("ab");
	queue_many(JOB_DEPLOY, "u1", "d");
	queue_many(JOB_DEPLOY, "u2", "e");
	assert_string_equal(next(0, 1), "d");
	assert_string_equal(next(0, 2), "de");
	assert_string_equal(next(1, 1), "cd");
}

static void
who_is_dead_has_nothing_running(void **state)
{
	(void)state;
	queue_many(JOB_GENERATE, "u1", "ab");
	take_all("ab");
	queue_many(JOB_GENERATE, "u2", "mno");
	assert_string_equal(next(PLENTY, 0), "mno");
	MEDDLE("UPDATE jobs SET lease_until = 1 WHERE state = 'running'");
	assert_string_equal(next(PLENTY, 0), "manbo");
}

static void
a_look_at_the_queue_alone_leaves_out_who_is_dead(void **state)
{
	int room[JOB_KIND__MAX] = {[JOB_GENERATE] = PLENTY};
	const char **ids;
	bool more;

	(void)state;
	queue_many(JOB_GENERATE, "u1", "ab");
	take('a');
	MEDDLE("UPDATE jobs SET lease_until = 1 WHERE state = 'running'");
	assert_int_equal(
		job_pick(arena, room, JOB_LOOK_QUEUED, &ids, &more), 1);
	assert_int_equal(letter_of(ids[0]), 'b');
	assert_false(more);
	assert_string_equal(next(PLENTY, 0), "ab");
}

/* Nobody has to wait, so nobody need be asked who goes first. */
static void
few_that_all_fit_go_as_they_came(void **state)
{
	(void)state;
	queue_many(JOB_GENERATE, "u1", "ab");
	queue_many(JOB_DEPLOY, "u2", "m");
	queue_many(JOB_GENERATE, "u2", "n");
	assert_string_equal(next(PLENTY, 1), "abmn");
	assert_string_equal(next(2, 1), "amn");
	queue_many(JOB_GENERATE, "u1", "c");
	assert_string_equal(next(PLENTY, 1), "amnbc");
}

static void
a_look_brings_no_more_than_it_says(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < JOB_PICK_MOST + 20; i++)
		queue_one(JOB_GENERATE, "u1", 'a');
	assert_int_equal(strlen(next(PLENTY, 0)), JOB_PICK_MOST);
}

static void
what_is_taken_is_not_free(void **state)
{
	const char *id;
	struct job j;

	(void)state;
	queue_many(JOB_GENERATE, "u1", "a");
	id = take('a');
	assert_int_equal(job_take(arena, "w2", id, &j), 0);
	assert_int_equal(job_take(arena, "w2", "0123456789abcdefghjk", &j), 0);
}

static void
whether_others_wait_is_said(void **state)
{
	(void)state;
	assert_false(job_waits(JOB_GENERATE));
	queue_many(JOB_GENERATE, "u1", "a");
	assert_true(job_waits(JOB_GENERATE));
	assert_false(job_waits(JOB_DEPLOY));
	take('a');
	assert_false(job_waits(JOB_GENERATE));
	queue_many(JOB_GENERATE, "u2", "b");
	MEDDLE("UPDATE jobs SET run_after = 9999999999999");
	assert_false(job_waits(JOB_GENERATE));
}

static void
deploys_of_one_workflow_follow_one_another(void **state)
{
	(void)state;
	queue_many(JOB_DEPLOY, "u1", "abc");
	queue_many(JOB_DEPLOY, "u2", "m");
	MEDDLE("UPDATE jobs SET workflow_id = iif(user_id = 'u1', 'w', 'x')");
	assert_string_equal(next(0, PLENTY), "am");
	take('a');
	assert_string_equal(next(0, PLENTY), "m");
	MEDDLE("UPDATE jobs SET lease_until = 1 WHERE state = 'running'");
	assert_string_equal(next(0, PLENTY), "am");
	MEDDLE("UPDATE jobs SET state = 'failed' WHERE state = 'running'");
	assert_string_equal(next(0, PLENTY), "bm");
	MEDDLE("UPDATE jobs SET state = 'cancelled' WHERE payload = '\"b\"'");
	assert_string_equal(next(0, PLENTY), "cm");
}

static void
they_do_so_in_a_crowd_too(void **state)
{
	(void)state;
	queue_many(JOB_DEPLOY, "u1", "ab");
	queue_many(JOB_GENERATE, "u1", "pqrstu");
	MEDDLE("UPDATE jobs SET workflow_id = 'w'");
	assert_string_equal(next(PLENTY, PLENTY), "apqrstu");
	take('a');
	assert_string_equal(next(PLENTY, PLENTY), "pqrstu");
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(one_user_has_them_in_the_order_of_making),
	STORE_TEST(users_take_turns),
	STORE_TEST(who_has_fewest_running_is_first),
	STORE_TEST(with_room_for_one_the_turn_goes_round),
	STORE_TEST(each_kind_has_room_and_turns_of_its_own),
	STORE_TEST(who_is_dead_has_nothing_running),
	STORE_TEST(few_that_all_fit_go_as_they_came),
	STORE_TEST(a_look_at_the_queue_alone_leaves_out_who_is_dead),
	STORE_TEST(a_look_brings_no_more_than_it_says),
	STORE_TEST(what_is_taken_is_not_free),
	STORE_TEST(whether_others_wait_is_said),
	STORE_TEST(deploys_of_one_workflow_follow_one_another),
	STORE_TEST(they_do_so_in_a_crowd_too),
};

UNIT_MAIN(tests)
