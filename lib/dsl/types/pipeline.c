/* pipeline.c: the ends of a knowledge pipeline, read and kept only. */
#include "dsl/types/types.h"

static const struct data_field datasource_fields[] = {
	ROW("plugin_id", TEXT, .flags = REQ),
	ROW("provider_name", TEXT, .flags = REQ),
	ROW("provider_type", TEXT, .flags = REQ),
	ROW("datasource_name", TEXT, .flags = NUL),
	ROW("datasource_configurations", MAP, .flags = NUL, .item = &any_item),
	ROW("datasource_parameters", MAP, .flags = NUL | EDI,
		.item = &any_item),
	{.name = NULL},
};

static const struct output datasource_outputs[] = {
	{"datasource_type", "string", 0},
	{NULL, NULL, 0},
};

static const char *const no_aliases[] = {NULL};

const struct node_type type_datasource = {
	.name = "datasource",
	.aliases = no_aliases,
	.title = "Data Source",
	.purpose = "Where a knowledge pipeline takes its documents from.",
	.wrapper = "custom",
	.modes = MODE_PIPELINE,
	.traits = NODE_START | NODE_NEVER_MADE,
	.since = V1_9,
	.fields = datasource_fields,
	.outputs = datasource_outputs,
	.output_rule = OUTPUTS_FREE,
	.handles = HANDLES_SOURCE,
};

static const struct data_field index_fields[] = {
	ROW("chunk_structure", TEXT, .flags = REQ),
	ROW("index_chunk_variable_selector", SELECTOR, .flags = REQ),
	ROW("indexing_technique", TEXT, .flags = NUL),
	ROW("embedding_model", TEXT, .flags = NUL | DATA_SOFT),
	ROW("embedding_model_provider", TEXT, .flags = NUL | DATA_SOFT),
	ROW("keyword_number", INT, .flags = NUL | DATA_SOFT),
	ROW("retrieval_model", MAP, .flags = NUL | DATA_SOFT,
		.item = &any_item),
	{.name = NULL},
};

const struct node_type type_knowledge_index = {
	.name = "knowledge-index",
	.aliases = no_aliases,
	.title = "Knowledge Base",
	.purpose = "Puts the chunks of a pipeline into a knowledge base.",
	.wrapper = "custom",
	.modes = MODE_PIPELINE,
	.traits = NODE_TERMINAL | NODE_NEVER_MADE,
	.since = V1_9,
	.fields = index_fields,
	.handles = HANDLES_NONE,
};
