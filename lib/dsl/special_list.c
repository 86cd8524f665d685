/* special_list.c: nodes that choose, join and repeat. */
#include "dsl/special.h"

#include "text/json.h"

#include <string.h>

#define NOT_LISTS "string|number|boolean|object|file|secret"

/* Only the first condition is sure to be looked at. */
static void
check_condition(struct check *c, const struct check_node *n,
	const struct value *condition, bool first)
{
	const char *op = value_get_text(condition, "comparison_operator", "");
	const char *type = special_type(c, condition, "variable_selector");
	const struct value *value = value_get(condition, "value");
	struct finding *f;

	if (first && c->version < VERSION_GRAPH && value_text(value) == NULL &&
		list_has("contains|not contains|start with|end with", op) &&
		strcmp(type, "string") == 0)
		check_run(
			c, "condition_value", condition, "value", n, op, NULL);
	if (!list_has("=|≠|>|<|≥|≤", op) ||
		!list_has("string|object|array[string]|array[number]|"
			  "array[object]|array[file]|file",
			type) ||
		value_count(value_get(condition, "sub_variable_condition")) > 0)
		return;
	f = check_run(c, "condition_type", condition, "comparison_operator", n,
		op, type);
	if (!first)
		check_tier(c, f, TIER_L);
}

void
special_if_else(struct check *c, const struct check_node *n)
{
	const struct value *cases = value_get(n->data, "cases");
	bool first = true;

	value_each(item, cases)
		value_each(condition, value_get(item, "conditions")) {
			check_condition(c, n, condition, first);
			first = false;
		}
	special_repeated(c, n, cases, "case_id", "case_repeated");
}

void
special_aggregator(struct check *c, const struct check_node *n)
{
	const struct value *advanced = value_get(n->data, "advanced_settings");
	const struct value *groups = value_get(advanced, "groups");

	special_repeated(c, n, groups, "group_name", "group_repeated");
	if (!value_get_bool(advanced, "group_enabled", false) &&
		value_count(value_get(n->data, "variables")) == 0)
		check_say(c, "checklist_empty", n->data, "variables", n,
			"variables", NULL);
}

static void
check_kind(struct check *c, const struct check_node *n, const char *key,
	const char *wrong, const char *code)
{
	const char *type = special_type(c, n->data, key);

	if (list_has(wrong, type))
		check_run(c, code, n->data, key, n, type, NULL);
}

void
special_document(struct check *c, const struct check_node *n)
{
	check_kind(c, n, "variable_selector",
		"string|number|boolean|object|array[string]|array[number]|"
		"array[object]",
		"document_type");
}

/* An empty selector is read like an unknown one. */
static void
check_selector(struct check *c, const struct check_node *n, const char *key)
{
	const struct value *v = value_get(n->data, key);

	if (v == NULL)
		check_run(c, "reference_missing", n->data, key, n, key, NULL);
}

void
special_list(struct check *c, const struct check_node *n)
{
	check_selector(c, n, "variable");
	check_kind(c, n, "variable", NOT_LISTS, "list_type");
}

void
special_iteration(struct check *c, const struct check_node *n)
{
	check_kind(c, n, "iterator_selector", NOT_LISTS, "list_type");
	if (value_get_bool(n->data, "is_parallel", false) &&
		value_get_int(n->data, "parallel_nums", 10) < 1)
		check_run(c, "parallel_zero", n->data, "parallel_nums", n, NULL,
			NULL);
}

/* A constant of an array type is a JSON text, and the editor writes numbers
 * and truth values as texts as well. */
static bool
constant_fits(struct check *c, const struct value *v, const char *type)
{
	struct jsonx_report report;

	if (value_text(v) != NULL && strncmp(type, "array", 5) == 0)
		v = jsonx_read(
			c->arena, value_text(v), v->u.text.len, 0, &report);
	else if (value_text(v) != NULL &&
		 list_has("object|number|boolean", type))
		return true;
	return v != NULL && check_value_fits(v, type);
}

static void
check_variable(
	struct check *c, const struct check_node *n, const struct value *item)
{
	const char *type = value_get_text(item, "var_type", "any");
	const struct value *v = value_get(item, "value");

	if (check_text_is(item, "value_type", "variable")) {
		if (check_reference_type(c, v) == NULL)
			check_run(c, "loop_value", item, "value", n,
				value_get_text(item, "label", ""), type);
		return;
	}
	if (v == NULL || v->type == VALUE_NULL || !constant_fits(c, v, type))
		check_run(c, "loop_value", item, "value", n,
			value_get_text(item, "label", ""), type);
}

void
special_loop(struct check *c, const struct check_node *n)
{
	const struct value *list = value_get(n->data, "loop_variables");
	int64_t count = value_get_int(n->data, "loop_count", 1);

	value_each(item, list)
		check_variable(c, n, item);
	special_repeated(c, n, list, "label", "loop_repeated");
	if (count < 1 || count > 100)
		check_say(
			c, "loop_count", n->data, "loop_count", n, NULL, NULL);
}
