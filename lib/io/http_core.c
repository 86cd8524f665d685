/* http_core.c: one request from its first check to its access line. */
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "io/http_req.h"
#include "io/metrics.h"

#include <stdlib.h>
#include <string.h>

enum { OUT_MAX = 32 << 20, HEADERS_MAX = 4096 };

/* A request id of somebody in front of us is kept when it is harmless. */
static void
take_request_id(struct req *r)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789-_.";
	const char *given = http_env(r, "HTTP_X_REQUEST_ID");
	size_t n = given == NULL ? 0 : strlen(given);

	if (n < 8 || n >= HTTP_REQUEST_ID_SIZE || strspn(given, harmless) != n)
		id_new_r(r->request_id);
	else
		memcpy(r->request_id, given, n + 1);
}

static void
take_method(struct req *r)
{
	const char *name = http_env(r, "REQUEST_METHOD");
	int m = 0;

	while (m < HTTP_METHOD__MAX &&
		(name == NULL || strcmp(name, http_method_names[m]) != 0))
		m++;
	r->method = (enum http_method)m;
}

/* The path as it was sent; servers that do not tell it have it in two. */
static void
take_path(struct req *r)
{
	const char *uri = http_env(r, "REQUEST_URI");
	const char *script = http_env(r, "SCRIPT_NAME");
	const char *info = http_env(r, "PATH_INFO");

	if (uri != NULL)
		r->path = arena_memdup(r->arena, uri, strcspn(uri, "?"));
	else
		r->path = arena_printf(r->arena, "%s%s",
			script == NULL ? "" : script, info == NULL ? "" : info);
}

static void
take_length(struct req *r)
{
	const char *text = http_env(r, "CONTENT_LENGTH");
	char *end;

	r->content_length = -1;
	if (text != NULL && *text >= '0' && *text <= '9') {
		r->content_length = strtoll(text, &end, 10);
		if (*end != '\0')
			r->content_length = -1;
	}
	r->body_left = r->content_length;
}

void
http_req_init(struct req *r, struct arena *a,
	const struct http_service *service,
	const struct http_transport *transport, void *context, char *const *env)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
	r->service = service;
	r->transport = transport;
	r->context = context;
	r->env = env;
	r->started_us = clock_mono_us();
	r->caller.role = ROLE_PUBLIC;
	str_init(&r->headers, a, HEADERS_MAX);
	str_init(&r->out, a, OUT_MAX);
	str_init(&r->more, a, LIMIT_DOCUMENT);
	take_request_id(r);
	take_method(r);
	take_path(r);
	take_length(r);
}

void
http_handle(struct req *r)
{
	static int (*const checks[])(struct req *) = {
		http_match,
		http_authorise,
		http_take_query,
		http_take_body,
	};
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (checks[i](r) != 0)
			return;
	}
	if (http_cache_answer(r))
		return;
	r->route->handler(r);
	http_cache_keep(r);
}

static const char *
method_name(const struct req *r)
{
	return r->method == HTTP_METHOD__MAX ? "-"
					     : http_method_names[r->method];
}

void
http_finish(struct req *r)
{
	int64_t us = clock_mono_us() - r->started_us;
	const char *route = r->route == NULL ? "-" : r->route->path;
	char status[16];
	const char *labels[3] = {method_name(r), route, status};

	snprintf(status, sizeof(status), "%d", r->status);
	metrics_add(METRIC_HTTP_REQUESTS, labels, 1);
	metrics_observe(METRIC_HTTP_SECONDS, &route, (double)us / 1e6);
	log_info("request", log_str("method", method_name(r)),
		log_str("path", r->path), log_str("route", route),
		log_int("status", r->status), log_int("us", us),
		log_int("bytes", r->bytes_sent),
		log_str("request_id", r->request_id),
		log_str("user", http_user(r)));
}
