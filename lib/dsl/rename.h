/* rename.h: gives a node another id, wherever it is named. */
#ifndef RENAME_H
#define RENAME_H

#include "text/value.h"

/*
 * rename_node: changes the node's own id, the ends of edges, parents, starts
 * of containers, heads of selectors and references in texts. Ids of edges
 * stay.
 */
void rename_node(
	struct arena *a, struct value *dsl, const char *from, const char *to);

#endif
