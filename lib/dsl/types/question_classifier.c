/* question_classifier.c: a model chooses one of several classes. */
#include "dsl/types/types.h"

static const struct data_field class_members[] = {
	ROW("id", TEXT, .flags = REQ),
	ROW("name", TEXT, .flags = REQ | CHK),
	{.name = NULL},
};

static const struct data_field class_item =
	ROW(NULL, OBJECT, .members = class_members);

static const struct data_field fields[] = {
	ROW("query_variable_selector", SELECTOR, .flags = REQ | EDI | CHK,
		.fallback = "[]"),
	ROW("model", OBJECT, .flags = REQ | EDI | CHK, .members = model_members,
		.fallback = MODEL_FALLBACK),
	ROW("classes", LIST, .flags = REQ | EDI | CHK | FUL,
		.item = &class_item, .fallback = "[]"),
	ROW("instruction", TEMPLATE, .flags = NUL, .fallback = "\"\""),
	ROW("memory", OBJECT, .flags = NUL, .members = memory_members),
	ROW("vision", OBJECT, .flags = EDI, .members = vision_members,
		.fallback = "{\"enabled\":false}"),
	ROW("topics", LIST, .flags = DATA_SOFT, .item = &any_item,
		.fallback = "[]"),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"class_name", "string", 0},
	{"class_id", "string", 0},
	{"usage", "object", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {"classifier", "classify", "intent",
	"intent-classifier", "router", "classification", NULL};

static const struct alias output_aliases[] = {
	{"class", "class_name"},
	{"category", "class_name"},
	{"id", "class_id"},
	{NULL, NULL},
};

static const struct plan_field plan_class_members[] = {
	PLAN_ROW("name", TEXT, .needed = true),
	PLAN_ROW("do", STEPS, .needed = true),
	PLAN_ROW("give", SHAPE, .item = &plan_texts),
	{.name = NULL},
};

static const struct plan_field plan_class_item =
	PLAN_ROW(NULL, OBJECT, .members = plan_class_members);

static const struct plan_field plan[] = {
	PLAN_ROW("query", TEXT, .needed = true),
	PLAN_ROW("classes", LIST, .needed = true, .item = &plan_class_item),
	PLAN_ROW("instruction", TEXT),
	PLAN_ROW("model", TEXT),
	{.name = NULL},
};

const struct node_type type_question_classifier = {
	.name = "question-classifier",
	.aliases = aliases,
	.title = "Question Classifier",
	.purpose = "Lets a model choose the branch that a text belongs to.",
	.wrapper = "custom",
	.modes = MODE_FLOWS,
	.fields = fields,
	.outputs = outputs,
	.main_output = "class_name",
	.handles = HANDLES_CLASSES,
	.output_aliases = output_aliases,
	.words = "classif|sort|categor|route|intent|kind|triage|type "
		 "of|tell|分类|归类|意图|分诊|分流|类型|类别|种类|客服",
	.plan = plan,
	.prompt = "question-classifier: query (REF), classes [{name, do, "
		  "give}]; instruction. Outputs: class_name and what is given.",
};
