/* compile.h: a flow as a complete Dify DSL. */
#ifndef COMPILE_H
#define COMPILE_H

#include "dsl/flow.h"

/*
 * flow_compile: the DSL of a flow for its target version: complete nodes and
 * edges (contract.md 5.2, 5.5, 5.6, 5.8) in the order of the flow, features,
 * variables, layout. The same flow gives the same bytes.
 */
struct value *flow_compile(struct flow *f);

/* flow_compile_node: one node of it, without a place on the canvas. */
struct value *flow_compile_node(struct flow *f, const struct flow_node *n);

#endif
