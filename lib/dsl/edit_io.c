/* edit_io.c: adds what goes into a DSL and what comes out of it. */
#include "dsl/edit_parts.h"
#include "dsl/graph_parts.h"
#include "dsl/lower_parts.h"

static struct value *
of_type(struct edit *e, const char *type)
{
	struct value *found = NULL;

	value_each(node, e->nodes) {
		const struct value *data = value_get(node, "data");

		if (strcmp(value_get_text(data, "type", ""), type) != 0)
			continue;
		if (found != NULL) {
			e->why = "it must say which node";
			return NULL;
		}
		found = node;
	}
	if (found == NULL)
		e->why = arena_printf(e->a, "there is no %s", type);
	return found;
}

/* The list of that name in a node's data; made when it is not there. */
static struct value *
list_of(struct edit *e, struct value *node, const char *name)
{
	struct value *data = value_get(node, "data");
	struct value *list = value_get(data, name);

	if (!value_is(data, VALUE_OBJECT))
		e->why = "the node has no data";
	else if (!value_is(list, VALUE_ARRAY))
		list = value_set(e->a, data, name, value_array(e->a));
	return e->why == NULL ? list : NULL;
}

static bool
taken(struct edit *e, const struct value *list, const char *name)
{
	value_each(item, list)
		if (strcmp(value_get_text(item, "variable", ""), name) == 0)
			e->why = "the name is taken";
	return e->why != NULL;
}

bool
edit_add_input(struct edit *e)
{
	struct value *start = of_type(e, "start"), *list, *form, *made;
	struct flow *f = flow_new(
		e->a, e->target, &e->result->findings, &e->result->repairs);
	struct flow_node *n;
	struct scope_entry entry = {0};

	list = start == NULL ? NULL : list_of(e, start, "variables");
	if (list == NULL)
		return false;
	if (!value_is(value_get(e->op, "input"), VALUE_OBJECT)) {
		e->why = "it needs an input with a name and a type";
		return false;
	}
	form = value_array(e->a);
	value_append(form, value_clone(e->a, value_get(e->op, "input")));
	n = flow_node_new(f, "start", "start", NULL, "");
	entry.node = n;
	lower_form(f, form, n, &entry);
	made = value_first(value_get(n->data, "variables"));
	if (taken(e, list, value_get_text(made, "variable", "")))
		return false;
	value_remove(made);
	value_append(list, made);
	return true;
}

bool
edit_add_output(struct edit *e)
{
	const char *id = value_get_text(e->op, "node", NULL);
	struct value *end = id != NULL ? edit_node(e, id) : of_type(e, "end");
	const struct value *wanted = value_get(e->op, "output");
	const char *name = value_get_text(wanted, "name", "");
	const char *from = value_get_text(wanted, "from", "");
	struct reader r = {0};
	struct scope scope = {0};
	struct value *list, *selector, *output;
	struct flow *f;

	list = end == NULL ? NULL : list_of(e, end, "outputs");
	if (list == NULL || taken(e, list, name))
		return false;
	f = edit_flow(e);
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		scope_add(e->a, &scope, n->id, n);
	if (flow_first_of(f, "start") != NULL)
		scope_add(e->a, &scope, "inputs", flow_first_of(f, "start"));
	r = (struct reader){.flow = f, .scope = &scope, .pointer = ""};
	selector = ref_selector(&r, from, strlen(from));
	if (selector == NULL || name[0] == '\0') {
		e->why = "it needs a name, and from must be a reference";
		return false;
	}
	output = value_append(list, value_object(e->a));
	value_set_text(e->a, output, "variable", name);
	value_set(e->a, output, "value_selector", selector);
	value_set_text(e->a, output, "value_type", ref_type(f, selector));
	return true;
}
