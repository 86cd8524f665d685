/* watched.h: what the watchers of Difys do alike: they keep something of each
 * connection in memory, and look at those that answer. */
#ifndef WATCHED_H
#define WATCHED_H

#include "base/id.h"

#include <stddef.h>

/* The first member of what is kept of a connection. */
struct watched {
	struct watched *next;
	char id[ID_SIZE];
};

/* watched_of: what is kept of a connection; size bytes of zeros at first. Its
 * list is at *all. */
void *watched_of(struct watched **all, const char *id, size_t size);

/* watched_each_second: calls look for each connection that answers, from the
 * loop, until the worker stops. */
void watched_each_second(void (*look)(const char *id));

#endif
