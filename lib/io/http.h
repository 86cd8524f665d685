/* http.h: requests and answers, the same over FastCGI and plain CGI. */
#ifndef HTTP_H
#define HTTP_H

#include "base/arena.h"
#include "base/id.h"
#include "base/str.h"
#include "text/jsonw.h"
#include "text/value.h"

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
enum http_role { ROLE_PUBLIC, ROLE_VIEWER, ROLE_EDITOR, ROLE_ADMIN, ROLE__MAX };

extern const char *const http_role_names[ROLE__MAX];

/* What a member of a body or a query parameter may be. */
enum field_type {
	FIELD_STRING, /* min..max bytes, no control characters; not blank if min
		       */
	FIELD_TEXT,   /* the same with \n, \r and \t */
	FIELD_ID,     /* an id (id.h) */
	FIELD_INT,    /* min..max */
	FIELD_NUMBER, /* min..max */
	FIELD_BOOL,
	FIELD_ENUM,    /* one of values */
	FIELD_STRINGS, /* list of strings: at most LIMIT_TAGS, each min..max
			  bytes */
	FIELD_URL, /* absolute http or https URL without user, query, fragment
		    */
	FIELD_OBJECT,
	FIELD_ANY,
	FIELD_TYPE__MAX
};

/* null counts as absent, and is an error where required is set. */
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
	ROUTE_RAW_BODY = 1 << 0,  /* the handler reads the body itself */
	ROUTE_YAML_BODY = 1 << 1, /* application/yaml and its kin as well */
	ROUTE_ANY_BODY = 1 << 2,  /* a JSON object that is not held to fields */
	ROUTE_CACHED = 1 << 3     /* http_json() of the database and the target
				     alone,     not of the caller or the time */
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
	char user_id[ID_SIZE];    /* "" when nobody is signed in */
	char session_id[ID_SIZE]; /* "" with an API token */
	const char *name;
	enum http_role role;
};

/*
 * caller_of_bearer, caller_of_session: whom an API token names, and whom a
 * session's JWT names; 1 and *out, or 0. Texts are in a. The tables of people
 * are above this folder, so model/caller.c has these two.
 */
int caller_of_bearer(struct arena *a, const char *token, struct caller *out);
int caller_of_session(struct arena *a, const char *jwt, struct caller *out);

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

/* http_user: the caller's id, NULL when nobody is signed in. */
const char *http_user(const struct req *r);

/* http_path: the path that was asked for, without its query. */
const char *http_path(const struct req *r);

/* http_path_id: the n-th {id} of the path, from 0. */
const char *http_path_id(const struct req *r, size_t n);

/* http_header: a request header, by its CGI name ("HTTP_PREFER"), or NULL. */
const char *http_header(const struct req *r, const char *cgi_name);

/* http_secure: whether the browser speaks https with the web server. */
bool http_secure(const struct req *r);

/* http_cookie: the value of a cookie, in the arena; NULL when it is absent or
 * empty. */
const char *http_cookie(struct req *r, const char *name);

/* http_body: the raw body, read whole, at most LIMIT_BODY; *n_r its bytes. */
const char *http_body(struct req *r, size_t *n_r);

/* http_json_body: the parsed body, an object. NULL without one. Changes are the
 * handler's own affair. */
struct value *http_json_body(const struct req *r);

/* http_is_yaml: whether a ROUTE_YAML_BODY body came as YAML. */
bool http_is_yaml(const struct req *r);

/*
 * http_read: at most n bytes of a ROUTE_RAW_BODY body; 0 at its end, -1 when
 * the client left. http_content_length: -1 when unknown.
 */
long http_read(struct req *r, void *buf, size_t n);
int64_t http_content_length(const struct req *r);

/* http_check: for a ROUTE_ANY_BODY body that turns out to be one that the
 * route's fields describe. 0, or -1 with 400 answered. */
int http_check(struct req *r);

/* Checked members of the body; at is the row in the route's fields. */
bool http_has(const struct req *r, size_t at);
bool http_has_null(const struct req *r, size_t at);   /* there, and null */
bool http_says(const struct req *r, size_t at);       /* there, even if null */
const char *http_str(const struct req *r, size_t at); /* NULL when absent */
const char *http_url(struct req *r, size_t at); /* without slashes at the end */
int64_t http_int(const struct req *r, size_t at, int64_t other);
double http_num(const struct req *r, size_t at, double other);
bool http_bool(const struct req *r, size_t at, bool other);
const struct value *http_obj(const struct req *r, size_t at); /* or NULL */

/* http_strs: the texts of a FIELD_STRINGS member, in the arena; 0 and NULL
 * when absent. */
size_t http_strs(struct req *r, size_t at, const char *const **out_r);

/* http_enum: the place of a FIELD_ENUM member among its values, or other. */
int http_enum(const struct req *r, size_t at, int other);

/* Checked query parameters; at is the row in the route's query. */
const char *http_query(const struct req *r, size_t at);
int64_t http_query_int(const struct req *r, size_t at, int64_t other);
bool http_query_bool(const struct req *r, size_t at, bool other);
int http_query_enum(const struct req *r, size_t at, int other);

/*
 * http_wait_ms: what "Prefer: wait=N" asks for, at most LIMIT_WAIT_MS; 0 with
 * "respond-async"; other when the header says nothing (RFC 7240).
 */
int http_wait_ms(const struct req *r, int other);

/* ---- the answer; each returns what the handler returns ---- */

/* http_set: an answer header; a value with control characters is fatal. */
void http_set(struct req *r, const char *name, const char *value);

/* http_out: the text of the answer's body, to be written with jsonw.h. */
struct str *http_out(struct req *r);

/* http_json: sends what was written to http_out(). */
int http_json(struct req *r, int status);

/*
 * http_page_begin, http_page_end: the frame of a list answer around the items
 * that go to http_out() in between; next is the id to go on behind, NULL at
 * the end.
 */
void http_page_begin(struct req *r);
int http_page_end(struct req *r, const char *next);

/* http_send: a body of a type. status 204 and 304 send none. */
int http_send(struct req *r, int status, const char *type, const char *body,
	size_t n);

/*
 * http_begin, http_write: an answer of a type whose length is not known yet,
 * written piece by piece; it ends with the handler. (A hub streams by
 * hub_stream().)
 */
void http_begin(struct req *r, int status, const char *type);
void http_write(struct req *r, const void *bytes, size_t n);

/* http_empty: a status alone. */
int http_empty(struct req *r, int status);

/*
 * http_problem: application/problem+json (RFC 9457). code is stable and
 * documented in openapi.yaml; the text says what happened and what to do.
 * http_problem_more: with more members: more is what jsonw.h wrote into
 * http_more() since the last answer.
 */
int http_problem(struct req *r, int status, const char *code, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));
struct str *http_more(struct req *r);

/* http_field_problem: 400 invalid_request with one error at a pointer. */
int http_field_problem(struct req *r, const char *pointer, const char *code,
	const char *message);

/* http_refuse, http_refuse_field: the same for a check: they return -1. */
int http_refuse(struct req *r, int status, const char *code, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));
int http_refuse_field(struct req *r, const char *pointer, const char *code,
	const char *message);

/* http_busy: 503 lock_timeout with Retry-After; nothing was written. */
int http_busy(struct req *r);

#endif
