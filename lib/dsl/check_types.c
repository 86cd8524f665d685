/* check_types.c: what can be read, and of which type it is. */
#include "dsl/check.h"

#include <string.h>

bool
check_is_system(const struct check *c, const char *name)
{
	if (list_has("user_id|app_id|workflow_id|workflow_run_id|files", name))
		return true;
	if (strcmp(name, "timestamp") == 0)
		return c->version >= 11200;
	if (strcmp(c->mode, "rag-pipeline") == 0)
		return true;
	return c->chat &&
	       list_has("query|conversation_id|dialogue_count", name);
}

bool
check_is_inner_name(const struct check_node *container, const char *name)
{
	return check_type_is(container, "iteration")
		       ? list_has("item|index", name)
		       : strcmp(name, "index") == 0;
}

/* The type of one of the variables of the document. */
static const char *
variable_type(const struct check *c, const char *list, size_t number)
{
	const struct value *item =
		value_at(value_get(c->workflow, list), number);

	return value_get_text(item, "value_type", "any");
}

static const char *
system_type(const char *name)
{
	if (list_has("dialogue_count|timestamp", name))
		return "number";
	return strcmp(name, "files") == 0 ? "array[file]" : "string";
}

const char *
check_reference_type(struct check *c, const struct value *selector)
{
	const char *head = value_text(value_at(selector, 0));
	const char *name = value_text(value_at(selector, 1));
	size_t at;

	if (head == NULL || name == NULL)
		return NULL;
	if (strcmp(head, "sys") == 0)
		return check_is_system(c, name) ? system_type(name) : NULL;
	if (strcmp(head, "env") == 0) {
		at = names_get(&c->env, name);
		return at == NAMES_NONE
			       ? NULL
			       : variable_type(c, "environment_variables", at);
	}
	if (strcmp(head, "conversation") == 0) {
		at = names_get(&c->conversation, name);
		return at == NAMES_NONE || !c->chat
			       ? NULL
			       : variable_type(c, "conversation_variables", at);
	}
	if (strcmp(head, "rag") == 0)
		return "any";
	at = names_get(&c->ids, head);
	if (at >= c->node_count)
		return NULL;
	if (value_count(selector) > 2 ||
		(c->nodes[at].type != NULL &&
			check_is_inner_name(&c->nodes[at], name)) ||
		strncmp(name, "sys.", 4) == 0)
		return "any";
	return node_output_type(c->arena, c->nodes[at].data, name, c->version);
}
