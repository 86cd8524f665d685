/* http_auth.c: who is calling, whether they may, and from which page. */
#include "io/http_req.h"

#include <string.h>
#include <strings.h>

static const char bearer[] = "Bearer ";

static int
refuse(struct req *r, const char *code, const char *detail)
{
	http_set(r, "WWW-Authenticate", "Bearer realm=\"dify-studio\"");
	return http_refuse(r, 401, code, "%s", detail);
}

/* The token of "Authorization: Bearer", or NULL. */
static const char *
bearer_token(const struct req *r)
{
	const char *h = http_env(r, "HTTP_AUTHORIZATION");

	if (h == NULL || strncasecmp(h, bearer, sizeof(bearer) - 1) != 0)
		return NULL;
	return h + sizeof(bearer) - 1;
}

static int
identify(struct req *r)
{
	const char *token = bearer_token(r);

	if (token != NULL) {
		if (caller_of_bearer(r->arena, token, &r->caller) == 1)
			return 0;
		return refuse(r, "token_invalid",
			"This API token is unknown or was withdrawn.");
	}
	token = http_cookie(r, "__Host-studio");
	if (token == NULL)
		token = http_cookie(r, "studio");
	if (token == NULL)
		return refuse(r, "not_signed_in", "Sign in first.");
	if (caller_of_session(r->arena, token, &r->caller) != 1)
		return refuse(r, "session_expired",
			"The session has to be refreshed.");
	return 0;
}

/* Whether an Origin is the host that was asked (RFC 6454 7). */
static bool
same_origin(const struct req *r, const char *origin)
{
	const char *host = http_env(r, "HTTP_HOST");
	const char *authority = strstr(origin, "://");

	return host != NULL && authority != NULL &&
	       strcasecmp(authority + 3, host) == 0;
}

/* A browser tells whose page makes it send a request; others send neither
 * header, and carry no cookies that someone could abuse. */
static bool
cross_site(const struct req *r)
{
	const char *site = http_env(r, "HTTP_SEC_FETCH_SITE");
	const char *origin = http_env(r, "HTTP_ORIGIN");

	if (r->method == HTTP_GET || r->method == HTTP_HEAD ||
		r->method == HTTP_OPTIONS || bearer_token(r) != NULL)
		return false;
	if (site != NULL)
		return strcmp(site, "same-origin") != 0 &&
		       strcmp(site, "none") != 0;
	return origin != NULL && !same_origin(r, origin);
}

int
http_authorise(struct req *r)
{
	if (r->route->role != ROLE_PUBLIC && identify(r) != 0)
		return -1;
	if (r->caller.role < r->route->role) {
		return http_refuse(r, 403, "forbidden",
			"This needs the role %s; yours is %s.",
			http_role_names[r->route->role],
			http_role_names[r->caller.role]);
	}
	if (cross_site(r)) {
		return http_refuse(r, 403, "cross_site",
			"The request was made by a page of another site.");
	}
	return 0;
}
