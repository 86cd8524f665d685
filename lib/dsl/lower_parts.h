/* lower_parts.h: what the files that lower a plan share; for lower*.c only. */
#ifndef LOWER_PARTS_H
#define LOWER_PARTS_H

#include "dsl/fill.h"
#include "dsl/lower.h"

/* Places from which the flow goes on: a node and one of its handles each. */
struct ends {
	struct flow_node **nodes;
	const char **handles;
	size_t count;
	size_t room;
	bool parallel; /* they run side by side */
};

struct lower {
	struct flow *flow;
	struct arena *a;
	int depth;          /* containers around */
	bool answered;      /* an answer step was seen */
	bool ended;         /* an end step was seen */
	struct value *last; /* selector of the last step's main output */
};

/* A part of a split while it is lowered. */
struct part {
	const struct value *give; /* as written, NULL for none */
	const char *pointer;
	struct scope scope;
	struct ends ends;
	size_t mark; /* nodes that the flow had before */
};

/* A step while it is lowered. */
struct step {
	const struct value *fields;
	const char *pointer;
	const char *id;
	struct scope *scope;
	struct flow_node *parent;
	struct flow_node *node;
	struct scope_entry *entry;
};

void ends_add(struct arena *a, struct ends *e, struct flow_node *node,
	const char *handle);
void ends_copy(struct arena *a, struct ends *to, const struct ends *from);

/* ends_connect: leads all of them to node and lets the flow go on there. */
void ends_connect(struct lower *l, struct ends *e, struct flow_node *node);

/* lower_steps: the steps one after the other; scope gets their names. */
void lower_steps(struct lower *l, const struct value *steps,
	struct scope *scope, struct flow_node *parent, struct ends *ends);

/* lower_enter: connects the nodes before a step, then its node. */
void lower_enter(struct lower *l, struct fill *f, struct ends *ends);

/* lower_fill: what filling a step's node needs. */
struct fill lower_fill(struct lower *l, const struct step *s);

/* part_steps: "do" of a part, which may also be a list itself. */
const struct value *part_steps(const struct value *part);

/*
 * lower_part: lowers a part behind one handle of the step's node. at is the
 * part as written, NULL for one that was left out.
 */
void lower_part(struct lower *l, const struct step *s, const char *handle,
	const struct value *at, struct part *out);

/*
 * lower_join: lets the flow go on behind all parts, joined by an aggregator
 * when they give; the step's entry gets what is given.
 */
void lower_join(struct lower *l, const struct step *s, struct part *parts,
	size_t count, struct ends *ends);

/*
 * lower_given: the selector of a value that leaves a part; inside says that
 * only what was made in the part may stand as it is. NULL: a finding says
 * why.
 */
struct value *lower_given(struct lower *l, const struct step *s,
	struct part *part, const struct value *v, const char *name,
	bool inside);

void lower_split(struct lower *l, struct step *s, struct ends *ends);
void lower_container(struct lower *l, struct step *s, struct ends *ends);
void lower_parallel(struct lower *l, struct step *s, struct ends *ends);
void lower_errors(struct lower *l, struct step *s, struct ends *ends);

/* lower_form: inputs, in any spelling, as the variables of a start node; the
 * entry learns of names that had to be changed. */
void lower_form(struct flow *f, const struct value *inputs,
	struct flow_node *start, struct scope_entry *e);
/* lower_variable: adds an environment or conversation variable, in any
 * spelling, to the list of the scope "env" or "conversation". */
void lower_variable(struct flow *f, struct value *list,
	const struct value *item, const char *scope);
void lower_inputs(struct lower *l, const struct value *plan,
	struct scope *scope, struct ends *ends);
void lower_variables(struct lower *l, const struct value *plan);
void lower_outputs(struct lower *l, const struct value *plan,
	struct scope *scope, struct ends *ends);

/* lower_main: what a bare reference to the step means, NULL for nothing. */
struct value *lower_main(struct lower *l, const struct scope_entry *e);

#endif
