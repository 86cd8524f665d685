/* http_req.h: the inside of a request; for the files of http and hub alone. */
#ifndef HTTP_REQ_H
#define HTTP_REQ_H

#include "io/http.h"

enum { HTTP_IDS = 2, HTTP_REQUEST_ID_SIZE = 65 };

/* Where a request comes from and where its answer goes. */
struct http_transport {
	long (*read)(void *context, void *buf, size_t n);
	void (*write)(void *context, const void *bytes, size_t n);
	void (*end)(void *context); /* the answer is whole */
};

/* An endpoint: its name and its table. */
struct http_service {
	const char *name;
	const struct route *routes;
	size_t nroutes;
};

struct req {
	struct arena *arena;
	const struct http_transport *transport;
	void *context;
	const struct http_service *service;
	char *const *env; /* "NAME=value", ends with NULL */
	int64_t started_us;

	/* what is asked */
	enum http_method method;
	const char *path;
	const struct route *route; /* NULL: none matches */
	char ids[HTTP_IDS][ID_SIZE];
	char request_id[HTTP_REQUEST_ID_SIZE];
	struct caller caller;

	/* the body */
	int64_t content_length; /* -1: unknown */
	int64_t body_left;      /* of content_length; -1: until the end */
	bool body_read;         /* whole, into body */
	const char *body;
	size_t body_len;
	struct value *json;
	const struct value **members; /* one a row of route->fields */
	const struct value **query;   /* one a row of route->query */

	/* the answer */
	int64_t database_version; /* before it was made; ROUTE_CACHED */
	int status;
	struct str headers;
	struct str out;
	struct str more;
	bool sent;  /* headers are on their way */
	bool later; /* a hub answers after the handler has returned */
	int64_t bytes_sent;
};

/* http_req_init: a request in a; env must live as long as it. */
void http_req_init(struct req *r, struct arena *a,
	const struct http_service *service,
	const struct http_transport *transport, void *context,
	char *const *env);

/* http_handle: all checks, then the handler. The answer is given when it
 * returns, unless r->later is set. */
void http_handle(struct req *r);

/* http_finish: the access line and the counters of an answered request. */
void http_finish(struct req *r);

/* ---- the checks, in their order: 0, or -1 with the answer given ---- */
int http_match(struct req *r);      /* 404, 405, OPTIONS */
int http_authorise(struct req *r);  /* 401, 403, CSRF */
int http_take_query(struct req *r); /* 400 */
int http_take_body(struct req *r);  /* 413, 415, 400 */

/*
 * http_check_fields: sorts the members of body (NULL: none) into the rows of
 * fields. Errors go into errors as JSON objects, their pointers beginning with
 * prefix; the number of them.
 */
size_t http_check_fields(struct arena *a, char prefix,
	const struct field *fields, size_t nfields, const struct value *body,
	const struct value **members_r, struct str *errors);

/* http_check_query: the same for a query string ("a=1&b=2"). */
size_t http_check_query(struct arena *a, const struct field *fields,
	size_t nfields, const char *text, const struct value **values_r,
	struct str *errors);

/*
 * http_cache_answer: whether a ROUTE_CACHED request was answered from memory.
 * http_cache_keep: remembers the answer that was just given, where that may
 * be. http_cache_clear: forgets all.
 */
bool http_cache_answer(struct req *r);
void http_cache_keep(struct req *r);
void http_cache_clear(void);

/* http_error: one object {pointer, code, message} of errors. */
void http_error(struct str *errors, const char *pointer, const char *code,
	const char *message);

/* http_path_match: whether path has the shape of pattern; ids may be NULL. */
bool http_path_match(
	const char *pattern, const char *path, char (*ids)[ID_SIZE]);

/* http_media_is: whether a Content-Type names that media type. */
bool http_media_is(const char *content_type, const char *type);

/* http_env: the value of a CGI variable, or NULL. */
const char *http_env(const struct req *r, const char *name);

/* ---- the life of the process (http_start.c) ---- */

/* http_start: the first half of main: --routes, settings, log, database, keys,
 * counters, signals. Returns 0 to go on, else an exit status + 1. */
int http_start(int argc, char **argv, const struct http_service *service);
void http_stop(void);

/* http_is_listening: whether a descriptor is a listening socket. */
bool http_is_listening(int fd);

/* http_current: the request that fatal() answers with 500; NULL: none. */
void http_current(struct req *r);

/* http_stopping: SIGTERM or SIGINT came. http_on_stop: called by the signal
 * handler. */
bool http_stopping(void);
void http_on_stop(void (*fn)(void));

/* http_serve_cgi: one request from the environment and fd 0, to fd 1. */
int http_serve_cgi(
	const struct http_service *service, void (*handle)(struct req *r));

#endif
