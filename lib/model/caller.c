/* caller.c: whom a token or a session names; the half of http.h that knows
 * the tables. */
#include "base/clock.h"
#include "io/http.h"
#include "io/token.h"
#include "model/user.h"

#include <string.h>

static enum http_role
role_of(const char *name)
{
	int role = ROLE_ADMIN;

	while (role > ROLE_PUBLIC && strcmp(http_role_names[role], name) != 0)
		role--;
	return (enum http_role)role;
}

int
caller_of_bearer(struct arena *a, const char *token, struct caller *out)
{
	struct user user;
	const char *role;

	if (api_token_check(a, token, &user, &role) != 1)
		return 0;
	memcpy(out->user_id, user.id, ID_SIZE);
	out->name = user.name;
	out->role = role_of(role);
	return 1;
}

int
caller_of_session(struct arena *a, const char *jwt, struct caller *out)
{
	struct token t;

	if (token_read(a, jwt, clock_now_ms() / 1000, &t) != 1 ||
		!session_exists(t.session_id))
		return 0;
	memcpy(out->user_id, t.user_id, ID_SIZE);
	memcpy(out->session_id, t.session_id, ID_SIZE);
	out->name = arena_strdup(a, t.name);
	out->role = role_of(t.role);
	return 1;
}
