/* names.c: see names.h; open addressing, never more than half full. */
#include "dsl/names.h"

#include <string.h>

enum { FIRST_ROOM = 32 };

static size_t
hash(const char *s)
{
	size_t h = 1469598103934665603u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h ^ (h >> 29);
}

static void
make_room(struct names *n, size_t room)
{
	n->keys = arena_array(n->arena, room, sizeof(*n->keys));
	n->numbers = arena_array(n->arena, room, sizeof(*n->numbers));
	n->mask = room - 1;
}

void
names_init(struct names *n, struct arena *a)
{
	n->arena = a;
	n->count = 0;
	make_room(n, FIRST_ROOM);
}

/* The slot of key, or the free one where it would go. */
static size_t
slot(const struct names *n, const char *key)
{
	size_t at = hash(key) & n->mask;

	while (n->keys[at] != NULL && strcmp(n->keys[at], key) != 0)
		at = (at + 1) & n->mask;
	return at;
}

static void
grow(struct names *n)
{
	const char **keys = n->keys;
	size_t *numbers = n->numbers;
	size_t room = n->mask + 1;

	make_room(n, room * 2);
	for (size_t i = 0; i < room; i++) {
		size_t at;

		if (keys[i] == NULL)
			continue;
		at = slot(n, keys[i]);
		n->keys[at] = keys[i];
		n->numbers[at] = numbers[i];
	}
}

size_t
names_put(struct names *n, const char *key, size_t number)
{
	size_t at;

	if (n->count * 2 > n->mask)
		grow(n);
	at = slot(n, key);
	if (n->keys[at] != NULL)
		return n->numbers[at];
	n->keys[at] = key;
	n->numbers[at] = number;
	n->count++;
	return number;
}

size_t
names_get(const struct names *n, const char *key)
{
	size_t at;

	if (key == NULL)
		return NAMES_NONE;
	at = slot(n, key);
	return n->keys[at] != NULL ? n->numbers[at] : NAMES_NONE;
}
