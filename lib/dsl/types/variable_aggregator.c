/* variable_aggregator.c: hands on whichever of several values exists; the old
 * name of the type is variable-assigner. */
#include "dsl/types/types.h"

static const struct data_field group_members[] = {
	ROW("output_type", ENUM, .flags = REQ, .allowed = VALUE_TYPES_OLD),
	ROW("variables", LIST, .flags = REQ | CHK, .item = &selector_item),
	ROW("group_name", TEXT, .flags = REQ | CHK),
	{.name = NULL},
};

static const struct data_field group_item =
	ROW(NULL, OBJECT, .members = group_members);

static const struct data_field advanced_members[] = {
	ROW("group_enabled", BOOL, .flags = REQ),
	ROW("groups", LIST, .flags = REQ, .item = &group_item),
	{.name = NULL},
};

static const struct data_field fields[] = {
	ROW("output_type", TEXT, .flags = REQ, .fallback = "\"string\""),
	ROW("variables", LIST, .flags = REQ | EDI, .item = &selector_item,
		.fallback = "[]"),
	ROW("advanced_settings", OBJECT, .flags = NUL,
		.members = advanced_members),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"output", "any", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {
	"aggregator", "merge", "variable-merge", "join", "combine", NULL};

const struct node_type type_variable_aggregator = {
	.name = "variable-aggregator",
	.aliases = aliases,
	.title = "Variable Aggregator",
	.purpose = "Joins branches: hands on the first value that exists.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.fields = fields,
	.outputs = outputs,
	.output_rule = OUTPUTS_GROUPS,
	.main_output = "output",
	.handles = HANDLES_SOURCE,
};

static const char *const no_aliases[] = {NULL};

const struct node_type type_variable_assigner = {
	.name = "variable-assigner",
	.aliases = no_aliases,
	.title = "Variable Aggregator",
	.purpose = "The variable aggregator under its old name.",
	.wrapper = "custom",
	.modes = MODE_FLOWS,
	.traits = NODE_NEVER_MADE,
	.until = V1_9,
	.fields = fields,
	.outputs = outputs,
	.output_rule = OUTPUTS_GROUPS,
	.main_output = "output",
	.handles = HANDLES_SOURCE,
};
