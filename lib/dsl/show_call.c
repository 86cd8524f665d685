/* show_call.c: the words of node types that reach out or write: http, tools,
 * variables. */
#include "dsl/show_parts.h"

static void
put_body(struct words *w)
{
	const struct value *body = value_get(w->data, "body");
	const struct value *data = value_get(body, "data");
	const char *type = value_get_text(body, "type", "none");
	struct value *o, *pairs;

	if (strcmp(type, "none") == 0)
		return;
	o = value_set(w->a, w->step, "body", value_object(w->a));
	value_set_text(w->a, o, "type", type);
	if (strcmp(type, "json") == 0 || strcmp(type, "raw-text") == 0) {
		value_set_text(w->a, o, "data",
			show_text(w->s, value_get_text(value_first(data),
						"value", "")));
		return;
	}
	if (strcmp(type, "binary") == 0) {
		value_set_text(w->a, o, "data",
			show_ref(w->s, value_get(value_first(data), "file")));
		return;
	}
	pairs = value_set(w->a, o, "data", value_object(w->a));
	value_each(item, data) {
		const char *text =
			show_text(w->s, value_get_text(item, "value", ""));

		if (value_count(value_get(item, "file")) > 0)
			text = arena_printf(w->a, "{{%s}}",
				show_ref(w->s, value_get(item, "file")));
		value_set_text(
			w->a, pairs, value_get_text(item, "key", ""), text);
	}
}

void
show_http(struct words *w)
{
	const struct value *auth = value_get(w->data, "authorization");
	const struct value *config = value_get(auth, "config");
	struct value *o;

	show_put_text(w, "method", "method");
	show_put_text(w, "url", "url");
	show_put_text(w, "headers", "headers");
	show_put_text(w, "params", "params");
	put_body(w);
	if (strcmp(value_get_text(auth, "type", ""), "api-key") != 0)
		return;
	o = value_set(w->a, w->step, "auth", value_object(w->a));
	value_set_text(w->a, o, "type", value_get_text(config, "type", ""));
	value_set_text(w->a, o, "key",
		show_text(w->s, value_get_text(config, "api_key", "")));
	if (value_get_text(config, "header", "")[0] != '\0')
		value_set_text(w->a, o, "header",
			value_get_text(config, "header", ""));
}

void
show_tool(struct words *w)
{
	const char *name = value_get_text(w->data, "tool_name", "");
	const struct resources *all =
		w->s->target != NULL ? w->s->target->resources : NULL;
	const struct resource *r = resource_find(all, RESOURCE_TOOL, name);
	struct value *arguments = value_object(w->a);

	value_set_text(w->a, w->step, "tool", r != NULL ? r->handle : name);
	if (r == NULL)
		show_put_text(w, "provider", "provider_id");
	value_each(p, value_get(w->data, "tool_parameters")) {
		const struct value *v = value_get(p, "value");
		const char *type = value_get_text(p, "type", "");

		if (p->key == NULL || v == NULL)
			continue;
		if (strcmp(type, "variable") == 0)
			value_set_text(w->a, arguments, p->key,
				arena_printf(
					w->a, "{{%s}}", show_ref(w->s, v)));
		else if (value_text(v) != NULL)
			value_set_text(w->a, arguments, p->key,
				show_text(w->s, value_text(v)));
		else
			value_set(
				w->a, arguments, p->key, value_clone(w->a, v));
	}
	value_set(w->a, w->step, "arguments", arguments);
}

void
show_assigner(struct words *w)
{
	struct value *set = value_array(w->a);

	value_each(item, value_get(w->data, "items")) {
		struct value *o = value_append(set, value_object(w->a));
		const struct value *v = value_get(item, "value");

		value_set_text(w->a, o, "target",
			show_ref(w->s, value_get(item, "variable_selector")));
		value_set_text(w->a, o, "operation",
			value_get_text(item, "operation", ""));
		if (strcmp(value_get_text(item, "input_type", ""),
			    "variable") == 0)
			value_set_text(w->a, o, "value",
				arena_printf(
					w->a, "{{%s}}", show_ref(w->s, v)));
		else if (v != NULL)
			value_set(w->a, o, "value", value_clone(w->a, v));
	}
	value_set(w->a, w->step, "set", set);
}
