/* graph_parts.h: what the files that read a graph share; for graph*.c only. */
#ifndef GRAPH_PARTS_H
#define GRAPH_PARTS_H

#include "dsl/fill.h"
#include "dsl/graph.h"

/* One node as it was written. */
struct spot {
	const char *id;             /* as written */
	const struct value *node;   /* the whole */
	const struct value *fields; /* what fills its data */
	const char *parent;         /* id of the container, or NULL */
	struct flow_node *made;
	struct flow_node *first; /* runs before it, or the node itself */
	bool filled;
};

struct graph {
	struct flow *flow;
	struct arena *a;
	const struct value *edges;
	struct scope scope;
	struct spot *spots;
	size_t count;
	bool dify; /* data is in Dify's own words and complete */
};

/* spot_find: the spot of that id as written, or NULL. */
struct spot *spot_find(struct graph *g, const char *id);

/* graph_ends: the ids at both ends of an edge; false when it has none. */
bool graph_ends(struct graph *g, const struct value *edge, const char **from_r,
	const char **to_r, const struct value **port_r);

/* graph_connect: all edges of the graph as routes of the flow. */
void graph_connect(struct graph *g);

/* graph_in_dify_words: whether a node is as the editor writes it, so that its
 * data is Dify's and is taken as it is. */
bool graph_in_dify_words(const struct graph *g, const struct spot *s);

/* graph_fill: the data of one node. */
void graph_fill(struct graph *g, struct spot *s);

#endif
