/* edit.h: changes a DSL by single operations; what they do not name stays as
 * it is, byte by byte. */
#ifndef EDIT_H
#define EDIT_H

#include "dsl/dsl.h"

/*
 * dsl_edit: applies wanted, an array of operations, to result->dsl, one after
 * the other, logs each as a repair, and validates anew. An operation that
 * cannot be applied is the finding edit_refused and changes nothing. ID is a
 * node's id, REF a reference (plan.md), STEP a step in a plan's words with all
 * that it holds, BRANCH a class's name, a case's number from 1, an action,
 * "else", "timeout" or "error".
 *   {"op": "add", "steps": [STEP], "after": ID, "branch": BRANCH}
 *       what followed follows them; "before": ID, or "in": ID first in a
 *       container; after and before: between these two
 *   {"op": "remove", "node": ID, "keep": BRANCH}  what went in goes on; so do
 *       children and what nobody comes to any more
 *   {"op": "change", "node": ID, "fields": {...}}  in a plan's words
 *   {"op": "move", "node": ID, and where as with add}
 *   {"op": "add_branch", "node": ID, "branch": {"name" or "when", "do",
 *       "give"}, "next": ID}  next: where the others meet
 *   {"op": "remove_branch", "node": ID, "branch": BRANCH}
 *   {"op": "connect", "from": ID, "branch": BRANCH, "to": ID or null}
 *   {"op": "set", "node": ID, "path": POINTER into its data, "value": any}
 *   {"op": "rename", "node": ID, "to": ID}         with all references
 *   {"op": "add_input", "input": {"name", "type", ...}}
 *   {"op": "change_input", "name": NAME, "fields": {...}}
 *   {"op": "remove_input", "name": NAME}
 *   {"op": "add_output", "output": {"name", "from"}, "node": ID}
 *   {"op": "change_output", "name": NAME, "from": REF, "to": NAME}
 *   {"op": "remove_output", "name": NAME}   node: the only end
 *   {"op": "set_variable", "scope": "env" or "conversation",
 *       "variable": {"name", "type", "value"}}
 *   {"op": "workflow", "fields": {"name", "description",
 *       "opening_statement", "suggested_questions"}}
 */
void dsl_edit(struct arena *a, struct dsl_result *result,
	const struct value *wanted, const struct dsl_target *target);

/*
 * edit_read: the operations in a model's raw answer, in the spelling above,
 * as {operations: [...], summary, questions, assumptions}; other names of
 * operations and other wrappings are understood. NULL: a finding says why.
 */
struct value *edit_read(struct arena *a, const char *answer, size_t len,
	struct findings *findings, struct repairs *repairs);

/* What became of a model's answer to a sentence about a DSL. */
struct edit_result {
	struct dsl_result made;   /* its dsl is NULL without operations */
	struct value *operations; /* arrays, never NULL */
	struct value *questions;
	struct value *assumptions;
	const char *summary;   /* what the model says that it did, or "" */
	struct findings fresh; /* refused operations, and what is wrong with
				  the new DSL and was not with the old one */
};

/*
 * dsl_edit_answer: applies the operations of an answer to a copy of dsl. Of
 * what is wrong with the new DSL alone, what has exactly one mend is mended.
 */
void dsl_edit_answer(struct arena *a, const struct value *dsl,
	const char *answer, size_t len, const struct dsl_target *target,
	struct edit_result *out);

/*
 * dsl_edit_consent: what a person must agree to before the change from old to
 * new is taken: an array of {code: "removes_many", removed, of, nodes: [{id,
 * type, title}]} when more than 30% of the nodes go, and {code:
 * "inputs_change" or "outputs_change", added, removed, changed: [name]}.
 */
struct value *dsl_edit_consent(
	struct arena *a, const struct value *old, const struct value *diff);

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
