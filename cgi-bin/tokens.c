/* tokens.c: /api/auth/tokens: the caller's tokens for machines. */
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "io/seal.h"
#include "model/user.h"

/* The roles that a token may have, in the order of enum http_role. */
static const char *const roles[] = {"viewer", "editor", "admin", NULL};

enum { IN_NAME, IN_ROLE, IN__MAX };
static const struct field create_fields[IN__MAX] = {
	[IN_NAME] = {"name", FIELD_STRING, true, 1, 100},
	[IN_ROLE] = {"role", FIELD_ENUM, true, .values = roles},
};

static void
token_json(struct str *out, const struct api_token *t, const char *clear)
{
	jsonw_open(out, NULL, '{');
	jsonw_text(out, "id", t->id);
	jsonw_text(out, "name", t->name);
	jsonw_text(out, "role", t->role);
	jsonw_text(out, "hint", t->hint);
	if (clear != NULL)
		jsonw_text(out, "token", clear);
	jsonw_int(out, "created_at", t->created_at);
	jsonw_since(out, "last_used_at", t->last_used_at, 1);
	jsonw_close(out, '}');
}

static int
list(struct req *r)
{
	struct api_token *tokens;
	int n = api_token_list(http_arena(r), http_user(r), &tokens);
	int i;

	http_page_begin(r);
	for (i = 0; i < n; i++)
		token_json(http_out(r), &tokens[i], NULL);
	return http_page_end(r, NULL);
}

/* The clear token is in this one answer and nowhere else. */
static int
create(struct req *r)
{
	int role = ROLE_VIEWER + http_enum(r, IN_ROLE, 0);
	struct api_token t = {
		.name = http_str(r, IN_NAME), .role = http_str(r, IN_ROLE)};
	char clear[API_TOKEN_SIZE];

	if (role > (int)http_caller(r)->role)
		return http_field_problem(r, "/role", "not_allowed",
			"A token may not do more than you.");
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	api_token_add(&t, http_user(r), clear);
	db_commit();
	t.hint = seal_hint(http_arena(r), clear);
	token_json(http_out(r), &t, clear);
	seal_wipe(clear);
	return http_json(r, 201);
}

static int
withdraw(struct req *r)
{
	int found;

	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	found = api_token_delete(http_user(r), http_path_id(r, 0));
	db_commit();
	if (found != 1)
		return http_problem(
			r, 404, "token_not_found", "There is no such token.");
	return http_empty(r, 204);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/auth/tokens", ROLE_VIEWER, list},
	{HTTP_POST, "/api/auth/tokens", ROLE_VIEWER, create, create_fields,
		IN__MAX},
	{HTTP_DELETE, "/api/auth/tokens/{id}", ROLE_VIEWER, withdraw},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "tokens", routes, nitems(routes));
}
