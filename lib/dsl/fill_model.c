/* fill_model.c: the node types that ask a language model. */
#include "dsl/fill.h"

#include "base/nitems.h"
#include "dsl/ident.h"

enum { MEMORY_SIZE = 10 };

/* The model that a Dify without list is asked for stays as it was written. */
static struct value *
named_model(struct fill *f, const char *name)
{
	const struct resources *all =
		f->flow->target == NULL ? NULL : f->flow->target->resources;
	const struct resource *r = NULL;
	struct value *model = value_object(f->a);

	if (name != NULL && name[0] != '\0')
		r = resource_find(all, RESOURCE_MODEL, name);
	if (r == NULL && name != NULL && name[0] != '\0' &&
		resource_first(all, RESOURCE_MODEL) != NULL)
		flow_finding(f->flow, "plan_model_unknown", f->reader.pointer,
			f->node, name, resource_first(all, RESOURCE_MODEL)->id,
			NULL);
	if (r == NULL)
		r = resource_first(all, RESOURCE_MODEL);
	value_set_text(f->a, model, "provider",
		r != NULL && r->provider != NULL ? r->provider : "");
	value_set_text(f->a, model, "name",
		r != NULL && r->id != NULL ? r->id
		: name != NULL             ? name
					   : "");
	value_set_text(f->a, model, "mode",
		r != NULL && r->mode != NULL ? r->mode : "chat");
	value_set(f->a, model, "completion_params", value_object(f->a));
	return model;
}

void
fill_model(struct fill *f)
{
	const struct value *v = fill_field(f, "model|model_name|llm");
	const struct value *t = fill_field(f, "temperature");
	struct value *model;

	if (value_is(v, VALUE_OBJECT) && fill_get(v, "provider") != NULL) {
		model = value_clone(f->a, v);
		if (value_get(model, "completion_params") == NULL)
			value_set(f->a, model, "completion_params",
				value_object(f->a));
	} else {
		if (value_is(v, VALUE_OBJECT))
			v = fill_get(v, "name|model|handle");
		model = named_model(f, value_text(v));
	}
	if (value_is(t, VALUE_INT) || value_is(t, VALUE_FLOAT))
		value_set(f->a, value_get(model, "completion_params"),
			"temperature", value_clone(f->a, t));
	value_set(f->a, f->node->data, "model", model);
}

static void
add_message(
	struct fill *f, struct value *list, const char *role, const char *text)
{
	struct value *m = value_append(list, value_object(f->a));

	value_set_text(f->a, m, "id",
		arena_printf(f->a, "%s_%s_%zu", f->node->id, role,
			value_count(list)));
	value_set_text(f->a, m, "role", role);
	value_set_text(f->a, m, "text", text);
	value_set_text(f->a, m, "edition_type", "basic");
}

/* A list of messages as Dify or OpenAI write it. */
static void
messages(struct fill *f, const struct value *v, struct value *list)
{
	value_each(item, v)
		add_message(f, list, value_get_text(item, "role", "user"),
			fill_text(f, fill_get(item, "text|content|prompt")));
}

static void
memory(struct fill *f, bool query)
{
	const struct value *v = fill_field(f, "memory");
	const struct value *size = v;
	struct value *m, *window;

	if (v == NULL || (v->type == VALUE_BOOL && !v->u.truth))
		return;
	if (value_is(v, VALUE_OBJECT) && fill_get(v, "window") != NULL) {
		value_set(f->a, f->node->data, "memory", value_clone(f->a, v));
		return;
	}
	if (value_is(v, VALUE_OBJECT))
		size = fill_get(v, "size|window_size|rounds");
	m = value_object(f->a);
	window = value_object(f->a);
	value_set_bool(f->a, window, "enabled", true);
	value_set_int(f->a, window, "size", fill_int(size, MEMORY_SIZE));
	value_set(f->a, m, "window", window);
	if (query)
		value_set_text(
			f->a, m, "query_prompt_template", "{{#sys.query#}}");
	value_set(f->a, f->node->data, "memory", m);
}

static void
context(struct fill *f, const char **prompt, const char *system)
{
	const struct value *v = fill_field(f, "context");
	struct value *c = value_object(f->a);
	bool on = v != NULL && !value_is(v, VALUE_BOOL);

	if (value_is(v, VALUE_OBJECT))
		v = fill_get(v, "variable_selector|ref|from");
	on = on && v != NULL && value_count(v) != 0;
	if (value_text(v) != NULL)
		on = value_text(v)[0] != '\0';
	value_set_bool(f->a, c, "enabled", on);
	value_set(f->a, c, "variable_selector",
		on ? fill_selector(f, v, "context") : value_array(f->a));
	value_set(f->a, f->node->data, "context", c);
	if (on && strstr(*prompt, "{{#context#}}") == NULL &&
		strstr(system, "{{#context#}}") == NULL)
		*prompt = arena_printf(f->a, "{{#context#}}\n\n%s", *prompt);
}

static void
vision(struct fill *f)
{
	const struct value *v = fill_field(f, "vision|images|image|files");
	struct value *selector, *o, *configs;

	if (v == NULL || value_is(v, VALUE_BOOL))
		return;
	if (value_is(v, VALUE_OBJECT) && fill_get(v, "configs") != NULL)
		v = fill_get(fill_get(v, "configs"), "variable_selector");
	if (v == NULL || value_is(v, VALUE_OBJECT))
		return;
	selector = fill_selector(f, v, "vision");
	o = value_object(f->a);
	configs = value_object(f->a);
	value_set(f->a, configs, "variable_selector", selector);
	value_set_text(f->a, configs, "detail", "high");
	value_set_bool(f->a, o, "enabled", true);
	value_set(f->a, o, "configs", configs);
	value_set(f->a, f->node->data, "vision", o);
}

static struct value *
property(struct arena *a, const char *type)
{
	struct value *p = value_object(a);
	const char *full = fill_type(type, "string");

	if (strncmp(full, "array[", 6) != 0) {
		value_set_text(a, p, "type", full);
		return p;
	}
	value_set_text(a, p, "type", "array");
	value_set(a, p, "items", value_object(a));
	value_set_text(a, value_get(p, "items"), "type",
		arena_memdup(a, full + 6, strlen(full) - 7));
	return p;
}

/* {name: type} as a JSON Schema; a schema stays as it is. */
static struct value *
schema_of(struct arena *a, const struct value *v)
{
	struct value *schema, *properties, *required;

	if (fill_get(v, "properties") != NULL)
		return value_clone(a, v);
	schema = value_object(a);
	properties = value_object(a);
	required = value_array(a);
	value_each(member, v) {
		value_set(a, properties, member->key,
			value_is(member, VALUE_OBJECT)
				? value_clone(a, member)
				: property(a, value_text(member)));
		value_append_text(a, required, member->key);
	}
	value_set_text(a, schema, "type", "object");
	value_set(a, schema, "properties", properties);
	value_set(a, schema, "required", required);
	value_set_bool(a, schema, "additionalProperties", false);
	return schema;
}

static void
structured(struct fill *f)
{
	const struct value *v = fill_field(f, "json|schema|json_schema");
	struct value *o, *map;

	if (v == NULL)
		return;
	map = value_is(v, VALUE_ARRAY) ? fill_pairs(f->a, v) : NULL;
	if (map != NULL)
		v = map;
	if (!value_is(v, VALUE_OBJECT) || value_count(v) == 0)
		return;
	o = value_object(f->a);
	value_set(f->a, o, "schema", schema_of(f->a, v));
	value_set(f->a, f->node->data, "structured_output", o);
	value_set_bool(f->a, f->node->data, "structured_output_enabled", true);
}

void
fill_llm(struct fill *f)
{
	const struct value *list = fill_field(f, "prompt_template|messages");
	const char *prompt = fill_text(
		f, fill_field(f, "prompt|user|user_prompt|user_message|query|"
				 "instruction|text"));
	const char *system = fill_text(
		f, fill_field(f, "system|system_prompt|system_message|role"));
	struct value *template = value_array(f->a);
	bool asks = strstr(prompt, "{{#sys.query#}}") != NULL;
	bool remembers = f->flow->chat && fill_field(f, "memory") != NULL;

	fill_model(f);
	context(f, &prompt, system);
	vision(f);
	structured(f);
	memory(f, true);
	if (value_is(list, VALUE_ARRAY)) {
		messages(f, list, template);
	} else {
		if (value_text(list) != NULL && prompt[0] == '\0')
			prompt = fill_text(f, list);
		if (system[0] != '\0' || (remembers && asks))
			add_message(f, template, "system", system);
		if (remembers && asks &&
			value_get(f->node->data, "memory") != NULL)
			value_set_text(f->a, value_get(f->node->data, "memory"),
				"query_prompt_template", prompt);
		else if (prompt[0] != '\0' || system[0] == '\0')
			add_message(f, template, "user", prompt);
	}
	value_set(f->a, f->node->data, "prompt_template", template);
}

static void
instruction(struct fill *f)
{
	const struct value *v =
		fill_field(f, "instruction|instructions|prompt");

	if (v != NULL)
		value_set_text(
			f->a, f->node->data, "instruction", fill_text(f, v));
}

void
fill_classifier(struct fill *f)
{
	const struct value *all = fill_field(f, "classes|categories|topics");
	struct value *classes = value_array(f->a);

	fill_model(f);
	value_set(f->a, f->node->data, "query_variable_selector",
		fill_selector(f,
			fill_field(f, "query|query_variable_selector|text|"
				      "input|variable"),
			"query"));
	instruction(f);
	memory(f, false);
	value_each(item, all) {
		const struct value *name =
			value_is(item, VALUE_OBJECT)
				? fill_get(item,
					  "name|label|title|description|class")
				: item;
		const char *text = fill_plain(f->a, name);
		struct value *c = value_append(classes, value_object(f->a));

		value_set_text(f->a, c, "id",
			arena_printf(f->a, "%zu", value_count(classes)));
		value_set_text(f->a, c, "name", text == NULL ? "" : text);
	}
	value_set(f->a, f->node->data, "classes", classes);
}

static const char *
parameter_type(const struct value *v)
{
	static const char *const allowed[] = {"string", "number", "boolean",
		"array[string]", "array[number]", "array[object]",
		"array[boolean]"};
	const char *type = value_text(v);

	if (type != NULL && strcmp(type, "select") == 0)
		return "select";
	type = fill_type(type, "string");
	for (size_t i = 0; i < nitems(allowed); i++)
		if (strcmp(allowed[i], type) == 0)
			return type;
	return strcmp(type, "array[file]") == 0 ? "array[string]" : "string";
}

static void
add_parameter(struct fill *f, struct value *list, const struct value *item)
{
	const struct value *options = fill_get(item, "options|enum");
	bool row = value_is(item, VALUE_ARRAY); /* description, name, type */
	const char *name = value_text(
		row ? value_at(item, 1) : fill_get(item, "name|variable|key"));
	const char *clean = ident_name(name ? name : "")
				    ? name
				    : ident_name_of(f->a, name ? name : "",
					      arena_printf(f->a, "value_%zu",
						      value_count(list) + 1));
	struct value *p = value_append(list, value_object(f->a));
	const char *desc = fill_plain(f->a,
		row ? value_at(item, 0) : fill_get(item, "description|desc"));

	if (name != NULL && clean != name)
		repair_add(f->a, f->flow->repairs, "name_cleaned",
			f->reader.pointer, name, clean);
	value_set_text(f->a, p, "name", clean);
	value_set_text(f->a, p, "type",
		value_count(options) > 0
			? "select"
			: parameter_type(row ? value_at(item, 2)
					     : fill_get(item, "type")));
	value_set_text(f->a, p, "description",
		desc != NULL && desc[0] != '\0' ? desc
		: name != NULL                  ? name
						: clean);
	value_set_bool(
		f->a, p, "required", value_get_bool(item, "required", false));
	if (value_count(options) > 0)
		value_set(f->a, p, "options", value_clone(f->a, options));
}

void
fill_extractor(struct fill *f)
{
	struct value *list = value_array(f->a);

	fill_model(f);
	value_set(f->a, f->node->data, "query",
		fill_selector(f,
			fill_field(f, "text|query|input|from|source|variable"),
			"text"));
	instruction(f);
	memory(f, false);
	value_each(item, fill_field(f, "parameters|params|fields|outputs"))
		add_parameter(f, list, item);
	value_set(f->a, f->node->data, "parameters", list);
}
