/* show_parts.h: what the files that show a DSL share; for show*.c only. */
#ifndef SHOW_PARTS_H
#define SHOW_PARTS_H

#include "dsl/fill.h"
#include "dsl/flow_refs.h"
#include "dsl/show.h"

/* What a plan calls a value that leaves a split: STEP.NAME. */
struct given {
	const struct flow_node *join; /* the aggregator that hands it on */
	const struct flow_node *split;
	const char *group; /* its group, NULL: it has none */
	const char *name;  /* "sort.reply" */
	struct given *next;
};

/* One DSL that is being shown. */
struct show {
	struct arena *a;
	struct flow *flow;
	const struct dsl_target *target;
	bool plan;          /* else a flow */
	struct scope scope; /* every node, by what it is called */
	struct given *given;
	bool *done;      /* by node_index: its step was written */
	const char *why; /* no plan says it; NULL so far */
};

/* show_begin: a flow that is to be shown as a flow. */
struct show show_begin(
	struct arena *a, struct flow *f, const struct dsl_target *target);

/* show_ref: a selector as "head.name". */
const char *show_ref(const struct show *s, const struct value *selector);

/* show_text: a text with {{#id.name#}} as {{head.name}}. */
const char *show_text(const struct show *s, const char *text);

/*
 * show_words: the fields of a node in a plan's words, added to step; what
 * reading them would not give back stands in its member "dify".
 */
void show_words(struct show *s, const struct flow_node *n, struct value *step);

/* One node whose words are written. */
struct words {
	struct show *s;
	struct arena *a;
	const struct value *data;
	struct value *step;
};

/* show_put_text: a text of the data, if there is one, as a word. */
void show_put_text(struct words *w, const char *name, const char *member);

/* The words of single node types. */
void show_http(struct words *w);
void show_tool(struct words *w);
void show_assigner(struct words *w);

/* show_empty: whether a member says nothing that a reader would miss. */
bool show_empty(const struct value *v);

/* show_of_canvas: whether a member of the data belongs to the canvas, follows
 * from where the node is, or has words on every node. */
bool show_of_canvas(const char *key);

/* show_rename: gives every node an id that a plan allows, wherever it is read.
 * NULL, or why that cannot be. */
const char *show_rename(struct flow *f);

/* show_own_words: the same without a look back; false when a plan has no words
 * for the type. */
bool show_own_words(
	struct show *s, const struct flow_node *n, struct value *step);

/* show_when: conditions as {all: [...]} or {any: [...]}. */
struct value *show_when(
	const struct show *s, const struct value *list, const char *joiner);

/* show_inputs: the form of a start node as a plan's inputs. */
struct value *show_inputs(struct show *s, const struct flow_node *start);

/* show_variables: environment or conversation variables as a plan's. */
struct value *show_variables(struct show *s, const struct value *list);

/* show_outputs: what an end node hands out, [{name, from}]. */
struct value *show_outputs(const struct show *s, const struct value *data);

/* show_parts: the parts of a split's step but the last, which is its else or
 * timeout; NULL when it is no split. */
struct value *show_parts(const struct value *step);

/* show_gives: what the parts of a split give to the aggregator behind it;
 * show_error_gives: the same for a step and the part of its error. */
void show_gives(struct show *s, const struct flow_node *split,
	const struct flow_node *join, const struct value *step);
void show_error_gives(struct show *s, const struct flow_node *n,
	const struct flow_node *join, struct value *part);

/* show_container, show_container_end: the fields of an iteration or a loop
 * that are read outside of it, and those that are read inside. */
void show_container(
	struct show *s, const struct flow_node *n, struct value *step);
void show_container_end(
	struct show *s, const struct flow_node *n, struct value *step);

/* show_same: NULL when a plan, lowered, is the graph that it was made of; else
 * what differs. */
const char *show_same(struct show *s, const struct value *plan);

/* show_steps: the steps of the whole workflow, added to plan; s->why says when
 * they cannot be. */
void show_steps(struct show *s, struct value *plan);

#endif
