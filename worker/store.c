/* store.c: see store.h. */
#include "worker/store.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "io/db.h"
#include "io/net.h"
#include "io/wake.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum {
	NOTE_MS = 20, /* how long a note may wait for company */
	/* Most who hold the lock do so for less; who waits is next, who tries
	 * again later may find it taken each time. */
	SHORT_WAIT_MS = 5,
	LONGEST_PAUSE_MS = 16
};

struct entry {
	struct entry *next;
	void (*fn)(void *context);
	void (*done)(void *context);
	void *context;
	bool note;
};

static struct entry *first;
static struct entry **last = &first;
static int writes; /* of the entries, those that are no notes */
static unsigned timer;
static int64_t timer_due;
static void (*after)(void);
static int64_t pause_ms; /* after a try that found the lock taken */

static void on_timer(void *context);

static void
arm(int64_t ms)
{
	int64_t due = clock_mono_ms() + ms;

	if (timer != 0 && timer_due <= due)
		return;
	net_untimer(timer);
	timer_due = due;
	timer = net_timer(ms, on_timer, NULL);
}

/*
 * Inside the transaction. What an entry adds is written along with it; but a
 * write never in a transaction of notes alone. Returns what was written.
 */
static struct entry *
write_entries(bool notes_alone)
{
	struct entry *list = first; /* a note at the head, when notes_alone */
	struct entry **end = &first;
	struct entry *rest;

	while (*end != NULL && ((*end)->note || !notes_alone)) {
		(*end)->fn((*end)->context);
		writes -= !(*end)->note;
		end = &(*end)->next;
	}
	rest = *end;
	*end = NULL;
	first = rest;
	if (first == NULL)
		last = &first;
	return list;
}

static void
tell_done(struct entry *list)
{
	struct entry *e;

	while ((e = list) != NULL) {
		list = e->next;
		if (e->done != NULL)
			e->done(e->context);
		free(e);
	}
}

/* False when the lock was not to be had. */
static bool
write_all(int wait_ms)
{
	bool notes_alone = writes == 0;
	struct entry *list;

	if (first == NULL)
		return true;
	if ((notes_alone ? db_begin_quick(wait_ms) : db_begin(wait_ms)) != 0)
		return false;
	list = write_entries(notes_alone);
	db_commit();
	wake_touch(WAKE_EVENT);
	if (after != NULL)
		after();
	tell_done(list);
	return true;
}

static void
on_timer(void *context)
{
	(void)context;
	timer = 0;
	if (write_all(pause_ms == 0 ? SHORT_WAIT_MS : 0)) {
		pause_ms = 0;
		return;
	}
	pause_ms = pause_ms == 0 ? 1 : pause_ms * 2;
	if (pause_ms > LONGEST_PAUSE_MS)
		pause_ms = LONGEST_PAUSE_MS;
	arm(pause_ms);
}

static void
add(struct entry what)
{
	struct entry *e = calloc(1, sizeof(*e));

	if (e == NULL)
		fatal("store: out of memory");
	*e = what;
	*last = e;
	last = &e->next;
}

void
store_write(
	void (*fn)(void *context), void (*done)(void *context), void *context)
{
	add((struct entry){NULL, fn, done, context, false});
	writes++;
	arm(pause_ms);
}

void
store_note(
	void (*fn)(void *context), void (*done)(void *context), void *context)
{
	add((struct entry){NULL, fn, done, context, true});
	arm(NOTE_MS);
}

void
store_quick(
	void (*fn)(void *context), void (*done)(void *context), void *context)
{
	add((struct entry){NULL, fn, done, context, true});
	arm(pause_ms);
}

void
store_after(void (*fn)(void))
{
	after = fn;
}

void
store_flush(void)
{
	write_all(LIMIT_LOCK_MS);
}
