/* if_else.c: takes the first case whose conditions hold. */
#include "dsl/types/types.h"

static const struct data_field case_members[] = {
	ROW("case_id", TEXT, .flags = REQ),
	ROW("logical_operator", ENUM, .flags = REQ, .allowed = "and|or",
		.fallback = "\"and\""),
	ROW("conditions", LIST, .flags = REQ | CHK, .item = &condition_item),
	{.name = NULL},
};

static const struct data_field case_item =
	ROW(NULL, OBJECT, .members = case_members);

static const struct data_field fields[] = {
	ROW("cases", LIST, .flags = NUL | EDI | CHK, .item = &case_item,
		.fallback = "[]"),
	ROW("logical_operator", ENUM, .flags = NUL, .allowed = "and|or"),
	ROW("conditions", LIST, .flags = NUL, .item = &condition_item),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"result", "boolean", 0},
	{"selected_case_id", "string", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"if", "ifelse", "condition",
	"if-condition", "conditional", "branch", "switch", "decision",
	"condition-branch", NULL};

const struct node_type type_if_else = {
	.name = "if-else",
	.aliases = aliases,
	.title = "IF/ELSE",
	.purpose = "Splits the flow by conditions on values.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.fields = fields,
	.outputs = outputs,
	.handles = HANDLES_CASES,
	.prompt = "if-else: cases [{when, do, give}], else {do, give}. when: "
		  "{\"all\"|\"any\": [{left: REF, op, right: text}]}; op: "
		  "contains, not contains, start with, end with, is, is not, "
		  "empty, not empty, =, ≠, >, <, ≥, ≤.",
};
