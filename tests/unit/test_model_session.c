/* test_model_session.c: refresh tokens rotate; API tokens are kept as hashes;
 * whom a caller's token names (caller.c). */
#include "folder.h"

#include "base/clock.h"
#include "io/http.h"
#include "io/token.h"
#include "model/user.h"

#include <string.h>

static struct user ada;

static int
set_up(void **state)
{
	if (store_set_up(state) != 0 || db_begin(0) != 0)
		return -1;
	ada = (struct user){.name = "Ada", .role = "editor"};
	user_add(&ada);
	db_commit();
	return 0;
}

static void
a_refresh_token_is_good_once(void **state)
{
	char id[ID_SIZE];
	char same[ID_SIZE];
	char refresh[SEAL_TOKEN_SIZE];
	char used[SEAL_TOKEN_SIZE];
	struct user who;

	(void)state;
	IN_TRANSACTION(session_add(ada.id, id, refresh));
	assert_true(session_exists(id));
	memcpy(used, refresh, sizeof(used));
	IN_TRANSACTION(assert_int_equal(
		session_refresh(arena, refresh, same, &who), 1));
	assert_string_equal(same, id);
	assert_string_equal(who.id, ada.id);
	assert_string_not_equal(refresh, used);
	IN_TRANSACTION(
		assert_int_equal(session_refresh(arena, used, same, &who), 0));
	IN_TRANSACTION(assert_int_equal(
		session_refresh(arena, refresh, same, &who), 1));
}

static void
a_session_runs_out(void **state)
{
	char id[ID_SIZE];
	char refresh[SEAL_TOKEN_SIZE];
	struct user who;

	(void)state;
	IN_TRANSACTION(session_add(ada.id, id, refresh));
	MEDDLE("UPDATE sessions SET expires_at = 1");
	IN_TRANSACTION(
		assert_int_equal(session_refresh(arena, refresh, id, &who), 0));
	/* The next sign-in sweeps it away. */
	IN_TRANSACTION(session_add(ada.id, id, refresh));
	assert_int_equal(NUMBER("SELECT count(*) FROM sessions"), 1);
}

static void
the_disabled_cannot_refresh(void **state)
{
	char id[ID_SIZE];
	char refresh[SEAL_TOKEN_SIZE];
	struct user who;

	(void)state;
	IN_TRANSACTION(session_add(ada.id, id, refresh));
	MEDDLE("UPDATE users SET disabled_at = 1");
	IN_TRANSACTION(
		assert_int_equal(session_refresh(arena, refresh, id, &who), 0));
}

static void
sessions_end_one_by_one_or_all_but_one(void **state)
{
	char ids[4][ID_SIZE];
	char refresh[SEAL_TOKEN_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < nitems(ids); i++)
		IN_TRANSACTION(session_add(ada.id, ids[i], refresh));
	IN_TRANSACTION(session_delete(ids[0]));
	assert_false(session_exists(ids[0]));
	assert_true(session_exists(ids[1]));
	IN_TRANSACTION(session_delete_all(ada.id, ids[2]));
	assert_false(session_exists(ids[1]));
	assert_true(session_exists(ids[2]));
	assert_false(session_exists(ids[3]));
	IN_TRANSACTION(session_delete_all(ada.id, NULL));
	assert_false(session_exists(ids[2]));
}

static void
an_api_token_is_shown_once(void **state)
{
	struct api_token t = {.name = "ci", .role = "viewer"};
	struct api_token *rows;
	char clear[API_TOKEN_SIZE];
	struct user who;
	const char *role;

	(void)state;
	IN_TRANSACTION(api_token_add(&t, ada.id, clear));
	assert_int_equal(strncmp(clear, "ds_", 3), 0);
	assert_int_equal(strlen(clear), 46);
	assert_int_equal(api_token_check(arena, clear, &who, &role), 1);
	assert_string_equal(who.id, ada.id);
	assert_string_equal(role, "viewer");
	assert_int_equal(api_token_list(arena, ada.id, &rows), 1);
	assert_string_equal(rows[0].id, t.id);
	assert_string_equal(rows[0].name, "ci");
	assert_string_equal(rows[0].hint + strlen(rows[0].hint) - 4,
		clear + strlen(clear) - 4);
	assert_true(rows[0].last_used_at >= rows[0].created_at);
	assert_int_equal(
		NUMBER("SELECT count(*) FROM api_tokens WHERE typeof(hash) ="
		       " 'blob' AND length(hash) = 32"),
		1);
}

static void
a_wrong_api_token_is_nobody(void **state)
{
	struct api_token t = {.name = "ci", .role = "viewer"};
	char clear[API_TOKEN_SIZE];
	struct user who;
	const char *role;

	(void)state;
	IN_TRANSACTION(api_token_add(&t, ada.id, clear));
	assert_int_equal(api_token_check(arena, "", &who, &role), 0);
	assert_int_equal(api_token_check(arena, "ds_", &who, &role), 0);
	clear[10] = clear[10] == 'x' ? 'y' : 'x';
	assert_int_equal(api_token_check(arena, clear, &who, &role), 0);
}

static void
an_api_token_ends_with_its_deletion_or_its_user(void **state)
{
	struct api_token t = {.name = "ci", .role = "viewer"};
	struct user bob = {.name = "Bob", .role = "admin"};
	char clear[API_TOKEN_SIZE];
	struct user who;
	const char *role;

	(void)state;
	IN_TRANSACTION(user_add(&bob); api_token_add(&t, ada.id, clear));
	IN_TRANSACTION(assert_int_equal(api_token_delete(bob.id, t.id), 0));
	assert_int_equal(api_token_check(arena, clear, &who, &role), 1);
	IN_TRANSACTION(assert_int_equal(api_token_delete(ada.id, t.id), 1));
	assert_int_equal(api_token_check(arena, clear, &who, &role), 0);
	IN_TRANSACTION(api_token_add(&t, ada.id, clear));
	MEDDLE("UPDATE users SET disabled_at = 1 WHERE name = 'Ada'");
	assert_int_equal(api_token_check(arena, clear, &who, &role), 0);
}

/* Reading stays reading: the time of use is written now and then. */
static void
use_is_noted_every_ten_minutes(void **state)
{
	struct api_token t = {.name = "ci", .role = "viewer"};
	char clear[API_TOKEN_SIZE];
	struct user who;
	const char *role;

	(void)state;
	IN_TRANSACTION(api_token_add(&t, ada.id, clear));
	api_token_check(arena, clear, &who, &role);
	MEDDLE("UPDATE api_tokens SET last_used_at = last_used_at - 1000");
	assert_int_equal(api_token_check(arena, clear, &who, &role), 1);
	assert_true(NUMBER("SELECT max(last_used_at) FROM api_tokens") <
		    clock_now_ms() - 900);
	MEDDLE("UPDATE api_tokens SET last_used_at = last_used_at - 600000");
	assert_int_equal(api_token_check(arena, clear, &who, &role), 1);
	assert_true(NUMBER("SELECT max(last_used_at) FROM api_tokens") >
		    clock_now_ms() - 60000);
}

static void
a_bearer_has_the_role_of_the_token(void **state)
{
	struct api_token t = {.name = "ci", .role = "viewer"};
	char clear[API_TOKEN_SIZE];
	struct caller who = {.role = ROLE_ADMIN};

	(void)state;
	IN_TRANSACTION(api_token_add(&t, ada.id, clear));
	assert_int_equal(caller_of_bearer(arena, "ds_x", &who), 0);
	assert_int_equal(caller_of_bearer(arena, clear, &who), 1);
	assert_int_equal(who.role, ROLE_VIEWER);
	assert_string_equal(who.user_id, ada.id);
	assert_string_equal(who.name, "Ada");
	assert_string_equal(who.session_id, "");
}

static void
a_session_ends_its_tokens(void **state)
{
	struct token t = {.role = "editor", .name = "Ada"};
	struct caller who = {.role = ROLE_PUBLIC};
	char refresh[SEAL_TOKEN_SIZE];
	const char *jwt;

	(void)state;
	IN_TRANSACTION(session_add(ada.id, t.session_id, refresh));
	memcpy(t.user_id, ada.id, ID_SIZE);
	jwt = token_make(arena, &t, clock_now_ms() / 1000);
	assert_int_equal(caller_of_session(arena, jwt, &who), 1);
	assert_int_equal(who.role, ROLE_EDITOR);
	assert_string_equal(who.session_id, t.session_id);
	assert_int_equal(caller_of_session(arena, "x.y.z", &who), 0);
	IN_TRANSACTION(session_delete(t.session_id));
	assert_int_equal(caller_of_session(arena, jwt, &who), 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, folder_tear_down)

static const struct CMUnitTest tests[] = {
	TEST(a_refresh_token_is_good_once),
	TEST(a_session_runs_out),
	TEST(the_disabled_cannot_refresh),
	TEST(sessions_end_one_by_one_or_all_but_one),
	TEST(an_api_token_is_shown_once),
	TEST(a_wrong_api_token_is_nobody),
	TEST(an_api_token_ends_with_its_deletion_or_its_user),
	TEST(use_is_noted_every_ten_minutes),
	TEST(a_bearer_has_the_role_of_the_token),
	TEST(a_session_ends_its_tokens),
};

UNIT_MAIN(tests)
