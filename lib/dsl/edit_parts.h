/* edit_parts.h: what the files that edit a DSL share; for edit*.c only. */
#ifndef EDIT_PARTS_H
#define EDIT_PARTS_H

#include "dsl/edit.h"
#include "dsl/lower_parts.h"
#include "dsl/names.h"

/* One DSL that is being edited, and the operation at hand. */
struct edit {
	struct arena *a;
	struct arena *scratch; /* as long as an operation */
	struct dsl_result *result;
	const struct dsl_target *target;
	struct value *nodes;
	struct value *edges;
	struct value *given; /* by the splits that were added: {ID: {NAME:
				selector}} */
	const struct value *op;
	const char *why; /* it cannot be applied */
};

/* ---- what stands in the DSL: edit.c ---- */

/* edit_node: the node of that id, or NULL; then why says so. */
struct value *edit_node(struct edit *e, const char *id);

/* edit_named: the node that a member of the operation names (one of the
 * |-separated names), or NULL; then why says so. */
struct value *edit_named(struct edit *e, const char *members);

/* edit_type: the type of a node, "" when it has none. */
const char *edit_type(const struct value *node);

/* edit_is: whether a member of an object is that text. */
bool edit_is(const struct value *object, const char *key, const char *text);

/* edit_connect: an edge as Dify writes it. */
void edit_connect(
	struct edit *e, const char *from, const char *handle, const char *to);

/* edit_follow: takes the edges that leave a node by a handle away; their
 * targets as an array of ids. */
struct value *edit_follow(struct edit *e, const char *from, const char *handle);

/*
 * edit_handle: the handle of a node that is meant by a class's name, a case's
 * number from 1, an action's id or title, "else", "timeout", "error", or the
 * handle itself; NULL: the only one. NULL with why when there is no such.
 */
const char *edit_handle(
	struct edit *e, const struct value *node, const struct value *branch);

/*
 * edit_reached: the ids of the nodes that a run can come to. edit_prune: takes
 * those away that it could come to before and no longer can.
 */
struct names *edit_reached(struct edit *e);
void edit_prune(struct edit *e, const struct names *before);

/* edit_because: a finding as the reason of a refusal: no full stop. */
const char *edit_because(struct arena *a, const struct finding *f);

/* edit_tell: logs an operation as done, or, with why, as refused. */
void edit_tell(struct arena *a, struct dsl_result *result,
	const struct value *op, const char *why);

/* ---- the DSL as a flow, to which things are added: edit_grow.c ---- */

struct grow {
	struct edit *e;
	struct flow *flow;
	struct flow_node *last; /* of those that the DSL has */
	struct findings told;
	struct repairs mended;
	struct scope scope;
	struct lower lower;
	struct names *routes; /* that the DSL has */
	struct ends in;       /* where what is put in is entered from */
	struct ends out;      /* and where it goes on */
	struct flow_node *parent;
	const struct value *anchor; /* stands left of what is put in */
};

/* grow_begin: the DSL as a flow that shares nothing with it, ids as they are.
 */
void grow_begin(struct edit *e, struct grow *g);

/* grow_place: takes the routes apart where the operation says: after, before,
 * in. False with why. */
bool grow_place(struct grow *g);

/* grow_stand: puts what was made right of the anchor, below whatever stands
 * there; a container grows with it. */
void grow_stand(struct grow *g, struct value *made);

/* grow_finish: writes what is new in the flow into the DSL; false with why,
 * and nothing written, when something could not be read. */
bool grow_finish(struct grow *g);

/* edit_delta: what differs between before and after, which are of one type, is
 * written to actual; all else of it stays. */
void edit_delta(struct arena *a, struct value *actual,
	const struct value *before, const struct value *after);

/* edit_change_row: changes a variable of a start node in the words of a plan's
 * input; false when that changes nothing. */
bool edit_change_row(struct edit *e, const char *start, struct value *variable,
	const struct value *fields);

/* ---- the operations; false when why says what is in the way ---- */
bool edit_add(struct edit *e);
bool edit_move(struct edit *e);
bool edit_add_branch(struct edit *e);
bool edit_remove_branch(struct edit *e);
bool edit_remove(struct edit *e);
bool edit_change(struct edit *e);
bool edit_set(struct edit *e);
bool edit_rename(struct edit *e);
bool edit_rewire(struct edit *e);
bool edit_add_input(struct edit *e);
bool edit_change_input(struct edit *e);
bool edit_remove_input(struct edit *e);
bool edit_add_output(struct edit *e);
bool edit_change_output(struct edit *e);
bool edit_remove_output(struct edit *e);
bool edit_set_variable(struct edit *e);
bool edit_workflow(struct edit *e);

#endif
