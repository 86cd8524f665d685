/* loop.c: repeats its children until a condition holds. */
#include "dsl/types/types.h"

static const struct data_field variable_members[] = {
	ROW("label", TEXT, .flags = REQ | CHK),
	ROW("var_type", ENUM, .flags = REQ,
		.allowed = "string|number|object|boolean|array[string]|"
			   "array[number]|array[object]|array[boolean]"),
	ROW("value_type", ENUM, .flags = REQ, .allowed = "variable|constant"),
	ROW("value", ANY),
	{.name = NULL},
};

static const struct data_field variable_item =
	ROW(NULL, OBJECT, .members = variable_members);

static const struct data_field fields[] = {
	ROW("start_node_id", TEXT, .flags = NUL | EDI, .fallback = "\"\""),
	ROW("loop_count", INT, .flags = REQ | CHK, .fallback = "10"),
	ROW("break_conditions", LIST, .flags = REQ | EDI,
		.item = &condition_item, .fallback = "[]"),
	ROW("logical_operator", ENUM, .flags = REQ, .allowed = "and|or",
		.fallback = "\"and\""),
	ROW("loop_variables", LIST, .flags = NUL, .item = &variable_item,
		.fallback = "[]"),
	ROW("outputs", MAP, .flags = NUL, .item = &any_item),
	ROW("error_handle_mode", TEXT, .flags = DATA_SOFT,
		.fallback = "\"terminated\""),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"loop_round", "number", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {
	"while", "repeat", "do-while", "for", "until", NULL};

static const struct plan_field plan_var_members[] = {
	PLAN_ROW("name", TEXT, .needed = true),
	PLAN_ROW("type", WORD, .needed = true, .allowed = PLAN_TYPES),
	PLAN_ROW("value", VALUE),
	{.name = NULL},
};

static const struct plan_field plan_var_item =
	PLAN_ROW(NULL, OBJECT, .members = plan_var_members);

static const struct plan_field plan[] = {
	PLAN_ROW("times", INT, .needed = true),
	PLAN_ROW("vars", LIST, .needed = true, .item = &plan_var_item),
	PLAN_ROW("do", STEPS, .needed = true),
	PLAN_ROW("until", SHAPE, .item = &plan_when),
	{.name = NULL},
};

const struct node_type type_loop = {
	.name = "loop",
	.aliases = aliases,
	.title = "Loop",
	.purpose = "Repeats steps until a condition holds.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.traits = NODE_CONTAINER,
	.fields = fields,
	.outputs = outputs,
	.output_rule = OUTPUTS_LOOP,
	.handles = HANDLES_SOURCE,
	.words = "loop|until|repeat|again|while|retry|improve|poll|循环|直到|"
		 "反复|重复|重试|轮询|改进",
	.plan = plan,
	.prompt = "loop: times, vars [{name, type, value}], do, until (as "
		  "when); inside read and assign ID.VAR. Outputs: its "
		  "variables.",
};

static const struct data_field no_fields[] = {{.name = NULL}};

static const char *const no_aliases[] = {NULL};

const struct node_type type_loop_start = {
	.name = "loop-start",
	.aliases = no_aliases,
	.title = "",
	.purpose = "Where the steps of a loop begin.",
	.wrapper = "custom-loop-start",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.traits = NODE_CHILD_START,
	.fields = no_fields,
	.handles = HANDLES_SOURCE,
	.container = "loop",
};

static const char *const end_aliases[] = {
	"break", "exit-loop", "break-loop", NULL};

static const struct plan_field no_plan[] = {{.name = NULL}};

const struct node_type type_loop_end = {
	.name = "loop-end",
	.aliases = end_aliases,
	.title = "Exit Loop",
	.purpose = "Leaves the loop at once.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.fields = no_fields,
	.handles = HANDLES_NONE,
	.words = "loop|until|repeat|while|poll|循环|直到|反复|轮询|退出",
	.plan = no_plan,
	.prompt = "break (last in a part inside a loop).",
};
