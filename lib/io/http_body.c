/* http_body.c: the body of a request: size, type, reading, parsing. */
#include "base/limits.h"
#include "io/http_req.h"
#include "text/json.h"

#include <string.h>
#include <strings.h>

enum { PIECE = 16384 };

static const char *const yaml_types[] = {
	"application/yaml",
	"application/x-yaml",
	"text/yaml",
	"text/x-yaml",
	NULL,
};

bool
http_media_is(const char *content_type, const char *type)
{
	size_t n = strlen(type);

	if (content_type == NULL || strncasecmp(content_type, type, n) != 0)
		return false;
	return strchr("; \t", content_type[n]) != NULL;
}

/* application/json, and what is built on it (RFC 6839 3.1). */
static bool
is_json(const char *content_type)
{
	size_t n = content_type == NULL ? 0 : strcspn(content_type, "; \t");

	return http_media_is(content_type, "application/json") ||
	       (n > 5 && strncasecmp(content_type + n - 5, "+json", 5) == 0);
}

bool
http_is_yaml(const struct req *r)
{
	const char *type = http_env(r, "CONTENT_TYPE");
	size_t i;

	for (i = 0; yaml_types[i] != NULL; i++) {
		if (http_media_is(type, yaml_types[i]))
			return true;
	}
	return false;
}

int64_t
http_content_length(const struct req *r)
{
	return r->content_length;
}

long
http_read(struct req *r, void *buf, size_t n)
{
	long got;

	if (r->body_left >= 0 && (uint64_t)r->body_left < n)
		n = (size_t)r->body_left;
	if (n == 0)
		return 0;
	got = r->transport->read(r->context, buf, n);
	if (got == 0 && r->body_left > 0)
		return -1;
	if (got > 0 && r->body_left > 0)
		r->body_left -= got;
	return got;
}

static int
too_large(struct req *r)
{
	return http_refuse(r, 413, "body_too_large",
		"The body may have at most %zu bytes.", LIMIT_BODY);
}

/* Reads until the end or until max bytes are there; -1: the client left. */
static int
read_all(struct req *r, size_t max)
{
	struct str s;
	char piece[PIECE];
	long n;

	str_init(&s, r->arena, max);
	while ((n = http_read(r, piece, sizeof(piece))) > 0)
		str_add(&s, piece, (size_t)n);
	r->body_read = true;
	r->body = s.s;
	r->body_len = s.len;
	if (s.full)
		return too_large(r);
	if (n == 0)
		return 0;
	return http_refuse(r, 400, "body_cut", "The body ended too early.");
}

const char *
http_body(struct req *r, size_t *n_r)
{
	*n_r = r->body_len;
	return r->body;
}

struct value *
http_json_body(const struct req *r)
{
	return r->json;
}

static int
parse(struct req *r)
{
	struct jsonx_report report;
	struct value *v =
		jsonx_read(r->arena, r->body, r->body_len, 0, &report);

	if (v == NULL) {
		jsonw_open(&r->more, "errors", '[');
		http_error(&r->more, "", "syntax",
			arena_printf(r->arena, "Line %u, column %u: %s.",
				report.line, report.column, report.error));
		jsonw_close(&r->more, ']');
		return http_refuse(r, 400, "invalid_json",
			"The body is not valid JSON: %s.", report.error);
	}
	r->json = v;
	return 0;
}

static int
refuse(struct req *r, const struct str *errors)
{
	jsonw_raw(
		&r->more, "errors", arena_printf(r->arena, "[%s]", errors->s));
	return http_refuse(r, 400, "invalid_request",
		"The body is not what this address takes; see errors.");
}

int
http_check(struct req *r)
{
	struct str errors;

	str_init(&errors, r->arena, LIMIT_BODY);
	if (http_check_fields(r->arena, '/', r->route->fields,
		    r->route->nfields, r->json, r->members, &errors) == 0)
		return 0;
	return refuse(r, &errors);
}

static int
check(struct req *r)
{
	bool any = (r->route->flags & ROUTE_ANY_BODY) != 0;
	struct str errors;

	str_init(&errors, r->arena, LIMIT_BODY);
	if (r->json != NULL && !value_is(r->json, VALUE_OBJECT))
		http_error(&errors, "", "type", "This must be an object.");
	else if (r->json == NULL && any)
		http_error(&errors, "", "required", "There is no body.");
	else if (!any)
		return http_check(r);
	return errors.len == 0 ? 0 : refuse(r, &errors);
}

static bool
takes_body(const struct req *r)
{
	return (r->route->flags & ROUTE_RAW_BODY) == 0 &&
	       (r->method == HTTP_POST || r->method == HTTP_PUT ||
		       r->method == HTTP_PATCH);
}

int
http_take_body(struct req *r)
{
	r->members = arena_array(
		r->arena, r->route->nfields + 1, sizeof(*r->members));
	if (!takes_body(r))
		return 0;
	if (r->content_length > (int64_t)LIMIT_BODY)
		return too_large(r);
	if (read_all(r, LIMIT_BODY) != 0)
		return -1;
	if (r->body_len == 0)
		return check(r);
	if ((r->route->flags & ROUTE_YAML_BODY) != 0 && http_is_yaml(r))
		return 0;
	if (!is_json(http_env(r, "CONTENT_TYPE"))) {
		return http_refuse(r, 415, "unsupported_type",
			"The body must be application/json%s.",
			(r->route->flags & ROUTE_YAML_BODY) != 0
				? " or application/yaml"
				: "");
	}
	return parse(r) != 0 ? -1 : check(r);
}
