/* fill_human.c: the node that waits for what a person fills in and decides. */
#include "dsl/fill.h"
#include "dsl/ident.h"

/* Actions need an identifier of at most 20 characters. */
static void
add_action(struct fill *f, struct value *list, const struct value *item)
{
	const char *id = value_text(fill_get(item, "id|name"));
	const char *title = value_text(fill_get(item, "title|label"));
	struct value *a = value_append(list, value_object(f->a));

	if (id == NULL || strlen(id) > 20 || !ident_name(id))
		id = arena_printf(f->a, "action_%zu", value_count(list));
	value_set_text(f->a, a, "id", id);
	value_set_text(f->a, a, "title", title ? title : id);
	value_set_text(f->a, a, "button_style",
		value_count(list) == 1 ? "primary" : "default");
}

/* {{#$output.name#}} in the form is a slot for an input. */
static void
form_inputs(struct fill *f, const char *form)
{
	static const char open[] = "{{#$output.";
	struct value *inputs = value_array(f->a);
	const char *p = form;

	while ((p = strstr(p, open)) != NULL) {
		const char *name = p + sizeof(open) - 1;
		const char *end = strstr(name, "#}}");
		struct value *i, *d;

		if (end == NULL)
			break;
		i = value_append(inputs, value_object(f->a));
		value_set_text(f->a, i, "type", "paragraph");
		value_set_text(f->a, i, "output_variable_name",
			arena_memdup(f->a, name, (size_t)(end - name)));
		d = value_object(f->a);
		value_set_text(f->a, d, "type", "constant");
		value_set(f->a, d, "selector", value_array(f->a));
		value_set_text(f->a, d, "value", "");
		value_set(f->a, i, "default", d);
		p = end;
	}
	value_set(f->a, f->node->data, "inputs", inputs);
}

/* "{{answer}}" or "[answer]" is no reference: inputs stand as {{$output.x}}
 * or in a list of their own. */
static const char *
form_with_slots(struct fill *f, const char *form)
{
	struct value *extra = fill_pairs(f->a, fill_field(f, "inputs|fields"));

	value_each(member, extra) {
		const char *slot =
			arena_printf(f->a, "{{#$output.%s#}}", member->key);

		if (strstr(form, slot) == NULL)
			form = arena_printf(f->a, "%s\n\n%s", form, slot);
	}
	return form;
}

void
fill_human(struct fill *f)
{
	struct value *actions = value_array(f->a), *methods, *web;
	const char *form = form_with_slots(f,
		fill_text(f, fill_field(f, "form|form_content|text|prompt")));

	value_set_text(f->a, f->node->data, "form_content", form);
	form_inputs(f, form);
	value_each(item, fill_field(f, "actions|user_actions|buttons"))
		add_action(f, actions, item);
	value_set(f->a, f->node->data, "user_actions", actions);
	methods = value_array(f->a);
	web = value_append(methods, value_object(f->a));
	value_set_text(f->a, web, "type", "webapp");
	value_set_bool(f->a, web, "enabled", true);
	value_set(f->a, f->node->data, "delivery_methods", methods);
}
