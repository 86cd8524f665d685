/* plan_rows.c: the rows of a plan that belong to no single node type. */
#include "dsl/plan_field.h"

#include <stddef.h>

const struct plan_field plan_text = PLAN_ROW(NULL, TEXT);
static const struct plan_field value_item = PLAN_ROW(NULL, VALUE);
static const struct plan_field type_item =
	PLAN_ROW(NULL, WORD, .allowed = PLAN_TYPES);

const struct plan_field plan_texts = PLAN_ROW("texts", MAP, .item = &plan_text);
const struct plan_field plan_types = PLAN_ROW("types", MAP, .item = &type_item);
const struct plan_field plan_values =
	PLAN_ROW("values", MAP, .item = &value_item);

static const struct plan_field output_members[] = {
	PLAN_ROW("name", TEXT, .needed = true),
	PLAN_ROW("from", TEXT, .needed = true),
	{.name = NULL},
};

const struct plan_field plan_output =
	PLAN_ROW("output", OBJECT, .members = output_members);

static const struct plan_field part_members[] = {
	PLAN_ROW("do", STEPS, .needed = true),
	PLAN_ROW("give", SHAPE, .item = &plan_texts),
	{.name = NULL},
};

const struct plan_field plan_part =
	PLAN_ROW("part", OBJECT, .members = part_members);

static const struct plan_field condition_members[] = {
	PLAN_ROW("left", TEXT, .needed = true),
	PLAN_ROW("op", WORD, .needed = true,
		.allowed = "contains|not contains|start with|end with|is|"
			   "is not|empty|not empty|=|≠|>|<|≥|≤|in|not in|"
			   "exists|not exists"),
	PLAN_ROW("right", VALUE),
	{.name = NULL},
};

static const struct plan_field condition_item =
	PLAN_ROW("condition", OBJECT, .members = condition_members);
static const struct plan_field condition_shape =
	PLAN_ROW(NULL, SHAPE, .item = &condition_item);

static const struct plan_field all_members[] = {
	PLAN_ROW("all", LIST, .needed = true, .item = &condition_shape),
	{.name = NULL},
};

static const struct plan_field any_members[] = {
	PLAN_ROW("any", LIST, .needed = true, .item = &condition_shape),
	{.name = NULL},
};

static const struct plan_field when_ways[] = {
	PLAN_ROW("all", OBJECT, .members = all_members),
	PLAN_ROW("any", OBJECT, .members = any_members),
	{.name = NULL},
};

const struct plan_field plan_when =
	PLAN_ROW("when", EITHER, .members = when_ways);

static const struct plan_field default_members[] = {
	PLAN_ROW("default", SHAPE, .needed = true, .item = &plan_values),
	{.name = NULL},
};

static const struct plan_field on_error_ways[] = {
	PLAN_ROW("stop", WORD, .allowed = "stop"),
	PLAN_ROW("default", OBJECT, .members = default_members),
	PLAN_ROW("part", SHAPE, .item = &plan_part),
	{.name = NULL},
};

const struct plan_field plan_on_error =
	PLAN_ROW("on_error", EITHER, .members = on_error_ways);

static const struct plan_field retry_members[] = {
	PLAN_ROW("times", INT, .needed = true),
	PLAN_ROW("seconds", INT, .needed = true),
	{.name = NULL},
};

const struct plan_field plan_retry =
	PLAN_ROW("retry", OBJECT, .members = retry_members);

const struct plan_field plan_step_fields[] = {
	PLAN_ROW("id", TEXT, .needed = true),
	PLAN_ROW("type", WORD, .needed = true),
	PLAN_ROW("title", TEXT),
	{.name = NULL},
};

static const struct plan_field branch_members[] = {
	PLAN_ROW("do", STEPS, .needed = true),
	{.name = NULL},
};

static const struct plan_field branch_item =
	PLAN_ROW(NULL, OBJECT, .members = branch_members);

const struct plan_field plan_parallel_fields[] = {
	PLAN_ROW("branches", LIST, .needed = true, .item = &branch_item),
	{.name = NULL},
};

static const struct plan_field input_members[] = {
	PLAN_ROW("name", TEXT, .needed = true),
	PLAN_ROW("type", WORD, .needed = true,
		.allowed = "text|paragraph|select|number|checkbox|file|files|"
			   "json"),
	PLAN_ROW("label", TEXT),
	PLAN_ROW("required", BOOL),
	PLAN_ROW("options", LIST, .item = &plan_text),
	PLAN_ROW("default", VALUE),
	{.name = NULL},
};

static const struct plan_field env_members[] = {
	PLAN_ROW("name", TEXT, .needed = true),
	PLAN_ROW("type", WORD, .needed = true,
		.allowed = "string|number|secret"),
	PLAN_ROW("value", VALUE),
	{.name = NULL},
};

static const struct plan_field conversation_members[] = {
	PLAN_ROW("name", TEXT, .needed = true),
	PLAN_ROW("type", WORD, .needed = true, .allowed = PLAN_TYPES),
	PLAN_ROW("value", VALUE),
	{.name = NULL},
};

static const struct plan_field input_item =
	PLAN_ROW(NULL, OBJECT, .members = input_members);
static const struct plan_field env_item =
	PLAN_ROW(NULL, OBJECT, .members = env_members);
static const struct plan_field conversation_item =
	PLAN_ROW(NULL, OBJECT, .members = conversation_members);

const struct plan_field plan_fields[] = {
	PLAN_ROW("name", TEXT, .needed = true),
	PLAN_ROW("description", TEXT, .needed = true),
	PLAN_ROW("mode", WORD, .needed = true, .allowed = "workflow|chat"),
	PLAN_ROW("inputs", LIST, .needed = true, .item = &input_item),
	PLAN_ROW("env", LIST, .item = &env_item),
	PLAN_ROW("conversation", LIST, .item = &conversation_item),
	PLAN_ROW("steps", STEPS, .needed = true),
	PLAN_ROW("outputs", LIST, .item = &plan_output),
	PLAN_ROW("assumptions", LIST, .needed = true, .item = &plan_text),
	PLAN_ROW("questions", LIST, .needed = true, .item = &plan_text),
	{.name = NULL},
};
