/* answer.c: what a chatflow says to the person. */
#include "dsl/types/types.h"

static const struct data_field fields[] = {
	ROW("variables", LIST, .flags = EDI | DATA_SOFT, .item = &any_item,
		.fallback = "[]"),
	ROW("answer", TEMPLATE, .flags = REQ | CHK, .fallback = "\"\""),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"answer", "string", 0},
	{"files", "array[file]", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {
	"reply", "respond", "response", "direct-reply", NULL};

static const struct plan_field plan[] = {
	PLAN_ROW("text", TEXT, .needed = true),
	{.name = NULL},
};

const struct node_type type_answer = {
	.name = "answer",
	.aliases = aliases,
	.title = "Answer",
	.purpose = "Sends a text to the person in a chat.",
	.wrapper = "custom",
	.modes = MODE_CHAT,
	.traits = NODE_TERMINAL,
	.fields = fields,
	.outputs = outputs,
	.main_output = "answer",
	.handles = HANDLES_SOURCE,
	.words = "chat|bot|conversation|assistant|聊天|对话|机器人|客服|助手|"
		 "问答",
	.plan = plan,
	.prompt = "answer (chat): text.",
};
