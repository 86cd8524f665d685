/* parameter_extractor.c: a model reads named values out of a text. */
#include "dsl/types/types.h"

static const struct data_field parameter_members[] = {
	ROW("name", ANY, .flags = REQ | CHK | FUL),
	ROW("type", ENUM, .flags = REQ,
		.allowed = "string|number|boolean|array[string]|"
			   "array[number]|array[object]|array[boolean]|bool|"
			   "select"),
	ROW("options", LIST, .flags = NUL, .item = &text_item),
	ROW("description", TEXT, .flags = REQ | CHK, .fallback = "\"\""),
	ROW("required", BOOL, .flags = REQ, .fallback = "false"),
	{.name = NULL},
};

static const struct data_field parameter_item =
	ROW(NULL, OBJECT, .members = parameter_members);

static const struct data_field fields[] = {
	ROW("model", OBJECT, .flags = REQ | EDI | CHK, .members = model_members,
		.fallback = MODEL_FALLBACK),
	ROW("query", SELECTOR, .flags = REQ | EDI | CHK, .fallback = "[]"),
	ROW("parameters", LIST, .flags = REQ | EDI | CHK,
		.item = &parameter_item, .fallback = "[]"),
	ROW("instruction", TEMPLATE, .flags = NUL, .fallback = "\"\""),
	ROW("memory", OBJECT, .flags = NUL, .members = memory_members),
	ROW("reasoning_mode", ENUM, .flags = REQ | NUL | DATA_FALSY,
		.allowed = "function_call|prompt", .fallback = "\"prompt\""),
	ROW("vision", OBJECT, .flags = EDI, .members = vision_members,
		.fallback = "{\"enabled\":false}"),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"__is_success", "number", 0},
	{"__reason", "string", 0},
	{"__usage", "object", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"extractor", "extract",
	"parameter-extraction", "extract-parameters", "information-extraction",
	NULL};

static const struct plan_field plan_parameter_members[] = {
	PLAN_ROW("name", TEXT, .needed = true),
	PLAN_ROW("type", WORD, .needed = true,
		.allowed = "string|number|boolean|select|array[string]|"
			   "array[number]|array[object]|array[boolean]"),
	PLAN_ROW("description", TEXT, .needed = true),
	PLAN_ROW("required", BOOL),
	PLAN_ROW("options", LIST, .item = &plan_text),
	{.name = NULL},
};

static const struct plan_field plan_parameter_item =
	PLAN_ROW(NULL, OBJECT, .members = plan_parameter_members);

static const struct plan_field plan[] = {
	PLAN_ROW("text", TEXT, .needed = true),
	PLAN_ROW("parameters", LIST, .needed = true,
		.item = &plan_parameter_item),
	PLAN_ROW("instruction", TEXT),
	PLAN_ROW("model", TEXT),
	{.name = NULL},
};

const struct node_type type_parameter_extractor = {
	.name = "parameter-extractor",
	.aliases = aliases,
	.title = "Parameter Extractor",
	.purpose = "Lets a model read named values out of a text.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.fields = fields,
	.outputs = outputs,
	.output_rule = OUTPUTS_PARAMETERS,
	.handles = HANDLES_SOURCE,
	.words = "extract|field|parameter|entity|parse|identify|slot|find "
		 "the|提取|抽取|字段|参数|解析|识别|信息",
	.plan = plan,
	.prompt = "parameter-extractor: text (REF), parameters [{name, type: "
		  "string|number|boolean|select|array[string], description, "
		  "required}]; instruction. Outputs: its parameters.",
};
