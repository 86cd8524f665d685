/* tool.c: a tool of a plugin, an API description, MCP or a workflow. */
#include "dsl/types/types.h"

static const struct data_field fields[] = {
	ROW("provider_id", TEXT, .flags = REQ | CHK, .fallback = "\"\""),
	ROW("provider_type", ENUM, .flags = REQ,
		.allowed = "plugin|builtin|workflow|api|app|dataset-retrieval|"
			   "mcp",
		.fallback = "\"builtin\""),
	ROW("provider_name", TEXT, .flags = REQ, .fallback = "\"\""),
	ROW("tool_name", TEXT, .flags = REQ | CHK, .fallback = "\"\""),
	ROW("tool_label", TEXT, .flags = REQ, .fallback = "\"\""),
	ROW("tool_configurations", MAP, .flags = REQ | EDI, .item = &any_item,
		.fallback = "{}"),
	ROW("tool_parameters", MAP, .flags = REQ | EDI, .item = &any_item,
		.fallback = "{}"),
	ROW("credential_id", TEXT, .flags = NUL),
	ROW("plugin_unique_identifier", TEXT, .flags = NUL),
	ROW("tool_node_version", TEXT, .flags = NUL, .fallback = "\"2\""),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"text", "string", 0},
	{"files", "array[file]", 0},
	{"json", "array[object]", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"plugin", "tool-call", "mcp", NULL};

static const struct alias output_aliases[] = {
	{"file", "files"},
	{NULL, NULL},
};

static const struct plan_field plan[] = {
	PLAN_ROW("tool", TEXT, .needed = true),
	PLAN_ROW("arguments", SHAPE, .needed = true, .item = &plan_values),
	PLAN_ROW("on_error", SHAPE, .item = &plan_on_error),
	PLAN_ROW("retry", SHAPE, .item = &plan_retry),
	{.name = NULL},
};

const struct node_type type_tool = {
	.name = "tool",
	.aliases = aliases,
	.title = "Tool",
	.purpose = "Calls a tool that is installed in Dify.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.traits = NODE_FAIL_BRANCH | NODE_RETRY,
	.fields = fields,
	.outputs = outputs,
	.output_rule = OUTPUTS_SCHEMA,
	.main_output = "text",
	.handles = HANDLES_SOURCE,
	.output_aliases = output_aliases,
	.words = "tool|plugin|search|time|weather|google|email|工具|插件|搜索|"
		 "时间|天气|邮件",
	.plan = plan,
	.prompt = "tool: tool (handle), arguments {}. Outputs: text, files, "
		  "json.",
};
