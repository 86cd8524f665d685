/* code.c: a small program in the code sandbox. */
#include "dsl/types/types.h"

static const struct data_field output_item;

static const struct data_field output_members[] = {
	ROW("type", ENUM, .flags = REQ,
		.allowed = "string|number|object|boolean|array[string]|"
			   "array[number]|array[object]|array[boolean]"),
	ROW("children", MAP, .flags = NUL, .item = &output_item),
	{.name = NULL},
};

static const struct data_field output_item =
	ROW(NULL, OBJECT, .members = output_members);

static const struct data_field dependency_members[] = {
	ROW("name", TEXT, .flags = REQ),
	ROW("version", TEXT, .flags = REQ),
	{.name = NULL},
};

static const struct data_field dependency_item =
	ROW(NULL, OBJECT, .members = dependency_members);

static const struct data_field fields[] = {
	ROW("variables", LIST, .flags = REQ | EDI, .item = &binding_item,
		.fallback = "[]"),
	ROW("code_language", ENUM, .flags = REQ,
		.allowed = "python3|javascript", .fallback = "\"python3\""),
	ROW("code", CODE, .flags = REQ | CHK, .fallback = "\"\""),
	ROW("outputs", MAP, .flags = REQ | EDI, .item = &output_item,
		.fallback = "{}"),
	ROW("dependencies", LIST, .flags = NUL, .item = &dependency_item),
	{.name = NULL},
};

static const char *const aliases[] = {"code-execution", "python", "script",
	"function", "code-node", "execute-code", "javascript", "python3",
	"run-code", NULL};

static const struct plan_field plan[] = {
	PLAN_ROW("code", TEXT, .needed = true),
	PLAN_ROW("inputs", SHAPE, .needed = true, .item = &plan_texts),
	PLAN_ROW("outputs", SHAPE, .needed = true, .item = &plan_types),
	PLAN_ROW("language", WORD, .allowed = "python|javascript"),
	PLAN_ROW("on_error", SHAPE, .item = &plan_on_error),
	PLAN_ROW("retry", SHAPE, .item = &plan_retry),
	{.name = NULL},
};

const struct node_type type_code = {
	.name = "code",
	.aliases = aliases,
	.title = "Code",
	.purpose = "Runs a Python or JavaScript function on values.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.traits = NODE_FAIL_BRANCH | NODE_RETRY | NODE_SANDBOX,
	.fields = fields,
	.output_rule = OUTPUTS_CODE,
	.handles = HANDLES_SOURCE,
	.words = "*",
	.plan = plan,
	.prompt = "code: code (Python, def main(args) returns a dict), inputs "
		  "{arg: REF}, outputs {name: str"
		  "ing|number|object|boolean|arra"
		  "y[string]|array[number]|array[object]}. Outputs: those.",
};
