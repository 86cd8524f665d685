/* assigner.c: writes conversation and loop variables. */
#include "dsl/types/types.h"

#define OPERATIONS                                                     \
	"over-write|clear|append|extend|set|+=|-=|*=|/=|remove-first|" \
	"remove-last"

static const struct data_field item_members[] = {
	ROW("variable_selector", SELECTOR,
		.flags = REQ | CHK | DATA_WRITES | DATA_STRICT),
	ROW("input_type", ENUM, .flags = REQ, .allowed = "variable|constant"),
	ROW("operation", ENUM, .flags = REQ | CHK, .allowed = OPERATIONS),
	ROW("value", ANY),
	{.name = NULL},
};

static const struct data_field item_item =
	ROW(NULL, OBJECT, .members = item_members);

static const struct data_field fields[] = {
	ROW("version", TEXT, .fallback = "\"2\""),
	ROW("items", LIST, .flags = REQ | EDI | CHK, .item = &item_item,
		.fallback = "[]", .until = V1_9),
	ROW("items", LIST, .flags = EDI | CHK, .item = &item_item,
		.fallback = "[]", .since = V1_9),
	{.name = NULL},
};

const struct data_field assigner_old_fields[] = {
	ROW("assigned_variable_selector", SELECTOR,
		.flags = REQ | CHK | DATA_WRITES | DATA_STRICT),
	ROW("write_mode", ENUM, .flags = REQ,
		.allowed = "over-write|append|clear"),
	ROW("input_variable_selector", SELECTOR, .flags = REQ | CHK),
	{.name = NULL},
};

static const char *const aliases[] = {
	"assign", "set-variable", "variable-write", "assignment", NULL};

static const struct plan_field plan_set_members[] = {
	PLAN_ROW("target", TEXT, .needed = true),
	PLAN_ROW("operation", WORD, .needed = true,
		.allowed = "over-write|append|extend|clear|+=|-=|*=|/=|"
			   "remove-first|remove-last"),
	PLAN_ROW("value", VALUE),
	{.name = NULL},
};

static const struct plan_field plan_set_item =
	PLAN_ROW(NULL, OBJECT, .members = plan_set_members);

static const struct plan_field plan[] = {
	PLAN_ROW("set", LIST, .needed = true, .item = &plan_set_item),
	{.name = NULL},
};

const struct node_type type_assigner = {
	.name = "assigner",
	.aliases = aliases,
	.title = "Variable Assigner",
	.purpose = "Writes conversation variables and loop variables.",
	.wrapper = "custom",
	.modes = MODE_FLOWS,
	.fields = fields,
	.output_rule = OUTPUTS_ASSIGNED,
	.handles = HANDLES_SOURCE,
	.words = "remember|count|variable|until|loop|repeat|save|accumulat|"
		 "记住|计数|累计|变量|循环|直到|反复|轮",
	.plan = plan,
	.prompt = "assigner: set [{target: conversation.NAME or LOOP.NAME, "
		  "operation: over-write|append|clear|+=, value}].",
};
