/* auth.c: /api/auth: signing in and out, passwords, and tokens for machines. */
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "io/seal.h"
#include "api/sign_in.h"
#include "model/user.h"

#include <string.h>

enum { PASSWORD_LEAST = 8, PASSWORD_MOST = 200 };

enum { SETUP_TOKEN, SETUP_USERNAME, SETUP_PASSWORD, SETUP__MAX };
static const struct field setup_fields[SETUP__MAX] = {
	[SETUP_TOKEN] = {"token", FIELD_STRING, true, 1, 100},
	[SETUP_USERNAME] = {"username", FIELD_STRING, false, 1, 100},
	[SETUP_PASSWORD] = {"password", FIELD_STRING, false, PASSWORD_LEAST,
		PASSWORD_MOST},
};

enum { LOGIN_USERNAME, LOGIN_PASSWORD, LOGIN__MAX };
static const struct field login_fields[LOGIN__MAX] = {
	[LOGIN_USERNAME] = {"username", FIELD_STRING, true, 1, 100},
	[LOGIN_PASSWORD] = {"password", FIELD_STRING, true, 1, PASSWORD_MOST},
};

enum { CHANGE_CURRENT, CHANGE_PASSWORD, CHANGE__MAX };
static const struct field change_fields[CHANGE__MAX] = {
	[CHANGE_CURRENT] = {"current", FIELD_STRING, false, 1, PASSWORD_MOST},
	[CHANGE_PASSWORD] = {"password", FIELD_STRING, true, PASSWORD_LEAST,
		PASSWORD_MOST},
};

static void
user_json(struct str *out, const struct user *u)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "id", u->id);
	jsonw_text(out, "name", u->name);
	jsonw_text(out, "role", u->role);
	jsonw_bool(out, "has_password", u->password_hash != NULL);
	jsonw_int(out, "created_at", u->created_at);
	jsonw_close(out, '}');
}

/* A fresh session in the open transaction, then the answer. */
static int
begin_session(struct req *r, const struct user *u)
{
	char session[ID_SIZE];
	char refresh[SEAL_TOKEN_SIZE];

	session_add(u->id, session, refresh);
	db_commit();
	sign_in_cookies(r, u, session, refresh);
	seal_wipe(refresh);
	user_json(http_out(r), u);
	return http_json(r, 200);
}

static int
setup(struct req *r)
{
	const char *name = http_str(r, SETUP_USERNAME);
	const char *password = http_str(r, SETUP_PASSWORD);
	struct user u = {
		.name = name == NULL ? "admin" : name, .role = "admin"};

	if (password != NULL)
		u.password_hash = seal_password(http_arena(r), password);
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	if (!setup_take(http_str(r, SETUP_TOKEN))) {
		db_commit();
		return http_problem(r, 403, "setup_refused",
			"This link was used, is older than 15 minutes, or "
			"there "
			"is an administrator already.");
	}
	if (user_add(&u) != 1) {
		db_rollback();
		return http_problem(
			r, 409, "name_taken", "This name is taken.");
	}
	return begin_session(r, &u);
}

static int
login(struct req *r)
{
	const char *name = http_str(r, LOGIN_USERNAME);
	int wait = sign_in_wait(name);
	struct user u;
	bool known;
	bool ok;

	if (wait > 0) {
		http_set(r, "Retry-After",
			arena_printf(http_arena(r), "%d", wait));
		return http_problem(r, 429, "too_many_tries",
			"Too many wrong passwords; wait %d seconds.", wait);
	}
	known = user_by_name(http_arena(r), name, &u) == 1;
	ok = seal_password_ok(
		known ? u.password_hash : NULL, http_str(r, LOGIN_PASSWORD));
	sign_in_tried(name, ok);
	if (!ok)
		return http_problem(
			r, 401, "login_failed", "Name or password is wrong.");
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	return begin_session(r, &u);
}

static int
refresh(struct req *r)
{
	const char *sent = sign_in_refresh_token(r);
	char token[SEAL_TOKEN_SIZE] = "";
	char session[ID_SIZE];
	struct user u;

	if (sent != NULL && strlen(sent) < sizeof(token))
		memcpy(token, sent, strlen(sent) + 1);
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	if (session_refresh(http_arena(r), token, session, &u) != 1) {
		db_rollback();
		sign_in_forget(r);
		return http_problem(r, 401, "not_signed_in", "Sign in again.");
	}
	db_commit();
	sign_in_cookies(r, &u, session, token);
	seal_wipe(token);
	user_json(http_out(r), &u);
	return http_json(r, 200);
}

/* The refresh token names the session even when the JWT has run out. */
static int
logout(struct req *r)
{
	const char *sent = sign_in_refresh_token(r);
	char token[SEAL_TOKEN_SIZE] = "";
	char session[ID_SIZE];
	struct user u;

	if (sent != NULL && strlen(sent) < sizeof(token))
		memcpy(token, sent, strlen(sent) + 1);
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	if (session_refresh(http_arena(r), token, session, &u) == 1)
		session_delete(session);
	db_commit();
	sign_in_forget(r);
	return http_empty(r, 204);
}

static int
me(struct req *r)
{
	struct user u;

	if (user_find(http_arena(r), http_user(r), &u) != 1)
		return http_problem(
			r, 404, "user_not_found", "This user is gone.");
	u.role = http_role_names[http_caller(r)->role];
	user_json(http_out(r), &u);
	return http_json(r, 200);
}

/* Other browsers are signed out: who changes a password may have a reason. */
static int
change(struct req *r)
{
	const char *current = http_str(r, CHANGE_CURRENT);
	const char *hash;
	struct user u;

	if (http_caller(r)->session_id[0] == '\0')
		return http_problem(r, 403, "session_needed",
			"A token cannot change the password; sign in.");
	if (user_find(http_arena(r), http_user(r), &u) != 1)
		return http_problem(
			r, 404, "user_not_found", "This user is gone.");
	if (u.password_hash != NULL && !seal_password_ok(u.password_hash,
					       current == NULL ? "" : current))
		return http_field_problem(r, "/current", "wrong",
			"The current password is wrong.");
	hash = seal_password(http_arena(r), http_str(r, CHANGE_PASSWORD));
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	user_set_password(u.id, hash);
	session_delete_all(u.id, http_caller(r)->session_id);
	db_commit();
	return http_empty(r, 204);
}

static const struct route routes[] = {
	{HTTP_POST, "/api/auth/setup", ROLE_PUBLIC, setup, setup_fields,
		SETUP__MAX},
	{HTTP_POST, "/api/auth/login", ROLE_PUBLIC, login, login_fields,
		LOGIN__MAX},
	{HTTP_POST, "/api/auth/refresh", ROLE_PUBLIC, refresh},
	{HTTP_POST, "/api/auth/logout", ROLE_PUBLIC, logout},
	{HTTP_GET, "/api/auth/me", ROLE_VIEWER, me},
	{HTTP_POST, "/api/auth/password", ROLE_VIEWER, change, change_fields,
		CHANGE__MAX},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "auth", routes, nitems(routes));
}
