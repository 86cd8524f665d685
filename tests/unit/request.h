/* request.h: requests without a web server: variables and a body in, the
 * answer's text out. */
#ifndef REQUEST_H
#define REQUEST_H

#include "folder.h"

#include "io/http_req.h"

#include <string.h>

enum { ASK_ENV = 24, ASK_OUT = 1 << 20 };

static char ask_out[ASK_OUT];
static size_t ask_out_len;
static const char *ask_body;
static size_t ask_body_at;
static struct req ask_req;
static char *ask_env[ASK_ENV];

static inline long
ask_read(void *context, void *buf, size_t n)
{
	size_t left = strlen(ask_body) - ask_body_at;

	(void)context;
	if (n > left)
		n = left;
	memcpy(buf, ask_body + ask_body_at, n);
	ask_body_at += n;
	return (long)n;
}

static inline void
ask_write(void *context, const void *bytes, size_t n)
{
	(void)context;
	assert_true(n < ASK_OUT - ask_out_len);
	memcpy(ask_out + ask_out_len, bytes, n);
	ask_out_len += n;
	ask_out[ask_out_len] = '\0';
}

static inline void
ask_end(void *context)
{
	(void)context;
}

static const struct http_transport ask_transport = {
	ask_read, ask_write, ask_end};

/* ask_with: one more variable of the next request. */
static inline void
ask_with(const char *name, const char *value)
{
	size_t i = 0;

	while (ask_env[i] != NULL)
		i++;
	assert_true(i + 1 < ASK_ENV);
	ask_env[i] = arena_printf(arena, "%s=%s", name, value);
	ask_env[i + 1] = NULL;
}

/* ask_init: the request as it is before any check; body NULL: none. */
static inline struct req *
ask_init(const struct http_service *service, const char *method,
	const char *target, const char *body)
{
	ask_out_len = 0;
	ask_out[0] = '\0';
	ask_body = body == NULL ? "" : body;
	ask_body_at = 0;
	ask_with("REQUEST_METHOD", method);
	ask_with("REQUEST_URI", target);
	if (strchr(target, '?') != NULL)
		ask_with("QUERY_STRING", strchr(target, '?') + 1);
	if (body != NULL)
		ask_with("CONTENT_LENGTH",
			arena_printf(arena, "%zu", strlen(body)));
	http_req_init(&ask_req, arena, service, &ask_transport, NULL, ask_env);
	return &ask_req;
}

/* ask_forget: the next request begins without variables. */
static inline void
ask_forget(void)
{
	ask_env[0] = NULL;
}

/* ask_says: whether a text is in the answer. */
static inline void
ask_says(const char *text)
{
	if (strstr(ask_out, text) == NULL)
		fail_msg("\"%s\" is not in: %s", text, ask_out);
}

#endif
