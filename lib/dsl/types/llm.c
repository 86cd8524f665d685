/* llm.c: a call of a language model. */
#include "dsl/types/types.h"

static const struct data_field message_members[] = {
	ROW("role", ENUM, .flags = REQ,
		.allowed = "system|user|assistant|tool"),
	ROW("text", TEMPLATE),
	ROW("edition_type", ENUM, .flags = NUL, .allowed = "basic|jinja2"),
	ROW("jinja2_text", TEXT, .flags = NUL),
	{.name = NULL},
};

static const struct data_field message_item =
	ROW(NULL, OBJECT, .members = message_members);

static const struct data_field completion_members[] = {
	ROW("text", TEMPLATE, .flags = REQ),
	ROW("edition_type", ENUM, .flags = NUL, .allowed = "basic|jinja2"),
	ROW("jinja2_text", TEXT, .flags = NUL),
	{.name = NULL},
};

static const struct data_field prompt_config_members[] = {
	ROW("jinja2_variables", LIST, .flags = NUL, .item = &binding_item),
	{.name = NULL},
};

static const struct data_field context_members[] = {
	ROW("enabled", BOOL, .flags = REQ, .fallback = "false"),
	ROW("variable_selector", SELECTOR, .flags = NUL, .fallback = "[]"),
	{.name = NULL},
};

static const struct data_field fields[] = {
	ROW("model", OBJECT, .flags = REQ | EDI | CHK, .members = model_members,
		.fallback = MODEL_FALLBACK),
	ROW("prompt_template", EITHER, .flags = REQ | EDI | CHK,
		.item = &message_item, .members = completion_members,
		.fallback = "[]"),
	ROW("prompt_config", OBJECT, .flags = NUL,
		.members = prompt_config_members),
	ROW("memory", OBJECT, .flags = NUL, .members = memory_members),
	ROW("context", OBJECT, .flags = REQ | EDI, .members = context_members,
		.fallback = "{\"enabled\":false,\"variable_selector\":[]}"),
	ROW("vision", OBJECT, .flags = EDI, .members = vision_members,
		.fallback = "{\"enabled\":false}"),
	ROW("structured_output", MAP, .flags = NUL, .item = &any_item),
	ROW("structured_output_enabled", BOOL),
	ROW("reasoning_format", ENUM, .allowed = "separated|tagged",
		.since = V1_9),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"text", "string", 0},
	{"reasoning_content", "string", V1_9},
	{"usage", "object", 0},
	{"files", "array[file]", 0},
	{"finish_reason", "string", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"ai", "gpt", "chat", "chat-model",
	"language-model", "llm-call", "model", "prompt", NULL};

static const struct plan_field plan[] = {
	PLAN_ROW("prompt", TEXT, .needed = true),
	PLAN_ROW("system", TEXT),
	PLAN_ROW("model", TEXT),
	PLAN_ROW("context", TEXT),
	PLAN_ROW("vision", TEXT),
	PLAN_ROW("json", SHAPE, .item = &plan_types),
	PLAN_ROW("temperature", NUMBER),
	PLAN_ROW("memory", BOOL),
	PLAN_ROW("on_error", SHAPE, .item = &plan_on_error),
	PLAN_ROW("retry", SHAPE, .item = &plan_retry),
	{.name = NULL},
};

const struct node_type type_llm = {
	.name = "llm",
	.aliases = aliases,
	.title = "LLM",
	.purpose = "Asks a language model and hands on its text.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.traits = NODE_FAIL_BRANCH | NODE_RETRY,
	.fields = fields,
	.outputs = outputs,
	.output_rule = OUTPUTS_LLM,
	.main_output = "text",
	.handles = HANDLES_SOURCE,
	.words = "*",
	.plan = plan,
	.prompt = "llm: prompt; system, model, context (REF), vision (REF to "
		  "files), json {name: type} of the answer, temperature, "
		  "memory (true; chat). Outputs: text; with json its members.",
};
