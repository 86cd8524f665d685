/* ref_type.c: what type of value a selector means. */
#include "base/nitems.h"
#include "dsl/ref.h"

static const struct {
	const char *name;
	const char *type;
} sys_types[] = {
	{"files", "array[file]"},
	{"dialogue_count", "number"},
	{"timestamp", "number"},
};

static const char *
sys_type(const char *name)
{
	for (size_t i = 0; i < nitems(sys_types); i++)
		if (strcmp(sys_types[i].name, name) == 0)
			return sys_types[i].type;
	return "string";
}

static const char *
declared(const struct value *variables, const char *name)
{
	value_each(item, variables) {
		const char *type = value_get_text(item, "value_type", "any");

		if (strcmp(value_get_text(item, "name", ""), name) == 0)
			return strcmp(type, "secret") == 0 ? "string" : type;
	}
	return "any";
}

static const char *
item_type(struct arena *a, const char *array)
{
	size_t n = strlen(array);

	if (strncmp(array, "array[", 6) != 0 || array[n - 1] != ']')
		return "any";
	return arena_memdup(a, array + 6, n - 7);
}

/* The type of a member that a schema describes. */
static const char *
schema_type(const struct value *schema, const char *name)
{
	const struct value *property =
		value_get(value_get(schema, "properties"), name);
	const char *type = value_get_text(property, "type", "any");
	const char *item =
		value_get_text(value_get(property, "items"), "type", "");

	if (strcmp(type, "integer") == 0)
		return "number";
	if (strcmp(type, "array") != 0)
		return type;
	return strcmp(item, "string") == 0    ? "array[string]"
	       : strcmp(item, "object") == 0  ? "array[object]"
	       : strcmp(item, "boolean") == 0 ? "array[boolean]"
	       : strcmp(item, "number") == 0  ? "array[number]"
	       : strcmp(item, "integer") == 0 ? "array[number]"
					      : "any";
}

static const char *
group_type(const struct value *data, const char *name)
{
	value_each(group,
		value_get(value_get(data, "advanced_settings"), "groups"))
		if (strcmp(value_get_text(group, "group_name", ""), name) == 0)
			return value_get_text(group, "output_type", "any");
	return "any";
}

/* A third part: of a file, a group, a structured answer. */
static const char *
part_type(const struct flow *f, const struct flow_node *node, const char *name,
	const char *part)
{
	const char *type = flow_output(f, node, name);

	if (flow_is(node, "variable-aggregator") && strcmp(part, "output") == 0)
		return group_type(node->data, name);
	if (strcmp(name, "structured_output") == 0)
		return schema_type(
			value_get(value_get(node->data, "structured_output"),
				"schema"),
			part);
	if (type != NULL && strcmp(type, "file") == 0)
		return strcmp(part, "size") == 0 ? "number" : "string";
	return "any";
}

static const char *
node_type_of(
	const struct flow *f, const struct flow_node *node, const char *name)
{
	const char *type = flow_output(f, node, name);

	if (type == NULL && flow_is(node, "iteration") &&
		strcmp(name, "index") == 0)
		return "number";
	if (type == NULL && flow_is(node, "iteration") &&
		strcmp(name, "item") == 0)
		return item_type(f->arena,
			ref_type(
				f, value_get(node->data, "iterator_selector")));
	if (flow_is(node, "list-operator") &&
		value_text(value_get(node->data, "var_type")) != NULL)
		return strcmp(name, "result") == 0
			       ? value_get_text(node->data, "var_type", "any")
			       : value_get_text(
					 node->data, "item_var_type", "any");
	return type == NULL ? "any" : type;
}

const char *
ref_type(const struct flow *f, const struct value *selector)
{
	const char *head = value_text(value_at(selector, 0));
	const char *name = value_text(value_at(selector, 1));
	const char *part = value_text(value_at(selector, 2));
	const struct flow_node *node;

	if (head == NULL || name == NULL)
		return "any";
	if (strcmp(head, "sys") == 0)
		return part == NULL ? sys_type(name) : "any";
	if (strcmp(head, "env") == 0)
		return declared(f->env, name);
	if (strcmp(head, "conversation") == 0)
		return part == NULL ? declared(f->conversation, name) : "any";
	node = flow_find(f, head);
	if (node == NULL)
		return "any";
	return part == NULL ? node_type_of(f, node, name)
			    : part_type(f, node, name, part);
}
