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

static const struct plan_field plan_case_members[] = {
	PLAN_ROW("when", SHAPE, .needed = true, .item = &plan_when),
	PLAN_ROW("do", STEPS, .needed = true),
	PLAN_ROW("give", SHAPE, .item = &plan_texts),
	{.name = NULL},
};

static const struct plan_field plan_case_item =
	PLAN_ROW(NULL, OBJECT, .members = plan_case_members);

static const struct plan_field plan[] = {
	PLAN_ROW("cases", LIST, .needed = true, .item = &plan_case_item),
	PLAN_ROW("else", SHAPE, .item = &plan_part),
	{.name = NULL},
};

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
	.words = "*",
	.plan = plan,
	.prompt = "if-else: cases [{when, do, give}], else {do, give}. when: "
		  "{\"all\"|\"any\": [{left: REF, op, right: text}]}; op: "
		  "contains, not contains, start with, end with, is, is not, "
		  "empty, not empty, =, ≠, >, <, ≥, ≤.",
};
