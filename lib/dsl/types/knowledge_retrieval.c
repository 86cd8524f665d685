/* knowledge_retrieval.c: looks something up in knowledge bases. */
#include "dsl/types/types.h"

static const struct data_field rerank_members[] = {
	ROW("provider", TEXT, .flags = REQ),
	ROW("model", TEXT, .flags = REQ),
	{.name = NULL},
};

static const struct data_field vector_members[] = {
	ROW("vector_weight", NUMBER, .flags = REQ),
	ROW("embedding_provider_name", TEXT, .flags = REQ),
	ROW("embedding_model_name", TEXT, .flags = REQ),
	{.name = NULL},
};

static const struct data_field keyword_members[] = {
	ROW("keyword_weight", NUMBER, .flags = REQ),
	{.name = NULL},
};

static const struct data_field weight_members[] = {
	ROW("vector_setting", OBJECT, .flags = REQ, .members = vector_members),
	ROW("keyword_setting", OBJECT, .flags = REQ,
		.members = keyword_members),
	{.name = NULL},
};

static const struct data_field multiple_members[] = {
	ROW("top_k", INT, .flags = REQ, .fallback = "4"),
	ROW("score_threshold", NUMBER, .flags = NUL),
	ROW("reranking_mode", TEXT),
	ROW("reranking_enable", BOOL, .fallback = "false"),
	ROW("reranking_model", OBJECT, .flags = NUL, .members = rerank_members),
	ROW("weights", OBJECT, .flags = NUL, .members = weight_members),
	{.name = NULL},
};

static const struct data_field metadata_model_members[] = {
	ROW("provider", TEXT, .flags = REQ),
	ROW("name", TEXT, .flags = REQ),
	ROW("mode", TEXT, .flags = REQ),
	ROW("completion_params", MAP, .item = &any_item),
	{.name = NULL},
};

static const struct data_field single_members[] = {
	ROW("model", OBJECT, .flags = REQ, .members = metadata_model_members),
	{.name = NULL},
};

static const struct data_field filter_members[] = {
	ROW("name", TEXT, .flags = REQ),
	ROW("comparison_operator", ENUM, .flags = REQ,
		.allowed = "contains|not contains|start with|end with|is|"
			   "is not|empty|not empty|in|not in|=|≠|>|<|≥|≤|"
			   "before|after"),
	ROW("value", ANY),
	{.name = NULL},
};

static const struct data_field filter_item =
	ROW(NULL, OBJECT, .members = filter_members);

static const struct data_field metadata_members[] = {
	ROW("logical_operator", ENUM, .flags = NUL, .allowed = "and|or"),
	ROW("conditions", LIST, .flags = NUL, .item = &filter_item),
	{.name = NULL},
};

static const struct data_field fields[] = {
	ROW("query_variable_selector", SELECTOR,
		.flags = REQ | EDI | CHK | DATA_STRICT, .fallback = "[]",
		.until = V1_11),
	ROW("query_variable_selector", SELECTOR,
		.flags = NUL | EDI | CHK | DATA_OR_TEXT | DATA_STRICT,
		.fallback = "[]", .since = V1_11),
	ROW("query_attachment_selector", SELECTOR, .flags = NUL,
		.since = V1_11),
	ROW("dataset_ids", LIST, .flags = EDI | CHK | DATA_OR_TEXT,
		.item = &text_item, .fallback = "[]"),
	ROW("retrieval_mode", ENUM, .flags = REQ, .allowed = "single|multiple",
		.fallback = "\"multiple\""),
	ROW("multiple_retrieval_config", OBJECT, .flags = NUL | EDI,
		.members = multiple_members,
		.fallback = "{\"top_k\":4,\"score_threshold\":null,"
			    "\"reranking_enable\":false}"),
	ROW("single_retrieval_config", OBJECT, .flags = NUL,
		.members = single_members),
	ROW("metadata_filtering_mode", ENUM, .flags = NUL,
		.allowed = "disabled|automatic|manual"),
	ROW("metadata_model_config", OBJECT, .flags = NUL,
		.members = metadata_model_members),
	ROW("metadata_filtering_conditions", OBJECT, .flags = NUL,
		.members = metadata_members),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"result", "array[object]", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"knowledge", "retrieval", "rag",
	"retrieve", "dataset", "dataset-retrieval", "knowledge-base",
	"knowledge-search", NULL};

static const struct plan_field plan[] = {
	PLAN_ROW("query", TEXT, .needed = true),
	PLAN_ROW("knowledge", LIST, .needed = true, .item = &plan_text),
	PLAN_ROW("top_k", INT),
	PLAN_ROW("score", NUMBER),
	{.name = NULL},
};

const struct node_type type_knowledge_retrieval = {
	.name = "knowledge-retrieval",
	.aliases = aliases,
	.title = "Knowledge Retrieval",
	.purpose = "Finds passages in knowledge bases.",
	.wrapper = "custom",
	.modes = MODE_FLOWS,
	.fields = fields,
	.outputs = outputs,
	.main_output = "result",
	.handles = HANDLES_SOURCE,
	.words = "knowledge|handbook|manual|docs|faq|rag|retriev|search|policy|"
		 "wiki|知识库|文档库|手册|制度|检索|资料|问答",
	.plan = plan,
	.prompt = "knowledge-retrieval: query (REF), knowledge [handle]; "
		  "top_k. Output: result (use it as an llm's context).",
};
