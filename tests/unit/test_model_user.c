/* test_model_user.c: people have one name each; the first administrator. */
#include "folder.h"

#include "model/user.h"

#include <string.h>

static struct user
added(const char *name, const char *role)
{
	struct user u = {.name = name, .role = role};

	IN_TRANSACTION(assert_int_equal(user_add(&u), 1));
	return u;
}

static void
found_by_id_and_by_name(void **state)
{
	struct user u = added("Ada", "editor");
	struct user found;

	(void)state;
	assert_true(id_valid(u.id));
	assert_int_equal(user_find(arena, u.id, &found), 1);
	assert_string_equal(found.name, "Ada");
	assert_string_equal(found.role, "editor");
	assert_null(found.password_hash);
	assert_int_equal(found.created_at, u.created_at);
	assert_int_equal(user_by_name(arena, "aDA", &found), 1);
	assert_string_equal(found.id, u.id);
	assert_int_equal(user_by_name(arena, "Ad", &found), 0);
	assert_int_equal(user_find(arena, "0123456789abcdefghjk", &found), 0);
}

static void
a_name_is_taken_once(void **state)
{
	struct user again = {.name = "ADA", .role = "viewer"};
	struct user other;

	(void)state;
	added("Ada", "editor");
	other = added("Bob", "viewer");
	IN_TRANSACTION(assert_int_equal(user_add(&again), 0));
	IN_TRANSACTION(assert_int_equal(user_rename(other.id, "ada"), 0));
	IN_TRANSACTION(assert_int_equal(user_rename(other.id, "Bo"), 1));
	IN_TRANSACTION(
		assert_int_equal(user_rename("0123456789abcdefghjk", "Cy"), 0));
	assert_int_equal(user_by_name(arena, "Bob", &other), 0);
	assert_int_equal(user_by_name(arena, "Bo", &other), 1);
	assert_int_equal(NUMBER("SELECT count(*) FROM users"), 2);
}

static void
a_password_is_set_and_changed(void **state)
{
	struct user u = added("Ada", "editor");

	(void)state;
	IN_TRANSACTION(user_set_password(u.id, "hash one"));
	user_find(arena, u.id, &u);
	assert_string_equal(u.password_hash, "hash one");
	IN_TRANSACTION(user_set_password(u.id, NULL));
	user_find(arena, u.id, &u);
	assert_null(u.password_hash);
}

static void
the_disabled_are_not_there(void **state)
{
	struct user u = added("Ada", "admin");

	(void)state;
	assert_true(user_admin_exists());
	MEDDLE("UPDATE users SET disabled_at = 1");
	assert_int_equal(user_find(arena, u.id, &u), 0);
	assert_int_equal(user_by_name(arena, "Ada", &u), 0);
	assert_false(user_admin_exists());
}

static void
a_setup_token_is_good_once(void **state)
{
	char token[SEAL_TOKEN_SIZE];
	bool ok;

	(void)state;
	IN_TRANSACTION(setup_new(token));
	IN_TRANSACTION(ok = setup_take("wrong"));
	assert_false(ok);
	IN_TRANSACTION(ok = setup_take(""));
	assert_false(ok);
	IN_TRANSACTION(ok = setup_take(token));
	assert_true(ok);
	IN_TRANSACTION(ok = setup_take(token));
	assert_false(ok);
	IN_TRANSACTION(ok = setup_take(""));
	assert_false(ok);
}

static void
a_new_setup_token_ends_the_one_before(void **state)
{
	char before[SEAL_TOKEN_SIZE];
	char after[SEAL_TOKEN_SIZE];
	bool ok;

	(void)state;
	IN_TRANSACTION(setup_new(before));
	IN_TRANSACTION(setup_new(after));
	IN_TRANSACTION(ok = setup_take(before));
	assert_false(ok);
	IN_TRANSACTION(ok = setup_take(after));
	assert_true(ok);
}

static void
a_setup_token_runs_out(void **state)
{
	char token[SEAL_TOKEN_SIZE];
	bool ok;

	(void)state;
	IN_TRANSACTION(setup_new(token));
	MEDDLE("UPDATE facts SET value = value - 899 * 1000"
	       " WHERE key = 'setup_until'");
	IN_TRANSACTION(ok = setup_take(token); setup_new(token));
	assert_true(ok);
	MEDDLE("UPDATE facts SET value = value - 901 * 1000"
	       " WHERE key = 'setup_until'");
	IN_TRANSACTION(ok = setup_take(token));
	assert_false(ok);
}

static void
with_an_administrator_there_is_no_setup(void **state)
{
	char token[SEAL_TOKEN_SIZE];
	bool ok;

	(void)state;
	added("Ed", "editor");
	IN_TRANSACTION(setup_new(token));
	added("Ada", "admin");
	IN_TRANSACTION(ok = setup_take(token));
	assert_false(ok);
}

static void
the_token_itself_is_nowhere(void **state)
{
	static const char sql[] =
		"SELECT count(*) FROM facts WHERE instr(value, ?1) > 0";
	char token[SEAL_TOKEN_SIZE];
	struct db_stmt *s;

	(void)state;
	IN_TRANSACTION(setup_new(token));
	s = db_stmt(sql);
	db_bind(s, "t", token);
	assert_int_equal(db_one_int(s, -1), 0);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(found_by_id_and_by_name),
	STORE_TEST(a_name_is_taken_once),
	STORE_TEST(a_password_is_set_and_changed),
	STORE_TEST(the_disabled_are_not_there),
	STORE_TEST(a_setup_token_is_good_once),
	STORE_TEST(a_new_setup_token_ends_the_one_before),
	STORE_TEST(a_setup_token_runs_out),
	STORE_TEST(with_an_administrator_there_is_no_setup),
	STORE_TEST(the_token_itself_is_nowhere),
};

UNIT_MAIN(tests)
