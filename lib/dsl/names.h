/* names.h: texts to numbers, for ids of nodes and names of variables. */
#ifndef NAMES_H
#define NAMES_H

#include "base/arena.h"

#include <stddef.h>

struct names {
	const char **keys;
	size_t *numbers;
	size_t mask;
	size_t count;
	struct arena *arena;
};

/* What names_get() says of a text that is not there. */
#define NAMES_NONE ((size_t)-1)

/* names_init: an empty table, its memory from a. */
void names_init(struct names *n, struct arena *a);

/* names_put: notes number under key, which must live as long as the table,
 * unless key is there already; returns the number that counts now. */
size_t names_put(struct names *n, const char *key, size_t number);

/* names_get: the number of key (NULL allowed), or NAMES_NONE. */
size_t names_get(const struct names *n, const char *key);

#endif
