/* test_model_workflow.c: workflows, their tags, versions and app keys. */
#include "folder.h"

#include "model/event.h"
#include "model/user.h"
#include "model/workflow.h"

#include <string.h>
#include <time.h>

static struct workflow
added(const char *name, const char **tags, size_t ntags)
{
	struct workflow w = {
		.name = name, .mode = "workflow", .tags = tags, .ntags = ntags};

	IN_TRANSACTION(workflow_add(
		&w, folder_value("{\"v\":1}"), VERSION_CREATED, NULL));
	return w;
}

static struct workflow
found(const char *id)
{
	struct workflow w;

	assert_int_equal(workflow_find(arena, id, &w), 1);
	return w;
}

static void
a_new_one_is_found(void **state)
{
	const char *tags[] = {"b", "a", "b"};
	struct workflow w = added("one", tags, 3);
	struct workflow there = found(w.id);

	(void)state;
	assert_string_equal(there.name, "one");
	assert_string_equal(there.description, "");
	assert_string_equal(there.mode, "workflow");
	assert_int_equal(there.last_status, STATUS_DRAFT);
	assert_int_equal(there.version, 1);
	assert_int_equal(there.ntags, 2);
	assert_string_equal(there.tags[0], "a");
	assert_string_equal(there.tags[1], "b");
	assert_null(there.dify_app_id);
	assert_null(there.prompt);
	assert_int_equal(there.created_at, there.updated_at);
	assert_string_equal(version_dsl(arena, w.id, 0), "{\"v\":1}");
	assert_int_equal(workflow_find(arena, "0123456789abcdefghjk", &w), 0);
}

static void
update_keeps_what_is_not_given(void **state)
{
	const char *tags[] = {"a"};
	const char *const other[] = {"x", "y"};
	struct workflow w = added("one", tags, 1);

	(void)state;
	IN_TRANSACTION(assert_int_equal(
		workflow_update(w.id, NULL, "about", NULL, 0), 1));
	w = found(w.id);
	assert_string_equal(w.name, "one");
	assert_string_equal(w.description, "about");
	assert_int_equal(w.ntags, 1);
	IN_TRANSACTION(assert_int_equal(
		workflow_update(w.id, "two", NULL, other, 2), 1));
	w = found(w.id);
	assert_string_equal(w.name, "two");
	assert_string_equal(w.description, "about");
	assert_int_equal(w.ntags, 2);
	IN_TRANSACTION(assert_int_equal(
		workflow_update(w.id, NULL, NULL, other, 0), 1));
	assert_int_equal(found(w.id).ntags, 0);
	IN_TRANSACTION(assert_int_equal(
		workflow_update("0123456789abcdefghjk", "x", NULL, NULL, 0),
		0));
}

static void
deletion_takes_everything_along(void **state)
{
	const char *tags[] = {"a"};
	struct workflow w = added("one", tags, 1);
	struct tag_count *counts;

	(void)state;
	IN_TRANSACTION(assert_int_equal(workflow_delete(w.id), 1));
	IN_TRANSACTION(assert_int_equal(workflow_delete(w.id), 0));
	assert_null(version_dsl(arena, w.id, 0));
	assert_int_equal(workflow_tag_counts(arena, &counts), 0);
	assert_int_equal(NUMBER("SELECT count(*) FROM versions"), 0);
}

static int
listed(const char *text, const char *tag)
{
	struct workflow_filter f = {.text = text, .tag = tag, .limit = 50};
	struct workflow *rows;

	return workflow_list(arena, &f, &rows);
}

static void
search_looks_into_name_and_description(void **state)
{
	const char *tags[] = {"sales", "\xE9\x94\x80\xE5\x94\xAE"};
	struct workflow w = added("Mail Sorter", tags, 2);

	(void)state;
	added("\xE5\x8F\x91\xE7\xA5\xA8\xE6\xA3\x80\xE6\x9F\xA5", tags, 1);
	IN_TRANSACTION(workflow_update(w.id, NULL, "100% of_mails", NULL, 0));
	assert_int_equal(listed(NULL, NULL), 2);
	assert_int_equal(listed("", NULL), 2);
	assert_int_equal(listed("mail sort", NULL), 1);
	assert_int_equal(listed("\xE5\x8F\x91\xE7\xA5\xA8", NULL), 1);
	assert_int_equal(listed("MAILS", NULL), 1);
	/* Nothing in the text is a wildcard. */
	assert_int_equal(listed("%", NULL), 0);
	assert_int_equal(listed("_", NULL), 0);
	assert_int_equal(listed("m%r", NULL), 0);
	assert_int_equal(listed(NULL, "sales"), 2);
	assert_int_equal(listed(NULL, "sale"), 0);
	assert_int_equal(listed(NULL, tags[1]), 1);
	assert_int_equal(listed("mail", "sales"), 1);
	assert_int_equal(listed("invoice", "sales"), 0);
}

static void
pages_follow_the_time_of_change(void **state)
{
	struct timespec nap = {0, 2000000};
	struct workflow_filter f = {.limit = 3};
	struct workflow *rows;
	char first[ID_SIZE];
	int seen = 0;
	int n;
	int i;

	(void)state;
	for (i = 0; i < 7; i++) {
		struct workflow w =
			added(arena_printf(arena, "w%d", i), NULL, 0);

		if (i == 0)
			memcpy(first, w.id, ID_SIZE);
		nanosleep(&nap, NULL);
	}
	IN_TRANSACTION(workflow_update(first, "w0!", NULL, NULL, 0));
	while ((n = workflow_list(arena, &f, &rows)) > 0) {
		for (i = 0; i < n; i++, seen++)
			assert_string_equal(rows[i].name,
				seen == 0
					? "w0!"
					: arena_printf(arena, "w%d", 7 - seen));
		f.after = rows[n - 1].id;
	}
	assert_int_equal(seen, 7);
	f.after = "0123456789abcdefghjk";
	assert_int_equal(workflow_list(arena, &f, &rows), 0);
}

/* Changed within one millisecond they still come once each. */
static void
pages_of_equal_times_lose_none(void **state)
{
	struct workflow_filter f = {.limit = 2};
	struct workflow *rows;
	char seen[7][ID_SIZE];
	int count = 0;
	int n;
	int i;

	(void)state;
	for (i = 0; i < 7; i++)
		added("w", NULL, 0);
	MEDDLE("UPDATE workflows SET updated_at = 1");
	while ((n = workflow_list(arena, &f, &rows)) > 0) {
		for (i = 0; i < n; i++) {
			assert_true(count < 7);
			memcpy(seen[count++], rows[i].id, ID_SIZE);
		}
		f.after = rows[n - 1].id;
	}
	assert_int_equal(count, 7);
	for (i = 1; i < 7; i++)
		assert_true(strcmp(seen[i - 1], seen[i]) > 0);
}

static void
tags_are_counted(void **state)
{
	const char *both[] = {"a", "b"};
	struct tag_count *counts;

	(void)state;
	added("one", both, 2);
	added("two", both, 1);
	assert_int_equal(workflow_tag_counts(arena, &counts), 2);
	assert_string_equal(counts[0].tag, "a");
	assert_int_equal(counts[0].count, 2);
	assert_int_equal(counts[1].count, 1);
}

static void
the_status_is_told_and_keeps_the_run(void **state)
{
	struct workflow w = added("one", NULL, 0);
	struct event *rows;
	int64_t before = event_newest();

	(void)state;
	IN_TRANSACTION(workflow_set_status(w.id, STATUS_RUNNING, "run-1"));
	IN_TRANSACTION(workflow_set_status(w.id, STATUS_SUCCEEDED, NULL));
	w = found(w.id);
	assert_int_equal(w.last_status, STATUS_SUCCEEDED);
	assert_string_equal(w.last_run_id, "run-1");
	assert_int_equal(event_after(arena, before, 10, &rows), 2);
	assert_int_equal(rows[1].kind, EVENT_WORKFLOW);
	assert_non_null(strstr(rows[1].data, "\"last_status\":\"succeeded\""));
}

static void
an_app_key_is_sealed_and_kept(void **state)
{
	struct workflow w = added("one", NULL, 0);

	(void)state;
	assert_null(workflow_app_key(arena, w.id));
	IN_TRANSACTION(workflow_set_app(w.id, NULL, "app-1", "app-key-1"));
	assert_string_equal(workflow_app_key(arena, w.id), "app-key-1");
	assert_string_equal(found(w.id).dify_app_id, "app-1");
	assert_int_equal(
		NUMBER("SELECT instr(dify_key, 'app-key') FROM workflows"), 0);
	IN_TRANSACTION(workflow_set_app(w.id, NULL, "app-2", NULL));
	assert_string_equal(workflow_app_key(arena, w.id), "app-key-1");
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(a_new_one_is_found),
	STORE_TEST(update_keeps_what_is_not_given),
	STORE_TEST(deletion_takes_everything_along),
	STORE_TEST(search_looks_into_name_and_description),
	STORE_TEST(pages_follow_the_time_of_change),
	STORE_TEST(pages_of_equal_times_lose_none),
	STORE_TEST(tags_are_counted),
	STORE_TEST(the_status_is_told_and_keeps_the_run),
	STORE_TEST(an_app_key_is_sealed_and_kept),
};

UNIT_MAIN(tests)
