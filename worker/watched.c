/* watched.c: see watched.h. */
#include "worker/watched.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "io/net.h"
#include "model/connection.h"

#include <stdlib.h>
#include <string.h>

enum { TICK_MS = 1000, MOST_LOOKS = 4 };

/* One timer for each that looks. */
struct looking {
	void (*look)(const char *id);
};

void *
watched_of(struct watched **all, const char *id, size_t size)
{
	struct watched *w = *all;

	while (w != NULL && strcmp(w->id, id) != 0)
		w = w->next;
	if (w != NULL)
		return w;
	w = calloc(1, size);
	if (w == NULL)
		fatal("watched: out of memory");
	memcpy(w->id, id, ID_SIZE);
	w->next = *all;
	*all = w;
	return w;
}

static void
tick(void *context)
{
	const struct looking *l = context;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct connection *list;
	int n = connection_list(a, &list);
	int i;

	for (i = 0; i < n && !net_stopping(); i++)
		if (list[i].state == CONNECTION_UP ||
			list[i].state == CONNECTION_SLOW)
			l->look(list[i].id);
	arena_free(&a);
	if (!net_stopping())
		net_timer(TICK_MS, tick, context);
}

void
watched_each_second(void (*look)(const char *id))
{
	static struct looking all[MOST_LOOKS];
	static size_t n;

	if (n == MOST_LOOKS)
		fatal("watched: too many that look");
	all[n].look = look;
	net_timer(TICK_MS, tick, &all[n++]);
}
