/* edit.h: changes a DSL by single operations; what they do not name stays as
 * it is, byte by byte. */
#ifndef EDIT_H
#define EDIT_H

#include "dsl/dsl.h"

/*
 * dsl_edit: applies wanted, an array of operations, to result->dsl, one after
 * the other, logs each as a repair, and validates anew. An operation that
 * cannot be applied is the finding edit_refused and changes nothing.
 *   {"op": "add", "node": {"id", "type", ...fields as in a plan},
 *    "after": ID, "handle": HANDLE}   the node takes over what followed
 *   {"op": "remove", "node": ID}      with its children; what went in goes on
 *   {"op": "set", "node": ID, "path": POINTER into its data, "value": any}
 *   {"op": "rename", "node": ID, "to": ID}         with all references
 *   {"op": "rewire", "from": ID, "handle": HANDLE, "to": ID or null}
 *   {"op": "add_input", "input": {"name", "type", ...}}
 *   {"op": "add_output", "output": {"name", "from"}, "node": ID}
 * handle is "source" when it is left out; node of add_output the only end.
 */
void dsl_edit(struct arena *a, struct dsl_result *result,
	const struct value *wanted, const struct dsl_target *target);

/*
 * plan_edit: the same on result->plan, a plan (plan.md), which is then built
 * into result->dsl. Nodes are steps:
 *   {"op": "add", "node": {"id", "type", ...}, "after": ID}, or "in": ID and
 *    "part": its number, "else", "timeout", "on_error" or "do"; neither: last
 *   {"op": "move", "node": ID, and where as with add}
 *   remove, set (a path into the step), rename, add_input, add_output
 * rewire is refused: a plan has no edges.
 */
void plan_edit(struct arena *a, struct dsl_result *result,
	const struct value *wanted, const struct dsl_target *target);

/* edit_set_at: sets what a JSON Pointer names below v; NULL, or why it cannot
 * be. */
const char *edit_set_at(struct arena *a, struct value *v, const char *path,
	const struct value *content);

#endif
