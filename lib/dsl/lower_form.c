/* lower_form.c: the inputs of a workflow as the form of its start node. */
#include "base/nitems.h"
#include "dsl/ident.h"
#include "dsl/lower_parts.h"

/* What the plan calls a form field, and what Dify calls it. */
static const struct alias forms[] = {
	{"text", "text-input"},
	{"text-input", "text-input"},
	{"string", "paragraph"},
	{"str", "paragraph"},
	{"paragraph", "paragraph"},
	{"textarea", "paragraph"},
	{"long_text", "paragraph"},
	{"select", "select"},
	{"choice", "select"},
	{"enum", "select"},
	{"number", "number"},
	{"int", "number"},
	{"integer", "number"},
	{"float", "number"},
	{"checkbox", "checkbox"},
	{"boolean", "checkbox"},
	{"bool", "checkbox"},
	{"file", "file"},
	{"image", "file"},
	{"document", "file"},
	{"audio", "file"},
	{"video", "file"},
	{"files", "file-list"},
	{"file-list", "file-list"},
	{"array[file]", "file-list"},
	{"images", "file-list"},
	{"array[image]", "file-list"},
	{"documents", "file-list"},
	{"list[file]", "file-list"},
	{"json", "json_object"},
	{"object", "json_object"},
	{"json_object", "json_object"},
	{"array[string]", "paragraph"},
	{"url", "text-input"},
	{"date", "text-input"},
	{"email", "text-input"},
};

static const char *
form_of(const char *type)
{
	for (size_t i = 0; i < nitems(forms); i++)
		if (strcmp(forms[i].from, type) == 0)
			return forms[i].to;
	return NULL;
}

static void
file_types(struct flow *f, struct value *v, const char *type)
{
	static const char *const all[] = {
		"document", "image", "audio", "video"};
	struct value *types = value_array(f->arena),
		     *methods = value_array(f->arena);

	for (size_t i = 0; i < nitems(all); i++)
		if (strstr(type, all[i]) != NULL)
			value_append_text(f->arena, types, all[i]);
	for (size_t i = 0; i < nitems(all) && types->u.kids.count == i; i++)
		value_append_text(f->arena, types, all[i]);
	value_append_text(f->arena, methods, "local_file");
	value_append_text(f->arena, methods, "remote_url");
	value_set(f->arena, v, "allowed_file_types", types);
	value_set(
		f->arena, v, "allowed_file_extensions", value_array(f->arena));
	value_set(f->arena, v, "allowed_file_upload_methods", methods);
}

static void
sizes(struct flow *f, struct value *v, const char *form)
{
	if (strcmp(form, "text-input") == 0)
		value_set_int(f->arena, v, "max_length", 256);
	else if (strcmp(form, "paragraph") == 0)
		value_set_int(f->arena, v, "max_length", 100000);
	else if (strcmp(form, "file-list") == 0)
		value_set_int(f->arena, v, "max_length", 10);
}

static void
add_input(struct flow *f, struct value *variables, const struct value *item,
	const char *pointer, struct scope_entry *e)
{
	const char *name = value_text(fill_get(item, "name|variable|id"));
	const char *type = value_get_text(item, "type", "text");
	const char *form = form_of(type), *clean, *label;
	const struct value *options = fill_get(item, "options|choices|enum");
	struct value *v = value_append(variables, value_object(f->arena));

	if (name == NULL)
		name = arena_printf(
			f->arena, "input_%zu", value_count(variables));
	clean = ident_name(name) ? name
				 : ident_name_of(f->arena, name,
					   arena_printf(f->arena, "input_%zu",
						   value_count(variables)));
	if (clean != name) {
		repair_add(f->arena, f->repairs, "name_cleaned", pointer, name,
			clean);
		if (e->gives == NULL)
			e->gives = value_object(f->arena);
		value_set(f->arena, e->gives, name,
			flow_selector(f->arena, e->node->id, clean));
	}
	if (form == NULL) {
		flow_finding(f, "plan_input_type", pointer, e->node, clean,
			type, NULL);
		form = "paragraph";
	}
	if (value_count(options) > 0 && strcmp(form, "file") != 0 &&
		strcmp(form, "file-list") != 0)
		form = "select";
	label = value_text(fill_get(item, "label|title|description"));
	value_set_text(f->arena, v, "variable", clean);
	value_set_text(f->arena, v, "label",
		label != NULL && label[0] != '\0' ? label : name);
	value_set_text(f->arena, v, "type", form);
	value_set_bool(f->arena, v, "required",
		value_get_bool(
			item, "required", strcmp(form, "checkbox") != 0));
	sizes(f, v, form);
	value_set(f->arena, v, "options",
		strcmp(form, "select") == 0 && options != NULL
			? value_clone(f->arena, options)
			: value_array(f->arena));
	if (strncmp(form, "file", 4) == 0)
		file_types(f, v, type);
	if (fill_get(item, "default|value") != NULL &&
		strncmp(form, "file", 4) != 0)
		value_set(f->arena, v, "default",
			value_clone(f->arena, fill_get(item, "default|value")));
	value_each(member, value_get(item, "dify"))
		if (member->key != NULL)
			value_set(f->arena, v, member->key,
				value_clone(f->arena, member));
}

/* ["name", "type"] as models write it, and a bare name. */
static struct value *
item_object(struct flow *f, const struct value *item, const char *key)
{
	struct value *v;

	if (value_is(item, VALUE_OBJECT) && key == NULL)
		return value_clone(f->arena, item);
	if (value_is(item, VALUE_OBJECT))
		v = value_clone(f->arena, item);
	else
		v = value_object(f->arena);
	if (key != NULL)
		value_set_text(f->arena, v, "name", key);
	if (value_is(item, VALUE_ARRAY)) {
		const char *name = value_text(value_at(item, 0));
		const char *type = value_text(value_at(item, 1));

		value_set_text(f->arena, v, "name", name ? name : "");
		value_set_text(f->arena, v, "type", type ? type : "string");
	} else if (value_text(item) != NULL) {
		value_set_text(
			f->arena, v, key ? "type" : "name", value_text(item));
	}
	return v;
}

void
lower_form(struct flow *f, const struct value *inputs, struct flow_node *start,
	struct scope_entry *e)
{
	struct value *variables = value_array(f->arena);

	value_each(item, inputs)
		add_input(f, variables,
			item_object(f, item,
				value_is(inputs, VALUE_OBJECT) ? item->key
							       : NULL),
			value_pointer(f->arena, item), e);
	value_set(f->arena, start->data, "variables", variables);
}
