/* net_setup.c: a request in libcurl's words. */
#include "base/clock.h"
#include "io/net_transfer.h"

#include <string.h>
#include <strings.h>

enum {
	CONNECT_MS = 10000,
	RECEIVE_BUFFER = 8192, /* of each transfer; there may be hundreds */
	FRESH_S = 1 /* how long a connection may have been idle that carries
		       what must not be sent twice */
};

/* Bytes that leave are a sign of life as well. */
static int
note_progress(void *context, curl_off_t down_all, curl_off_t down,
	curl_off_t up_all, curl_off_t up)
{
	struct net_transfer *t = context;

	(void)down_all;
	(void)down;
	(void)up_all;
	if (up > t->sent)
		t->last_byte = clock_mono_ms();
	t->sent = up;
	return 0;
}

static void
set_headers(struct net_transfer *t, const struct net_request *r)
{
	size_t i;

	t->header_list = curl_slist_append(NULL, "Expect:");
	for (i = 0; i < r->nheaders; i++) {
		const char *line = arena_printf(t->arena, "%s: %s",
			r->headers[i].name, r->headers[i].value);

		t->header_list = curl_slist_append(t->header_list, line);
	}
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->header_list);
}

static void
set_multipart(struct net_transfer *t, const struct net_request *r)
{
	curl_mimepart *part;
	size_t i;

	t->mime = curl_mime_init(t->easy);
	for (i = 0; i < r->nparts; i++) {
		part = curl_mime_addpart(t->mime);
		curl_mime_name(part, r->parts[i].name);
		curl_mime_data(part, r->parts[i].value, CURL_ZERO_TERMINATED);
	}
	part = curl_mime_addpart(t->mime);
	curl_mime_name(part, "file");
	curl_mime_filedata(part, r->file_path);
	curl_mime_filename(part, r->file_name);
	curl_mime_type(part, r->file_type);
	curl_easy_setopt(t->easy, CURLOPT_MIMEPOST, t->mime);
	curl_easy_setopt(t->easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(t->easy, CURLOPT_XFERINFOFUNCTION, note_progress);
	curl_easy_setopt(t->easy, CURLOPT_XFERINFODATA, t);
}

/*
 * When a kept connection turns out dead libcurl sends the request once more on
 * another one. The server may have it already, so not what must not be sent
 * twice. (A body that cannot be wound back would do as well, but leaves in a
 * segment of its own.)
 */
static int
only_once(void *context, char *ip, char *local_ip, int port, int local_port)
{
	struct net_transfer *t = context;
	bool again = t->requested;

	(void)ip;
	(void)local_ip;
	(void)port;
	(void)local_port;
	t->requested = true;
	return again ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static void
set_once(struct net_transfer *t, const struct net_request *r)
{
	curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, only_once);
	curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_MAXAGE_CONN, (long)FRESH_S);
	/* What is rare does not take the risk of a dead one. */
	curl_easy_setopt(
		t->easy, CURLOPT_FRESH_CONNECT, r->body_len > 0 ? 0L : 1L);
}

static void
set_body(struct net_transfer *t, const struct net_request *r)
{
	bool post = strcasecmp(r->method, "POST") == 0;

	if (r->file_path != NULL) {
		set_multipart(t, r);
	} else if (r->body != NULL || post) {
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE,
			(curl_off_t)(r->body == NULL ? 0 : r->body_len));
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS,
			r->body == NULL ? "" : r->body);
	}
	curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static void
set_limits(struct net_transfer *t, const struct net_request *r)
{
	CURL *e = t->easy;

	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
		(long)(r->connect_ms > 0 ? r->connect_ms : CONNECT_MS));
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)r->total_ms);
	curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)RECEIVE_BUFFER);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_USERAGENT, "dify-studio/" STUDIO_VERSION);
}

static void
set_way(struct net_transfer *t, const struct net_way *w)
{
	CURL *e = t->easy;
	struct curl_blob ca = {.flags = CURL_BLOB_COPY};

	curl_easy_setopt(e, CURLOPT_PROXY, w->proxy == NULL ? "" : w->proxy);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, w->insecure ? 0L : 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, w->insecure ? 0L : 2L);
	if (w->ca == NULL)
		return;
	ca.data = arena_strdup(t->arena, w->ca);
	ca.len = strlen(w->ca);
	curl_easy_setopt(e, CURLOPT_CAINFO_BLOB, &ca);
}

void
transfer_set_up(struct net_transfer *t, const struct net_request *r)
{
	set_headers(t, r);
	set_body(t, r);
	if (r->once)
		set_once(t, r);
	set_limits(t, r);
	set_way(t, &r->way);
	curl_easy_setopt(t->easy, CURLOPT_URL, r->url);
}
