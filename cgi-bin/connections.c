/* connections.c: /api/connections: the Dify servers that are connected. */
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "api/connection_answer.h"
#include "api/job_answer.h"
#include "api/way_take.h"

/* In the order of enum connection_auth. */
static const char *const auths[] = {"admin_key", "password", NULL};

static const char *const colours[] = {
	"red", "orange", "green", "teal", "blue", "violet", NULL};

enum {
	IN_NAME,
	IN_BASE_URL,
	IN_AUTH,
	IN_API_KEY,
	IN_WORKSPACE,
	IN_EMAIL,
	IN_PASSWORD,
	IN_DEFAULT,
	IN_COLOUR,
	IN_WAY,
	IN__MAX = IN_WAY + WAY__MAX
};

/* Creating demands the first three; changing demands nothing. */
#define FIELDS(needed)                                                         \
	{                                                                      \
		[IN_NAME] = {"name", FIELD_STRING, needed, 1, LIMIT_NAME},     \
		[IN_BASE_URL] = {"base_url", FIELD_URL, needed, 1, 500},       \
		[IN_AUTH] = {"auth", FIELD_ENUM, needed, .values = auths},     \
		[IN_API_KEY] = {"api_key", FIELD_STRING, false, 1, 500},       \
		[IN_WORKSPACE] = {"workspace_id", FIELD_STRING, false, 1, 64}, \
		[IN_EMAIL] = {"email", FIELD_STRING, false, 3, 254},           \
		[IN_PASSWORD] = {"password", FIELD_STRING, false, 1, 200},     \
		[IN_DEFAULT] = {"is_default", FIELD_BOOL},                     \
		[IN_COLOUR] = {"colour", FIELD_ENUM, .values = colours},       \
		WAY_FIELDS(IN_WAY),                                            \
	}
static const struct field create_fields[IN__MAX] = FIELDS(true);
static const struct field change_fields[IN__MAX] = FIELDS(false);

/* In the order of enum resource_kind. */
static const char *const kinds[] = {"model", "dataset", "tool", "rerank",
	"embedding", "strategy", "api_tool", "workflow_tool", "mcp_tool", NULL};
static const struct field resource_query[] = {
	{"kind", FIELD_ENUM, .values = kinds},
};

/* Where each way of signing in has its secret. */
static size_t
secret_member(enum connection_auth auth)
{
	return auth == AUTH_ADMIN_KEY ? IN_API_KEY : IN_PASSWORD;
}

static int
not_found(struct req *r)
{
	return http_problem(
		r, 404, "connection_not_found", "There is no such connection.");
}

static int
name_taken(struct req *r)
{
	return http_problem(r, 409, "name_taken",
		"Another connection has this name already.");
}

/* What the body says, over what is there: 0, or -1 with 400 answered. */
static int
take(struct req *r, struct connection *c)
{
	if (http_has(r, IN_NAME))
		c->name = http_str(r, IN_NAME);
	if (http_has(r, IN_BASE_URL))
		c->base_url = http_url(r, IN_BASE_URL);
	c->auth = (enum connection_auth)http_enum(r, IN_AUTH, (int)c->auth);
	if (http_says(r, IN_EMAIL))
		c->email = http_str(r, IN_EMAIL);
	if (http_says(r, IN_WORKSPACE))
		c->workspace_id = http_str(r, IN_WORKSPACE);
	c->is_default = http_bool(r, IN_DEFAULT, c->is_default);
	if (http_says(r, IN_COLOUR))
		c->colour = http_str(r, IN_COLOUR);
	return way_take(r, IN_WAY, &c->ca, &c->proxy, &c->insecure);
}

/* What the way of signing in needs: 0, or -1 with 400 answered. had: the one
 * that a secret is there for, AUTH__MAX: none. */
static int
check(struct req *r, const struct connection *c, enum connection_auth had)
{
	size_t at = secret_member(c->auth);

	if (c->auth == AUTH_PASSWORD && c->email == NULL) {
		return http_refuse_field(r, "/email", "required",
			"Signing in by password needs the e-mail address.");
	}
	if (c->auth != had && !http_has(r, at)) {
		return http_refuse_field(r,
			at == IN_API_KEY ? "/api_key" : "/password", "required",
			"This way of signing in needs it.");
	}
	return 0;
}

static int
show(struct req *r, const char *id, int status)
{
	struct connection c;

	if (connection_find(http_arena(r), id, &c) != 1)
		return not_found(r);
	connection_json(http_out(r), &c);
	return http_json(r, status);
}

static int
list(struct req *r)
{
	struct connection *rows;
	int n = connection_list(http_arena(r), &rows);
	int i;

	http_page_begin(r);
	for (i = 0; i < n; i++)
		connection_json(http_out(r), &rows[i]);
	return http_page_end(r, NULL);
}

static int
create(struct req *r)
{
	struct connection c = {.state = CONNECTION_UNKNOWN};
	int added;

	if (take(r, &c) != 0 || check(r, &c, AUTH__MAX) != 0)
		return 0;
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	added = connection_add(&c, http_str(r, secret_member(c.auth)));
	db_commit();
	if (added != 1)
		return name_taken(r);
	job_wake();
	http_set(r, "Location",
		arena_printf(http_arena(r), "/api/connections/%s", c.id));
	return show(r, c.id, 201);
}

static int
read_one(struct req *r)
{
	return show(r, http_path_id(r, 0), 200);
}

static int
change(struct req *r)
{
	struct connection c;
	enum connection_auth had;
	int done;

	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	if (connection_find(http_arena(r), http_path_id(r, 0), &c) != 1) {
		db_rollback();
		return not_found(r);
	}
	had = c.auth;
	if (take(r, &c) != 0 || check(r, &c, had) != 0) {
		db_rollback();
		return 0;
	}
	done = connection_update(&c, http_str(r, secret_member(c.auth)));
	db_commit();
	job_wake();
	return done < 0 ? name_taken(r) : show(r, c.id, 200);
}

static int
remove_one(struct req *r)
{
	int found;

	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	found = connection_delete(http_path_id(r, 0));
	db_commit();
	return found == 1 ? http_empty(r, 204) : not_found(r);
}

static int
resources(struct req *r)
{
	int kind = http_query_enum(r, 0, -1);
	const struct resources *all;
	struct connection c;
	size_t i;

	if (connection_find(http_arena(r), http_path_id(r, 0), &c) != 1)
		return not_found(r);
	all = connection_resources(http_arena(r), c.id);
	http_page_begin(r);
	for (i = 0; i < all->count; i++) {
		if (kind < 0 || (int)all->items[i].kind == kind)
			resource_json(http_out(r), &all->items[i]);
	}
	return http_page_end(r, NULL);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/connections", ROLE_VIEWER, list,
		.flags = ROUTE_CACHED},
	{HTTP_POST, "/api/connections", ROLE_ADMIN, create, create_fields,
		IN__MAX},
	{HTTP_GET, "/api/connections/{id}", ROLE_VIEWER, read_one,
		.flags = ROUTE_CACHED},
	{HTTP_PATCH, "/api/connections/{id}", ROLE_ADMIN, change, change_fields,
		IN__MAX},
	{HTTP_DELETE, "/api/connections/{id}", ROLE_ADMIN, remove_one},
	{HTTP_GET, "/api/connections/{id}/resources", ROLE_VIEWER, resources,
		NULL, 0, resource_query, nitems(resource_query)},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "connections", routes, nitems(routes));
}
