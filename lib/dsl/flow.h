/* flow.h: a workflow as a graph of nodes that carry their own routes; what
 * every dialect is read into and what a DSL is compiled from. */
#ifndef FLOW_H
#define FLOW_H

#include "dsl/catalogue.h"
#include "dsl/dsl.h"

/* One way out of a node. */
struct route {
	const char *handle;
	struct flow_node *target;
	struct route *next;
};

/*
 * One node. data is in Dify's words (contract.md 5.6) with the ids of this
 * flow in its selectors; it need not be complete. Nodes of a container have
 * it as parent, its first one is of a type with NODE_CHILD_START.
 */
struct flow_node {
	const char *id;
	const struct node_type *type; /* NULL: none that is known */
	struct value *data;
	struct flow_node *parent;
	struct route *routes;
	const char *pointer;     /* where it stood in what was read */
	const struct value *raw; /* the wrapper it had in a DSL, or NULL */
	struct flow_node *next;
	struct flow_node *queued; /* flow_reaches() alone uses these two */
	unsigned seen;
};

struct flow {
	struct arena *arena;
	const struct dsl_target *target;
	struct findings *findings;
	struct repairs *repairs;
	const char *name;
	const char *description;
	bool chat;
	struct value *env;          /* Dify's environment_variables */
	struct value *conversation; /* Dify's conversation_variables */
	struct value *features;     /* NULL: the usual ones */
	const struct value *raw;    /* the DSL it was read from, or NULL */
	struct flow_node *first;
	struct flow_node *last;
	size_t count;
	size_t routes;
	unsigned searches; /* counts the calls of flow_reaches() */
};

/* flow_new: an empty flow that reports to findings and repairs. */
struct flow *flow_new(struct arena *a, const struct dsl_target *target,
	struct findings *findings, struct repairs *repairs);

/*
 * flow_node_new: appends a node of that type with an id made from base
 * (cut, and numbered when taken) and data {type, title}. Returns NULL when
 * the flow has LIMIT_NODES nodes; a finding says so.
 */
struct flow_node *flow_node_new(struct flow *f, const char *type,
	const char *base, struct flow_node *parent, const char *pointer);

/* flow_find: the node of that id, or NULL. */
struct flow_node *flow_find(const struct flow *f, const char *id);

/* flow_first_of: the first node of that type, or NULL. */
struct flow_node *flow_first_of(const struct flow *f, const char *type);

/* flow_is: whether node (NULL allowed) is of that type. */
bool flow_is(const struct flow_node *node, const char *type);

/* flow_connect: adds a route unless it is there. */
void flow_connect(struct flow *f, struct flow_node *from, const char *handle,
	struct flow_node *to);

/* flow_disconnect: takes one route away. */
void flow_disconnect(
	struct flow *f, struct flow_node *from, const struct route *route);

/* flow_has_incoming: whether a route leads to node. */
bool flow_has_incoming(const struct flow *f, const struct flow_node *node);

/* flow_reaches: whether routes lead from one node to another. */
bool flow_reaches(
	struct flow *f, struct flow_node *from, const struct flow_node *to);

/*
 * flow_exclusive: whether no run can pass both nodes: a split leads to each of
 * them by other handles.
 */
bool flow_exclusive(
	struct flow *f, const struct flow_node *x, const struct flow_node *y);

/* flow_inside: whether node is container or inside of it, at any depth. */
bool flow_inside(
	const struct flow_node *node, const struct flow_node *container);

/* flow_output: the type of a node's output as node_output_type(). */
const char *flow_output(
	const struct flow *f, const struct flow_node *node, const char *name);

/* flow_version: the target's version, the newest when it has none. */
int flow_version(const struct flow *f);

/* flow_finding: adds a finding about a node (NULL allowed). */
struct finding *flow_finding(struct flow *f, const char *code,
	const char *pointer, const struct flow_node *node, const char *arg1,
	const char *arg2, const char *arg3);

/* flow_selector: [node, name] as a value; name NULL gives [node]. */
struct value *flow_selector(
	struct arena *a, const char *node, const char *name);

#endif
