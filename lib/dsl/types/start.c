/* start.c: where a run begins and what it is given. */
#include "dsl/types/types.h"

#define FORMS_OLD                                                     \
	"text-input|paragraph|select|number|checkbox|file|file-list|" \
	"external_data_tool"

static const struct data_field file_type_item =
	ROW(NULL, ENUM, .allowed = "image|document|audio|video|custom");

static const struct data_field upload_item_old =
	ROW(NULL, ENUM, .allowed = "remote_url|local_file|tool_file");

static const struct data_field upload_item = ROW(NULL, ENUM,
	.allowed = "remote_url|local_file|tool_file|datasource_file");

static const struct data_field form_members[] = {
	ROW("variable", TEXT, .flags = REQ | CHK),
	ROW("label", TEXT, .flags = REQ | CHK),
	ROW("description", TEXT, .flags = NUL | DATA_FALSY),
	ROW("type", ENUM, .flags = REQ, .allowed = FORMS_OLD, .until = V1_11),
	ROW("type", ENUM, .flags = REQ, .allowed = FORMS_OLD "|json_object",
		.since = V1_11),
	ROW("required", BOOL),
	ROW("hide", BOOL, .since = V1_11),
	ROW("default", ANY),
	ROW("max_length", INT, .flags = NUL),
	ROW("options", LIST, .flags = NUL | DATA_FALSY, .item = &text_item),
	ROW("allowed_file_types", LIST, .flags = NUL, .item = &file_type_item),
	ROW("allowed_file_extensions", LIST, .flags = NUL, .item = &text_item),
	ROW("allowed_file_upload_methods", LIST, .flags = NUL,
		.item = &upload_item_old, .until = V1_9),
	ROW("allowed_file_upload_methods", LIST, .flags = NUL,
		.item = &upload_item, .since = V1_9),
	ROW("json_schema", MAP, .flags = NUL, .item = &any_item, .since = V1_11,
		.until = V1_16),
	ROW("json_schema", ANY, .flags = NUL, .since = V1_16),
	{.name = NULL},
};

const struct data_field form_item = ROW(NULL, OBJECT, .members = form_members);

static const struct data_field fields[] = {
	ROW("variables", LIST, .flags = EDI, .item = &form_item,
		.fallback = "[]"),
	{.name = NULL},
};

static const char *const aliases[] = {"begin", "input", "inputs", NULL};

const struct node_type type_start = {
	.name = "start",
	.aliases = aliases,
	.title = "Start",
	.purpose = "Begins a run and takes its inputs.",
	.wrapper = "custom",
	.modes = MODE_FLOWS,
	.traits = NODE_START,
	.fields = fields,
	.output_rule = OUTPUTS_START,
	.handles = HANDLES_SOURCE,
};
