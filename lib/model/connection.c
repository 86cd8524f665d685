/* connection.c: see connection.h; resources are in connection_resource.c. */
#include "model/connection.h"
#include "base/clock.h"
#include "base/limits.h"
#include "io/conf.h"
#include "io/db.h"
#include "model/event.h"
#include "model/names.h"
#include "model/rows.h"
#include "model/sealed.h"

#include <string.h>

const char *const connection_auth_names[AUTH__MAX] = {
	[AUTH_ADMIN_KEY] = "admin_key",
	[AUTH_PASSWORD] = "password",
};

const char *const connection_state_names[CONNECTION_STATE__MAX] = {
	[CONNECTION_UP] = "up",
	[CONNECTION_SLOW] = "slow",
	[CONNECTION_REFUSED] = "refused",
	[CONNECTION_UNKNOWN] = "unknown",
};

#define COLUMNS                                                             \
	"id, name, base_url, auth, email, workspace_id, secret_hint,"       \
	" is_default, is_sandbox, origin, state, version, error, failures," \
	" seen_at, checked_at, next_check_at, created_at, updated_at,"      \
	" ca, proxy, insecure, colour, generator, error_code"

static const char sql_add[] =
	"INSERT OR IGNORE INTO connections (id, name, base_url, auth, email,"
	" workspace_id, secret, secret_hint, is_default, is_sandbox, origin,"
	" created_at, updated_at, ca, proxy, insecure, colour)"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
	" ?9 OR NOT EXISTS (SELECT 1 FROM connections), ?10, ?11, ?12, ?12,"
	" ?13, ?14, ?15, ?16)";
static const char sql_find[] =
	"SELECT " COLUMNS " FROM connections WHERE id = ?1";
static const char sql_default[] =
	"SELECT " COLUMNS " FROM connections"
	" ORDER BY is_default DESC, created_at LIMIT 1";
static const char sql_list[] =
	"SELECT " COLUMNS " FROM connections ORDER BY name LIMIT 100";
static const char sql_environment[] =
	"SELECT " COLUMNS " FROM connections WHERE origin = 'environment'";
static const char sql_only_default[] =
	"UPDATE connections SET is_default = (id = ?1)";
static const char sql_update[] =
	"UPDATE OR IGNORE connections SET name = ?2, base_url = ?3, auth = ?4,"
	" email = ?5, workspace_id = ?6, is_sandbox = ?7, updated_at = ?8,"
	" ca = ?9, proxy = ?10, insecure = ?11, colour = ?12,"
	" session = iif(base_url = ?3 AND auth = ?4 AND email IS ?5"
	" AND workspace_id IS ?6, session, NULL),"
	" dataset_key = iif(base_url = ?3, dataset_key, NULL),"
	" state = iif(base_url = ?3, state, 'unknown'), next_check_at = 0"
	" WHERE id = ?1";
static const char sql_secret[] =
	"UPDATE connections SET secret = ?2, secret_hint = ?3, session = NULL"
	" WHERE id = ?1";
static const char sql_delete[] = "DELETE FROM connections WHERE id = ?1";
static const char sql_state[] =
	"UPDATE connections SET state = ?2, version = coalesce(?3, version),"
	" error = ?4, failures = iif(?2 = 'up', 0, failures + 1),"
	" seen_at = iif(?2 IN ('up', 'slow'), ?5, seen_at), checked_at = ?5,"
	" next_check_at = ?6 WHERE id = ?1";
static const char sql_generator[] = "UPDATE connections SET generator = ?2"
				    " WHERE id = ?1 AND generator <> ?2";
static const char sql_trouble[] = "UPDATE connections SET error_code = ?2"
				  " WHERE id = ?1 AND error_code IS NOT ?2";
static const char sql_get_secret[] =
	"SELECT secret FROM connections WHERE id = ?1";
static const char sql_get_session[] =
	"SELECT session FROM connections WHERE id = ?1";
static const char sql_set_session[] =
	"UPDATE connections SET session = ?2 WHERE id = ?1";
static const char sql_get_dataset_key[] =
	"SELECT dataset_key FROM connections WHERE id = ?1";
static const char sql_set_dataset_key[] =
	"UPDATE connections SET dataset_key = ?2 WHERE id = ?1";
#define CONNECTION_AS_EVENT                                   \
	"json_object('id', id, 'name', name, 'state', state," \
	" 'version', version, 'error', error, 'error_code',"  \
	" error_code, 'seen_at', seen_at, 'checked_at', checked_at)"
static const char sql_event[] = EVENT_OF(
	"connection", CONNECTION_AS_EVENT) "FROM connections WHERE id = ?1";

static void
from_row(struct arena *a, struct db_stmt *s, void *out)
{
	struct connection *c = out;
	size_t n;

	memset(c, 0, sizeof(*c));
	memcpy(c->id, db_peek(s, 0, &n), ID_SIZE);
	c->name = db_text(s, 1, a);
	c->base_url = db_text(s, 2, a);
	c->auth = (enum connection_auth)name_index(
		db_peek(s, 3, &n), connection_auth_names, AUTH__MAX);
	c->email = db_text(s, 4, a);
	c->workspace_id = db_text(s, 5, a);
	c->secret_hint = db_text(s, 6, a);
	c->is_default = db_int(s, 7) != 0;
	c->is_sandbox = db_int(s, 8) != 0;
	c->from_environment = strcmp(db_peek(s, 9, &n), "environment") == 0;
	c->state = (enum connection_state)name_index(db_peek(s, 10, &n),
		connection_state_names, CONNECTION_STATE__MAX);
	c->version = db_text(s, 11, a);
	c->error = db_text(s, 12, a);
	c->failures = (int)db_int(s, 13);
	c->seen_at = db_int(s, 14);
	c->checked_at = db_int(s, 15);
	c->next_check_at = db_int(s, 16);
	c->created_at = db_int(s, 17);
	c->updated_at = db_int(s, 18);
	c->ca = db_text(s, 19, a);
	c->proxy = db_text(s, 20, a);
	c->insecure = db_int(s, 21) != 0;
	c->colour = db_text(s, 22, a);
	c->generator = db_int(s, 23) != 0;
	c->error_code = db_text(s, 24, a);
}

int
connection_find(struct arena *a, const char *id, struct connection *out)
{
	return rows_find(a, sql_find, id, from_row, out);
}

int
connection_default(struct arena *a, struct connection *out)
{
	return rows_one(a, db_stmt(sql_default), from_row, out);
}

int
connection_list(struct arena *a, struct connection **out_r)
{
	return rows_list(a, sql_list, sizeof(**out_r), from_row, out_r);
}

int
connection_add(struct connection *c, const char *secret)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql_add);
	int added;

	id_new_r(c->id);
	c->created_at = c->updated_at = clock_now_ms();
	db_bind(s, "ttttttntiitittit", c->id, c->name, c->base_url,
		connection_auth_names[c->auth], c->email, c->workspace_id,
		seal_hint(a, secret), (int64_t)c->is_default,
		(int64_t)c->is_sandbox,
		c->from_environment ? "environment" : "user", c->created_at,
		c->ca, c->proxy, (int64_t)c->insecure, c->colour);
	sealed_bind(a, s, 7, SEAL_CONNECTION, secret);
	db_run(s);
	added = db_changes() > 0;
	arena_free(&a);
	if (added && c->is_default)
		rows_change(sql_only_default, c->id);
	return added;
}

int
connection_update(const struct connection *c, const char *secret)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql_update);
	struct connection there;
	int found = connection_find(a, c->id, &there);

	arena_free(&a);
	if (!found)
		return 0;
	db_bind(s, "ttttttiittit", c->id, c->name, c->base_url,
		connection_auth_names[c->auth], c->email, c->workspace_id,
		(int64_t)c->is_sandbox, clock_now_ms(), c->ca, c->proxy,
		(int64_t)c->insecure, c->colour);
	db_run(s);
	if (db_changes() == 0)
		return -1;
	if (secret != NULL)
		rows_secret(sql_secret, c->id, SEAL_CONNECTION, secret);
	if (c->is_default)
		rows_change(sql_only_default, c->id);
	return 1;
}

int
connection_delete(const char *id)
{
	return rows_change(sql_delete, id) > 0;
}

/* What the settings say; the secret of it, or NULL when they say nothing. */
static const char *
described(struct connection *c, bool sandbox, struct arena *a)
{
	const char *url = conf_text(CONF_DIFY_BASE_URL);
	const char *key = conf_text(CONF_DIFY_API_KEY);

	if (url == NULL ||
		(key == NULL && conf_text(CONF_DIFY_PASSWORD) == NULL))
		return NULL;
	c->base_url = rows_url(a, url);
	c->name = sandbox ? "Sandbox" : "Dify";
	c->is_sandbox = sandbox;
	c->from_environment = true;
	c->auth = key != NULL ? AUTH_ADMIN_KEY : AUTH_PASSWORD;
	c->email = conf_text(CONF_DIFY_EMAIL);
	return key != NULL ? key : conf_text(CONF_DIFY_PASSWORD);
}

void
connection_from_environment(bool sandbox)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection there = {.id = ""};
	struct connection wanted = {.id = ""};
	const char *secret = described(&wanted, sandbox, a);
	char *known;

	if (secret == NULL) {
		arena_free(&a);
		return;
	}
	if (!rows_one(a, db_stmt(sql_environment), from_row, &there)) {
		wanted.is_default = true;
		if (!connection_add(&wanted, secret)) {
			wanted.name = arena_printf(
				a, "%s (%s)", wanted.name, wanted.base_url);
			connection_add(&wanted, secret);
		}
	} else {
		there.base_url = wanted.base_url;
		there.is_sandbox = wanted.is_sandbox;
		there.auth = wanted.auth;
		there.email = wanted.email;
		known = connection_secret(a, there.id);
		connection_update(&there,
			known != NULL && strcmp(known, secret) == 0 ? NULL
								    : secret);
		seal_wipe(known);
	}
	arena_free(&a);
}

char *
connection_secret(struct arena *a, const char *id)
{
	return sealed_select(a, sql_get_secret, id, SEAL_CONNECTION);
}

char *
connection_session(struct arena *a, const char *id)
{
	return sealed_select(a, sql_get_session, id, SEAL_CONNECTION);
}

void
connection_set_session(const char *id, const char *text)
{
	sealed_update(sql_set_session, id, SEAL_CONNECTION, text);
}

char *
connection_dataset_key(struct arena *a, const char *id)
{
	return sealed_select(a, sql_get_dataset_key, id, SEAL_CONNECTION);
}

void
connection_set_dataset_key(const char *id, const char *text)
{
	sealed_update(sql_set_dataset_key, id, SEAL_CONNECTION, text);
}

void
connection_set_state(const char *id, enum connection_state state,
	const char *version, const char *error, int64_t next_check_at)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct db_stmt *s = db_stmt(sql_state);
	struct connection before;

	if (connection_find(a, id, &before)) {
		db_bind(s, "ttttii", id, connection_state_names[state], version,
			error, clock_now_ms(), next_check_at);
		db_run(s);
		if (before.state != state || before.checked_at == 0)
			event_tell(sql_event, id);
	}
	arena_free(&a);
}

void
connection_set_trouble(const char *id, const char *code)
{
	struct db_stmt *s = db_stmt(sql_trouble);

	db_bind(s, "tt", id, code);
	db_run(s);
}

void
connection_set_generator(const char *id, bool generator)
{
	struct db_stmt *s = db_stmt(sql_generator);

	db_bind(s, "ti", id, (int64_t)generator);
	db_run(s);
}
