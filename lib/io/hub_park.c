/* hub_park.c: requests that wait for something, and those that stream. */
#include "base/clock.h"
#include "io/db.h"
#include "io/hub_conn.h"
#include "io/wake.h"

#include <inttypes.h>
#include <string.h>

enum { EVENT_MAX = 4 << 20, CLOSE_TO_FULL = 80 /* per cent */ };

struct arena *
hub_scratch(void)
{
	return hub.scratch;
}

unsigned
hub_look(void)
{
	return hub.look;
}

static bool
is_parked(const struct conn *c)
{
	return c->handled && (c->park.poll != NULL || c->park.next != NULL);
}

static size_t
parked_by(const char *user_id)
{
	const struct conn *c;
	size_t n = 0;

	for (c = LIST_FIRST(&hub.conns); c != NULL; c = LIST_NEXT(c, all))
		n += is_parked(c) &&
		     strcmp(c->req.caller.user_id, user_id) == 0;
	return n;
}

/* Whether one more may wait: 0, or -1 with 503 answered. */
static int
admit(struct req *r)
{
	if (hub.count * 100 < hub.most * CLOSE_TO_FULL &&
		parked_by(r->caller.user_id) < LIMIT_PARKED_USER)
		return 0;
	http_set(r, "Retry-After", "5");
	http_problem(r, 503, "too_many_waiting",
		"Too many requests are waiting here; ask for the answer "
		"without waiting (Prefer: respond-async).");
	return -1;
}

/* Before it is looked whether it happened already. */
static void
hear(enum wake what)
{
	if (hub.wake >= 0 && (hub.heard & 1U << what) == 0)
		wake_hear(hub.wake, what);
	hub.heard |= 1U << what;
}

static void
park(struct req *r, const struct conn_park *what)
{
	struct conn *c = conn_of(r);

	c->park = *what;
	hub.parked++;
	r->later = true;
	if (what->due_ms < hub.due_ms)
		hub.due_ms = what->due_ms;
}

int
hub_wait(struct req *r, int wait_ms,
	enum hub_poll (*poll)(struct req *r, void *context, bool late),
	void *context)
{
	hear(WAKE_END);
	arena_reset(hub.scratch);
	if (poll(r, context, wait_ms <= 0) == HUB_ANSWERED)
		return 0;
	return hub_wait_new(r, wait_ms, poll, context);
}

int
hub_wait_new(struct req *r, int wait_ms,
	enum hub_poll (*poll)(struct req *r, void *context, bool late),
	void *context)
{
	struct conn_park what = {.poll = poll, .context = context};

	hear(WAKE_END);
	if (admit(r) != 0)
		return 0;
	what.due_ms = clock_mono_ms() + wait_ms;
	park(r, &what);
	return 0;
}

int
hub_stream(struct req *r, void (*next)(struct req *r, void *context),
	void *context)
{
	static const char hello[] = "retry: 2000\n\n";
	struct conn_park what = {.next = next, .context = context};

	hear(WAKE_EVENT);
	if (admit(r) != 0)
		return 0;
	http_set(r, "X-Accel-Buffering", "no");
	http_begin(r, 200, "text/event-stream");
	r->transport->write(r->context, hello, sizeof(hello) - 1);
	what.due_ms = clock_mono_ms() + LIMIT_HEARTBEAT_MS;
	park(r, &what);
	arena_reset(hub.scratch);
	next(r, context);
	return 0;
}

bool
hub_event(struct req *r, int64_t id, const char *event, const char *data)
{
	struct conn *c = conn_of(r);
	const char *p = data;
	struct str s;

	if (c->unsent_len - c->unsent_at > CONN_UNSENT_MAX)
		return false;
	str_init(&s, hub.scratch, EVENT_MAX);
	str_printf(&s, "id: %" PRId64 "\nevent: %s\n", id, event);
	do {
		size_t n = strcspn(p, "\r\n");

		str_puts(&s, "data: ");
		str_add(&s, p, n);
		str_putc(&s, '\n');
		p += n + (p[n] != '\0');
	} while (*p != '\0');
	str_putc(&s, '\n');
	if (!s.full)
		r->transport->write(r->context, s.s, s.len);
	r->bytes_sent += (int64_t)s.len;
	return true;
}

/* One parked request: what has come for it, and what its time asks for. */
static void
ask(struct conn *c, int64_t now, bool late)
{
	static const char beat[] = ":\n\n";
	struct conn_park *p = &c->park;
	struct req *r = &c->req;

	http_current(r);
	arena_reset(hub.scratch);
	if (p->poll != NULL) {
		r->later = p->poll(r, p->context, late) == HUB_WAIT;
	} else {
		p->next(r, p->context);
		if (now >= p->due_ms) {
			r->transport->write(r->context, beat, sizeof(beat) - 1);
			p->due_ms = now + LIMIT_HEARTBEAT_MS;
		}
	}
	http_current(NULL);
}

void
park_sweep(int64_t now, bool all)
{
	struct conn *c;
	struct conn *next;

	hub.parked = 0;
	hub.due_ms = INT64_MAX;
	db_read_begin();
	for (c = LIST_FIRST(&hub.conns); c != NULL; c = next) {
		next = LIST_NEXT(c, all);
		if (!is_parked(c))
			continue;
		if (all || now >= c->park.due_ms) {
			ask(c, now, now >= c->park.due_ms);
			conn_settle(&c);
		}
		if (c == NULL || !is_parked(c))
			continue;
		hub.parked++;
		if (c->park.due_ms < hub.due_ms)
			hub.due_ms = c->park.due_ms;
	}
	db_read_end();
}

/* Waits end with what they have; a stream is just over. */
void
park_end(void)
{
	struct conn *c;
	struct conn *next;

	for (c = LIST_FIRST(&hub.conns); c != NULL; c = next) {
		next = LIST_NEXT(c, all);
		if (!is_parked(c))
			continue;
		if (c->park.poll != NULL)
			ask(c, clock_mono_ms(), true);
		c->req.later = false;
		conn_settle(&c);
	}
}
