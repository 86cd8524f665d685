/* store.c: see store.h. */
#include "worker/store.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "io/db.h"
#include "io/net.h"
#include "io/wake.h"

#include <stdlib.h>

enum { TRY_AGAIN_MS = 20 };

struct entry {
	struct entry *next;
	void (*fn)(void *context);
	void (*done)(void *context);
	void *context;
};

static struct entry *first;
static struct entry **last = &first;
static unsigned timer;

static void
write_all(int wait_ms)
{
	struct entry *list = first;
	struct entry *e;

	if (list == NULL || db_begin(wait_ms) != 0)
		return;
	first = NULL;
	last = &first;
	for (e = list; e != NULL; e = e->next)
		e->fn(e->context);
	db_commit();
	wake_touch(WAKE_EVENT);
	while ((e = list) != NULL) {
		list = e->next;
		if (e->done != NULL)
			e->done(e->context);
		free(e);
	}
}

static void
on_timer(void *context)
{
	(void)context;
	timer = 0;
	write_all(0);
	if (first != NULL && timer == 0)
		timer = net_timer(TRY_AGAIN_MS, on_timer, NULL);
}

void
store_write(
	void (*fn)(void *context), void (*done)(void *context), void *context)
{
	struct entry *e = calloc(1, sizeof(*e));

	if (e == NULL)
		fatal("store: out of memory");
	*e = (struct entry){NULL, fn, done, context};
	*last = e;
	last = &e->next;
	if (timer == 0)
		timer = net_timer(0, on_timer, NULL);
}

void
store_flush(void)
{
	write_all(LIMIT_LOCK_MS);
}
