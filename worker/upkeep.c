/* upkeep.c: what keeps a studio in order when nobody asks for anything. */
#include "base/clock.h"
#include "base/limits.h"
#include "io/db.h"
#include "io/net.h"
#include "io/wake.h"
#include "worker/kinds.h"
#include "model/dsl_secret.h"
#include "model/event.h"
#include "model/fact.h"
#include "model/generation.h"
#include "model/search.h"
#include "model/spool.h"
#include "model/upload.h"
#include "worker/store.h"

#include <malloc.h>

enum {
	BEAT_MS = 5000,
	PRUNE_MS = 10 * 60 * 1000,
	FIRST_PRUNE_MS = 5000, /* of a new worker */
	KEEP_EVENTS_MS = 24 * 60 * 60 * 1000,
	KEEP_INPUTS_MS = 24 * 60 * 60 * 1000,
	LOOKED_THROUGH = 100, /* DSLs of an earlier studio, at a time */
	SWEEP_S = 60 * 60,    /* age of bytes that may be swept away */
	KEEP_GENERATIONS = 10000,
	CHECKPOINT_MS = 30 * 1000,
	CHECKPOINT_BYTES = 1 << 20, /* of the log, before it is worth it */
	LARGE_LOG_BYTES = 16 << 20, /* not to wait for idle times any longer */
	REST_MS = 2000,
	INDEX_MS = 500,
	INDEX_MOST = 100 /* so that nobody waits long for the lock */
};

static void
write_beat(void *context)
{
	(void)context;
	fact_set_int(FACT_WORKER_BEAT, clock_now_ms());
}

static void
beat(void *context)
{
	(void)context;
	store_write(write_beat, NULL, NULL);
	if (!net_stopping())
		net_timer(BEAT_MS, beat, NULL);
}

/* Files for runs that never came. */
static void
drop_inputs(void)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	const char **ids;
	int n = upload_stale_inputs(a, clock_now_ms() - KEEP_INPUTS_MS, &ids);

	while (n-- > 0)
		upload_delete(ids[n]);
	arena_free(&a);
}

static void
write_prune(void *context)
{
	(void)context;
	event_prune(clock_now_ms() - KEEP_EVENTS_MS);
	generation_prune(KEEP_GENERATIONS);
	drop_inputs();
	(void)dsl_secret_sweep(LOOKED_THROUGH);
	trial_sweep();
}

static bool
has_upload(const char *id)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct upload u;
	bool found = upload_find(a, id, &u) == 1;

	arena_free(&a);
	return found;
}

/* Bytes that no upload speaks of: their worker was killed at a bad moment. */
static void
pruned(void *context)
{
	(void)context;
	spool_sweep(SWEEP_S, has_upload);
	wake_touch(WAKE_JOB);
}

static void
prune(void *context)
{
	(void)context;
	store_write(write_prune, pruned, NULL);
	if (!net_stopping())
		net_timer(PRUNE_MS, prune, NULL);
}

static void
checkpoint(void *context)
{
	int64_t bytes;
	int64_t log;

	(void)context;
	db_size(&bytes, &log);
	if ((log > CHECKPOINT_BYTES && tasks_count() == 0) ||
		log > LARGE_LOG_BYTES)
		db_checkpoint();
	if (!net_stopping())
		net_timer(CHECKPOINT_MS, checkpoint, NULL);
}

/* What a crowd of jobs, or the start, needed goes back. */
static void
rest(void *context)
{
	(void)context;
	if (tasks_count() == 0) {
		db_rest();
		malloc_trim(0);
	}
	if (!net_stopping())
		net_timer(REST_MS, rest, NULL);
}

static void
write_index(void *context)
{
	(void)context;
	search_some(INDEX_MOST);
}

/* Who searches does this first; the less is left to do the better. */
static void
index_due(void *context)
{
	(void)context;
	if (search_is_due())
		store_note(write_index, NULL, NULL);
	if (!net_stopping())
		net_timer(INDEX_MS, index_due, NULL);
}

void
upkeep_start(void)
{
	beat(NULL);
	net_timer(FIRST_PRUNE_MS, prune, NULL);
	net_timer(CHECKPOINT_MS, checkpoint, NULL);
	net_timer(INDEX_MS, index_due, NULL);
	net_timer(REST_MS, rest, NULL);
}
