/* template_transform.c: a Jinja2 template over values. */
#include "dsl/types/types.h"

static const struct data_field fields[] = {
	ROW("variables", LIST, .flags = REQ | EDI, .item = &binding_item,
		.fallback = "[]"),
	ROW("template", JINJA, .flags = REQ | CHK, .fallback = "\"\""),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"output", "string", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"template", "jinja", "jinja2", "text",
	"format", "template-render", "text-template", NULL};

static const struct plan_field plan[] = {
	PLAN_ROW("template", TEXT, .needed = true),
	{.name = NULL},
};

const struct node_type type_template_transform = {
	.name = "template-transform",
	.aliases = aliases,
	.title = "Template",
	.purpose = "Fills values into a Jinja2 template.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.traits = NODE_SANDBOX,
	.fields = fields,
	.outputs = outputs,
	.main_output = "output",
	.handles = HANDLES_SOURCE,
	.words = "*",
	.plan = plan,
	.prompt = "template-transform: template (Jinja2; REFs may stand in {{ "
		  "}} and {% %}). Output: output.",
};
