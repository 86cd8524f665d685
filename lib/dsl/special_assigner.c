/* special_assigner.c: what an assigner writes, how, and with what. */
#include "dsl/special.h"

#include <string.h>

#define NUMBERS "number|integer|float"
#define ARRAYS                                                  \
	"array[any]|array[string]|array[number]|array[object]|" \
	"array[boolean]|array[file]"

static bool
operation_fits(const char *operation, const char *type)
{
	if (list_has("+=|-=|*=|/=", operation))
		return list_has(NUMBERS, type);
	if (list_has("append|extend|remove-first|remove-last", operation))
		return list_has(ARRAYS, type);
	if (strcmp(operation, "set") == 0)
		return list_has(NUMBERS "|string|object|boolean", type);
	return true;
}

/* Whether a value of type may go into one of type target that way. */
static bool
type_fits(const char *operation, const char *target, const char *type)
{
	if (strcmp(type, "any") == 0 || strcmp(target, type) == 0)
		return true;
	if (strcmp(operation, "append") == 0)
		return list_has(ARRAYS, target);
	return !list_has("string|number|boolean|object|file", type) ||
	       !list_has("string|number|boolean|object", target);
}

static void
check_constant(struct check *c, const struct check_node *n,
	const struct value *item, const char *operation, const char *type)
{
	const struct value *v = value_get(item, "value");

	if (v == NULL || !list_has("set|over-write|+=|-=|*=|/=", operation) ||
		!list_has(NUMBERS "|string|boolean", type))
		return;
	if (!check_value_fits(v, type))
		check_run(c, "assigner_value", item, "value", n, type, NULL);
}

static void
check_variable(struct check *c, const struct check_node *n,
	const struct value *item, const char *operation, const char *type)
{
	const struct value *v = value_get(item, "value");
	const char *mine = check_reference_type(c, v);

	if (strcmp(operation, "clear") == 0 || v == NULL ||
		v->type == VALUE_NULL ||
		list_has("remove-first|remove-last", operation))
		return;
	if (mine == NULL)
		check_run(c, "assigner_source", item, "value", n, NULL, NULL);
	else if (!type_fits(operation, type, mine))
		check_run(c, "assigner_value", item, "value", n, type, NULL);
}

static bool
is_target(struct check *c, const struct check_node *n,
	const struct value *selector)
{
	const char *head = value_text(value_first(selector));
	size_t node = names_get(&c->ids, head);

	if (head == NULL)
		return true;
	return strcmp(head, "conversation") == 0 ||
	       (node < c->node_count &&
		       check_type_is(&c->nodes[node], "loop") &&
		       n->parent < c->node_count);
}

static void
check_item(
	struct check *c, const struct check_node *n, const struct value *item)
{
	const struct value *target = value_get(item, "variable_selector");
	const char *operation = value_get_text(item, "operation", "");
	const char *type = check_reference_type(c, target);

	if (type == NULL)
		return; /* told among the references */
	if (!is_target(c, n, target)) {
		check_run(c, "assigner_target", item, "variable_selector", n,
			NULL, NULL);
		return;
	}
	if (strcmp(type, "any") == 0)
		return;
	if (!operation_fits(operation, type))
		check_run(c, "assigner_operation", item, "operation", n,
			operation, type);
	else if (check_text_is(item, "input_type", "constant"))
		check_constant(c, n, item, operation, type);
	else
		check_variable(c, n, item, operation, type);
}

void
special_assigner(struct check *c, const struct check_node *n)
{
	value_each(item, value_get(n->data, "items"))
		check_item(c, n, item);
}
