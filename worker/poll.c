/* poll.c: watching over the connections: which are up, what they have. */
#include "base/clock.h"
#include "base/fatal.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/log.h"
#include "dify/console.h"
#include "io/net.h"
#include "worker/kinds.h"
#include "worker/pace.h"
#include "worker/resources.h"
#include "worker/servers.h"
#include "worker/store.h"

#include <stdlib.h>
#include <string.h>

enum {
	TICK_MS = 1000,
	HEALTHY_MS = 30000,    /* between two looks at one that is up */
	FIRST_DELAY_MS = 1000, /* then 2, 4 ... */
	LONGEST_DELAY_MS = 300000,
	SLOW_MS = 3000,
	OVERDUE_MS = 8000, /* an answer that is told to be late */
	RESOURCES_MS = 300000
};

/* One connection that is watched. */
struct watch {
	struct watch *next;
	char id[ID_SIZE];
	bool busy;
	bool told; /* nothing is to be said of a late answer */
	int failures;
	int64_t asked_at;
	int64_t resources_at; /* the last refresh, monotonic ms; 0: never */
	int64_t updated_at;   /* of the connection then */
	enum connection_state before;
	/* what the check found, on its way to the disk */
	enum connection_state state;
	char version[32];
	char error[512];
	const char *trouble; /* its code; NULL: none */
	int64_t next_at;
};

static struct watch *watches;

static struct watch *
watch_of(const char *id)
{
	struct watch *w = watches;

	while (w != NULL && strcmp(w->id, id) != 0)
		w = w->next;
	if (w != NULL)
		return w;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		fatal("poll: out of memory");
	memcpy(w->id, id, ID_SIZE);
	w->next = watches;
	watches = w;
	return w;
}

/* ---- what was found ---- */

static void
write_state(void *context)
{
	struct watch *w = context;

	connection_set_trouble(w->id, w->trouble);
	connection_set_state(w->id, w->state,
		w->version[0] == '\0' ? NULL : w->version,
		w->error[0] == '\0' ? NULL : w->error, w->next_at);
	if (w->version[0] != '\0')
		connection_set_generator(w->id,
			dify_profile(w->version)->generator != GENERATOR_NONE);
}

static void
resources_done(void *context)
{
	struct watch *w = context;

	w->busy = false;
}

static void
state_written(void *context)
{
	struct watch *w = context;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection c;
	struct dify *d = server_of(a, w->id, &c);
	int64_t now = clock_mono_ms();
	bool up = w->state == CONNECTION_UP || w->state == CONNECTION_SLOW;
	bool due = w->resources_at == 0 || now - w->resources_at > RESOURCES_MS;

	if (d != NULL && up && due && !net_stopping()) {
		w->resources_at = now;
		resources_refresh(d, w->id, resources_done, w);
	} else {
		w->busy = false;
	}
	arena_free(&a);
}

static int64_t
delay(const struct watch *w, int64_t retry_after_ms)
{
	int64_t ms = HEALTHY_MS;
	unsigned char jitter;

	if (w->failures > 0)
		ms = w->failures > 9
			     ? LONGEST_DELAY_MS
			     : (int64_t)FIRST_DELAY_MS << (w->failures - 1);
	if (w->state == CONNECTION_REFUSED || ms > LONGEST_DELAY_MS)
		ms = LONGEST_DELAY_MS;
	random_bytes(&jitter, 1);
	ms += ms * jitter / 1024;
	return pace_rest(ms, retry_after_ms);
}

static enum connection_state
state_of(const struct watch *w, const struct dify_answer *answer)
{
	if (answer->end == DIFY_AUTH)
		return CONNECTION_REFUSED;
	if (answer->end == DIFY_OK)
		return clock_mono_ms() - w->asked_at > SLOW_MS ? CONNECTION_SLOW
							       : CONNECTION_UP;
	return answer->end == DIFY_FAILED && answer->status / 100 == 4 &&
			       answer->trouble == NULL
		       ? CONNECTION_REFUSED
		       : CONNECTION_UNKNOWN;
}

static void
keep_text(char *out, size_t size, const char *text)
{
	size_t n = text == NULL ? 0 : strlen(text);

	if (n >= size)
		for (n = size - 1;
			n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80;)
			n--;
	if (n > 0)
		memcpy(out, text, n);
	out[n] = '\0';
}

static void
on_answer(void *context, const struct dify_answer *answer)
{
	struct watch *w = context;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection c;
	struct dify *d = server_of(a, w->id, &c);

	w->told = true;
	w->state = state_of(w, answer);
	w->failures = answer->end == DIFY_OK ? 0 : w->failures + 1;
	keep_text(w->error, sizeof(w->error), answer->message);
	w->trouble = dify_trouble(answer);
	keep_text(w->version, sizeof(w->version),
		d == NULL ? NULL : dify_version(d));
	w->next_at = clock_now_ms() + delay(w, answer->retry_after_ms);
	if (w->state != w->before) {
		w->resources_at = 0;
		log_info("connection_state", log_str("connection", w->id),
			log_str("state", connection_state_names[w->state]),
			log_str("version", w->version));
	}
	w->before = w->state;
	arena_free(&a);
	store_write(write_state, state_written, w);
}

/* ---- the ticks ---- */

static void
late_written(void *context)
{
	(void)context;
}

/* A Dify that takes calls and says nothing is not waited for with the rest. */
static void
tell_late(struct watch *w)
{
	w->told = true;
	w->state = CONNECTION_UNKNOWN;
	keep_text(w->error, sizeof(w->error),
		"Dify has not answered for a while");
	w->before = w->state;
	store_write(write_state, late_written, w);
}

static void
ask(void *context)
{
	struct watch *w = context;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection c;
	struct dify *d = server_of(a, w->id, &c);

	w->asked_at = clock_mono_ms();
	w->told = false;
	if (d == NULL || net_stopping())
		w->busy = false; /* it was deleted */
	else
		dify_get(d, "/apps?page=1&limit=1", on_answer, w);
	arena_free(&a);
}

static void
check(const struct connection *c)
{
	struct watch *w = watch_of(c->id);

	if (w->busy && !w->told && c->state != CONNECTION_UNKNOWN &&
		clock_mono_ms() - w->asked_at > OVERDUE_MS)
		tell_late(w);
	if (w->busy)
		return;
	if (w->updated_at != c->updated_at) {
		w->failures = 0;
		w->resources_at = 0;
	}
	w->updated_at = c->updated_at;
	w->busy = true;
	w->told = true;
	net_timer(pace_slot(w->id), ask, w);
}

static void
tick(void *context)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection *list;
	int n = connection_list(a, &list);
	int64_t now = clock_now_ms();
	int i;

	(void)context;
	for (i = 0; i < n && !net_stopping(); i++)
		if (list[i].next_check_at <= now)
			check(&list[i]);
	arena_free(&a);
	if (!net_stopping())
		net_timer(TICK_MS, tick, NULL);
}

void
poll_start(void)
{
	net_timer(0, tick, NULL);
}
