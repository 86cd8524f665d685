/* heard.h: one transfer to the server of server.h, and what was heard of it.
 * For tests alone. */
#ifndef HEARD_H
#define HEARD_H

#include "server.h"
#include "unit.h"

#include "io/net.h"

enum { LARGE = 300000, SECOND = 1000 };

static struct server server;

struct heard {
	int ends;
	enum net_end end;
	int status;
	char body[LARGE + 1];
	size_t len;
	char type[100];
	char error[200];
	int pieces;
	char streamed[1000];
	int64_t ms;
	bool stop_early;
	void (*then)(void); /* at the end, with the connection kept */
};

static int under_way;

static inline void
on_end(void *context, const struct net_answer *a)
{
	struct heard *h = context;
	const char *type = net_answer_header(a, "content-type");

	h->ends++;
	h->end = a->end;
	h->status = a->status;
	h->len = a->len;
	memcpy(h->body, a->body, a->len + 1);
	snprintf(h->type, sizeof(h->type), "%s", type == NULL ? "" : type);
	snprintf(h->error, sizeof(h->error), "%s",
		a->error == NULL ? "" : a->error);
	h->ms = a->total_ms;
	if (h->then != NULL)
		h->then();
	if (--under_way == 0)
		net_stop();
}

static inline bool
on_data(void *context, const char *bytes, size_t n)
{
	struct heard *h = context;
	size_t at = strlen(h->streamed);

	h->pieces++;
	snprintf(h->streamed + at, sizeof(h->streamed) - at, "%.*s", (int)n,
		bytes);
	return !h->stop_early;
}

static inline const char *
url_of(const char *path)
{
	static char url[4][200];
	static int at;

	at = (at + 1) % 4;
	snprintf(url[at], sizeof(url[at]), "http://127.0.0.1:%d%s", server.port,
		path);
	return url[at];
}

static inline struct net_transfer *
begin(struct net_request r, struct heard *h, bool streamed)
{
	struct net_callbacks c = {streamed ? on_data : NULL, on_end};

	memset(h, 0, sizeof(*h));
	if (r.method == NULL)
		r.method = "GET";
	under_way++;
	return net_start(&r, &c, h);
}

static inline void
run(struct net_request r, struct heard *h, bool streamed)
{
	net_init();
	begin(r, h, streamed);
	net_loop(SECOND);
	net_release();
	assert_int_equal(h->ends, 1);
}

#endif
