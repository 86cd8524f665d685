/* test_model_end_user.c: names for runs in Dify: used again, never twice at
 * once. */
#include "folder.h"

#include "model/end_user.h"
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
begun(void)
{
	struct run r = {
		.workflow_id = workflow.id, .job_id = "job", .inputs = "{}"};

	id_new_r(r.id);
	IN_TRANSACTION(r.end_user = end_user_take(arena, r.id);
		       run_add(&r, NULL));
	return r;
}

static void
end(const struct run *run, const char *status, const char *dify_run_id)
{
	struct run r = {.status = status,
		.dify_run_id = dify_run_id,
		.elapsed_ms = -1,
		.total_tokens = -1,
		.total_steps = -1,
		.finished_at = 9};

	memcpy(r.id, run->id, ID_SIZE);
	IN_TRANSACTION(run_set(&r));
}

/* What earlier tests left is in use for ever. */
static void
one_at_a_time_has_one_name(void **state)
{
	struct run a = begun();
	struct run b;

	(void)state;
	assert_int_equal(strncmp(a.end_user, "studio-", 7), 0);
	assert_true(id_valid(a.end_user + 7));
	end(&a, "succeeded", "d-1");
	b = begun();
	assert_string_equal(a.end_user, b.end_user);
	end(&b, "failed", "d-2");
	assert_string_equal(begun().end_user, a.end_user);
}

static void
who_runs_keeps_the_name(void **state)
{
	struct run a = begun();
	struct run b = begun();
	struct run there;

	(void)state;
	assert_string_not_equal(a.end_user, b.end_user);
	assert_int_equal(run_find(arena, a.id, &there), 1);
	assert_string_equal(there.end_user, a.end_user);
	assert_string_not_equal(begun().end_user, a.end_user);
	end(&a, "succeeded", "d-5"); /* it was looked at and kept */
	assert_string_equal(begun().end_user, a.end_user);
}

static void
what_may_yet_begin_in_dify_keeps_the_name(void **state)
{
	struct run lost = begun();
	struct run twice = begun();
	struct run gone = begun();
	struct db_stmt *s = db_stmt("DELETE FROM runs WHERE id = ?1");
	int i;

	(void)state;
	end(&lost, "unknown", NULL);
	IN_TRANSACTION(run_own_user(twice.id));
	end(&twice, "succeeded", "d-3");
	db_bind(s, "t", gone.id);
	IN_TRANSACTION(db_run(s));
	for (i = 0; i < 16; i++) {
		struct run r = begun();

		assert_string_not_equal(r.end_user, lost.end_user);
		assert_string_not_equal(r.end_user, twice.end_user);
		assert_string_not_equal(r.end_user, gone.end_user);
	}
}

static void
long_runs_do_not_keep_the_others_from_being_found(void **state)
{
	struct run quick;
	int found = 0;
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		begun();
	quick = begun();
	end(&quick, "succeeded", "d-4");
	for (i = 0; i < 60; i++)
		found += strcmp(begun().end_user, quick.end_user) == 0;
	assert_int_equal(found, 1);
}

static void
more_than_are_held_have_names_all_the_same(void **state)
{
	enum { MANY = 300 };
	struct run runs[MANY];
	int i;
	int j;

	(void)state;
	for (i = 0; i < MANY; i++)
		runs[i] = begun();
	for (i = 0; i < MANY; i++)
		end(&runs[i], "succeeded", "d-6");
	for (i = 0; i < MANY; i++) {
		runs[i] = begun();
		for (j = 0; j < i; j++)
			assert_string_not_equal(
				runs[i].end_user, runs[j].end_user);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_at_a_time_has_one_name),
		cmocka_unit_test(who_runs_keeps_the_name),
		cmocka_unit_test(what_may_yet_begin_in_dify_keeps_the_name),
		cmocka_unit_test(
			long_runs_do_not_keep_the_others_from_being_found),
		cmocka_unit_test(more_than_are_held_have_names_all_the_same),
	};

	return cmocka_run_group_tests(tests, set_up, folder_tear_down);
}
