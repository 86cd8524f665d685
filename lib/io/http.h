/* http.h: requests and answers, the same over FastCGI and plain CGI. */
#ifndef HTTP_H
#define HTTP_H

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_METHOD__MAX
};

extern const char *const http_method_names[HTTP_METHOD__MAX];

/* Who may call; each role may do what the one before may. */
enum http_role {
	ROLE_PUBLIC,
	ROLE_VIEWER,
	ROLE_EDITOR,
	ROLE_ADMIN,
	ROLE__MAX
};

extern const char *const http_role_names[ROLE__MAX];

/* What a member of a body or a query parameter may be. */
enum field_type {
	FIELD_STRING,  /* min..max bytes, UTF-8, no control characters but \n\t */
	FIELD_ID,      /* an id (id.h) */
	FIELD_INT,     /* min..max */
	FIELD_NUMBER,  /* min..max */
	FIELD_BOOL,
	FIELD_ENUM,    /* one of values */
	FIELD_STRINGS, /* list of strings: at most LIMIT_TAGS, each min..max bytes */
	FIELD_URL,     /* absolute http or https URL */
	FIELD_OBJECT,
	FIELD_ANY
};

struct field {
	const char *name;
	enum field_type type;
	bool required;
	long min;
	long max;
	const char *const *values; /* FIELD_ENUM, ends with NULL */
};

struct req;

enum {
	ROUTE_RAW_BODY = 1 << 0,   /* the handler reads the body itself */
	ROUTE_YAML_BODY = 1 << 1,  /* text/yaml and its kin are welcome as well */
	ROUTE_ANY_BODY = 1 << 2    /* JSON object that fields do not describe */
};

/*
 * One row of an endpoint's table. path may hold "{id}" segments, each of the
 * shape of an id. fields describes a JSON body (unknown members are refused),
 * query the query parameters (unknown ones are refused).
 */
struct route {
	enum http_method method;
	const char *path;
	enum http_role role;
	int (*handler)(struct req *r);
	const struct field *fields;
	size_t nfields;
	const struct field *query;
	size_t nquery;
	unsigned flags;
};

/* Who is calling. */
struct caller {
	char user_id[ID_SIZE]; /* "" when nobody is signed in */
	char session_id[ID_SIZE]; /* "" with an API token */
	const char *name;
	enum http_role role;
};

/*
 * http_serve: the whole life of an endpoint: settings, database, then requests
 * until SIGTERM, which lets the one in hand finish. Over FastCGI when fd 0 is
 * a listening socket, else as plain CGI: one request, then 0. With --routes
 * it prints the table and ends. Returns the exit status.
 */
int http_serve(int argc, char **argv, const char *name,
	const struct route *routes, size_t nroutes);

/* ---- the request ---- */
struct arena *http_arena(struct req *r);
const struct caller *http_caller(const struct req *r);
const char *http_request_id(const struct req *r);

/* http_path_id: the n-th {id} of the path, from 0. */
const char *http_path_id(const struct req *r, size_t n);

/* http_header: a request header, by its CGI name ("HTTP_PREFER"), or NULL. */
const char *http_header(const struct req *r, const char *cgi_name);

/* http_body: the raw body, read whole, at most LIMIT_BODY; *n_r its bytes. */
const char *http_body(struct req *r, size_t *n_r);

/* http_json_body: the parsed body; owned by the request. NULL without one. */
json_object *http_json_body(struct req *r);

/*
 * http_read: at most n bytes of a ROUTE_RAW_BODY body; 0 at its end, -1 when
 * the client left. http_content_length: -1 when unknown.
 */
long http_read(struct req *r, void *buf, size_t n);
int64_t http_content_length(const struct req *r);

/* Checked members of the body; at is the row in the route's fields. */
bool http_has(const struct req *r, size_t at);
const char *http_str(const struct req *r, size_t at);  /* NULL when absent */
int64_t http_int(const struct req *r, size_t at, int64_t other);
double http_num(const struct req *r, size_t at, double other);
bool http_bool(const struct req *r, size_t at, bool other);
json_object *http_obj(const struct req *r, size_t at); /* NULL when absent */

/* Checked query parameters; at is the row in the route's query. */
const char *http_query(const struct req *r, size_t at);
int64_t http_query_int(const struct req *r, size_t at, int64_t other);

/*
 * http_wait_ms: what "Prefer: wait=N" asks for, at most LIMIT_WAIT_MS; 0 with
 * "respond-async"; other when the header says nothing (RFC 7240).
 */
int http_wait_ms(const struct req *r, int other);

/* ---- the answer; each returns what the handler returns ---- */

/* http_set: an answer header; name and value are checked for line breaks. */
void http_set(struct req *r, const char *name, const char *value);

/* http_send: a body of a type. status 204 and 304 send none. */
int http_send(struct req *r, int status, const char *type, const char *body,
	size_t n);

/* http_json: a JSON body; taken is put. http_text: JSON that is text already. */
int http_json(struct req *r, int status, json_object *taken);
int http_json_text(struct req *r, int status, const char *text, size_t n);

/* http_empty: a status alone. */
int http_empty(struct req *r, int status);

/*
 * http_problem: application/problem+json (RFC 9457). code is stable and
 * documented in openapi.yaml; the text says what happened and what to do.
 * http_problem_more: with further members; taken is an object or NULL.
 */
int http_problem(struct req *r, int status, const char *code, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));
int http_problem_more(struct req *r, int status, const char *code,
	const char *detail, json_object *taken);

/* http_busy: 503 lock_timeout with Retry-After; nothing was written. */
int http_busy(struct req *r);

#endif
