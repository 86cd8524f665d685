/* show_words.c: the data of a node in a plan's words, one node type each. */
#include "dsl/show_parts.h"

#include "base/nitems.h"

void
show_put_text(struct words *w, const char *name, const char *member)
{
	const char *text = value_get_text(w->data, member, "");

	if (text[0] != '\0')
		value_set_text(w->a, w->step, name, show_text(w->s, text));
}

static void
put_ref(struct words *w, const char *name, const struct value *selector)
{
	if (value_count(selector) > 0)
		value_set_text(w->a, w->step, name, show_ref(w->s, selector));
}

/* The handle of the model, its whole object when there is none. */
static void
put_model(struct words *w)
{
	const struct value *model = value_get(w->data, "model");
	const struct value *params = value_get(model, "completion_params");
	const struct value *temperature = value_get(params, "temperature");
	const struct resources *all =
		w->s->target != NULL ? w->s->target->resources : NULL;
	const struct resource *r = resource_find(
		all, RESOURCE_MODEL, value_get_text(model, "name", ""));

	if (r == NULL || r->provider == NULL ||
		strcmp(r->provider, value_get_text(model, "provider", "")) !=
			0 ||
		value_count(params) > (temperature != NULL)) {
		if (value_count(model) > 0)
			value_set(w->a, w->step, "model",
				value_clone(w->a, model));
		return;
	}
	if (r != resource_first(all, RESOURCE_MODEL))
		value_set_text(w->a, w->step, "model", r->handle);
	if (temperature != NULL)
		value_set(w->a, w->step, "temperature",
			value_clone(w->a, temperature));
}

static void
put_messages(struct words *w)
{
	const struct value *list = value_get(w->data, "prompt_template");
	const struct value *first = value_first(list);
	const struct value *last = value_at(list, value_count(list) - 1);
	bool system = strcmp(value_get_text(first, "role", ""), "system") == 0;
	bool user = strcmp(value_get_text(last, "role", ""), "user") == 0;
	struct value *all;

	if (value_count(list) == (size_t)system + user && user) {
		if (system)
			value_set_text(w->a, w->step, "system",
				show_text(w->s,
					value_get_text(first, "text", "")));
		value_set_text(w->a, w->step, "prompt",
			show_text(w->s, value_get_text(last, "text", "")));
		return;
	}
	all = value_array(w->a);
	value_each(item, value_is(list, VALUE_ARRAY) ? list : NULL) {
		struct value *m = value_append(all, value_object(w->a));

		value_set_text(
			w->a, m, "role", value_get_text(item, "role", ""));
		value_set_text(w->a, m, "text",
			show_text(w->s, value_get_text(item, "text", "")));
	}
	value_set(w->a, w->step, "prompt_template", all);
}

static void
llm(struct words *w)
{
	const struct value *context = value_get(w->data, "context");
	const struct value *vision = value_get(w->data, "vision");
	const struct value *window =
		value_get(value_get(w->data, "memory"), "window");

	put_model(w);
	put_messages(w);
	if (value_get_bool(context, "enabled", false))
		put_ref(w, "context", value_get(context, "variable_selector"));
	if (value_get_bool(vision, "enabled", false))
		put_ref(w, "vision",
			value_get(value_get(vision, "configs"),
				"variable_selector"));
	if (value_get_bool(w->data, "structured_output_enabled", false))
		value_set(w->a, w->step, "json",
			value_clone(w->a,
				value_get(
					value_get(w->data, "structured_output"),
					"schema")));
	if (value_get_bool(window, "enabled", false))
		value_set_int(w->a, w->step, "memory",
			value_get_int(window, "size", 0));
}

static void
classifier(struct words *w)
{
	struct value *classes = value_array(w->a);

	put_model(w);
	put_ref(w, "query", value_get(w->data, "query_variable_selector"));
	show_put_text(w, "instruction", "instruction");
	value_each(c, value_get(w->data, "classes"))
		value_set_text(w->a, value_append(classes, value_object(w->a)),
			"name", value_get_text(c, "name", ""));
	value_set(w->a, w->step, "classes", classes);
}

static void
extractor(struct words *w)
{
	static const char *const members[] = {
		"name", "type", "description", "required", "options"};
	struct value *list = value_array(w->a);

	put_model(w);
	put_ref(w, "text", value_get(w->data, "query"));
	show_put_text(w, "instruction", "instruction");
	value_each(item, value_get(w->data, "parameters")) {
		struct value *p = value_append(list, value_object(w->a));

		for (size_t i = 0; i < nitems(members); i++)
			if (value_get(item, members[i]) != NULL)
				value_set(w->a, p, members[i],
					value_clone(w->a,
						value_get(item, members[i])));
	}
	value_set(w->a, w->step, "parameters", list);
}

static void
put_bindings(struct words *w)
{
	struct value *inputs = value_object(w->a);

	value_each(item, value_get(w->data, "variables"))
		value_set_text(w->a, inputs,
			value_get_text(item, "variable", ""),
			show_ref(w->s, value_get(item, "value_selector")));
	if (value_count(inputs) > 0)
		value_set(w->a, w->step, "inputs", inputs);
}

static void
code(struct words *w)
{
	const char *language = value_get_text(w->data, "code_language", "");
	struct value *outputs = value_object(w->a);

	put_bindings(w);
	if (strcmp(language, "python3") != 0)
		value_set_text(w->a, w->step, "language", language);
	value_set_text(
		w->a, w->step, "code", value_get_text(w->data, "code", ""));
	value_each(o, value_get(w->data, "outputs"))
		if (o->key != NULL)
			value_set_text(w->a, outputs, o->key,
				value_get_text(o, "type", "string"));
	value_set(w->a, w->step, "outputs", outputs);
}

static void template(struct words *w)
{
	put_bindings(w);
	value_set_text(w->a, w->step, "template",
		value_get_text(w->data, "template", ""));
}

static void
knowledge(struct words *w)
{
	const struct value *config =
		value_get(w->data, "multiple_retrieval_config");
	const struct value *score = value_get(config, "score_threshold");
	const struct resources *all =
		w->s->target != NULL ? w->s->target->resources : NULL;
	struct value *list = value_array(w->a);

	put_ref(w, "query", value_get(w->data, "query_variable_selector"));
	value_each(id, value_get(w->data, "dataset_ids")) {
		const char *text = value_text(id) ? value_text(id) : "";
		const struct resource *r =
			resource_find(all, RESOURCE_DATASET, text);

		value_append_text(w->a, list, r != NULL ? r->handle : text);
	}
	value_set(w->a, w->step, "knowledge", list);
	if (value_get(config, "top_k") != NULL)
		value_set(w->a, w->step, "top_k",
			value_clone(w->a, value_get(config, "top_k")));
	if (score != NULL && score->type != VALUE_NULL)
		value_set(w->a, w->step, "score", value_clone(w->a, score));
}

static void
document(struct words *w)
{
	put_ref(w, "file", value_get(w->data, "variable_selector"));
}

static void
list(struct words *w)
{
	const struct value *filter = value_get(w->data, "filter_by");
	const struct value *order = value_get(w->data, "order_by");
	const struct value *limit = value_get(w->data, "limit");
	struct value *o;

	put_ref(w, "list", value_get(w->data, "variable"));
	if (value_get_bool(filter, "enabled", false)) {
		o = value_set(w->a, w->step, "filter", value_array(w->a));
		value_each(c, value_get(filter, "conditions")) {
			struct value *f = value_append(o, value_object(w->a));

			value_set_text(
				w->a, f, "key", value_get_text(c, "key", ""));
			value_set_text(w->a, f, "op",
				value_get_text(c, "comparison_operator", ""));
			if (value_get(c, "value") != NULL)
				value_set(w->a, f, "value",
					value_clone(
						w->a, value_get(c, "value")));
		}
	}
	if (value_get_bool(order, "enabled", false)) {
		o = value_set(w->a, w->step, "order", value_object(w->a));
		value_set_text(
			w->a, o, "key", value_get_text(order, "key", ""));
		value_set_text(w->a, o, "value",
			value_get_text(order, "value", "asc"));
	}
	if (value_get_bool(limit, "enabled", false))
		value_set_int(w->a, w->step, "limit",
			value_get_int(limit, "size", 10));
}

static void
answer(struct words *w)
{
	show_put_text(w, "text", "answer");
}

static void
end(struct words *w)
{
	value_set(w->a, w->step, "outputs", show_outputs(w->s, w->data));
}

static void
cases(struct words *w)
{
	struct value *all = value_array(w->a);

	value_each(c, value_get(w->data, "cases"))
		value_set(w->a, value_append(all, value_object(w->a)), "when",
			show_when(w->s, value_get(c, "conditions"),
				value_get_text(c, "logical_operator", "and")));
	value_set(w->a, w->step, "cases", all);
}

static void
human(struct words *w)
{
	struct value *actions = value_array(w->a);

	show_put_text(w, "form", "form_content");
	value_each(item, value_get(w->data, "user_actions")) {
		struct value *o = value_append(actions, value_object(w->a));

		value_set_text(w->a, o, "id", value_get_text(item, "id", ""));
		value_set_text(
			w->a, o, "title", value_get_text(item, "title", ""));
	}
	value_set(w->a, w->step, "actions", actions);
}

static const struct {
	const char *type;
	void (*put)(struct words *w);
} writers[] = {
	{"llm", llm},
	{"question-classifier", classifier},
	{"parameter-extractor", extractor},
	{"code", code},
	{"template-transform", template},
	{"http-request", show_http},
	{"knowledge-retrieval", knowledge},
	{"document-extractor", document},
	{"list-operator", list},
	{"tool", show_tool},
	{"assigner", show_assigner},
	{"answer", answer},
	{"end", end},
	{"if-else", cases},
	{"human-input", human},
};

bool
show_own_words(struct show *s, const struct flow_node *n, struct value *step)
{
	struct words w = {s, s->a, n->data, step};

	for (size_t i = 0; i < nitems(writers); i++)
		if (flow_is(n, writers[i].type)) {
			writers[i].put(&w);
			return true;
		}
	return false;
}
