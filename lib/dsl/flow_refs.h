/* flow_refs.h: visits every reference in the data of a node. */
#ifndef FLOW_REFS_H
#define FLOW_REFS_H

#include "dsl/flow.h"

/* A reference and who holds it. */
struct flow_ref {
	struct flow *flow;
	struct flow_node *node;
	const struct data_field
		*field;         /* NULL where the catalogue has no row */
	struct value *selector; /* may be changed in place */
	bool in_text;           /* it stands in a text as {{#...#}} */
	void *context;
};

/* Called for each; true says that the selector was changed. */
typedef bool flow_ref_visitor(struct flow_ref *ref);

/* flow_node_refs: visits what one node reads or writes. */
void flow_node_refs(struct flow *f, struct flow_node *n,
	flow_ref_visitor *visit, void *context);

/* flow_refs: visits what all nodes read or write, in the order of the flow. */
void flow_refs(struct flow *f, flow_ref_visitor *visit, void *context);

/* flow_texts: visits every text of a kind that may hold references. field is
 * its row; text may be changed in place. */
void flow_texts(struct flow *f,
	void (*visit)(struct flow *f, struct flow_node *n,
		const struct data_field *field, struct value *text));

/* flow_ref_pointer: where the node stood in what was read. */
const char *flow_ref_pointer(const struct flow_ref *ref);

/* flow_ref_set: makes a selector [node, name], further parts kept when keep
 * says so, and logs the repair. */
void flow_ref_set(struct flow_ref *ref, const char *code, const char *node,
	const char *name, bool keep);

#endif
