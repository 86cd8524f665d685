/* iteration.c: does its children once for every item of a list. */
#include "dsl/types/types.h"

static const struct data_field fields[] = {
	ROW("start_node_id", TEXT, .flags = NUL | EDI, .fallback = "\"\""),
	ROW("iterator_selector", SELECTOR, .flags = REQ | CHK | DATA_STRICT,
		.fallback = "[]"),
	ROW("output_selector", SELECTOR, .flags = REQ | CHK, .fallback = "[]"),
	ROW("parent_loop_id", TEXT, .flags = NUL),
	ROW("is_parallel", BOOL, .fallback = "false"),
	ROW("parallel_nums", INT, .fallback = "10"),
	ROW("error_handle_mode", ENUM,
		.allowed = "terminated|continue-on-error|"
			   "remove-abnormal-output",
		.fallback = "\"terminated\""),
	ROW("flatten_output", BOOL, .since = V1_11, .fallback = "true"),
	ROW("output_type", TEXT, .flags = DATA_SOFT,
		.fallback = "\"array[string]\""),
	{.name = NULL},
};

static const struct output outputs[] = {
	{"output", "any", 0},
	{NULL, NULL, 0},
};

static const char *const aliases[] = {
	"iterate", "foreach", "for-each", "map", "iterator", NULL};

static const struct plan_field plan[] = {
	PLAN_ROW("over", TEXT, .needed = true),
	PLAN_ROW("do", STEPS, .needed = true),
	PLAN_ROW("give", SHAPE, .needed = true, .item = &plan_texts),
	PLAN_ROW("parallel", BOOL),
	PLAN_ROW("on_error", WORD, .allowed = "stop|continue|remove"),
	{.name = NULL},
};

const struct node_type type_iteration = {
	.name = "iteration",
	.aliases = aliases,
	.title = "Iteration",
	.purpose = "Does the same steps for every item of a list.",
	.wrapper = "custom",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.traits = NODE_CONTAINER,
	.fields = fields,
	.outputs = outputs,
	.output_rule = OUTPUTS_ITERATION,
	.main_output = "output",
	.handles = HANDLES_SOURCE,
	.words = "each|every|list|several|all|batch|iterate|per|one by "
		 "one|lines|逐|每|列表|遍历|批量|多个|一串|一组|各|依次",
	.plan = plan,
	.prompt = "iteration: over (REF to an array), do, give {NAME: REF} "
		  "(one value); parallel, on_error: continue|remove; inside "
		  "read ID.item, ID.index. Output: output "
		  "(array).",
};

static const struct data_field no_fields[] = {{.name = NULL}};

static const char *const no_aliases[] = {NULL};

const struct node_type type_iteration_start = {
	.name = "iteration-start",
	.aliases = no_aliases,
	.title = "",
	.purpose = "Where the steps of an iteration begin.",
	.wrapper = "custom-iteration-start",
	.modes = MODE_FLOWS | MODE_PIPELINE,
	.traits = NODE_CHILD_START,
	.fields = no_fields,
	.handles = HANDLES_SOURCE,
	.container = "iteration",
};
