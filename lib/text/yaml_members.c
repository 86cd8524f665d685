/* yaml_members.c: puts together the members of a mapping. */
#include "text/yaml_members.h"

#include <string.h>

enum { FEW = 16 };

void
members_add(struct value *parent, struct value *child)
{
	child->parent = parent;
	child->next = NULL;
	if (parent->u.kids.last != NULL)
		parent->u.kids.last->next = child;
	else
		parent->u.kids.first = child;
	parent->u.kids.last = child;
	parent->u.kids.count++;
}

void
members_prepend(struct value *object, struct value *first)
{
	struct value *last = first->u.kids.last;

	if (last == NULL)
		return;
	value_each(child, first)
		child->parent = object;
	last->next = object->u.kids.first;
	object->u.kids.first = first->u.kids.first;
	if (object->u.kids.last == NULL)
		object->u.kids.last = last;
	object->u.kids.count += first->u.kids.count;
}

/* What is needed to find an earlier member of the same name. */
struct index {
	struct value **slots;
	size_t mask; /* 0: so few that looking through them is faster */
	const struct value *object;
};

static size_t
hash(const char *s)
{
	size_t h = 1469598103934665603u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h;
}

static struct index
make_index(struct arena *a, const struct value *object)
{
	struct index index = {.object = object};
	size_t room = FEW;

	if (value_count(object) <= FEW)
		return index;
	while (room < value_count(object) * 2)
		room *= 2;
	index.slots = arena_array(a, room, sizeof(*index.slots));
	index.mask = room - 1;
	return index;
}

/* The first member named like child; child itself is noted when it is. */
static struct value *
first_of_name(struct index *index, struct value *child)
{
	size_t at;

	if (index->mask == 0) {
		value_each(other, index->object)
			if (strcmp(other->key, child->key) == 0)
				return other;
		return child;
	}
	at = hash(child->key) & index->mask;
	while (index->slots[at] != NULL) {
		if (strcmp(index->slots[at]->key, child->key) == 0)
			return index->slots[at];
		at = (at + 1) & index->mask;
	}
	index->slots[at] = child;
	return child;
}

/* Gives the content of from to the member that stands in an earlier place. */
static void
take_content(struct value *to, const struct value *from)
{
	to->type = from->type;
	to->line = from->line;
	to->column = from->column;
	to->u = from->u;
	value_each(child, to)
		child->parent = to;
}

bool
members_settle(struct arena *a, struct value *object)
{
	struct index index = make_index(a, object);
	struct value *prev = NULL;
	bool repeated = false;

	value_each(child, object) {
		struct value *first = first_of_name(&index, child);

		if (first == child || prev == NULL) {
			prev = child;
			continue;
		}
		take_content(first, child);
		prev->next = child->next;
		if (object->u.kids.last == child)
			object->u.kids.last = prev;
		object->u.kids.count--;
		repeated = true;
	}
	return repeated;
}
