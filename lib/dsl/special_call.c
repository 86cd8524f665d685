/* special_call.c: nodes that call something: http-request and tool. */
#include "dsl/special.h"

#include "dsl/types/types.h"

#include <string.h>

/* For no-auth whatever else is there is never looked at. */
static void
check_key(struct check *c, const struct check_node *n)
{
	const struct value *auth = value_get(n->data, "authorization");
	const struct value *config = value_get(auth, "config");

	if (!check_text_is(auth, "type", "api-key"))
		return;
	if (config == NULL) {
		check_run(c, "http_key", auth, "config", n, NULL, NULL);
		return;
	}
	if (!value_is(config, VALUE_OBJECT) || value_count(config) == 0) {
		special_invalid(c, n, config, NULL, "{type, api_key}");
		return;
	}
	check_members(c, n, http_key_members, config);
	if (check_text_is(config, "api_key", "") && c->version >= VERSION_GRAPH)
		check_run(c, "http_key", config, "api_key", n, NULL, NULL);
}

static void
check_url(struct check *c, const struct check_node *n)
{
	const char *url = value_get_text(n->data, "url", NULL);

	if (url == NULL)
		return;
	if (special_blank(url))
		check_run(c, "http_url_empty", n->data, "url", n, NULL, NULL);
	else if (strncmp(url, "http://", 7) != 0 &&
		 strncmp(url, "https://", 8) != 0 &&
		 strncmp(url, "{{#", 3) != 0)
		check_run(c, "http_url_scheme", n->data, "url", n, url, NULL);
}

static void
check_body(struct check *c, const struct check_node *n)
{
	const struct value *body = value_get(n->data, "body");
	const struct value *items = value_get(body, "data");
	const char *type = value_get_text(body, "type", "none");

	if (!list_has("json|raw-text|binary", type) ||
		(items != NULL && items->type == VALUE_STRING &&
			items->u.text.len > 0))
		return;
	if (value_count(items) != 1)
		check_run(c, "http_body_items", body, "data", n, type, NULL);
}

void
special_http(struct check *c, const struct check_node *n)
{
	check_key(c, n);
	check_url(c, n);
	check_body(c, n);
}

static bool
is_scalar(const struct value *v)
{
	return v->type == VALUE_STRING || v->type == VALUE_INT ||
	       v->type == VALUE_FLOAT || v->type == VALUE_BOOL;
}

static bool
is_text_list(const struct value *v)
{
	if (v->type != VALUE_ARRAY)
		return false;
	value_each(item, v)
		if (item->type != VALUE_STRING)
			return false;
	return true;
}

/* An input without a value is dropped before anything looks at it. */
static void
check_tool_input(
	struct check *c, const struct check_node *n, const struct value *input)
{
	const struct value *v = value_get(input, "value");
	const char *type = value_get_text(input, "type", "");

	if (!value_is(input, VALUE_OBJECT) || v == NULL ||
		v->type == VALUE_NULL)
		return;
	if (!list_has("mixed|variable|constant", type))
		special_invalid(
			c, n, input, "type", "mixed, variable, constant");
	else if (strcmp(type, "mixed") == 0 && v->type != VALUE_STRING)
		special_invalid(c, n, v, NULL, "text");
	else if (strcmp(type, "variable") == 0 && !is_text_list(v))
		special_invalid(c, n, v, NULL, "[node, variable]");
}

static void
check_configuration(
	struct check *c, const struct check_node *n, const struct value *item)
{
	if (c->version >= VERSION_STRICT && !is_scalar(item) &&
		item->type != VALUE_OBJECT)
		special_invalid(
			c, n, item, NULL, "text, number, true, false, object");
}

void
special_tool(struct check *c, const struct check_node *n)
{
	const struct value *inputs = value_get(n->data, "tool_parameters");
	const struct value *settings =
		value_get(n->data, "tool_configurations");

	if (value_is(inputs, VALUE_OBJECT))
		value_each(input, inputs)
			check_tool_input(c, n, input);
	if (value_is(settings, VALUE_OBJECT))
		value_each(item, settings)
			check_configuration(c, n, item);
}
