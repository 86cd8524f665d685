/* human_input.c: waits for what a person fills in and decides. */
#include "dsl/types/types.h"

static const struct data_field default_members[] = {
	ROW("type", ENUM, .flags = REQ, .allowed = "variable|constant"),
	ROW("selector", SELECTOR),
	ROW("value", TEXT),
	{.name = NULL},
};

static const struct data_field input_members_old[] = {
	ROW("type", ENUM, .flags = REQ, .allowed = "text_input|paragraph"),
	ROW("output_variable_name", TEXT, .flags = REQ),
	ROW("default", OBJECT, .flags = NUL, .members = default_members),
	ROW("placeholder", OBJECT, .flags = NUL, .members = default_members),
	{.name = NULL},
};

static const struct data_field input_members[] = {
	ROW("type", ENUM, .flags = REQ,
		.allowed = "text_input|paragraph|select|file|file-list"),
	ROW("output_variable_name", TEXT, .flags = REQ),
	ROW("default", OBJECT, .flags = NUL, .members = default_members),
	ROW("option_source", ANY, .flags = NUL),
	{.name = NULL},
};

static const struct data_field input_item_old =
	ROW(NULL, OBJECT, .members = input_members_old);
static const struct data_field input_item =
	ROW(NULL, OBJECT, .members = input_members);

static const struct data_field action_members[] = {
	ROW("id", TEXT, .flags = REQ | CHK),
	ROW("title", TEXT, .flags = REQ | CHK),
	ROW("button_style", ENUM, .allowed = "primary|default|accent|ghost"),
	{.name = NULL},
};

static const struct data_field action_item =
	ROW(NULL, OBJECT, .members = action_members);

static const struct data_field delivery_members[] = {
	ROW("type", ENUM, .flags = REQ, .allowed = "webapp|email"),
	ROW("enabled", BOOL),
	ROW("id", TEXT),
	ROW("config", ANY),
	{.name = NULL},
};

static const struct data_field delivery_item =
	ROW(NULL, OBJECT, .members = delivery_members);

static const struct data_field fields[] = {
	ROW("delivery_methods", LIST, .flags = EDI, .item = &delivery_item,
		.fallback = "[]"),
	ROW("form_content", TEMPLATE, .fallback = "\"\""),
	ROW("inputs", LIST, .flags = EDI, .item = &input_item_old,
		.fallback = "[]", .until = V1_14),
	ROW("inputs", LIST, .flags = EDI, .item = &input_item, .fallback = "[]",
		.since = V1_14),
	ROW("user_actions", LIST, .flags = EDI | CHK, .item = &action_item,
		.fallback = "[]"),
	ROW("timeout", INT, .fallback = "36"),
	ROW("timeout_unit", ENUM, .allowed = "hour|day",
		.fallback = "\"hour\""),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"__action_id", "string", 0},
	{"__action_value", "string", V1_14},
	{"__rendered_content", "string", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"human", "approval", "human-approval",
	"manual", "user-input", "confirm", NULL};

static const struct plan_field plan_action_members[] = {
	PLAN_ROW("id", TEXT, .needed = true),
	PLAN_ROW("title", TEXT, .needed = true),
	PLAN_ROW("do", STEPS, .needed = true),
	PLAN_ROW("give", SHAPE, .item = &plan_texts),
	{.name = NULL},
};

static const struct plan_field plan_action_item =
	PLAN_ROW(NULL, OBJECT, .members = plan_action_members);

static const struct plan_field plan[] = {
	PLAN_ROW("form", TEXT, .needed = true),
	PLAN_ROW("actions", LIST, .needed = true, .item = &plan_action_item),
	PLAN_ROW("timeout", SHAPE, .item = &plan_part),
	{.name = NULL},
};

const struct node_type type_human_input = {
	.name = "human-input",
	.aliases = aliases,
	.title = "Human Input",
	.purpose = "Waits until a person fills in a form and decides.",
	.wrapper = "custom",
	.modes = MODE_FLOWS,
	.since = V1_13,
	.fields = fields,
	.outputs = outputs,
	.output_rule = OUTPUTS_FORM,
	.handles = HANDLES_ACTIONS,
	.words = "human|approve|approval|confirm|person|manual|review|sign|"
		 "人工|审批|确认|审核|批准|签",
	.plan = plan,
	.prompt = "human-input: form (text), actions [{id, title, do, give}], "
		  "timeout {do, give}.",
};
