/* special_model.c: nodes that ask a model or a knowledge base. */
#include "dsl/special.h"

#include <string.h>

/* Of what is known to be there; a model by its name, of any provider. */
static void
check_model(struct check *c, const struct check_node *n)
{
	const struct value *model = value_get(n->data, "model");
	const char *name = value_get_text(model, "name", "");

	if (name[0] == '\0' || c->resources == NULL ||
		resource_first(c->resources, RESOURCE_MODEL) == NULL ||
		resource_find(c->resources, RESOURCE_MODEL, name) != NULL)
		return;
	check_say(c, "model_unknown", model, "name", n, name, NULL);
}

/* From 1.13 to 1.15 the plain text stands in for a missing template. */
static bool
message_empty(const struct check *c, const struct value *message)
{
	const char *text = value_get_text(message, "text", "");
	const char *jinja = value_get_text(message, "jinja2_text", NULL);

	if (!check_text_is(message, "edition_type", "jinja2"))
		return text[0] == '\0';
	if (jinja != NULL)
		return jinja[0] == '\0';
	return text[0] == '\0' ||
	       !in_versions(c->version, VERSION_NODE, VERSION_STRICT);
}

static bool
prompt_empty(const struct check *c, const struct value *prompt)
{
	if (value_is(prompt, VALUE_OBJECT))
		return message_empty(c, prompt);
	value_each(message, prompt)
		if (!message_empty(c, message))
			return false;
	return true;
}

void
special_llm(struct check *c, const struct check_node *n)
{
	const struct value *prompt = value_get(n->data, "prompt_template");
	const struct value *schema = value_get(n->data, "structured_output");
	const char *mode =
		value_get_text(value_get(n->data, "model"), "mode", "");

	check_model(c, n);
	if (prompt != NULL && prompt_empty(c, prompt) &&
		!value_is(value_get(n->data, "memory"), VALUE_OBJECT))
		check_run(c, "prompt_empty", n->data, "prompt_template", n,
			NULL, NULL);
	if (value_is(prompt, VALUE_OBJECT) && strcmp(mode, "chat") == 0)
		check_say(c, "prompt_shape", prompt, NULL, n, NULL, NULL);
	if (value_get_bool(n->data, "structured_output_enabled", false) &&
		value_is(schema, VALUE_OBJECT) &&
		value_count(value_get(schema, "schema")) == 0)
		check_run(c, "schema_missing", n->data, "structured_output", n,
			NULL, NULL);
	if (value_is(value_get(n->data, "memory"), VALUE_OBJECT) && !c->chat)
		check_say(c, "memory_in_workflow", n->data, "memory", n, NULL,
			NULL);
}

void
special_classifier(struct check *c, const struct check_node *n)
{
	const struct value *classes = value_get(n->data, "classes");

	check_model(c, n);
	if (value_is(classes, VALUE_ARRAY) && value_count(classes) == 0)
		check_run(c, "classes_empty", classes, NULL, n, NULL, NULL);
	special_repeated(c, n, classes, "id", "class_repeated");
}

static void
check_parameter(
	struct check *c, const struct check_node *n, const struct value *item)
{
	const struct value *named = value_get(item, "name");
	const char *name = value_text(named);
	const char *type = value_get_text(item, "type", "");

	if ((named != NULL &&
		    (check_is_falsy(named) || value_count(named) > 0)) ||
		(name != NULL && list_has("__reason|__is_success", name)))
		special_invalid(c, n, item, "name", "[A-Za-z_][A-Za-z0-9_]*");
	if (strcmp(type, "select") == 0 &&
		value_count(value_get(item, "options")) == 0)
		check_say(c, "input_options", item, "options", n, name, NULL);
}

void
special_extractor(struct check *c, const struct check_node *n)
{
	const struct value *list = value_get(n->data, "parameters");

	check_model(c, n);
	value_each(item, list)
		check_parameter(c, n, item);
	special_repeated(c, n, list, "name", "parameter_repeated");
}

static void
check_query(struct check *c, const struct check_node *n)
{
	const struct value *query =
		value_get(n->data, "query_variable_selector");
	const char *type = special_type(c, n->data, "query_variable_selector");

	if (query == NULL || query->type == VALUE_NULL)
		return;
	if (value_is(query, VALUE_ARRAY) && value_count(query) == 0) {
		if (c->version < VERSION_GRAPH)
			check_run(c, "query_type", query, NULL, n, NULL, NULL);
		return;
	}
	if (query->type == VALUE_STRING ? c->version >= VERSION_GRAPH
					: list_has("number|boolean|object|file|"
						   "array[string]|"
						   "array[number]|"
						   "array[object]|array[file]",
						  type))
		check_run(c, "query_type", query, NULL, n, NULL, NULL);
}

static void
check_datasets(struct check *c, const struct check_node *n)
{
	value_each(item, value_get(n->data, "dataset_ids")) {
		const char *id = value_text(item);

		if (id != NULL && c->resources != NULL &&
			resource_first(c->resources, RESOURCE_DATASET) &&
			!resource_find(c->resources, RESOURCE_DATASET, id))
			check_say(
				c, "dataset_unknown", item, NULL, n, id, NULL);
	}
}

void
special_retrieval(struct check *c, const struct check_node *n)
{
	bool single = check_text_is(n->data, "retrieval_mode", "single");
	const char *key = single ? "single_retrieval_config"
				 : "multiple_retrieval_config";

	check_query(c, n);
	check_datasets(c, n);
	if (!value_is(value_get(n->data, key), VALUE_OBJECT) &&
		value_get_text(n->data, "retrieval_mode", NULL) != NULL)
		check_run(c, "retrieval_config", n->data, key, n, key, NULL);
}
