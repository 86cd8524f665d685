/* run_paused.c: runs that wait for a person (contract.md 3.7). Each is asked
 * for now and then, one after the other of a Dify, at its pace; once it goes
 * on, a job of its own follows it. */
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "base/log.h"
#include "dify/service.h"
#include "io/net.h"
#include "io/seal.h"
#include "io/wake.h"
#include "model/run.h"
#include "model/workflow.h"
#include "worker/kinds.h"
#include "worker/pace.h"
#include "worker/servers.h"
#include "worker/store.h"

#include <stdlib.h>
#include <string.h>

enum {
	TICK_MS = 2000,
	SOON_MS = 3000, /* for the first minute, then */
	SOON_LOOKS = 20,
	LATER_MS = 15000, /* for the first quarter of an hour, then */
	LATER_LOOKS = 80,
	SELDOM_MS = 60000
};

/* One run that is watched. */
struct paused {
	struct paused *next;
	char id[ID_SIZE];
	char connection[ID_SIZE]; /* empty: none that is known */
	int looks;
	int64_t due;   /* monotonic ms */
	int64_t steps; /* that it had taken when it paused */
	bool busy;
	bool seen; /* in the list that is being read */
};

static struct paused *all;
static char last[ID_SIZE]; /* of the page before; empty: the list begins */

static struct paused *
paused_of(const char *id)
{
	struct paused *p = all;

	while (p != NULL && strcmp(p->id, id) != 0)
		p = p->next;
	if (p != NULL)
		return p;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		fatal("run_paused: out of memory");
	memcpy(p->id, id, ID_SIZE);
	p->next = all;
	all = p;
	return p;
}

static void
forget_gone(void)
{
	struct paused **at = &all;

	while (*at != NULL) {
		struct paused *p = *at;

		if (p->seen || p->busy) {
			p->seen = false;
			at = &p->next;
			continue;
		}
		*at = p->next;
		free(p);
	}
}

static void ask_next(const char *connection);

/* ---- it goes on ---- */

static void
write_resumed(void *context)
{
	struct paused *p = context;

	if (run_resume(p->id) == 1)
		log_info("run_resumed", log_str("run", p->id));
}

static void
resumed(void *context)
{
	struct paused *p = context;

	p->busy = false;
	wake_touch(WAKE_JOB);
	wake_touch(WAKE_EVENT);
	ask_next(p->connection);
}

static void
on_answer(void *context, const struct dify_answer *answer)
{
	struct paused *p = context;
	const char *status = value_get_text(answer->body, "status", "");
	bool gone = dify_gone(answer) ||
		    (answer->end == DIFY_OK && *status == '\0');
	int64_t steps = value_get_int(answer->body, "total_steps", p->steps);
	/* it may have gone on to the next form before it was asked */
	bool goes_on = answer->end == DIFY_OK &&
		       (strcmp(status, "paused") != 0 || steps != p->steps);

	if (net_stopping() || (!gone && !goes_on))
		p->busy = false;
	else
		store_write(write_resumed, resumed, p);
	if (answer->end == DIFY_OK && !net_stopping())
		ask_next(p->connection);
}

/* ---- looking ---- */

static int64_t
delay(const struct paused *p)
{
	return p->looks < SOON_LOOKS    ? SOON_MS
	       : p->looks < LATER_LOOKS ? LATER_MS
					: SELDOM_MS;
}

/* Its Dify, if that answers; also *key_r, to be wiped, in a. */
static struct dify *
dify_of(struct arena *a, struct paused *p, const struct run *run, char **key_r)
{
	struct connection c;
	struct workflow w;
	struct dify *d = NULL;

	*key_r = NULL;
	if (run->dify_run_id != NULL &&
		workflow_find(a, run->workflow_id, &w) == 1 &&
		w.connection_id != NULL &&
		strcmp(w.connection_id, p->connection) == 0)
		d = server_of(a, w.connection_id, &c);
	if (d == NULL)
		p->connection[0] = '\0';
	else
		*key_r = workflow_app_key(a, w.id);
	return d;
}

static void
ask(void *context)
{
	struct paused *p = context;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct run run;
	struct dify *d = NULL;
	char *key = NULL;

	p->due = clock_mono_ms() + delay(p);
	p->looks++;
	if (!net_stopping() && run_find(a, p->id, &run) == 1)
		d = dify_of(a, p, &run, &key);
	p->busy = d != NULL && key != NULL;
	if (p->busy) {
		p->steps = run.total_steps;
		dify_run_get(d, key, run.dify_run_id, on_answer, p);
	}
	if (key != NULL)
		seal_wipe(key);
	arena_free(&a);
}

static bool
is_up(const char *connection)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection c;
	bool up = connection_find(a, connection, &c) &&
		  (c.state == CONNECTION_UP || c.state == CONNECTION_SLOW);

	arena_free(&a);
	return up;
}

/* The one of that Dify that is due the longest, unless one is asked for. */
static void
ask_next(const char *connection)
{
	int64_t now = clock_mono_ms();
	struct paused *due = NULL;

	for (struct paused *p = all; p != NULL; p = p->next) {
		if (strcmp(p->connection, connection) != 0)
			continue;
		if (p->busy)
			return;
		if (p->due <= now && (due == NULL || p->due < due->due))
			due = p;
	}
	if (due == NULL || !is_up(connection))
		return;
	due->busy = true;
	net_timer(pace_slot(connection), ask, due);
}

static void
see(struct arena *a, const struct run *run)
{
	struct paused *p = paused_of(run->id);
	struct workflow w;

	p->seen = true;
	if (p->connection[0] == '\0' &&
		workflow_find(a, run->workflow_id, &w) == 1 &&
		w.connection_id != NULL)
		memcpy(p->connection, w.connection_id, ID_SIZE);
	if (p->connection[0] != '\0')
		ask_next(p->connection);
}

/* A page of the list each time; what is not in the whole of it is over. */
static void
tick(void *context)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct run_filter f = {.status = "paused",
		.after = last[0] == '\0' ? NULL : last,
		.limit = LIMIT_PAGE};
	struct run *rows;
	int n = run_list(a, &f, &rows);
	int i;

	(void)context;
	for (i = 0; i < n && i < LIMIT_PAGE && !net_stopping(); i++)
		see(a, &rows[i]);
	if (n < LIMIT_PAGE) {
		last[0] = '\0';
		forget_gone();
	} else {
		memcpy(last, rows[LIMIT_PAGE - 1].id, ID_SIZE);
	}
	arena_free(&a);
	if (!net_stopping())
		net_timer(TICK_MS, tick, NULL);
}

void
run_paused_start(void)
{
	net_timer(TICK_MS, tick, NULL);
}
