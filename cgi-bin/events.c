/* events.c: /api/events: what happens, as it happens (server-sent events). */
#include "base/nitems.h"
#include "io/hub.h"
#include "model/event.h"

#include <stdlib.h>

enum { BATCH = 20 };

/* How far a stream has come. */
struct place {
	int64_t last;
	bool lost; /* events that it asks for are gone */
};

static void
next(struct req *r, void *context)
{
	struct place *p = context;
	struct event *rows;
	int n;
	int i;

	if (p->lost)
		p->lost = !hub_event(r, p->last, "reset", "{}");
	do {
		n = event_after(hub_scratch(), p->last, BATCH, &rows);
		for (i = 0; i < n; i++) {
			if (!hub_event(r, rows[i].id,
				    event_kind_names[rows[i].kind],
				    rows[i].data))
				return; /* the next look goes on from here */
			p->last = rows[i].id;
		}
	} while (n == BATCH);
}

/* Where a browser that comes back left off; the newest for a new one. */
static int
stream(struct req *r)
{
	const char *from = http_header(r, "HTTP_LAST_EVENT_ID");
	struct place *p = arena_alloc(http_arena(r), sizeof(*p));
	int64_t newest = event_newest();

	p->last = newest;
	if (from != NULL && *from >= '0' && *from <= '9') {
		p->last = strtoll(from, NULL, 10);
		p->lost = p->last > newest || p->last + 1 < event_oldest();
	}
	if (p->lost)
		p->last = newest;
	return hub_stream(r, next, p);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/events", ROLE_VIEWER, stream},
};

int
main(int argc, char **argv)
{
	return hub_serve(argc, argv, "events", routes, nitems(routes));
}
