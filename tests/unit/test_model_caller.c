/* test_model_caller.c: whom tokens and sessions name. */
#include "folder.h"

#include "base/clock.h"
#include "io/http.h"
#include "io/token.h"
#include "model/user.h"

#include <string.h>

static struct user ann = {.name = "ann", .role = "admin"};

static const char *
jwt(const char *session, const char *role, int64_t when)
{
	struct token t;

	memset(&t, 0, sizeof(t));
	memcpy(t.user_id, ann.id, ID_SIZE);
	memcpy(t.session_id, session, ID_SIZE);
	snprintf(t.role, sizeof(t.role), "%s", role);
	snprintf(t.name, sizeof(t.name), "ann");
	return token_make(arena, &t, when);
}

static void
a_token_gives_its_own_role(void **state)
{
	struct api_token t = {.name = "ci", .role = "viewer"};
	char clear[API_TOKEN_SIZE];
	struct caller c;

	(void)state;
	memset(&c, 0, sizeof(c));
	IN_TRANSACTION(user_add(&ann));
	IN_TRANSACTION(api_token_add(&t, ann.id, clear));
	assert_int_equal(caller_of_bearer(arena, clear, &c), 1);
	assert_string_equal(c.user_id, ann.id);
	assert_string_equal(c.session_id, "");
	assert_string_equal(c.name, "ann");
	assert_int_equal(c.role, ROLE_VIEWER);
	clear[10] = clear[10] == 'x' ? 'y' : 'x';
	assert_int_equal(caller_of_bearer(arena, clear, &c), 0);
	assert_int_equal(caller_of_bearer(arena, "", &c), 0);
}

static void
a_session_counts_while_it_is_there(void **state)
{
	int64_t now = clock_now_ms() / 1000;
	char refresh[SEAL_TOKEN_SIZE];
	char session[ID_SIZE];
	struct caller c;
	const char *good;

	(void)state;
	memset(&c, 0, sizeof(c));
	IN_TRANSACTION(user_add(&ann));
	IN_TRANSACTION(session_add(ann.id, session, refresh));
	good = jwt(session, "editor", now);
	assert_int_equal(caller_of_session(arena, good, &c), 1);
	assert_string_equal(c.session_id, session);
	assert_int_equal(c.role, ROLE_EDITOR);
	assert_int_equal(
		caller_of_session(arena,
			jwt(session, "editor", now - TOKEN_SECONDS - 60), &c),
		0);
	assert_int_equal(caller_of_session(arena, "a.b.c", &c), 0);
	IN_TRANSACTION(session_delete(session));
	assert_int_equal(caller_of_session(arena, good, &c), 0);
}

static const struct CMUnitTest tests[] = {
	STORE_TEST(a_token_gives_its_own_role),
	STORE_TEST(a_session_counts_while_it_is_there),
};

UNIT_MAIN(tests)
