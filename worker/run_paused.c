/* run_paused.c: runs that wait for a person (contract.md 3.7). Each is asked
 * for now and then; once it goes on, a job of its own follows it. */
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
	int looks;
	int64_t due;   /* monotonic ms */
	int64_t steps; /* that it had taken when it paused */
	bool busy;
	bool seen; /* in the last list */
};

static struct paused *all;

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
			at = &p->next;
			continue;
		}
		*at = p->next;
		free(p);
	}
}

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
}

static void
on_answer(void *context, const struct dify_answer *answer)
{
	struct paused *p = context;
	const char *status = value_get_text(answer->body, "status", "");
	bool gone = answer->status == 404 ||
		    (answer->end == DIFY_OK && *status == '\0');
	int64_t steps = value_get_int(answer->body, "total_steps", p->steps);
	/* it may have gone on to the next form before it was asked */
	bool goes_on = answer->end == DIFY_OK &&
		       (strcmp(status, "paused") != 0 || steps != p->steps);

	if (net_stopping() || (!gone && !goes_on))
		p->busy = false;
	else
		store_write(write_resumed, resumed, p);
}

/* ---- looking ---- */

static int64_t
delay(const struct paused *p)
{
	return p->looks < SOON_LOOKS    ? SOON_MS
	       : p->looks < LATER_LOOKS ? LATER_MS
					: SELDOM_MS;
}

static void
look(struct arena *a, const struct run *run, struct paused *p)
{
	struct connection c;
	struct workflow w;
	struct dify *d;
	char *key;

	p->due = clock_mono_ms() + delay(p);
	p->looks++;
	if (run->dify_run_id == NULL ||
		workflow_find(a, run->workflow_id, &w) != 1 ||
		w.connection_id == NULL)
		return;
	d = server_of(a, w.connection_id, &c);
	key = d == NULL ? NULL : workflow_app_key(a, w.id);
	if (key == NULL)
		return;
	p->busy = true;
	p->steps = run->total_steps;
	dify_run_get(d, key, run->dify_run_id, on_answer, p);
	seal_wipe(key);
}

static void
tick(void *context)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct run_filter f = {.status = "paused", .limit = LIMIT_PAGE};
	struct paused *p;
	struct run *rows;
	int n = run_list(a, &f, &rows);
	int i;

	(void)context;
	for (p = all; p != NULL; p = p->next)
		p->seen = false;
	for (i = 0; i < n && !net_stopping(); i++) {
		p = paused_of(rows[i].id);
		p->seen = true;
		if (!p->busy && p->due <= clock_mono_ms())
			look(a, &rows[i], p);
	}
	forget_gone();
	arena_free(&a);
	if (!net_stopping())
		net_timer(TICK_MS, tick, NULL);
}

void
run_paused_start(void)
{
	net_timer(TICK_MS, tick, NULL);
}
