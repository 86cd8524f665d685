/* list_operator.c: filters, sorts and cuts a list. */
#include "dsl/types/types.h"

static const struct data_field condition_members[] = {
	ROW("key", TEXT),
	ROW("comparison_operator", ENUM,
		.allowed = "contains|start with|end with|is|in|empty|"
			   "not contains|is not|not in|not empty|=|≠|<|>|≥|≤"),
	ROW("value", LITERAL),
	{.name = NULL},
};

static const struct data_field condition_row =
	ROW(NULL, OBJECT, .members = condition_members);

static const struct data_field filter_members[] = {
	ROW("enabled", BOOL),
	ROW("conditions", LIST, .item = &condition_row),
	{.name = NULL},
};

static const struct data_field order_members[] = {
	ROW("enabled", BOOL),
	ROW("key", TEXT),
	ROW("value", ENUM, .allowed = "asc|desc"),
	{.name = NULL},
};

static const struct data_field limit_members[] = {
	ROW("enabled", BOOL),
	ROW("size", INT),
	{.name = NULL},
};

static const struct data_field extract_members[] = {
	ROW("enabled", BOOL),
	ROW("serial", TEMPLATE),
	{.name = NULL},
};

static const struct data_field fields[] = {
	ROW("variable", SELECTOR, .flags = CHK | FUL | DATA_STRICT,
		.fallback = "[]"),
	ROW("var_type", TEXT, .flags = DATA_SOFT,
		.fallback = "\"array[string]\""),
	ROW("item_var_type", TEXT, .flags = DATA_SOFT,
		.fallback = "\"string\""),
	ROW("filter_by", OBJECT, .flags = REQ | EDI, .members = filter_members,
		.fallback = "{\"enabled\":false,\"conditions\":[]}"),
	ROW("extract_by", OBJECT, .members = extract_members,
		.fallback = "{\"enabled\":false,\"serial\":\"1\"}"),
	ROW("order_by", OBJECT, .flags = REQ | EDI, .members = order_members,
		.fallback = "{\"enabled\":false,\"key\":\"\","
			    "\"value\":\"asc\"}"),
	ROW("limit", OBJECT, .flags = REQ | EDI, .members = limit_members,
		.fallback = "{\"enabled\":false,\"size\":10}"),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"result", "any", 0},
	{"first_record", "any", 0},
	{"last_record", "any", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"list-filter", "filter", "list",
	"array-filter", "sort", "list-operation", NULL};

static const struct alias output_aliases[] = {
	{"first", "first_record"},
	{"last", "last_record"},
	{NULL, NULL},
};

static const struct plan_field plan_filter_members[] = {
	PLAN_ROW("key", TEXT),
	PLAN_ROW("op", TEXT, .needed = true),
	PLAN_ROW("value", TEXT, .needed = true),
	{.name = NULL},
};

static const struct plan_field plan_order_members[] = {
	PLAN_ROW("key", TEXT),
	PLAN_ROW("value", WORD, .needed = true, .allowed = "asc|desc"),
	{.name = NULL},
};

static const struct plan_field plan[] = {
	PLAN_ROW("list", TEXT, .needed = true),
	PLAN_ROW("filter", OBJECT, .members = plan_filter_members),
	PLAN_ROW("order", OBJECT, .members = plan_order_members),
	PLAN_ROW("limit", INT),
	{.name = NULL},
};

const struct node_type type_list_operator = {
	.name = "list-operator",
	.aliases = aliases,
	.title = "List Operator",
	.purpose = "Filters, sorts and cuts a list.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.fields = fields,
	.outputs = outputs,
	.main_output = "result",
	.handles = HANDLES_SOURCE,
	.output_aliases = output_aliases,
	.words = "sort|filter|first|top|limit|largest|order|pick|files|images|"
		 "排序|筛选|过滤|前|最大|挑|图片|文件",
	.plan = plan,
	.prompt = "list-operator: list (REF); filter {key, op, value}, order "
		  "{key, value: asc|desc}, limit. Outputs: "
		  "result, first_record, last_record.",
};
