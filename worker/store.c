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
	NOTE_MS = 40,  /* how long a note may wait for company */
	ALONE_MS = 20, /* and how long it does not want any */
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
	const void *owner; /* of a note that waits for it, or NULL */
	int64_t due;       /* until then */
};

static struct entry *first;
static struct entry **last = &first;
static int writes; /* of the entries, those that are no notes */
static unsigned timer;
static int64_t timer_due;
static void (*after)(void);
static int64_t pause_ms;     /* after a try that found the lock taken */
static struct entry *joined; /* to another's transaction */

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

static bool
has_context(const struct entry *list, const void *context)
{
	while (list != NULL && list->context != context)
		list = list->next;
	return list != NULL;
}

static bool
is_due(const struct entry *e, const struct entry *written)
{
	return e->owner == NULL ||
	       e->due <= clock_mono_ms() + NOTE_MS - ALONE_MS ||
	       has_context(first, e->owner) || has_context(written, e->owner);
}

static bool
any_due(void)
{
	const struct entry *e = first;

	while (e != NULL && !is_due(e, NULL))
		e = e->next;
	return e != NULL;
}

/*
 * Inside the transaction. What an entry adds is written along with it; but a
 * write never in a transaction of notes alone. Returns what was written.
 */
static struct entry *
write_entries(bool notes_alone)
{
	struct entry *written = NULL;
	struct entry **end = &written;
	struct entry **at = &first;

	while (*at != NULL && ((*at)->note || !notes_alone)) {
		struct entry *e = *at;

		if (!is_due(e, written)) {
			at = &e->next;
			continue;
		}
		e->fn(e->context);
		writes -= !e->note;
		*at = e->next;
		if (last == &e->next)
			last = at;
		e->next = NULL;
		*end = e;
		end = &e->next;
	}
	return written;
}

/* For those that were left because they are not due yet. */
static void
arm_rest(void)
{
	const struct entry *e;

	for (e = first; e != NULL; e = e->next)
		arm(e->owner == NULL ? 0 : e->due - clock_mono_ms());
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

	if (!any_due())
		return true;
	if ((notes_alone ? db_begin_quick(wait_ms) : db_begin(wait_ms)) != 0)
		return false;
	list = write_entries(notes_alone);
	db_commit();
	wake_touch(WAKE_EVENT);
	if (after != NULL)
		after();
	wake_now(WAKE_END);
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
		arm_rest();
		return;
	}
	pause_ms = pause_ms == 0 ? 1 : pause_ms * 2;
	if (pause_ms > LONGEST_PAUSE_MS)
		pause_ms = LONGEST_PAUSE_MS;
	arm(pause_ms);
}

void
store_join(void)
{
	struct entry **end = &joined;

	while (*end != NULL)
		end = &(*end)->next;
	*end = write_entries(true);
}

void
store_joined(void)
{
	struct entry *list = joined;

	joined = NULL;
	tell_done(list);
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
	add((struct entry){.fn = fn, .done = done, .context = context});
	writes++;
	arm(pause_ms);
}

void
store_note(
	void (*fn)(void *context), void (*done)(void *context), void *context)
{
	store_note_of(NULL, fn, done, context);
}

void
store_note_of(const void *owner, void (*fn)(void *context),
	void (*done)(void *context), void *context)
{
	add((struct entry){.fn = fn,
		.done = done,
		.context = context,
		.note = true,
		.owner = owner,
		.due = clock_mono_ms() + NOTE_MS});
	arm(NOTE_MS);
}

void
store_quick(
	void (*fn)(void *context), void (*done)(void *context), void *context)
{
	add((struct entry){
		.fn = fn, .done = done, .context = context, .note = true});
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
	struct entry *e;

	for (e = first; e != NULL; e = e->next)
		e->due = 0;
	write_all(LIMIT_LOCK_MS);
}
