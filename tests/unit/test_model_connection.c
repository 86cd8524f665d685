/* test_model_connection.c: Dify servers, their sealed secrets and what they
 * have. */
#include "folder.h"

#include "model/connection.h"
#include "model/event.h"

#include <string.h>

static struct connection
added(const char *name, const char *secret)
{
	struct connection c = {.name = name,
		.base_url = "http://dify",
		.auth = AUTH_PASSWORD,
		.email = "a@b.c"};

	IN_TRANSACTION(assert_int_equal(connection_add(&c, secret), 1));
	return c;
}

static struct connection
found(const char *id)
{
	struct connection c;

	assert_int_equal(connection_find(arena, id, &c), 1);
	return c;
}

static int
update(const struct connection *c, const char *secret)
{
	int result;

	IN_TRANSACTION(result = connection_update(c, secret));
	return result;
}

static void
the_way_to_it_is_kept(void **state)
{
	struct connection c = added("one", "hunter2-hunter2");
	struct connection there;

	(void)state;
	c.ca = "certificate";
	c.proxy = "http://proxy:3128";
	c.insecure = true;
	c.colour = "teal";
	assert_int_equal(update(&c, NULL), 1);
	there = found(c.id);
	assert_string_equal(there.ca, "certificate");
	assert_string_equal(there.proxy, "http://proxy:3128");
	assert_true(there.insecure);
	assert_string_equal(there.colour, "teal");
}

static void
that_it_makes_workflows_itself_is_noted(void **state)
{
	struct connection c = added("one", "hunter2-hunter2");

	(void)state;
	assert_false(found(c.id).generator);
	IN_TRANSACTION(connection_set_generator(c.id, true));
	assert_true(found(c.id).generator);
}

static void
a_new_one_is_found(void **state)
{
	struct connection c = added("one", "hunter2-hunter2");
	struct connection there = found(c.id);

	(void)state;
	assert_string_equal(there.name, "one");
	assert_string_equal(there.base_url, "http://dify");
	assert_int_equal(there.auth, AUTH_PASSWORD);
	assert_string_equal(there.email, "a@b.c");
	assert_null(there.workspace_id);
	assert_string_equal(there.secret_hint, "••••ter2");
	assert_int_equal(there.state, CONNECTION_UNKNOWN);
	assert_false(there.from_environment);
	assert_false(there.is_sandbox);
	assert_string_equal(connection_secret(arena, c.id), "hunter2-hunter2");
	assert_int_equal(
		NUMBER("SELECT instr(secret, 'hunter2') FROM connections"), 0);
}

static void
names_are_taken_once(void **state)
{
	struct connection other = {
		.name = "one", .base_url = "http://x", .auth = AUTH_ADMIN_KEY};
	struct connection one = added("one", "s");
	struct connection two = added("two", "s");

	(void)state;
	IN_TRANSACTION(assert_int_equal(connection_add(&other, "s"), 0));
	two.name = "one";
	assert_int_equal(update(&two, NULL), -1);
	one.id[0] = one.id[0] == '0' ? '1' : '0';
	assert_int_equal(update(&one, NULL), 0);
	assert_int_equal(NUMBER("SELECT count(*) FROM connections"), 2);
}

static void
there_is_one_default(void **state)
{
	struct connection one = added("one", "s");
	struct connection two = added("two", "s");
	struct connection c;

	(void)state;
	assert_true(found(one.id).is_default);
	assert_false(found(two.id).is_default);
	two.is_default = true;
	assert_int_equal(update(&two, NULL), 1);
	assert_false(found(one.id).is_default);
	assert_int_equal(connection_default(arena, &c), 1);
	assert_string_equal(c.id, two.id);
	/* With the default gone another one takes its place. */
	IN_TRANSACTION(assert_int_equal(connection_delete(two.id), 1));
	assert_int_equal(connection_default(arena, &c), 1);
	assert_string_equal(c.id, one.id);
	IN_TRANSACTION(assert_int_equal(connection_delete(one.id), 1));
	IN_TRANSACTION(assert_int_equal(connection_delete(one.id), 0));
	assert_int_equal(connection_default(arena, &c), 0);
}

static void
keep_a_session(const char *id)
{
	IN_TRANSACTION(connection_set_session(id, "{\"t\":1}");
		       connection_set_dataset_key(id, "dataset-1"));
	assert_string_equal(connection_session(arena, id), "{\"t\":1}");
	assert_string_equal(connection_dataset_key(arena, id), "dataset-1");
}

static void
a_new_address_or_secret_forgets_the_session(void **state)
{
	struct connection c = added("one", "secret-one");

	(void)state;
	assert_null(connection_session(arena, c.id));
	keep_a_session(c.id);
	c.name = "renamed";
	assert_int_equal(update(&c, NULL), 1);
	assert_non_null(connection_session(arena, c.id));
	assert_string_equal(connection_secret(arena, c.id), "secret-one");
	assert_int_equal(update(&c, "secret-two"), 1);
	assert_null(connection_session(arena, c.id));
	assert_string_equal(connection_secret(arena, c.id), "secret-two");
	assert_non_null(connection_dataset_key(arena, c.id));
	keep_a_session(c.id);
	c.email = "x@y.z";
	assert_int_equal(update(&c, NULL), 1);
	assert_null(connection_session(arena, c.id));
	keep_a_session(c.id);
	c.base_url = "http://other";
	assert_int_equal(update(&c, NULL), 1);
	assert_null(connection_session(arena, c.id));
	assert_null(connection_dataset_key(arena, c.id));
	IN_TRANSACTION(connection_set_session(c.id, "x");
		       connection_set_session(c.id, NULL));
	assert_null(connection_session(arena, c.id));
}

static void
the_state_is_told_when_it_changes(void **state)
{
	struct connection c = added("one", "s");
	struct event *rows;
	int64_t before = event_newest();

	(void)state;
	IN_TRANSACTION(connection_set_state(
		c.id, CONNECTION_UP, "1.13.3", NULL, 5000));
	c = found(c.id);
	assert_int_equal(c.state, CONNECTION_UP);
	assert_string_equal(c.version, "1.13.3");
	assert_int_equal(c.failures, 0);
	assert_int_equal(c.next_check_at, 5000);
	assert_true(c.seen_at > 0 && c.seen_at == c.checked_at);
	assert_int_equal(event_after(arena, before, 10, &rows), 1);
	assert_int_equal(rows[0].kind, EVENT_CONNECTION);
	assert_non_null(strstr(rows[0].data, "\"state\":\"up\""));
	IN_TRANSACTION(
		connection_set_state(c.id, CONNECTION_UP, NULL, NULL, 6000));
	assert_int_equal(event_newest(), rows[0].id);
	assert_string_equal(found(c.id).version, "1.13.3");
}

static void
failures_are_counted_and_the_last_sight_kept(void **state)
{
	struct connection c = added("one", "s");
	int64_t seen;
	int i;

	(void)state;
	IN_TRANSACTION(
		connection_set_state(c.id, CONNECTION_UP, "1.13.3", NULL, 0));
	MEDDLE("UPDATE connections SET seen_at = seen_at - 1000");
	seen = found(c.id).seen_at;
	for (i = 1; i <= 3; i++) {
		IN_TRANSACTION(connection_set_state(
			c.id, CONNECTION_UNKNOWN, NULL, "no route", 0));
		assert_int_equal(found(c.id).failures, i);
	}
	assert_int_equal(found(c.id).seen_at, seen);
	assert_string_equal(found(c.id).error, "no route");
	IN_TRANSACTION(
		connection_set_state(c.id, CONNECTION_UP, NULL, NULL, 0));
	assert_int_equal(found(c.id).failures, 0);
	assert_null(found(c.id).error);
	assert_true(found(c.id).seen_at > seen);
	IN_TRANSACTION(connection_set_state(
		"0123456789abcdefghjk", CONNECTION_UP, NULL, NULL, 0));
}

static const struct resource models[] = {
	{RESOURCE_MODEL, "fast", "gpt-mini", "Mini", "a/b/c", "chat", NULL},
	{RESOURCE_MODEL, "strong", "gpt", "Big", "a/b/c", "chat", "{\"x\":1}"},
};
static const struct resource datasets[] = {
	{RESOURCE_DATASET, "handbook", "d-1", "Handbook", NULL, NULL, NULL},
};

static void
resources_are_replaced_kind_by_kind(void **state)
{
	struct connection c = added("one", "s");
	const struct resources *all;

	(void)state;
	IN_TRANSACTION(
		connection_set_resources(c.id, RESOURCE_DATASET, datasets, 1);
		connection_set_resources(c.id, RESOURCE_MODEL, models, 2));
	all = connection_resources(arena, c.id);
	assert_int_equal(all->count, 3);
	assert_string_equal(all->items[0].handle, "fast");
	assert_string_equal(all->items[1].handle, "strong");
	assert_string_equal(all->items[1].extra, "{\"x\":1}");
	assert_int_equal(all->items[2].kind, RESOURCE_DATASET);
	assert_null(all->items[2].provider);
	IN_TRANSACTION(
		connection_set_resources(c.id, RESOURCE_MODEL, models + 1, 1));
	all = connection_resources(arena, c.id);
	assert_int_equal(all->count, 2);
	assert_string_equal(all->items[0].handle, "strong");
	IN_TRANSACTION(
		connection_set_resources(c.id, RESOURCE_DATASET, NULL, 0));
	assert_int_equal(connection_resources(arena, c.id)->count, 1);
	IN_TRANSACTION(connection_delete(c.id));
	assert_int_equal(connection_resources(arena, c.id)->count, 0);
}

static void
from_environment(const char *url, const char *key, const char *password)
{
	const char *error;

	unsetenv("DIFY_API_KEY");
	unsetenv("DIFY_PASSWORD");
	setenv("DIFY_BASE_URL", url, 1);
	if (key != NULL)
		setenv("DIFY_API_KEY", key, 1);
	if (password != NULL)
		setenv("DIFY_PASSWORD", password, 1);
	assert_int_equal(conf_load(NULL, &error), 0);
	IN_TRANSACTION(connection_from_environment(false));
	unsetenv("DIFY_BASE_URL");
	unsetenv("DIFY_API_KEY");
	unsetenv("DIFY_PASSWORD");
}

static void
the_settings_make_one(void **state)
{
	struct connection c;

	(void)state;
	from_environment("", "key", NULL);
	from_environment("http://dify/", NULL, NULL);
	assert_int_equal(connection_default(arena, &c), 0);
	from_environment("http://dify//", "key-key-key-1", NULL);
	assert_int_equal(connection_default(arena, &c), 1);
	assert_string_equal(c.base_url, "http://dify");
	assert_int_equal(c.auth, AUTH_ADMIN_KEY);
	assert_true(c.from_environment);
	assert_true(c.is_default);
	assert_string_equal(connection_secret(arena, c.id), "key-key-key-1");
}

static void
the_settings_change_theirs(void **state)
{
	struct connection c;

	(void)state;
	added("mine", "s");
	from_environment("http://dify", "key-1", NULL);
	connection_default(arena, &c);
	keep_a_session(c.id);
	from_environment("http://dify", "key-1", NULL);
	assert_non_null(connection_session(arena, c.id));
	from_environment("http://dify", "key-2", NULL);
	assert_null(connection_session(arena, c.id));
	assert_string_equal(connection_secret(arena, c.id), "key-2");
	from_environment("http://new", NULL, "password");
	assert_string_equal(found(c.id).base_url, "http://new");
	assert_int_equal(found(c.id).auth, AUTH_PASSWORD);
	assert_int_equal(NUMBER("SELECT count(*) FROM connections"), 2);
}

static void
a_name_that_is_taken_gets_its_address(void **state)
{
	struct connection c;

	(void)state;
	added("Dify", "s");
	from_environment("http://dify", "key-1", NULL);
	assert_int_equal(connection_default(arena, &c), 1);
	assert_string_equal(c.name, "Dify (http://dify)");
}

static void
lists_are_by_name(void **state)
{
	struct connection *rows;

	(void)state;
	added("b", "s");
	added("c", "s");
	added("a", "s");
	assert_int_equal(connection_list(arena, &rows), 3);
	assert_string_equal(rows[0].name, "a");
	assert_string_equal(rows[2].name, "c");
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(that_it_makes_workflows_itself_is_noted),
	STORE_TEST(a_new_one_is_found),
	STORE_TEST(the_way_to_it_is_kept),
	STORE_TEST(names_are_taken_once),
	STORE_TEST(there_is_one_default),
	STORE_TEST(a_new_address_or_secret_forgets_the_session),
	STORE_TEST(the_state_is_told_when_it_changes),
	STORE_TEST(failures_are_counted_and_the_last_sight_kept),
	STORE_TEST(resources_are_replaced_kind_by_kind),
	STORE_TEST(the_settings_make_one),
	STORE_TEST(the_settings_change_theirs),
	STORE_TEST(a_name_that_is_taken_gets_its_address),
	STORE_TEST(lists_are_by_name),
};

UNIT_MAIN(tests)
