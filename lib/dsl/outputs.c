/* outputs.c: what a node hands on and where it may be left; see catalogue.h. */
#include "dsl/catalogue.h"

#include "base/nitems.h"

#include <string.h>

/* Adds one output to the list that is being made. */
struct outputs {
	struct arena *a;
	struct value *list;
	int version;
};

typedef void output_maker(struct outputs *o, const struct value *data);

static void
add(struct outputs *o, const char *name, const char *type)
{
	if (name != NULL && name[0] != '\0')
		value_set_text(o->a, o->list, name, type ? type : "any");
}

static void
from_start(struct outputs *o, const struct value *data)
{
	value_each(item, value_get(data, "variables"))
		add(o, value_get_text(item, "variable", NULL),
			input_type(value_get_text(item, "type", NULL)));
}

static void
from_code(struct outputs *o, const struct value *data)
{
	const struct value *outputs = value_get(data, "outputs");

	if (!value_is(outputs, VALUE_OBJECT))
		return;
	value_each(item, outputs)
		add(o, item->key, value_get_text(item, "type", "any"));
}

static void
from_llm(struct outputs *o, const struct value *data)
{
	if (value_get_bool(data, "structured_output_enabled", false))
		add(o, "structured_output", "object");
}

static void
from_parameters(struct outputs *o, const struct value *data)
{
	value_each(item, value_get(data, "parameters")) {
		const char *type = value_get_text(item, "type", "any");

		if (strcmp(type, "bool") == 0)
			type = "boolean";
		else if (strcmp(type, "select") == 0)
			type = "string";
		add(o, value_get_text(item, "name", NULL), type);
	}
}

static void
from_loop(struct outputs *o, const struct value *data)
{
	value_each(item, value_get(data, "loop_variables"))
		add(o, value_get_text(item, "label", NULL),
			value_get_text(item, "var_type", "any"));
}

static void
from_iteration(struct outputs *o, const struct value *data)
{
	const char *type = value_get_text(data, "output_type", "any");

	add(o, "output", strncmp(type, "array", 5) == 0 ? type : "array[any]");
}

static void
from_groups(struct outputs *o, const struct value *data)
{
	const struct value *advanced = value_get(data, "advanced_settings");

	if (!value_get_bool(advanced, "group_enabled", false)) {
		add(o, "output", value_get_text(data, "output_type", "any"));
		return;
	}
	value_remove(value_get(o->list, "output"));
	value_each(group, value_get(advanced, "groups"))
		add(o, value_get_text(group, "group_name", NULL), "object");
}

static void
from_form(struct outputs *o, const struct value *data)
{
	value_each(item, value_get(data, "inputs"))
		add(o, value_get_text(item, "output_variable_name", NULL),
			"any");
}

/* Headers come in as variables with an underscore for every hyphen. */
static void
from_webhook(struct outputs *o, const struct value *data)
{
	static const char *const parts[] = {"headers", "params", "body"};

	for (size_t i = 0; i < nitems(parts); i++)
		value_each(item, value_get(data, parts[i])) {
			const char *name = value_get_text(item, "name", NULL);
			char *mine = arena_strdup(o->a, name);

			for (char *c = mine; c != NULL && *c != '\0'; c++)
				if (*c == '-')
					*c = '_';
			add(o, mine, value_get_text(item, "type", "string"));
		}
}

static void
from_schema(struct outputs *o, const struct value *data)
{
	const struct value *schema = value_get(data, "output_schema");
	const struct value *properties = value_get(schema, "properties");

	if (!value_is(properties, VALUE_OBJECT))
		return;
	value_each(item, properties)
		add(o, item->key, "any");
}

static output_maker *const makers[] = {
	[OUTPUTS_START] = from_start,
	[OUTPUTS_CODE] = from_code,
	[OUTPUTS_LLM] = from_llm,
	[OUTPUTS_PARAMETERS] = from_parameters,
	[OUTPUTS_LOOP] = from_loop,
	[OUTPUTS_ITERATION] = from_iteration,
	[OUTPUTS_GROUPS] = from_groups,
	[OUTPUTS_FORM] = from_form,
	[OUTPUTS_WEBHOOK] = from_webhook,
	[OUTPUTS_SCHEMA] = from_schema,
	[OUTPUTS_FREE] = NULL,
};

/* A node that may fail has the failure among its outputs. */
static void
add_error_outputs(struct outputs *o, const struct value *data)
{
	if (value_get_text(data, "error_strategy", NULL) == NULL)
		return;
	add(o, "error_message", "string");
	add(o, "error_type", "string");
	value_each(item, value_get(data, "default_value")) {
		const char *name = value_get_text(item, "key", NULL);

		if (name != NULL && value_get(o->list, name) == NULL)
			add(o, name, value_get_text(item, "type", "any"));
	}
}

struct value *
node_outputs(struct arena *a, const struct value *data, int version)
{
	struct outputs o = {
		.a = a, .list = value_object(a), .version = version};
	const struct node_type *type =
		node_type_find(value_get_text(data, "type", NULL));
	const struct output *fixed = type != NULL ? type->outputs : NULL;

	if (type == NULL)
		return o.list;
	for (; fixed != NULL && fixed->name != NULL; fixed++)
		if (version >= fixed->since)
			add(&o, fixed->name, fixed->type);
	if (makers[type->output_rule] != NULL)
		makers[type->output_rule](&o, data);
	add_error_outputs(&o, data);
	return o.list;
}

const char *
node_output_type(struct arena *a, const struct value *data, const char *name,
	int version)
{
	const struct node_type *type =
		node_type_find(value_get_text(data, "type", NULL));
	const char *found;

	if (type == NULL || type->output_rule == OUTPUTS_FREE)
		return "any";
	found = value_get_text(node_outputs(a, data, version), name, NULL);
	if (found == NULL && type->output_rule == OUTPUTS_SCHEMA)
		return "any";
	return found;
}

static void
add_ids(struct arena *a, struct value *list, const struct value *items,
	const char *key)
{
	value_each(item, items) {
		const char *id = value_get_text(item, key, NULL);

		if (id != NULL)
			value_append_text(a, list, id);
	}
}

struct value *
node_handles(struct arena *a, const struct value *data)
{
	const struct node_type *type =
		node_type_find(value_get_text(data, "type", NULL));
	struct value *list = value_array(a);

	switch (type != NULL ? type->handles : HANDLES_SOURCE) {
	case HANDLES_SOURCE:
		value_append_text(a, list, "source");
		break;
	case HANDLES_CASES:
		if (value_count(value_get(data, "cases")) > 0)
			add_ids(a, list, value_get(data, "cases"), "case_id");
		else
			value_append_text(a, list, "true");
		value_append_text(a, list, "false");
		break;
	case HANDLES_CLASSES:
		add_ids(a, list, value_get(data, "classes"), "id");
		break;
	case HANDLES_ACTIONS:
		add_ids(a, list, value_get(data, "user_actions"), "id");
		value_append_text(a, list, "__timeout");
		break;
	case HANDLES_NONE:
		break;
	}
	if (strcmp(value_get_text(data, "error_strategy", ""), "fail-branch") ==
		0)
		value_append_text(a, list, "fail-branch");
	return list;
}
