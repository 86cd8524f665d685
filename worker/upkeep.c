/* upkeep.c: what keeps a studio in order when nobody asks for anything. */
#include "base/clock.h"
#include "io/db.h"
#include "io/net.h"
#include "worker/kinds.h"
#include "model/event.h"
#include "model/fact.h"
#include "worker/store.h"

#include <malloc.h>

enum {
	BEAT_MS = 5000,
	PRUNE_MS = 10 * 60 * 1000,
	KEEP_EVENTS_MS = 24 * 60 * 60 * 1000,
	CHECKPOINT_MS = 30 * 1000,
	CHECKPOINT_BYTES = 1 << 20, /* of the log, before it is worth it */
	LARGE_LOG_BYTES = 16 << 20  /* not to wait for idle times any longer */
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

static void
write_prune(void *context)
{
	(void)context;
	event_prune(clock_now_ms() - KEEP_EVENTS_MS);
}

static void
prune(void *context)
{
	(void)context;
	store_write(write_prune, NULL, NULL);
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
	if (tasks_count() == 0)
		malloc_trim(0); /* what a crowd of jobs needed goes back */
	if (!net_stopping())
		net_timer(CHECKPOINT_MS, checkpoint, NULL);
}

void
upkeep_start(void)
{
	beat(NULL);
	net_timer(PRUNE_MS, prune, NULL);
	net_timer(CHECKPOINT_MS, checkpoint, NULL);
}
