/* shared.c: rows that several node types have. */
#include "dsl/types/types.h"

const struct data_field text_item = ROW(NULL, TEXT);
const struct data_field any_item = ROW(NULL, ANY);
const struct data_field selector_item = ROW(NULL, SELECTOR, .flags = REQ);

static const struct data_field binding_members[] = {
	ROW("variable", TEXT, .flags = REQ | CHK),
	ROW("value_selector", SELECTOR, .flags = REQ | CHK),
	{.name = NULL},
};

const struct data_field binding_item =
	ROW(NULL, OBJECT, .members = binding_members);

#define OPERATORS                                                                \
	"contains|not contains|start with|end with|is|is not|empty|"             \
	"not empty|in|not in|all of|=|≠|>|<|≥|≤|null|not null|exists|not " \
	"exists"

static const struct data_field sub_condition_members[] = {
	ROW("key", TEXT, .flags = REQ),
	ROW("comparison_operator", ENUM, .flags = REQ, .allowed = OPERATORS),
	ROW("value", LITERAL, .flags = NUL),
	{.name = NULL},
};

static const struct data_field sub_condition_item =
	ROW(NULL, OBJECT, .members = sub_condition_members);

static const struct data_field sub_condition[] = {
	ROW("logical_operator", ENUM, .flags = REQ, .allowed = "and|or"),
	ROW("conditions", LIST, .item = &sub_condition_item),
	{.name = NULL},
};

static const struct data_field condition_members[] = {
	ROW("variable_selector", SELECTOR, .flags = REQ | CHK | DATA_STRICT),
	ROW("comparison_operator", ENUM, .flags = REQ, .allowed = OPERATORS),
	ROW("value", LITERAL, .flags = NUL),
	ROW("sub_variable_condition", OBJECT, .flags = NUL,
		.members = sub_condition),
	{.name = NULL},
};

const struct data_field condition_item =
	ROW(NULL, OBJECT, .members = condition_members);

const struct data_field model_members[] = {
	ROW("provider", TEXT, .flags = REQ | CHK, .fallback = "\"\""),
	ROW("name", TEXT, .flags = REQ | CHK, .fallback = "\"\""),
	ROW("mode", ENUM, .flags = REQ, .allowed = "chat|completion",
		.fallback = "\"chat\""),
	ROW("completion_params", MAP, .item = &any_item, .fallback = "{}"),
	{.name = NULL},
};

static const struct data_field role_prefix[] = {
	ROW("user", TEXT, .flags = REQ),
	ROW("assistant", TEXT, .flags = REQ),
	{.name = NULL},
};

static const struct data_field window_members[] = {
	ROW("enabled", BOOL, .flags = REQ, .fallback = "false"),
	ROW("size", INT, .flags = NUL, .fallback = "50"),
	{.name = NULL},
};

const struct data_field memory_members[] = {
	ROW("role_prefix", OBJECT, .flags = NUL, .members = role_prefix),
	ROW("window", OBJECT, .flags = REQ, .members = window_members),
	ROW("query_prompt_template", TEMPLATE, .flags = NUL),
	{.name = NULL},
};

static const struct data_field vision_config_members[] = {
	ROW("variable_selector", SELECTOR, .flags = CHK),
	ROW("detail", ENUM, .allowed = "low|high"),
	{.name = NULL},
};

const struct data_field vision_members[] = {
	ROW("enabled", BOOL),
	ROW("configs", OBJECT, .flags = NUL, .members = vision_config_members),
	{.name = NULL},
};

static const struct data_field tool_input_members[] = {
	ROW("type", ENUM, .flags = REQ, .allowed = "mixed|variable|constant"),
	ROW("value", ANY),
	{.name = NULL},
};

const struct data_field tool_input_item =
	ROW(NULL, OBJECT, .members = tool_input_members);

static const struct data_field default_value_members[] = {
	ROW("key", TEXT, .flags = REQ),
	ROW("type", ENUM, .flags = REQ,
		.allowed = "string|number|object|array[number]|"
			   "array[string]|array[object]|array[file]"),
	ROW("value", ANY, .flags = REQ),
	{.name = NULL},
};

static const struct data_field default_value_item =
	ROW(NULL, OBJECT, .members = default_value_members);

static const struct data_field retry_members[] = {
	ROW("retry_enabled", BOOL),
	ROW("max_retries", INT),
	ROW("retry_interval", INT),
	{.name = NULL},
};

const struct data_field common_fields[] = {
	ROW("title", TEXT, .flags = REQ | CHK, .until = V1_13),
	ROW("title", TEXT, .flags = CHK, .since = V1_13),
	ROW("desc", TEXT, .flags = NUL, .fallback = "\"\""),
	ROW("version", TEXT),
	ROW("error_strategy", ENUM, .flags = NUL,
		.allowed = "fail-branch|default-value"),
	ROW("default_value", LIST, .flags = NUL, .item = &default_value_item),
	ROW("retry_config", OBJECT, .members = retry_members),
	{.name = NULL},
};
