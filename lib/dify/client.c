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
	struct jsonx_report report;
	struct value *s;

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
	if (config->session == NULL)
		return d;
	s = jsonx_read(d->scratch, config->session, strlen(config->session), 0,
		&report);
	if (value_get_text(s, "access", NULL) != NULL)
		d->access = strdup(value_get_text(s, "access", ""));
	if (value_get_text(s, "refresh", NULL) != NULL)
		d->refresh = strdup(value_get_text(s, "refresh", ""));
	if (value_get_text(s, "csrf", NULL) != NULL)
		d->csrf = strdup(value_get_text(s, "csrf", ""));
	d->host_prefix = value_get_bool(s, "host_prefix", false);
	return d;
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
	free(d->refused);
	d->refused = NULL;
}
