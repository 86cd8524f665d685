/* http_params.c: what comes beside the body: variables, headers, cookies. */
#include "base/limits.h"
#include "io/http_req.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *
http_env(const struct req *r, const char *name)
{
	size_t n = strlen(name);
	char *const *e;

	for (e = r->env; *e != NULL; e++) {
		if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
			return *e + n + 1;
	}
	return NULL;
}

const char *
http_header(const struct req *r, const char *cgi_name)
{
	return http_env(r, cgi_name);
}

bool
http_secure(const struct req *r)
{
	const char *https = http_env(r, "HTTPS");
	const char *scheme = http_env(r, "REQUEST_SCHEME");

	if (https != NULL && strcasecmp(https, "on") == 0)
		return true;
	return scheme != NULL && strcasecmp(scheme, "https") == 0;
}

const char *
http_cookie(struct req *r, const char *name)
{
	const char *p = http_env(r, "HTTP_COOKIE");
	size_t n = strlen(name);

	while (p != NULL && *p != '\0') {
		size_t len;

		p += strspn(p, " ;");
		len = strcspn(p, ";");
		if (len > n + 1 && strncmp(p, name, n) == 0 && p[n] == '=')
			return arena_memdup(r->arena, p + n + 1, len - n - 1);
		p += len;
	}
	return NULL;
}

/* One preference of the header: its name at p, n bytes. */
static bool
preference_is(const char *p, size_t n, const char *name)
{
	return n == strlen(name) && strncasecmp(p, name, n) == 0;
}

static int
seconds(const char *digits, int other)
{
	unsigned long s;

	if (*digits < '0' || *digits > '9')
		return other;
	s = strtoul(digits, NULL, 10);
	return s > LIMIT_WAIT_MS / 1000 ? LIMIT_WAIT_MS : (int)s * 1000;
}

/* RFC 7240 2: preferences by commas, their parameters by semicolons. */
int
http_wait_ms(const struct req *r, int other)
{
	const char *p = http_env(r, "HTTP_PREFER");

	while (p != NULL && *p != '\0') {
		size_t n;

		p += strspn(p, " \t,");
		n = strcspn(p, " \t,;=");
		if (preference_is(p, n, "respond-async"))
			return 0;
		if (preference_is(p, n, "wait") && p[n] == '=')
			return seconds(p + n + 1, other);
		p += n;
		p += strcspn(p, ",");
	}
	return other;
}

struct arena *
http_arena(struct req *r)
{
	return r->arena;
}

const struct caller *
http_caller(const struct req *r)
{
	return &r->caller;
}

const char *
http_user(const struct req *r)
{
	return r->caller.user_id[0] == '\0' ? NULL : r->caller.user_id;
}

const char *
http_request_id(const struct req *r)
{
	return r->request_id;
}

const char *
http_path(const struct req *r)
{
	return r->path;
}

const char *
http_path_id(const struct req *r, size_t n)
{
	return r->ids[n];
}
