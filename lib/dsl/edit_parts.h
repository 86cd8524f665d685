/* edit_parts.h: what the files that edit a DSL share; for edit*.c only. */
#ifndef EDIT_PARTS_H
#define EDIT_PARTS_H

#include "dsl/edit.h"
#include "dsl/flow.h"

/* One DSL that is being edited, and the operation at hand. */
struct edit {
	struct arena *a;
	struct dsl_result *result;
	const struct dsl_target *target;
	struct value *nodes;
	struct value *edges;
	const struct value *op;
	const char *why; /* it cannot be applied */
};

/* edit_flow: the DSL as a flow that shares nothing with it. What is found while
 * it is read is not told. */
struct flow *edit_flow(struct edit *e);

/* edit_node: the node of that id, or NULL; then why says so. */
struct value *edit_node(struct edit *e, const char *id);

/* edit_connect: an edge as Dify writes it. */
void edit_connect(
	struct edit *e, const char *from, const char *handle, const char *to);

/* edit_follow: takes the edges that leave a node by a handle away; their
 * targets as an array of ids. */
struct value *edit_follow(struct edit *e, const char *from, const char *handle);

/* edit_tell: logs an operation as done, or, with why, as refused. */
void edit_tell(struct arena *a, struct dsl_result *result,
	const struct value *op, const char *why);

/* The operations; false when why says what is in the way. */
bool edit_add(struct edit *e);
bool edit_remove(struct edit *e);
bool edit_set(struct edit *e);
bool edit_rename(struct edit *e);
bool edit_rewire(struct edit *e);
bool edit_add_input(struct edit *e);
bool edit_add_output(struct edit *e);

#endif
