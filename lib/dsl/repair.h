/* repair.h: mends what a flow says where exactly one reading exists. */
#ifndef REPAIR_H
#define REPAIR_H

#include "dsl/flow.h"

/* A rule; each of its changes is a repair under a code of its own. */
struct repair_rule {
	const char *name;
	void (*apply)(struct flow *f);
};

/* All rules in the order in which they are applied; name NULL ends. */
extern const struct repair_rule repair_rules[];

/* flow_repair: applies all rules, one after the other. */
void flow_repair(struct flow *f);

/* The rules, by file. repair_start.c: */
void repair_start_node(struct flow *f);
void repair_container_start(struct flow *f);
void repair_query(struct flow *f);
void repair_inputs(struct flow *f);
/* repair_outputs.c: */
void repair_outputs(struct flow *f);
void repair_item(struct flow *f);
void repair_child_outside(struct flow *f);
void repair_container_output(struct flow *f);
/* repair_merge.c: */
void repair_merge(struct flow *f);
/* repair_text.c: */
void repair_bare_names(struct flow *f);
void repair_url(struct flow *f);
void repair_main(struct flow *f);
/* repair_wire.c: */
void repair_empty_case(struct flow *f);
void repair_lost_nodes(struct flow *f);
void repair_late_reads(struct flow *f);
void repair_terminal(struct flow *f);
void repair_types(struct flow *f);

#endif
