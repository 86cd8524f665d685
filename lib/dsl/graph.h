/* graph.h: lists of nodes and edges, in the many spellings of models, as a
 * flow. */
#ifndef GRAPH_H
#define GRAPH_H

#include "dsl/flow.h"

/*
 * graph_read: fills an empty flow from an object with nodes and edges, nodes
 * with routes of their own, or a Dify DSL. The order of nodes does not
 * matter. What cannot be read is a finding of the flow.
 */
void graph_read(struct flow *f, const struct value *v);

#endif
