/* hub_write.c: writes that join a queue until the lock is to be had. */
#include "base/clock.h"
#include "io/db.h"
#include "io/hub_conn.h"
#include "io/wake.h"

#include <string.h>

/* Most who hold the lock do so for less; who waits is next, who tries again
 * later may find it taken each time. */
enum { SHORT_WAIT_MS = 5 };

/* Who waits for the disk keeps those waiting whose end comes meanwhile: with
 * more than a few parked it is waited for this seldom. */
enum { SYNC_MS = 50, FEW = 4 };

/* A batch is one transaction, so one write to the disk for all of them; each
 * has a savepoint of its own. Whom it wakes begins at once, who waits for an
 * end is parked, and the disk has it before the first answer to one of them, at
 * the latest at hub.sync_ms. */
static const char sql_savepoint[] = "SAVEPOINT one";
static const char sql_undo[] = "ROLLBACK TO one";
static const char sql_release[] = "RELEASE one";

int
hub_write(struct req *r, bool (*fn)(struct req *r, void *context),
	int (*done)(struct req *r, void *context, bool written), void *context)
{
	struct conn *c = conn_of(r);

	c->write.fn = fn;
	c->write.done = done;
	c->write.context = context;
	c->write.since_ms = clock_mono_ms();
	TAILQ_INSERT_TAIL(&hub.writers, c, writers);
	r->later = true;
	return 0;
}

void
write_drop(struct conn *c)
{
	if (c->write.fn == NULL)
		return;
	TAILQ_REMOVE(&hub.writers, c, writers);
	c->write.fn = NULL;
}

static void
write_one(struct conn *c)
{
	http_current(&c->req);
	db_run(db_stmt(sql_savepoint));
	c->write.written = c->write.fn(&c->req, c->write.context);
	if (!c->write.written)
		db_run(db_stmt(sql_undo));
	db_run(db_stmt(sql_release));
	http_current(NULL);
}

/* The answer, after the commit. */
static void
answer(struct conn *c, bool timed_out)
{
	struct conn_write w = c->write;

	write_drop(c);
	c->req.later = false;
	http_current(&c->req);
	if (timed_out)
		http_busy(&c->req);
	else
		w.done(&c->req, w.context, w.written);
	http_current(NULL);
	conn_settle(&c);
}

static void
give_up(int64_t now)
{
	struct conn *c;

	while ((c = TAILQ_FIRST(&hub.writers)) != NULL &&
		now - c->write.since_ms >= LIMIT_LOCK_MS)
		answer(c, true);
}

void
write_sync(unsigned batch)
{
	if (batch <= hub.synced)
		return;
	db_sync();
	hub.synced = hub.batch;
}

void
write_due(int64_t now)
{
	if (now >= hub.sync_ms)
		write_sync(hub.batch);
}

void
write_try(int64_t now)
{
	struct conn *last = TAILQ_LAST(&hub.writers, conn_writers);
	struct conn *c;
	bool more = true;

	if (last == NULL)
		return;
	hub.locked_out =
		db_begin_quick(hub.locked_out ? 0 : SHORT_WAIT_MS) != 0;
	if (hub.locked_out) {
		give_up(now);
		return;
	}
	for (c = TAILQ_FIRST(&hub.writers); c != NULL;
		c = TAILQ_NEXT(c, writers))
		write_one(c);
	db_commit();
	wake_now(WAKE_JOB);
	if (hub.synced == hub.batch)
		hub.sync_ms = hub.parked > FEW ? now + SYNC_MS : now;
	hub.batch++;
	db_read_begin();
	while (more) {
		c = TAILQ_FIRST(&hub.writers);
		more = c != last;
		c->write.batch = hub.batch;
		answer(c, false);
	}
	beside_turn();
	db_read_end();
}
