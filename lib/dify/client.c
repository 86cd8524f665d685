/* client.c: a Dify client's memory; see dify.h. */
#include "dify/client.h"
#include "base/fatal.h"
#include "text/json.h"

#include <stdlib.h>
#include <string.h>

enum { CLIENT_ARENA = 32 << 20 };

struct dify *
dify_new(const struct dify_config *config,
	void (*save)(void *context, const char *session), void *context)
{
	struct dify *d = calloc(1, sizeof(*d));

	if (d == NULL)
		fatal("dify: out of memory");
	d->arena = arena_new(CLIENT_ARENA);
	d->scratch = arena_new(CLIENT_ARENA);
	d->config = *config;
	d->config.base_url = arena_strdup(d->arena, config->base_url);
	d->config.email = arena_strdup(d->arena, config->email);
	d->config.secret = arena_strdup(d->arena, config->secret);
	d->config.way.ca = arena_strdup(d->arena, config->way.ca);
	d->config.way.proxy = arena_strdup(d->arena, config->way.proxy);
	d->save = save;
	d->context = context;
	if (config->version != NULL &&
		strlen(config->version) < sizeof(d->version))
		memcpy(d->version, config->version,
			strlen(config->version) + 1);
	if (config->workspace_id != NULL && *config->workspace_id != '\0')
		d->workspace = strdup(config->workspace_id);
	if (config->session != NULL)
		client_take_session(d, config->session);
	return d;
}

void
dify_share(struct dify *d, const struct dify_turn *turn)
{
	d->turn = turn;
}

/* A secret is overwritten before its memory goes back. */
void
secret_forget(char **secret)
{
	if (*secret != NULL)
		explicit_bzero(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

void
secret_replace(char **slot, const char *text, size_t n)
{
	secret_forget(slot);
	*slot = strndup(text, n);
	if (*slot == NULL)
		fatal("dify: out of memory");
}

static void
take_text(const struct value *s, const char *key, char **slot)
{
	const char *text = value_get_text(s, key, NULL);

	if (text != NULL)
		secret_replace(slot, text, strlen(text));
}

void
client_take_session(struct dify *d, const char *text)
{
	struct jsonx_report report;
	const struct value *s =
		jsonx_read(d->scratch, text, strlen(text), 0, &report);

	take_text(s, "access", &d->access);
	take_text(s, "refresh", &d->refresh);
	take_text(s, "csrf", &d->csrf);
	take_text(s, "refused", &d->refused);
	d->host_prefix = value_get_bool(s, "host_prefix", false);
}

void
dify_free(struct dify **d)
{
	struct dify *old = *d;

	*d = NULL;
	if (old == NULL)
		return;
	old->freed = true;
	if (old->calls > 0 || old->transfer != NULL)
		return;
	secret_forget(&old->access);
	secret_forget(&old->refresh);
	secret_forget(&old->csrf);
	secret_forget(&old->stale);
	if (old->config.secret != NULL)
		explicit_bzero(
			(char *)old->config.secret, strlen(old->config.secret));
	free(old->workspace);
	free(old->refused);
	arena_free(&old->scratch);
	arena_free(&old->arena);
	free(old);
}

const char *
dify_version(const struct dify *d)
{
	return d->version[0] == '\0' ? NULL : d->version;
}

const struct dify_profile *
dify_profile_of(const struct dify *d)
{
	return dify_profile(dify_version(d));
}

const char *
dify_workspace(const struct dify *d)
{
	return d->workspace;
}

void
dify_forgive(struct dify *d)
{
	if (d->refused == NULL)
		return;
	free(d->refused);
	d->refused = NULL;
	d->save(d->context, NULL);
}
