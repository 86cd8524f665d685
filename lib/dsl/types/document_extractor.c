/* document_extractor.c: the text of documents. */
#include "dsl/types/types.h"

static const struct data_field fields[] = {
	ROW("variable_selector", SELECTOR, .flags = REQ | CHK | DATA_STRICT,
		.fallback = "[]"),
	ROW("is_array_file", BOOL, .flags = DATA_SOFT, .fallback = "false"),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"text", "any", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"doc-extractor", "document",
	"extract-text", "file-extractor", "document-parser", "doc-extract",
	NULL};

static const struct plan_field plan[] = {
	PLAN_ROW("file", TEXT, .needed = true),
	{.name = NULL},
};

const struct node_type type_document_extractor = {
	.name = "document-extractor",
	.aliases = aliases,
	.title = "Doc Extractor",
	.purpose = "Reads the text of uploaded documents.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.fields = fields,
	.outputs = outputs,
	.main_output = "text",
	.handles = HANDLES_SOURCE,
	.words = "file|pdf|document|docx|upload|contract|resume|cv|paper|"
		 "invoice|文件|文档|上传|合同|简历|论文|附件|发票|报告",
	.plan = plan,
	.prompt = "document-extractor: file (REF). Output: text.",
};
