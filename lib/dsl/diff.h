/* diff.h: what differs between two DSLs, by node and field. */
#ifndef DIFF_H
#define DIFF_H

#include "text/value.h"

/*
 * dsl_diff: an object with
 *   same        whether nothing differs
 *   cosmetic    whether only places and sizes on the canvas do
 *   nodes       {added: [{id, type, title}], removed: the same,
 *               changed: [{id, type, title, fields: [{path, before, after}]}],
 *               moved: [id]}
 *   edges       {added: [{source, handle, target}], removed: the same}
 *   fields      what differs outside of the graph: [{path, before, after}]
 *   inputs, outputs   {added: [name], removed: [name], changed: [name]}: what
 *               a caller gives and gets
 *   broken      [{node, reference}]: references of b to nodes that a had and
 *               b has not
 * Neither the order of members nor that of nodes and edges counts. path is a
 * JSON Pointer below the node's data, or of the document. before is absent
 * where something was added, after where it was removed.
 */
struct value *dsl_diff(
	struct arena *a, const struct value *old, const struct value *new);

#endif
