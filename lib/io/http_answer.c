/* http_answer.c: the answer: status line, headers, body, problems. */
#include "base/fatal.h"
#include "base/limits.h"
#include "io/http_req.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { HEAD_MAX = 8192 };

static const struct {
	int status;
	const char *title;
} titles[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{409, "Conflict"},
	{410, "Gone"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{415, "Unsupported Media Type"},
	{422, "Unprocessable Content"},
	{423, "Locked"},
	{429, "Too Many Requests"},
	{500, "Internal Server Error"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{507, "Insufficient Storage"},
	{0, "Unknown"},
};

/* What every answer of the API says to browsers and caches. */
static const char common_headers[] = "Cache-Control: no-store\r\n"
				     "X-Content-Type-Options: nosniff\r\n"
				     "Content-Security-Policy: default-src "
				     "'none'; frame-ancestors 'none'\r\n"
				     "Referrer-Policy: no-referrer\r\n";

static const char *
title(int status)
{
	size_t i = 0;

	while (titles[i].status != status && titles[i].status != 0)
		i++;
	return titles[i].title;
}

void
http_set(struct req *r, const char *name, const char *value)
{
	const char *p;

	for (p = value; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			fatal("header %s: control character", name);
	}
	str_printf(&r->headers, "%s: %s\r\n", name, value);
}

struct str *
http_out(struct req *r)
{
	return &r->out;
}

struct str *
http_more(struct req *r)
{
	return &r->more;
}

static void
put(struct req *r, const void *bytes, size_t n)
{
	if (n == 0)
		return;
	r->transport->write(r->context, bytes, n);
	r->bytes_sent += (int64_t)n;
}

/* Everything up to the blank line; length below 0: not told. */
static void
head(struct req *r, int status, const char *type, int64_t length)
{
	struct str s;

	if (r->sent)
		fatal("a second answer to %s", r->path);
	str_init(&s, r->arena, HEAD_MAX);
	str_printf(&s, "Status: %d %s\r\n%sX-Request-Id: %s\r\n", status,
		title(status), common_headers, r->request_id);
	if (type != NULL)
		str_printf(&s, "Content-Type: %s\r\n", type);
	if (length >= 0)
		str_printf(&s, "Content-Length: %" PRId64 "\r\n", length);
	str_add(&s, r->headers.s, r->headers.len);
	str_puts(&s, "\r\n");
	if (s.full || r->headers.full)
		fatal("the headers of an answer do not fit");
	r->status = status;
	r->sent = true;
	r->transport->write(r->context, s.s, s.len);
}

void
http_begin(struct req *r, int status, const char *type)
{
	head(r, status, type, -1);
}

void
http_write(struct req *r, const void *bytes, size_t n)
{
	if (r->method != HTTP_HEAD)
		put(r, bytes, n);
}

int
http_send(
	struct req *r, int status, const char *type, const char *body, size_t n)
{
	if (status == 204 || status == 304) {
		head(r, status, NULL, -1);
		return 0;
	}
	head(r, status, type, (int64_t)n);
	if (r->method != HTTP_HEAD)
		put(r, body, n);
	return 0;
}

int
http_json(struct req *r, int status)
{
	if (r->out.full)
		fatal("an answer of more than %zu bytes", r->out.max);
	return http_send(r, status, "application/json", r->out.s, r->out.len);
}

void
http_page_begin(struct req *r)
{
	jsonw_open(&r->out, NULL, '{');
	jsonw_open(&r->out, "items", '[');
}

int
http_page_end(struct req *r, const char *next)
{
	jsonw_close(&r->out, ']');
	jsonw_text(&r->out, "next", next);
	jsonw_close(&r->out, '}');
	return http_json(r, 200);
}

int
http_empty(struct req *r, int status)
{
	return http_send(r, status, NULL, "", 0);
}

static void problem(struct req *r, int status, const char *code,
	const char *fmt, va_list ap) __attribute__((format(printf, 4, 0)));

static void
problem(struct req *r, int status, const char *code, const char *fmt,
	va_list ap)
{
	struct str s;

	str_init(&s, r->arena, LIMIT_DOCUMENT);
	jsonw_open(&s, NULL, '{');
	jsonw_text(&s, "type", "about:blank");
	jsonw_text(&s, "title", title(status));
	jsonw_int(&s, "status", status);
	jsonw_text(&s, "code", code);
	jsonw_text(&s, "detail", arena_vprintf(r->arena, fmt, ap));
	jsonw_text(&s, "request_id", r->request_id);
	if (r->more.len > 0) {
		str_putc(&s, ',');
		str_add(&s, r->more.s, r->more.len);
	}
	jsonw_close(&s, '}');
	http_send(r, status, "application/problem+json", s.s, s.len);
}

int
http_problem(struct req *r, int status, const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	problem(r, status, code, fmt, ap);
	va_end(ap);
	return 0;
}

int
http_refuse(struct req *r, int status, const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	problem(r, status, code, fmt, ap);
	va_end(ap);
	return -1;
}

int
http_field_problem(struct req *r, const char *pointer, const char *code,
	const char *message)
{
	jsonw_open(&r->more, "errors", '[');
	http_error(&r->more, pointer, code, message);
	jsonw_close(&r->more, ']');
	return http_problem(r, 400, "invalid_request", "%s", message);
}

int
http_refuse_field(struct req *r, const char *pointer, const char *code,
	const char *message)
{
	http_field_problem(r, pointer, code, message);
	return -1;
}

int
http_busy(struct req *r)
{
	http_set(r, "Retry-After", "2");
	return http_problem(r, 503, "lock_timeout",
		"Another program is writing to the database; nothing was "
		"changed. Try again.");
}
