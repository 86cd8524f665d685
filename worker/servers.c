/* servers.c: see servers.h. */
#include "worker/servers.h"
#include "base/fatal.h"
#include "io/seal.h"
#include "worker/store.h"
#include "worker/turn.h"

#include <stdlib.h>
#include <string.h>

struct server {
	struct server *next;
	char id[ID_SIZE];
	int64_t updated_at; /* of the connection that the client was made for */
	struct dify *dify;
	int turn; /* to sign in, or -1 */
};

/* A session on its way to the disk. */
struct session {
	char id[ID_SIZE];
	char *text; /* NULL: forget */
};

static struct server *servers;

static void
write_session(void *context)
{
	struct session *s = context;

	connection_set_session(s->id, s->text);
}

static void
session_written(void *context)
{
	struct session *s = context;

	if (s->text != NULL)
		explicit_bzero(s->text, strlen(s->text));
	free(s->text);
	free(s);
}

static void
save(void *context, const char *text)
{
	struct server *server = context;
	struct session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		fatal("servers: out of memory");
	memcpy(s->id, server->id, ID_SIZE);
	s->text = text == NULL ? NULL : strdup(text);
	store_write(write_session, session_written, s);
}

/* ---- signing in by turns, over all workers ---- */

static bool
take(void *context)
{
	struct server *server = context;

	if (server->turn >= 0)
		return false;
	server->turn = turn_take(server->id);
	return server->turn >= 0;
}

static char *
saved_session(void *context, struct arena *a)
{
	struct server *server = context;

	return connection_session(a, server->id);
}

static void
write_nothing(void *context)
{
	(void)context;
}

static void
turn_over(void *context)
{
	struct server *server = context;

	turn_give(server->turn);
	server->turn = -1;
}

/* After the session, which is on its way to the disk. */
static void
give(void *context)
{
	store_write(write_nothing, turn_over, context);
}

static const struct dify_turn turn = {take, saved_session, give};

static struct server *
find(const char *id)
{
	struct server *s = servers;

	while (s != NULL && strcmp(s->id, id) != 0)
		s = s->next;
	if (s != NULL)
		return s;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		fatal("servers: out of memory");
	memcpy(s->id, id, ID_SIZE);
	s->turn = -1;
	s->next = servers;
	servers = s;
	return s;
}

static void
connect_anew(struct arena *a, struct server *s, const struct connection *c)
{
	char *secret = connection_secret(a, c->id);
	char *session = connection_session(a, c->id);
	struct dify_config config = {
		.base_url = c->base_url,
		.admin_key = c->auth == AUTH_ADMIN_KEY,
		.email = c->email == NULL ? "" : c->email,
		.secret = secret == NULL ? "" : secret,
		.workspace_id = c->workspace_id,
		.version = c->version,
		.session = session,
		.way = {.ca = c->ca,
			.proxy = c->proxy,
			.insecure = c->insecure},
	};

	dify_free(&s->dify);
	s->dify = dify_new(&config, save, s);
	dify_share(s->dify, &turn);
	s->updated_at = c->updated_at;
	if (secret != NULL)
		seal_wipe(secret);
	if (session != NULL)
		seal_wipe(session);
}

struct dify *
server_of(struct arena *a, const char *id, struct connection *out)
{
	struct server *s;

	if (id == NULL ? !connection_default(a, out)
		       : !connection_find(a, id, out))
		return NULL;
	s = find(out->id);
	if (s->dify == NULL || s->updated_at != out->updated_at)
		connect_anew(a, s, out);
	return s->dify;
}

void
servers_release(void)
{
	struct server *s;

	while ((s = servers) != NULL) {
		servers = s->next;
		dify_free(&s->dify);
		free(s);
	}
}
