/* yaml_members.h: puts together the members of a mapping; for yaml*.c only. */
#ifndef YAML_MEMBERS_H
#define YAML_MEMBERS_H

#include "text/value.h"

/* members_add: links child, whose key is set, behind the others; names may
 * repeat until members_settle(). Also for the items of a list. */
void members_add(struct value *parent, struct value *child);

/* members_prepend: moves all members of first in front of those of object. */
void members_prepend(struct value *object, struct value *first);

/*
 * members_settle: of each repeated name only the last value stays, where the
 * first one stood. Returns whether there was any.
 */
bool members_settle(struct arena *a, struct value *object);

#endif
