/* net.c: transfers over libcurl's multi interface. Only this file and
 * net_setup.c know libcurl. */
#include "io/net.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "io/net_loop.h"
#include "io/net_transfer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum {
	KEPT = 64,
	MAX_HEADERS = 64,
	MAX_HEADER_BYTES = 16384,
	OVERHEAD = 1 << 20
};

static CURLM *multi;
static unsigned multi_timer;
static struct net_transfer *pending;
static unsigned pending_timer;

/* ---- libcurl's side of the loop ---- */

static void finish_done(void);

static void
on_socket(void *context, unsigned events)
{
	int fd = (int)(intptr_t)context;
	int mask = 0;
	int running;

	if ((events & (EPOLLIN | EPOLLHUP)) != 0)
		mask |= CURL_CSELECT_IN;
	if ((events & EPOLLOUT) != 0)
		mask |= CURL_CSELECT_OUT;
	if ((events & EPOLLERR) != 0)
		mask |= CURL_CSELECT_ERR;
	curl_multi_socket_action(multi, fd, mask, &running);
	finish_done();
}

static int
set_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *own)
{
	unsigned events = 0;

	(void)easy;
	(void)user;
	(void)own;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= EPOLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= EPOLLOUT;
	loop_fd(fd, events, on_socket, (void *)(intptr_t)fd);
	return 0;
}

static void
on_multi_timer(void *context)
{
	int running;

	(void)context;
	multi_timer = 0;
	curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	finish_done();
}

static int
set_timer(CURLM *m, long ms, void *user)
{
	(void)m;
	(void)user;
	net_untimer(multi_timer);
	multi_timer = ms < 0 ? 0 : net_timer(ms, on_multi_timer, NULL);
	return 0;
}

void
net_init(void)
{
	loop_init();
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fatal("net: libcurl cannot start");
	multi = curl_multi_init();
	if (multi == NULL)
		fatal("net: out of memory");
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)KEPT);
}

void
net_release(void)
{
	curl_multi_cleanup(multi);
	multi = NULL;
	curl_global_cleanup();
	loop_release();
	multi_timer = 0;
	pending_timer = 0;
}

/* ---- what arrives ---- */

static void
touch(struct net_transfer *t)
{
	t->last_byte = clock_mono_ms();
	if (t->first_byte < 0)
		t->first_byte = t->last_byte - t->started;
}

static long
http_status(const struct net_transfer *t)
{
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct net_transfer *t = context;
	size_t n = size * count;

	touch(t);
	if (t->cancelled)
		return 0;
	if (t->callbacks.on_data != NULL && http_status(t) / 100 == 2) {
		t->stopped = !t->callbacks.on_data(t->context, bytes, n);
		return t->stopped ? 0 : n;
	}
	str_add(&t->body, bytes, n);
	t->too_large = t->body.full;
	return t->too_large ? 0 : n;
}

/* The value of a header line, without blanks on either side. */
static const char *
header_value(struct arena *a, const char *s, size_t n)
{
	while (n > 0 && isspace((unsigned char)*s)) {
		s++;
		n--;
	}
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	return arena_memdup(a, s, n);
}

static size_t
take_header(char *line, size_t size, size_t count, void *context)
{
	struct net_transfer *t = context;
	size_t n = size * count;
	char *colon = memchr(line, ':', n);
	struct net_header *h;
	size_t i;

	touch(t);
	if (n >= 5 && memcmp(line, "HTTP/", 5) == 0)
		t->nheaders = 0; /* behind a 100 Continue comes the real one */
	t->header_bytes += n;
	if (colon == NULL || t->nheaders == MAX_HEADERS ||
		t->header_bytes > MAX_HEADER_BYTES)
		return n;
	h = &t->headers[t->nheaders++];
	h->value = header_value(
		t->arena, colon + 1, n - (size_t)(colon + 1 - line));
	for (i = 0; line + i < colon; i++)
		line[i] = (char)tolower((unsigned char)line[i]);
	h->name = arena_memdup(t->arena, line, (size_t)(colon - line));
	return n;
}

/* ---- the end ---- */

static void
release(struct net_transfer *t)
{
	net_untimer(t->idle_timer);
	if (t->added)
		curl_multi_remove_handle(multi, t->easy);
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->header_list);
	curl_mime_free(t->mime);
	arena_free(&t->arena);
	free(t);
	loop_hold(-1);
}

static void
finish(struct net_transfer *t, enum net_end end, const char *error)
{
	struct net_answer answer = {
		.end = end,
		.status = end == NET_OK ? (int)http_status(t) : 0,
		.error = end == NET_OK ? NULL : error,
		.body = t->body.s,
		.len = t->body.len,
		.headers = t->headers,
		.nheaders = t->nheaders,
		.first_byte_ms = t->first_byte,
		.total_ms = clock_mono_ms() - t->started,
	};

	t->cancelled = true; /* too late for net_cancel() */
	t->callbacks.on_end(t->context, &answer);
	release(t);
}

static bool
connected(const struct net_transfer *t)
{
	curl_off_t us = 0;

	curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &us);
	return us > 0;
}

static enum net_end
end_of(const struct net_transfer *t, CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return NET_OK;
	case CURLE_OPERATION_TIMEDOUT:
		return connected(t) ? NET_TIMEOUT : NET_UNREACHABLE;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_WRITE_ERROR:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_READ_ERROR:
	case CURLE_ABORTED_BY_CALLBACK:
		return NET_BROKEN;
	default:
		return NET_UNREACHABLE;
	}
}

static void
finish_code(struct net_transfer *t, CURLcode code)
{
	if (t->stopped)
		finish(t, NET_OK, NULL);
	else if (t->too_large)
		finish(t, NET_TOO_LARGE, "the answer is too large");
	else if (code == CURLE_OPERATION_TIMEDOUT && !connected(t))
		finish(t, NET_UNREACHABLE, "no connection in time");
	else if (code == CURLE_ABORTED_BY_CALLBACK)
		finish(t, NET_BROKEN,
			"the connection ended, and the request is not sent "
			"twice");
	else
		finish(t, end_of(t, code), curl_easy_strerror(code));
}

static void
finish_done(void)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(multi, &left)) != NULL) {
		struct net_transfer *t = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(
			m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		if (!t->cancelled)
			finish_code(t, m->data.result);
	}
}

/* ---- beginning, cancelling: from the loop, where libcurl may be called ----
 */

static void
on_pending(void *context)
{
	struct net_transfer *list = pending;

	(void)context;
	pending = NULL;
	pending_timer = 0;
	while (list != NULL) {
		struct net_transfer *t = list;

		list = t->next;
		t->next = NULL;
		if (t->idled) {
			finish(t, NET_TIMEOUT, "nothing came for too long");
		} else if (t->cancelled) {
			finish(t, NET_CANCELLED, "cancelled");
		} else {
			t->added = true;
			curl_multi_add_handle(multi, t->easy);
		}
	}
	/* libcurl asks for a call of this at once; the loop would wait first.
	 */
	net_untimer(multi_timer);
	on_multi_timer(NULL);
}

static void
add_pending(struct net_transfer *t)
{
	struct net_transfer **at = &pending;

	while (*at != NULL && *at != t)
		at = &(*at)->next;
	if (*at == NULL)
		*at = t;
	if (pending_timer == 0)
		pending_timer = net_timer(0, on_pending, NULL);
}

void
net_cancel(struct net_transfer *t)
{
	if (t->cancelled)
		return;
	t->cancelled = true;
	add_pending(t);
}

static void
on_idle(void *context)
{
	struct net_transfer *t = context;
	int64_t left = t->last_byte + t->idle_ms - clock_mono_ms();

	t->idle_timer = 0;
	if (left > 0) {
		t->idle_timer = net_timer(left, on_idle, t);
		return;
	}
	t->idled = true;
	net_cancel(t);
}

/* ---- the beginning ---- */

struct net_transfer *
net_start(const struct net_request *request,
	const struct net_callbacks *callbacks, void *context)
{
	struct net_transfer *t = calloc(1, sizeof(*t));
	size_t max = request->max_body > 0 ? request->max_body : LIMIT_DOCUMENT;

	if (t == NULL || (t->easy = curl_easy_init()) == NULL)
		fatal("net: out of memory");
	t->arena = arena_new(4 * max + OVERHEAD);
	t->callbacks = *callbacks;
	t->context = context;
	t->headers = arena_array(t->arena, MAX_HEADERS, sizeof(*t->headers));
	t->started = t->last_byte = clock_mono_ms();
	t->first_byte = -1;
	str_init(&t->body, t->arena, max);
	transfer_set_up(t, request);
	t->idle_ms = request->idle_ms;
	if (t->idle_ms > 0)
		t->idle_timer = net_timer(t->idle_ms, on_idle, t);
	curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	loop_hold(1);
	add_pending(t);
	return t;
}

const char *
net_answer_header(const struct net_answer *a, const char *name)
{
	size_t i;

	for (i = 0; i < a->nheaders; i++)
		if (strcmp(a->headers[i].name, name) == 0)
			return a->headers[i].value;
	return NULL;
}
