/* test_model_lane.c: a model is asked by so many at once, and left alone when
 * its server wants that. */
#include "folder.h"

#include "base/clock.h"
#include "base/str.h"
#include "model/event.h"
#include "model/job.h"
#include "model/lane.h"

#include <string.h>

static int
two_at_once(void **state)
{
	setenv("LLM_CONCURRENCY", "2", 1);
	if (store_set_up(state) != 0)
		return -1;
	unsetenv("LLM_CONCURRENCY");
	MEDDLE("INSERT INTO models (id, name, base_url, model, created_at,"
	       " updated_at) VALUES ('m1', 'a', 'u', 'x', 1, 1),"
	       " ('m2', 'b', 'u', 'x', 1, 1)");
	return 0;
}

/* A job of that model that is known by a letter. */
static const char *
queue_one(enum job_kind kind, const char *model, char letter)
{
	struct job_new n = {.kind = kind,
		.payload = arena_printf(arena,
			"{\"l\":\"%c\",\"model_id\":\"%s\"}", letter, model)};
	char id[ID_SIZE];

	IN_TRANSACTION(assert_int_equal(job_add(&n, id), 1));
	MEDDLE("UPDATE jobs SET run_after = (SELECT max(run_after) + 1"
	       " FROM jobs) WHERE run_after = 0");
	return arena_strdup(arena, id);
}

static const char *
next(int take)
{
	int room[JOB_KIND__MAX] = {
		[JOB_GENERATE] = 100, [JOB_TEST_MODEL] = 100};
	const char **ids;
	bool more;
	int n = job_pick(arena, room, JOB_LOOK_ALL, &ids, &more);
	struct str out;
	struct job j;
	int i;

	str_init(&out, arena, JOB_PICK_MOST + 1);
	for (i = 0; i < n; i++) {
		assert_int_equal(job_find(arena, ids[i], &j), 1);
		str_putc(&out, j.payload[6]);
		if (i < take)
			assert_int_equal(job_take(arena, "w", ids[i], &j), 1);
	}
	return out.s;
}

static void
so_many_of_a_model_at_once(void **state)
{
	const char *first = queue_one(JOB_GENERATE, "m1", 'a');

	(void)state;
	queue_one(JOB_GENERATE, "m1", 'b');
	queue_one(JOB_GENERATE, "m1", 'c');
	queue_one(JOB_GENERATE, "m2", 'x');
	assert_string_equal(next(2), "abx");
	assert_string_equal(next(0), "x");
	assert_int_equal(job_finish(first, "w", JOB_SUCCEEDED, "{}", NULL), 1);
	assert_string_equal(next(0), "cx");
}

static void
a_limit_of_its_own_counts(void **state)
{
	(void)state;
	MEDDLE("UPDATE models SET at_once = iif(id = 'm1', 1, 3)");
	queue_one(JOB_GENERATE, "m1", 'a');
	queue_one(JOB_GENERATE, "m1", 'b');
	queue_one(JOB_GENERATE, "m2", 'x');
	queue_one(JOB_GENERATE, "m2", 'y');
	queue_one(JOB_GENERATE, "m2", 'z');
	assert_string_equal(next(1), "axyz");
	assert_string_equal(next(0), "xyz");
}

static void
a_test_of_the_model_does_not_wait(void **state)
{
	(void)state;
	queue_one(JOB_GENERATE, "m1", 'a');
	queue_one(JOB_GENERATE, "m1", 'b');
	assert_string_equal(next(2), "ab");
	queue_one(JOB_TEST_MODEL, "m1", 't');
	IN_TRANSACTION(lane_pause("m1", clock_now_ms() + 60000, "busy"));
	assert_string_equal(next(0), "t");
}

static void
a_pause_holds_its_model_alone(void **state)
{
	int64_t until = clock_now_ms() + 60000;
	const char *id = queue_one(JOB_GENERATE, "m1", 'a');
	const char *why = NULL;
	struct event *rows;
	struct job j;
	int n;

	(void)state;
	queue_one(JOB_GENERATE, "m2", 'x');
	assert_int_equal(lane_paused(arena, "m1", &why), 0);
	IN_TRANSACTION(lane_pause("m1", until, "come back later"));
	assert_int_equal(lane_paused(arena, "m1", &why), until);
	assert_string_equal(why, "come back later");
	assert_string_equal(next(0), "x");
	assert_int_equal(job_find(arena, id, &j), 1);
	assert_non_null(strstr(j.progress, "\"trouble\":\"come back later\""));
	n = event_after(arena, 2, 10, &rows);
	assert_int_equal(n, 1);
	assert_non_null(strstr(rows[0].data, id));
	MEDDLE("UPDATE lanes SET paused_until = 1");
	assert_int_equal(lane_paused(arena, "m1", &why), 0);
	assert_string_equal(next(0), "ax");
}

static void
the_longer_pause_stays(void **state)
{
	int64_t until = clock_now_ms() + 60000;
	const char *why = NULL;

	(void)state;
	IN_TRANSACTION(lane_pause("m1", until, "long"));
	IN_TRANSACTION(lane_pause("m1", until - 30000, "short"));
	assert_int_equal(lane_paused(arena, "m1", &why), until);
	assert_string_equal(why, "long");
}

static void
a_model_that_is_gone_has_no_lane(void **state)
{
	const char *why;

	(void)state;
	IN_TRANSACTION(lane_pause("m3", clock_now_ms() + 60000, "busy"));
	assert_int_equal(lane_paused(arena, "m3", &why), 0);
	IN_TRANSACTION(lane_pause("m1", clock_now_ms() + 60000, "busy"));
	MEDDLE("DELETE FROM models WHERE id = 'm1'");
	assert_int_equal(NUMBER("SELECT count(*) FROM lanes"), 0);
}

#define LANE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, two_at_once, folder_tear_down)

static const struct CMUnitTest tests[] = {
	LANE_TEST(so_many_of_a_model_at_once),
	LANE_TEST(a_limit_of_its_own_counts),
	LANE_TEST(a_test_of_the_model_does_not_wait),
	LANE_TEST(a_pause_holds_its_model_alone),
	LANE_TEST(the_longer_pause_stays),
	LANE_TEST(a_model_that_is_gone_has_no_lane),
};

UNIT_MAIN(tests)
