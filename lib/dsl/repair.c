/* repair.c: the rules and their order. */
#include "dsl/repair.h"

const struct repair_rule repair_rules[] = {
	{"start_node", repair_start_node},
	{"container_start", repair_container_start},
	{"empty_case", repair_empty_case},
	{"bare_name", repair_bare_names},
	{"query", repair_query},
	{"item_of_container", repair_item},
	{"output_name", repair_outputs},
	{"container_output", repair_container_output},
	{"child_from_outside", repair_child_outside},
	{"missing_input", repair_inputs},
	{"lost_node", repair_lost_nodes},
	{"late_read", repair_late_reads},
	{"terminal", repair_terminal},
	{"branches_merged", repair_merge},
	{"url_scheme", repair_url},
	{"main_signature", repair_main},
	{"value_types", repair_types},
	{NULL, NULL},
};

void
flow_repair(struct flow *f)
{
	for (const struct repair_rule *r = repair_rules; r->name != NULL; r++)
		r->apply(f);
}
