/* end.c: what a workflow hands back. */
#include "dsl/types/types.h"

static const struct data_field output_members[] = {
	ROW("variable", TEXT, .flags = REQ | CHK),
	ROW("value_selector", SELECTOR, .flags = REQ | CHK),
	ROW("value_type", ENUM, .allowed = VALUE_TYPES_END, .since = V1_9),
	{.name = NULL},
};

static const struct data_field output_item =
	ROW(NULL, OBJECT, .members = output_members);

static const struct data_field fields[] = {
	ROW("outputs", LIST, .flags = REQ | EDI | CHK, .item = &output_item,
		.fallback = "[]"),
	{.name = NULL},
};

static const char *const aliases[] = {"output", "outputs", "finish", NULL};

static const struct plan_field plan[] = {
	PLAN_ROW("outputs", LIST, .needed = true, .item = &plan_output),
	{.name = NULL},
};

const struct node_type type_end = {
	.name = "end",
	.aliases = aliases,
	.title = "End",
	.purpose = "Ends a workflow and names its outputs.",
	.wrapper = "custom",
	.modes = MODE_WORKFLOW,
	.traits = NODE_TERMINAL,
	.fields = fields,
	.handles = HANDLES_NONE,
	.words = "stop|end|abort|refuse|reject|early|at "
		 "once|终止|结束|停止|拒绝|提前",
	.plan = plan,
	.prompt = "end (workflow; last step of a part that leaves for good; "
		  "then no top-level outputs): outputs [{name, from}].",
};
