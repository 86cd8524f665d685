/* graph_fill.c: the data of a node of a graph: what steps have too, and what
 * only graphs have. */
#include "dsl/graph_parts.h"
#include "dsl/lower_parts.h"
#include "dsl/tools.h"

#include "base/limits.h"
#include "base/nitems.h"

/* The reference of [name, ref] and of [name, variable, node]. */
static const struct value *
merged(struct fill *f, const struct value *item)
{
	const char *last = value_text(value_at(item, 2));
	struct value *ref;

	if (value_count(item) == 2 && value_is(value_at(item, 1), VALUE_ARRAY))
		return value_at(item, 1);
	if (value_count(item) != 3 || last == NULL ||
		scope_find(f->reader.scope, last, strlen(last)) == NULL)
		return item;
	ref = value_array(f->a);
	value_append(ref, value_clone(f->a, value_at(item, 1)));
	value_append_text(f->a, ref, last);
	return ref;
}

/* Refs of a merge: selectors, [variable, node], or [name, ref]. */
static void
fill_merge(struct fill *f)
{
	const struct value *groups =
		fill_get(fill_field(f, "advanced_settings"), "groups");
	struct value *list = value_array(f->a);
	const char *type = "any";

	value_each(item, fill_field(f, "variables|inputs|values")) {
		struct value *selector =
			fill_selector(f, merged(f, item), "variables");

		if (strcmp(type, "any") == 0)
			type = ref_type(f->flow, selector);
		if (value_count(selector) > 0)
			value_append(list, selector);
	}
	value_set(f->a, f->node->data, "variables", list);
	value_set_text(f->a, f->node->data, "output_type",
		strstr(type, "any") != NULL ? "string" : type);
	if (groups != NULL)
		value_set(f->a, f->node->data, "advanced_settings",
			value_clone(f->a, fill_field(f, "advanced_settings")));
}

static void
fill_start(struct graph *g, struct spot *s)
{
	struct value *plan = value_object(g->a);
	const struct value *list =
		fill_get(s->fields, "variables|inputs|outputs");
	/* A node with the id of another one is in no scope. */
	struct scope_entry alone = {.head = s->id, .node = s->made};
	struct scope_entry *e = scope_find(&g->scope, s->id, strlen(s->id));

	if (value_is(list, VALUE_ARRAY) || value_is(list, VALUE_OBJECT))
		value_set(g->a, plan, "inputs", value_clone(g->a, list));
	lower_form(g->flow, value_get(plan, "inputs"), s->made,
		e != NULL && e->node == s->made ? e : &alone);
}

static void
fill_iteration(struct graph *g, struct fill *f)
{
	const struct value *output =
		fill_field(f, "output_selector|output|give|result");
	const struct value *mode = fill_field(f, "error_handle_mode");

	value_set(f->a, f->node->data, "iterator_selector",
		fill_selector(f,
			fill_field(f, "iterator_selector|over|list|items|"
				      "input|iterator"),
			"iterator_selector"));
	if (mode != NULL)
		value_set(f->a, f->node->data, "error_handle_mode",
			value_clone(f->a, mode));
	if (output != NULL) {
		struct value *selector = fill_reference(f, output);

		if (selector != NULL)
			value_set(f->a, f->node->data, "output_selector",
				selector);
	}
	(void)g;
}

static void
set_tool_parameters(struct fill *f, const struct known_tool *t)
{
	struct value *parameters = value_object(f->a);

	for (size_t i = 0; t->parameters[i] != NULL; i += 2) {
		const struct value *v = fill_field(f, t->parameters[i]);
		struct value *p;

		if (v == NULL)
			continue;
		p = value_object(f->a);
		value_set_text(f->a, p, "type", "mixed");
		value_set_text(f->a, p, "value", fill_text(f, v));
		value_set(f->a, parameters, t->parameters[i + 1], p);
	}
	value_set(f->a, f->node->data, "tool_parameters", parameters);
	value_set(
		f->a, f->node->data, "tool_configurations", value_object(f->a));
}

/* The field that chooses the tool must be one of its words. */
static const char *
tool_name(struct fill *f, const struct known_tool *t)
{
	size_t n = strcspn(t->choices ? t->choices : "", "|");
	const char *said, *mark = strstr(t->tool, "%s");

	if (t->choice == NULL || mark == NULL)
		return t->tool;
	said = value_text(fill_field(f, t->choice));
	if (said == NULL || !list_has(t->choices, said)) {
		const char *usual = arena_memdup(f->a, t->choices, n);

		flow_finding(f->flow, "graph_tool_choice", f->reader.pointer,
			f->node, t->choice, said ? said : "", usual);
		said = usual;
	}
	return arena_printf(f->a, "%.*s%s%s", (int)(mark - t->tool), t->tool,
		said, mark + 2);
}

static void
fill_known_tool(struct fill *f, const struct known_tool *t)
{
	const char *name = tool_name(f, t);

	value_set_text(f->a, f->node->data, "provider_id", t->provider);
	value_set_text(f->a, f->node->data, "provider_type", "builtin");
	value_set_text(f->a, f->node->data, "provider_name", t->provider);
	value_set_text(f->a, f->node->data, "tool_name", name);
	value_set_text(f->a, f->node->data, "tool_label", name);
	set_tool_parameters(f, t);
}

/* Members that Dify knows and that were not put into other words. */
static void
keep_known(struct graph *g, struct spot *s)
{
	struct value *data = s->made->data;

	value_each(member, s->fields)
		if (value_get(data, member->key) == NULL &&
			!(flow_is(s->made, "if-else") &&
				list_has("conditions|logical_operator",
					member->key)) &&
			node_field(s->made->type, member->key,
				flow_version(g->flow)) != NULL)
			value_set(g->a, data, member->key,
				value_clone(g->a, member));
}

/* Nodes that were made on the way run before this one. */
static void
chain(struct graph *g, struct spot *s, struct fill *f)
{
	struct flow_node *last = NULL;

	for (size_t i = 0; i < f->before_count; i++) {
		if (last != NULL)
			flow_connect(g->flow, last, "source", f->before[i]);
		else
			s->first = f->before[i];
		last = f->before[i];
	}
	if (last != NULL)
		flow_connect(g->flow, last, "source", s->made);
}

/* The scope of a child: its container, then everything. */
static void
fill_fields(struct graph *g, struct spot *s, struct fill *f)
{
	const char *type = value_get_text(s->made->data, "type", "");
	const struct known_tool *tool =
		tool_known(value_get_text(s->node, "type", ""));

	if (value_get(fill_field(f, "dify"), "type") != NULL)
		fill_node(f);
	else if (tool != NULL)
		fill_known_tool(f, tool);
	else if (strcmp(type, "start") == 0)
		fill_start(g, s);
	else if (strcmp(type, "variable-aggregator") == 0)
		fill_merge(f);
	else if (strcmp(type, "iteration") == 0)
		fill_iteration(g, f);
	else
		fill_node(f);
	fill_dify(f);
	keep_known(g, s);
}

/* Whether a start node has inputs of types that Dify does not know. */
static bool
odd_inputs(const struct flow_node *start)
{
	value_each(v, value_get(start->data, "variables"))
		if (input_type(value_get_text(v, "type", "")) == NULL)
			return true;
	return false;
}

bool
graph_in_dify_words(const struct graph *g, const struct spot *s)
{
	const char *wrapper = value_get_text(s->node, "type", "custom");
	const char *type = value_get_text(s->fields, "type", "");

	return g->dify && strncmp(wrapper, "custom", 6) == 0 &&
	       s->made->type != NULL && strcmp(s->made->type->name, type) == 0;
}

void
graph_fill(struct graph *g, struct spot *s)
{
	struct fill f = {.a = g->a,
		.flow = g->flow,
		.fields = s->fields,
		.node = s->made};
	const char *title = value_get_text(s->made->data, "title", "");

	f.reader = (struct reader){.flow = g->flow,
		.scope = &g->scope,
		.node = s->made,
		.pointer = s->made->pointer};
	if (graph_in_dify_words(g, s)) {
		value_each(member, s->fields)
			if (strcmp(member->key, "type") != 0)
				value_set(g->a, s->made->data, member->key,
					value_clone(g->a, member));
		if (flow_is(s->made, "start") && odd_inputs(s->made))
			fill_start(g, s);
		return;
	}
	fill_fields(g, s, &f);
	value_set_text(g->a, s->made->data, "title", title);
	chain(g, s, &f);
}
