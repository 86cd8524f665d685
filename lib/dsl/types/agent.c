/* agent.c: a model that calls tools by a strategy of a plugin. */
#include "dsl/types/types.h"

static const struct data_field fields[] = {
	ROW("agent_strategy_provider_name", TEXT, .flags = REQ | CHK,
		.fallback = "\"\""),
	ROW("agent_strategy_name", TEXT, .flags = REQ | CHK,
		.fallback = "\"\""),
	ROW("agent_strategy_label", TEXT, .flags = REQ, .fallback = "\"\""),
	ROW("agent_parameters", MAP, .flags = REQ | EDI,
		.item = &tool_input_item, .fallback = "{}"),
	ROW("memory", OBJECT, .flags = NUL, .members = memory_members),
	ROW("plugin_unique_identifier", TEXT, .flags = NUL | DATA_SOFT),
	ROW("tool_node_version", TEXT, .flags = NUL, .fallback = "\"2\""),
	ROW("output_schema", MAP, .flags = NUL | DATA_SOFT, .item = &any_item),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"text", "string", 0},
	{"files", "array[file]", 0},
	{"json", "array[object]", 0},
	{"usage", "object", V1_9},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"ai-agent", "agent-node", NULL};

const struct node_type type_agent = {
	.name = "agent",
	.aliases = aliases,
	.title = "Agent",
	.purpose = "Lets a model call tools until a task is done.",
	.wrapper = "custom",
	.modes = MODE_FLOWS,
	.traits = NODE_FAIL_BRANCH | NODE_NEVER_MADE,
	.fields = fields,
	.outputs = outputs,
	.output_rule = OUTPUTS_SCHEMA,
	.main_output = "text",
	.handles = HANDLES_SOURCE,
};
