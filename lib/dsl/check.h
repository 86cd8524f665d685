/* check.h: what the checks of a DSL share; for check*.c and validate.c. */
#ifndef CHECK_H
#define CHECK_H

#include "base/str.h"
#include "dsl/catalogue.h"
#include "dsl/dsl.h"
#include "dsl/names.h"

/* More findings than this are not told. */
enum { MOST_FINDINGS = 500 };

/* The Dify versions at which checking changed (contract.md 5.7). */
enum {
	VERSION_GRAPH = 10900,   /* every node is built before the first runs */
	VERSION_NODE = 11300,    /* node data is read with the graph */
	VERSION_GRAPHON = 11400, /* the engine became a package of its own */
	VERSION_STRICT = 11600
};

/* A node of the graph. */
struct check_node {
	const struct value *node;
	const struct value *data;
	const char *id;               /* NULL when it has none */
	const struct node_type *type; /* NULL when unknown */
	size_t parent;                /* its container; the count for none */
	bool note;
	bool checked; /* the server looks at it in any run */
	bool on_way;  /* an edge leads here from a start, whatever is chosen */
	size_t *out;  /* numbers of edges */
	size_t out_count;
	size_t in_count;
};

/* An edge between two nodes that exist. */
struct check_edge {
	const struct value *edge;
	size_t from;
	size_t to;
	const char *handle; /* "source" when absent, NULL when null */
	bool dead;          /* is never followed */
};

struct check {
	struct arena *arena;
	struct findings *out;
	const struct value *dsl;
	const struct value *workflow;
	const struct value *graph;
	int version;
	const struct resources *resources;
	const char *mode;
	bool chat;
	size_t told;
	struct check_node *nodes;
	size_t node_count;
	struct check_edge *edges;
	size_t edge_count;
	struct names ids; /* of nodes */
	struct names env; /* names of variables */
	struct names conversation;
	size_t root; /* where a run begins; node_count when there is none */
};

/*
 * check_say: adds a finding about member (NULL: at itself) of at. node is the
 * node it belongs to, or NULL. Returns NULL when enough has been told.
 */
struct finding *check_say(struct check *c, const char *code,
	const struct value *at, const char *member,
	const struct check_node *node, const char *arg1, const char *arg2);

/* check_tier: gives a finding (NULL allowed) another tier than its kind's. */
void check_tier(struct check *c, struct finding *f, enum finding_tier tier);

/* check_surely: whether every run comes to the node. */
bool check_surely(struct check *c, const struct check_node *node);

/* check_may_skip: whether a run can come to the reader without the producer,
 * by a branch that it takes. Both stand on one level; numbers of nodes. */
bool check_may_skip(struct check *c, size_t producer, size_t reader);

/*
 * check_run: like check_say() for what makes a run fail: tier L instead of R
 * when a run may do without the node.
 */
struct finding *check_run(struct check *c, const char *code,
	const struct value *at, const char *member,
	const struct check_node *node, const char *arg1, const char *arg2);

/*
 * check_refuse: like check_say() for node data that the server refuses: tier
 * L instead of E when this version looks only at nodes that it reaches and a
 * run may do without this one.
 */
struct finding *check_refuse(struct check *c, const char *code,
	const struct value *at, const char *member,
	const struct check_node *node, const char *arg1, const char *arg2);

/* check_leads: whether edges lead from one node to the other, by number. */
bool check_leads(struct check *c, size_t from, size_t to);

/* check_type_is: whether the node is of that type. */
bool check_type_is(const struct check_node *node, const char *type);

/* check_is_falsy: whether Python takes the value for nothing. */
bool check_is_falsy(const struct value *v);

/* check_text_is: whether a member of v is that text. */
bool check_text_is(const struct value *v, const char *key, const char *text);

/* The parts, in the order in which they run; false ends checking. */
bool check_document(struct check *c);
void check_features(struct check *c);
void check_variables(struct check *c);
bool check_nodes(struct check *c);
bool check_edges(struct check *c);
void check_flow(struct check *c);
void check_data(struct check *c);
void check_containers(struct check *c);
void check_references(struct check *c);
void check_editor(struct check *c);

/* check_members: object's members against rows; the findings are the node's. */
void check_members(struct check *c, const struct check_node *node,
	const struct data_field *rows, const struct value *object);

/* check_special: what the rows of the catalogue cannot say about a node. */
void check_special(struct check *c, const struct check_node *node);

/* check_jinja: the first error of a Jinja2 template, or NULL. */
const char *check_jinja(struct arena *a, const char *template);

/* check_value_fits: whether v is of Dify's variable type ("array[string]"
 * ...); any type that is not known fits everything. */
bool check_value_fits(const struct value *v, const char *type);

/* check_is_system: whether there is a variable sys.name in this mode. */
bool check_is_system(const struct check *c, const char *name);

/* check_is_inner_name: whether name lives inside that container, and is read
 * there as CONTAINER.name. */
bool check_is_inner_name(const struct check_node *container, const char *name);

/* check_reference_type: the type of what a selector names, "any" when it
 * cannot be told, NULL when there is no such thing. */
const char *check_reference_type(struct check *c, const struct value *selector);

#endif
