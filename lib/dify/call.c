/* call.c: one call, from the request to the one answer. */
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "dify/client.h"
#include "io/metrics.h"
#include "text/json.h"
#include "text/sse.h"

#include <stdlib.h>
#include <string.h>

enum { HEADERS_MAX = 6, SCRATCH_MAX = 128 << 20, BRIEF_MS = 120000 };

const char *const dify_end_names[DIFY__MAX] = {
	[DIFY_OK] = "ok",
	[DIFY_FAILED] = "failed",
	[DIFY_AUTH] = "auth",
	[DIFY_BUSY] = "busy",
	[DIFY_UNREACHABLE] = "unreachable",
	[DIFY_LOST] = "lost",
	[DIFY_CANCELLED] = "cancelled",
};

void
note_version(struct dify *d, const struct net_answer *n)
{
	const char *v = net_answer_header(n, "x-version");

	if (v != NULL && *v != '\0' && strlen(v) < sizeof(d->version))
		memcpy(d->version, v, strlen(v) + 1);
}

/* ---- what an answer means ---- */

static enum dify_end
end_of(const struct net_answer *n)
{
	if (n->end == NET_UNREACHABLE)
		return DIFY_UNREACHABLE;
	if (n->end == NET_CANCELLED)
		return DIFY_CANCELLED;
	if (n->end != NET_OK)
		return DIFY_LOST;
	if (n->status / 100 == 2)
		return DIFY_OK;
	if (n->status == 401)
		return DIFY_AUTH;
	if (n->status == 502 || n->status == 504)
		return DIFY_LOST; /* the gateway may have passed it on */
	if (n->status == 429 || n->status == 503)
		return DIFY_BUSY;
	return DIFY_FAILED;
}

static const char *
trouble_of(const struct net_answer *n, enum dify_end end)
{
	switch (end) {
	case DIFY_UNREACHABLE:
		return "dify_away";
	case DIFY_BUSY:
		return "dify_busy";
	case DIFY_LOST:
		return n->end == NET_TIMEOUT  ? "dify_slow"
		       : n->end != NET_OK     ? "dify_cut"
		       : n->status / 100 == 5 ? "dify_gateway"
					      : "dify_garbled";
	default:
		return n->status / 100 == 5 ? "dify_error" : NULL;
	}
}

const char *
dify_trouble(const struct dify_answer *answer)
{
	if (answer->end == DIFY_OK)
		return NULL;
	if (answer->end == DIFY_AUTH)
		return "dify_auth";
	return answer->trouble != NULL ? answer->trouble : "dify_refused";
}

static const char *
net_message(struct arena *a, const struct net_answer *n)
{
	if (n->end == NET_UNREACHABLE)
		return arena_printf(a, "Dify cannot be reached: %s", n->error);
	if (n->end == NET_TIMEOUT)
		return "Dify did not answer in time";
	return arena_printf(a, "the answer of Dify broke off: %s", n->error);
}

void
answer_read(
	struct arena *a, const struct net_answer *n, struct dify_answer *out)
{
	struct jsonx_report report;

	memset(out, 0, sizeof(*out));
	out->arena = a;
	out->end = end_of(n);
	out->status = n->status;
	out->code = "";
	out->retry_after_ms = net_retry_after(n, clock_now_ms());
	if (out->retry_after_ms > LIMIT_REST_MS)
		out->retry_after_ms = LIMIT_REST_MS;
	out->trouble = trouble_of(n, out->end);
	if (n->end != NET_OK) {
		out->message = net_message(a, n);
		return;
	}
	if (n->len > 0)
		out->body = jsonx_read(a, n->body, n->len, 0, &report);
	if (out->end == DIFY_OK && n->len > 0 && out->body == NULL &&
		!report.limit) { /* half of it, or somebody else's page */
		out->end = DIFY_LOST;
		out->trouble = trouble_of(n, out->end);
		out->message = arena_printf(a,
			"what answered with status %d is no JSON: %s",
			n->status, report.error);
	} else if (out->end != DIFY_OK) {
		out->message =
			dify_message(a, n->status, out->body, &out->code);
		if (n->status / 100 == 4 && out->body == NULL &&
			out->trouble == NULL)
			out->trouble = "dify_garbled"; /* not Dify's own */
	}
}

/* ---- the end ---- */

void
call_end(struct dify_call *c, const struct dify_answer *answer)
{
	struct dify *d = c->dify;

	c->fn(c->context, answer);
	arena_free(&c->scratch);
	arena_free(&c->arena);
	free(c->used_access);
	free(c);
	d->calls--;
	if (d->freed)
		dify_free(&d);
}

static void
count(const struct net_answer *n)
{
	static const char *const classes[] = {
		"error", "1xx", "2xx", "3xx", "4xx", "5xx"};
	size_t at = n->end == NET_OK ? (size_t)n->status / 100 : 0;
	const char *labels[] = {at < nitems(classes) ? classes[at] : "error"};

	if (n->end != NET_CANCELLED)
		metrics_add(METRIC_DIFY_REQUESTS, labels, 1);
}

static void
on_end(void *context, const struct net_answer *n)
{
	struct dify_call *c = context;
	struct dify_answer answer;

	c->transfer = NULL;
	count(n);
	note_version(c->dify, n);
	if (c->sse != NULL)
		sse_end(c->sse);
	if (n->end == NET_OK && n->status == 401 && c->request.key == NULL &&
		!c->renewed && !c->cancelled && !c->dify->config.admin_key) {
		c->renewed = true;
		session_stale(c->dify, c->used_access);
		call_send(c);
		return;
	}
	answer_read(c->arena, n, &answer);
	call_end(c, &answer);
}

/* ---- streams ---- */

/* A piece of what a model says inside of a workflow: there are many, and what
 * they make is told again when the node ends. */
static bool
is_piece(const struct sse_event *e)
{
	static const char event[] = "{\"event\":";
	static const char piece[] = "\"text_chunk\"";
	const char *at = e->data + sizeof(event) - 1;

	if (e->data_len < sizeof(event) + sizeof(piece) ||
		memcmp(e->data, event, sizeof(event) - 1) != 0)
		return false;
	at += *at == ' ';
	return memcmp(at, piece, sizeof(piece) - 1) == 0;
}

static void
on_frame(const struct sse_event *e, void *context)
{
	struct dify_call *c = context;
	struct jsonx_report report;
	const struct value *v;

	if (c->cancelled || is_piece(e))
		return;
	if (e->data_len == 0) {
		c->request.on_event(c->context, e->event, NULL);
		return;
	}
	arena_reset(c->scratch);
	v = jsonx_read(c->scratch, e->data, e->data_len, 0, &report);
	if (v != NULL)
		c->request.on_event(
			c->context, value_get_text(v, "event", e->event), v);
}

static bool
on_data(void *context, const char *bytes, size_t n)
{
	struct dify_call *c = context;

	return sse_feed(c->sse, bytes, n) == 0;
}

/* ---- the beginning ---- */

static void
fill(struct dify_call *c, struct net_request *r, struct net_header *headers)
{
	const struct dify_request *q = &c->request;
	struct arena *a = c->arena;

	r->method = q->method;
	r->url = arena_printf(a, "%s%s%s", c->dify->config.base_url,
		q->key == NULL    ? "/console/api"
		: *q->key == '\0' ? "/api"
				  : "/v1",
		q->path);
	if (q->key != NULL && *q->key != '\0')
		headers[r->nheaders++] = (struct net_header){
			"Authorization", arena_printf(a, "Bearer %s", q->key)};
	else if (q->key == NULL)
		r->nheaders = session_headers(c->dify, a, headers);
	if (q->body != NULL) {
		headers[r->nheaders++] =
			(struct net_header){"Content-Type", "application/json"};
		r->body = q->body;
		r->body_len = strlen(q->body);
	}
	r->headers = headers;
	r->file_path = q->file_path;
	r->file_name = q->file_name;
	r->file_type = q->file_type;
	r->parts = q->parts;
	r->nparts = q->nparts;
	r->total_ms = q->total_ms == 0  ? DIFY_CALL_MS
		      : q->total_ms < 0 ? 0
					: q->total_ms;
	r->idle_ms = q->idle_ms;
	r->once = q->once;
	r->way = c->dify->config.way;
}

static void
start(struct dify_call *c)
{
	struct net_header headers[HEADERS_MAX];
	struct net_request r = {.max_body = LIMIT_DOCUMENT};
	struct net_callbacks callbacks = {
		.on_data = c->request.on_event == NULL ? NULL : on_data,
		.on_end = on_end,
	};

	fill(c, &r, headers);
	free(c->used_access);
	c->used_access =
		c->dify->access == NULL ? NULL : strdup(c->dify->access);
	c->transfer = net_start(&r, &callbacks, c);
}

void
call_send(struct dify_call *c)
{
	struct dify_call **at = &c->dify->waiting;

	if (c->request.key != NULL || session_ready(c->dify)) {
		start(c);
		return;
	}
	while (*at != NULL)
		at = &(*at)->next;
	*at = c;
	session_begin(c->dify);
}

static void
copy_request(struct dify_call *c, const struct dify_request *q)
{
	struct arena *a = c->arena;
	struct net_header *parts;
	size_t i;

	c->request = *q;
	c->request.path = arena_strdup(a, q->path);
	c->request.key = arena_strdup(a, q->key);
	c->request.body = arena_strdup(a, q->body);
	c->request.file_path = arena_strdup(a, q->file_path);
	c->request.file_name = arena_strdup(a, q->file_name);
	c->request.file_type = arena_strdup(a, q->file_type);
	parts = arena_array(a, q->nparts, sizeof(*parts));
	for (i = 0; i < q->nparts; i++) {
		parts[i].name = arena_strdup(a, q->parts[i].name);
		parts[i].value = arena_strdup(a, q->parts[i].value);
	}
	c->request.parts = parts;
}

struct dify_call *
dify_send(struct dify *d, const struct dify_request *request, dify_fn *fn,
	void *context)
{
	struct dify_call *c = calloc(1, sizeof(*c));

	if (c == NULL)
		fatal("dify: out of memory");
	c->dify = d;
	c->arena = arena_new(SCRATCH_MAX);
	c->fn = fn;
	c->context = context;
	copy_request(c, request);
	if (request->on_event != NULL) {
		c->scratch = arena_new(SCRATCH_MAX);
		c->sse = arena_alloc(c->arena, sizeof(*c->sse));
		sse_init(c->sse, c->arena, LIMIT_FRAME, on_frame, c);
	}
	d->calls++;
	call_send(c);
	return c;
}

/* One that waits for a session is ended by whoever ends the waiting. */
bool
dify_is_brief(const struct dify_call *c)
{
	const struct dify_request *q = &c->request;

	return q->on_event == NULL && q->file_path == NULL &&
	       q->total_ms >= 0 && q->total_ms <= BRIEF_MS;
}

void
dify_cancel(struct dify_call *call)
{
	call->cancelled = true;
	if (call->transfer != NULL)
		net_cancel(call->transfer);
}
