/* fill_call.c: the node types that reach out or write: http, tools, variables.
 */
#include "dsl/fill.h"

#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "text/json.h"

/* Headers and parameters are lines "name:value". */
static const char *
lines(struct fill *f, const struct value *v)
{
	struct value *pairs;
	struct str out;

	if (v == NULL)
		return "";
	if (value_text(v) != NULL)
		return fill_text(f, v);
	pairs = fill_pairs(f->a, v);
	str_init(&out, f->a, LIMIT_DOCUMENT);
	if (pairs != NULL)
		value_each(pair, pairs)
			str_printf(&out, "%s%s:%s", out.len ? "\n" : "",
				pair->key, fill_text(f, pair));
	return out.s;
}

static const struct alias body_types[] = {
	{"json", "json"},
	{"application/json", "json"},
	{"none", "none"},
	{"form-data", "form-data"},
	{"form", "form-data"},
	{"multipart", "form-data"},
	{"multipart/form-data", "form-data"},
	{"x-www-form-urlencoded", "x-www-form-urlencoded"},
	{"urlencoded", "x-www-form-urlencoded"},
	{"raw", "raw-text"},
	{"application/x-www-form-urlencoded", "x-www-form-urlencoded"},
	{"raw-text", "raw-text"},
	{"text", "raw-text"},
	{"text/plain", "raw-text"},
	{"binary", "binary"},
};

static const char *
body_type(const char *type)
{
	for (size_t i = 0; type != NULL && i < nitems(body_types); i++)
		if (strcmp(body_types[i].from, type) == 0)
			return body_types[i].to;
	return NULL;
}

static struct value *
body_item(struct fill *f, struct value *list, const char *key, const char *text)
{
	struct value *item = value_append(list, value_object(f->a));

	value_set_text(f->a, item, "id",
		arena_printf(f->a, "key-value-%zu", value_count(list)));
	value_set_text(f->a, item, "key", key);
	value_set_text(f->a, item, "type", "text");
	value_set_text(f->a, item, "value", text);
	return item;
}

static void
form_items(struct fill *f, struct value *list, const struct value *data)
{
	struct value *pairs = fill_pairs(f->a, data);

	if (pairs == NULL)
		return;
	value_each(pair, pairs) {
		struct value *selector = fill_reference(f, pair);
		const char *type =
			selector ? ref_type(f->flow, selector) : "string";
		struct value *item =
			body_item(f, list, pair->key, fill_text(f, pair));

		if (strcmp(type, "file") != 0 &&
			strcmp(type, "array[file]") != 0)
			continue;
		value_set_text(f->a, item, "type", "file");
		value_set_text(f->a, item, "value", "");
		value_set(f->a, item, "file", selector);
	}
}

static void
body(struct fill *f)
{
	const struct value *v = fill_field(f, "body|data|json");
	const struct value *data = v;
	struct value *o = value_object(f->a), *list = value_array(f->a);
	const char *type = NULL;

	if (value_is(v, VALUE_OBJECT) && value_get(v, "type") != NULL) {
		type = body_type(value_get_text(v, "type", ""));
		data = type == NULL ? v : fill_get(v, "data|value|content");
	}
	if (type == NULL)
		type = v == NULL ? "none"
		       : value_is(v, VALUE_STRING) && v->u.text.len > 0 &&
				       v->u.text.s[0] != '{' &&
				       v->u.text.s[0] != '['
			       ? "raw-text"
			       : "json";
	if (strcmp(type, "json") == 0 || strcmp(type, "raw-text") == 0) {
		if (value_is(data, VALUE_ARRAY) &&
			value_get(value_first(data), "value") != NULL)
			data = value_get(value_first(data), "value");
		body_item(f, list, "", fill_text(f, data));
	} else if (strcmp(type, "binary") == 0) {
		struct value *item = body_item(f, list, "", "");

		value_set_text(f->a, item, "type", "file");
		value_set(f->a, item, "file", fill_selector(f, data, "body"));
	} else if (strcmp(type, "none") != 0) {
		form_items(f, list, data);
	}
	value_set_text(f->a, o, "type", type);
	value_set(f->a, o, "data", list);
	value_set(f->a, f->node->data, "body", o);
}

static void
auth(struct fill *f)
{
	const struct value *v = fill_field(f, "auth|authorization");
	const struct value *config = fill_get(v, "config");
	const char *type = value_get_text(v, "type", "none");
	struct value *o = value_object(f->a), *c;

	if (config != NULL)
		v = config;
	if (strcmp(type, "api-key") == 0 || strcmp(type, "api_key") == 0)
		type = value_get_text(config, "type",
			fill_get(v, "header") ? "custom" : "bearer");
	if (strcmp(type, "bearer") != 0 && strcmp(type, "basic") != 0 &&
		strcmp(type, "custom") != 0) {
		value_set_text(f->a, o, "type", "no-auth");
		value_set(f->a, o, "config", value_null(f->a));
	} else {
		c = value_object(f->a);
		value_set_text(f->a, c, "type", type);
		value_set_text(f->a, c, "api_key",
			fill_text(f, fill_get(v, "key|api_key|token")));
		value_set_text(
			f->a, c, "header", value_get_text(v, "header", ""));
		value_set_text(f->a, o, "type", "api-key");
		value_set(f->a, o, "config", c);
	}
	value_set(f->a, f->node->data, "authorization", o);
}

void
fill_http(struct fill *f)
{
	const char *method = value_text(fill_field(f, "method|verb"));
	const struct value *t = fill_field(f, "timeout");
	char *lower = arena_strdup(f->a, method ? method : "get");

	for (char *p = lower; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	value_set_text(f->a, f->node->data, "method", lower);
	value_set_text(f->a, f->node->data, "url",
		fill_text(f, fill_field(f, "url|uri|endpoint")));
	value_set_text(f->a, f->node->data, "headers",
		lines(f, fill_field(f, "headers")));
	value_set_text(f->a, f->node->data, "params",
		lines(f, fill_field(f, "params|query|query_params")));
	auth(f);
	body(f);
	if (value_is(t, VALUE_OBJECT)) {
		value_set(f->a, f->node->data, "timeout", value_clone(f->a, t));
	} else if (t != NULL) {
		struct value *o = value_object(f->a);
		int64_t seconds = fill_int(t, 60);

		value_set_int(f->a, o, "connect", seconds);
		value_set_int(f->a, o, "read", seconds);
		value_set_int(f->a, o, "write", seconds);
		value_set(f->a, f->node->data, "timeout", o);
	}
}

static struct value *
tool_input(struct fill *f, const struct value *v)
{
	struct value *o = value_object(f->a);
	struct value *selector = NULL;
	const char *type;

	if (value_is(v, VALUE_ARRAY) ||
		(value_text(v) != NULL &&
			ref_whole(&f->reader, value_text(v)) != NULL))
		selector = fill_reference(f, v);
	type = selector == NULL ? "string" : ref_type(f->flow, selector);
	if (selector != NULL && strcmp(type, "string") != 0 &&
		strcmp(type, "any") != 0) {
		value_set_text(f->a, o, "type", "variable");
		value_set(f->a, o, "value", selector);
	} else if (value_is(v, VALUE_STRING) || selector != NULL) {
		value_set_text(f->a, o, "type", "mixed");
		value_set_text(f->a, o, "value", fill_text(f, v));
	} else {
		value_set_text(f->a, o, "type", "constant");
		value_set(f->a, o, "value", value_clone(f->a, v));
	}
	return o;
}

static void
tool_names(struct fill *f, const char *name)
{
	const struct resources *all =
		f->flow->target == NULL ? NULL : f->flow->target->resources;
	const struct resource *r = resource_find(all, RESOURCE_TOOL, name);
	const char *provider =
		value_text(fill_field(f, "provider|provider_id"));

	if (r != NULL) {
		provider = r->provider;
		name = r->id != NULL ? r->id : name;
	} else {
		flow_finding(f->flow, "plan_tool_unknown", f->reader.pointer,
			f->node, name, NULL, NULL);
	}
	if (provider == NULL)
		provider = name;
	value_set_text(f->a, f->node->data, "provider_id", provider);
	value_set_text(f->a, f->node->data, "provider_type", "builtin");
	value_set_text(f->a, f->node->data, "provider_name", provider);
	value_set_text(f->a, f->node->data, "tool_name", name);
	value_set_text(f->a, f->node->data, "tool_label",
		r != NULL && r->name != NULL ? r->name : name);
}

void
fill_tool(struct fill *f)
{
	struct value *parameters = value_object(f->a);
	struct value *pairs = fill_pairs(
		f->a, fill_field(f, "arguments|parameters|args|inputs"));
	const char *name = value_text(fill_field(f, "tool|tool_name|name"));

	tool_names(f, name != NULL ? name : "");
	if (pairs != NULL)
		value_each(pair, pairs)
			value_set(f->a, parameters, pair->key,
				tool_input(f, pair));
	value_set(f->a, f->node->data, "tool_parameters", parameters);
	value_set(
		f->a, f->node->data, "tool_configurations", value_object(f->a));
}

static const struct alias operations[] = {
	{"overwrite", "over-write"},
	{"write", "over-write"},
	{"assign", "over-write"},
	{"=", "over-write"},
	{"add", "+="},
	{"increment", "+="},
	{"subtract", "-="},
	{"decrement", "-="},
	{"multiply", "*="},
	{"divide", "/="},
	{"push", "append"},
	{"reset", "clear"},
	{"remove_first", "remove-first"},
	{"remove_last", "remove-last"},
	{"+", "+="},
	{"-", "-="},
};

static const char *
operation(const char *name)
{
	for (size_t i = 0; i < nitems(operations); i++)
		if (strcmp(operations[i].from, name) == 0)
			return operations[i].to;
	return name;
}

/* A constant of the type that its target has. */
static struct value *
constant(struct fill *f, const struct value *v, const char *type)
{
	struct jsonx_report report;
	const char *text = value_text(v);
	struct value *read;

	if (v == NULL)
		return value_string(f->a, "");
	if (text == NULL || strcmp(type, "string") == 0 ||
		strcmp(type, "any") == 0)
		return value_clone(f->a, v);
	read = jsonx_read(f->a, text, strlen(text), 0, &report);
	return read != NULL ? read : value_clone(f->a, v);
}

static void
assignment(struct fill *f, struct value *items, const struct value *v)
{
	const struct value *content = fill_get(v, "value|from|source");
	const char *text = value_text(content);
	const char *op = operation(
		value_get_text(v, "operation", value_get_text(v, "op", "=")));
	struct value *target = fill_selector(f,
		fill_get(v, "target|variable|variable_selector|name"),
		"target");
	const char *type = ref_type(f->flow, target);
	struct value *item = value_append(items, value_object(f->a));
	struct value *selector = NULL;

	if (text != NULL && ref_whole(&f->reader, text) != NULL)
		selector = fill_reference(f, content);
	else if (value_is(content, VALUE_ARRAY) &&
		 strncmp(type, "array", 5) != 0)
		selector = fill_reference(f, content);
	else if (text != NULL && strchr(text, ' ') == NULL &&
		 strchr(text, '.') != NULL && strstr(text, "{{") == NULL &&
		 scope_find(f->reader.scope, text, strcspn(text, ".")))
		selector = fill_reference(f, content);
	else if (text != NULL && ref_has(&f->reader, text))
		selector = fill_carrier(
			f, text, arena_printf(f->a, "%s__value", f->node->id));
	if (selector == NULL && strcmp(op, "over-write") == 0)
		op = "set";
	if (selector != NULL && strcmp(op, "set") == 0)
		op = "over-write";
	value_set(f->a, item, "variable_selector", target);
	value_set_text(f->a, item, "operation", op);
	value_set_text(f->a, item, "write_mode", op);
	value_set_text(f->a, item, "input_type",
		selector != NULL ? "variable" : "constant");
	value_set(f->a, item, "value",
		selector != NULL ? selector : constant(f, content, type));
}

void
fill_assigner(struct fill *f)
{
	const struct value *all = fill_field(f, "set|items|assignments|assign");
	struct value *items = value_array(f->a);

	if (value_is(all, VALUE_OBJECT))
		assignment(f, items, all);
	value_each(item, value_is(all, VALUE_ARRAY) ? all : NULL)
		assignment(f, items, item);
	if (all == NULL && fill_field(f, "target") != NULL)
		assignment(f, items, f->fields);
	value_set_text(f->a, f->node->data, "version", "2");
	value_set(f->a, f->node->data, "items", items);
}
