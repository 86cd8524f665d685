/* layout.h: where the nodes of a graph stand on the canvas. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "text/value.h"

/*
 * layout_graph: sets position, positionAbsolute, width and height of every
 * node of graph ({nodes, edges}), and its viewport when there is none. Edges
 * run left to right but for those that close a cycle; branches stand in the
 * order of their handles; children stand inside their container, which is
 * made as large as they need; no two nodes of one container overlap. Notes
 * come below all others. The same graph gives the same places. A graph of
 * more than LIMIT_NODES nodes is left as it is.
 */
void layout_graph(struct arena *a, struct value *graph);

#endif
