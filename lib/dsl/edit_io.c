/* edit_io.c: what goes into a DSL and what comes out of it, its variables and
 * its name. */
#include "dsl/edit_parts.h"
#include "dsl/flow_refs.h"
#include "dsl/graph_parts.h"
#include "dsl/ident.h"

/* ---- lists of a node ---- */

static struct value *
of_type(struct edit *e, const char *type)
{
	struct value *found = NULL;

	value_each(node, e->nodes) {
		if (strcmp(edit_type(node), type) != 0)
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

static struct value *
item_named(const struct value *list, const char *name)
{
	value_each(item, list)
		if (edit_is(item, "variable", name))
			return item;
	return NULL;
}

static bool
taken(struct edit *e, const struct value *list, const char *name)
{
	if (item_named(list, name) != NULL)
		e->why = "the name is taken";
	return e->why != NULL;
}

/* The name that an operation is about. */
static const char *
name_of(struct edit *e, const char *member)
{
	const char *name = fill_plain(e->a, fill_get(e->op, "name|variable"));

	if (name == NULL)
		name = value_get_text(value_get(e->op, member), "name", NULL);
	if (name == NULL)
		name = value_text(value_get(e->op, member));
	return name != NULL ? name : "";
}

/* ---- inputs ---- */

bool
edit_add_input(struct edit *e)
{
	struct value *start = of_type(e, "start"), *list, *form, *made;
	struct findings found = {0};
	struct repairs mended = {0};
	struct flow *f = flow_new(e->a, e->target, &found, &mended);
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
	if (made == NULL)
		e->why = "it needs an input with a name and a type";
	if (made == NULL ||
		taken(e, list, value_get_text(made, "variable", "")))
		return false;
	value_remove(made);
	value_append(list, made);
	return true;
}

/* The variable of the form that is meant. */
static struct value *
input_of(struct edit *e, struct value **start_r)
{
	struct value *start = of_type(e, "start"), *found;
	const char *name = name_of(e, "input");

	*start_r = start;
	found = start == NULL ? NULL
			      : item_named(value_get(value_get(start, "data"),
						   "variables"),
					name);
	if (found == NULL && e->why == NULL)
		e->why = arena_printf(e->a, "there is no input \"%s\"", name);
	return found;
}

struct renamed_input {
	const char *start;
	const char *from;
	const char *to;
};

static bool
rename_reference(struct flow_ref *ref)
{
	const struct renamed_input *r = ref->context;
	struct value *name = value_at(ref->selector, 1);
	const char *head = value_text(value_first(ref->selector));

	if (head == NULL || strcmp(head, r->start) != 0 ||
		value_text(name) == NULL ||
		strcmp(value_text(name), r->from) != 0)
		return false;
	value_replace(name, value_string(ref->flow->arena, r->to));
	return true;
}

static void
rename_input(struct edit *e, struct renamed_input *r)
{
	struct flow f = {.arena = e->a, .target = e->target};

	value_each(node, e->nodes) {
		struct value *data = value_get(node, "data");
		struct flow_node n = {
			.id = value_get_text(node, "id", ""), .data = data};

		n.type = node_type_find(edit_type(node));
		f.first = &n;
		if (value_is(data, VALUE_OBJECT))
			flow_node_refs(&f, &n, rename_reference, r);
	}
}

bool
edit_change_input(struct edit *e)
{
	struct value *start, *v = input_of(e, &start);
	const struct value *fields = fill_get(e->op, "fields|input|changes");
	const char *to = value_get_text(fields, "name", NULL);
	struct renamed_input r;

	if (v == NULL)
		return false;
	r = (struct renamed_input){value_get_text(start, "id", ""),
		value_get_text(v, "variable", ""), to};
	if (to != NULL && strcmp(to, r.from) == 0)
		to = NULL;
	if (to != NULL &&
		(!ident_name(to) || taken(e,
					    value_get(value_get(start, "data"),
						    "variables"),
					    to)))
		e->why = "the new name is taken, or none";
	else if (!edit_change_row(e, r.start, v, fields))
		e->why = "it changes nothing of the input";
	if (e->why != NULL)
		return false;
	if (to != NULL)
		rename_input(e, &r);
	return true;
}

bool
edit_remove_input(struct edit *e)
{
	struct value *start, *v = input_of(e, &start);

	if (v != NULL)
		value_remove(v);
	return v != NULL;
}

/* ---- outputs ---- */

/* Sets what an output hands out; false with why. */
static bool
set_from(struct edit *e, struct value *output)
{
	const struct value *wanted = value_get(e->op, "output");
	const struct value *said = fill_get(wanted, "from|value|source");
	const char *from = value_text(
		said != NULL ? said : fill_get(e->op, "from|value|source"));
	struct value *selector;
	struct reader r;
	struct grow g;

	grow_begin(e, &g);
	r = (struct reader){.flow = g.flow, .scope = &g.scope, .pointer = ""};
	from = from != NULL ? from : "";
	selector = ref_selector(&r, from, strlen(from));
	if (selector == NULL || g.told.count[TIER_E] + g.told.count[TIER_R]) {
		e->why = "it needs a name, and from must be a reference to an "
			 "output of a node";
		return false;
	}
	value_set(e->a, output, "value_selector", value_clone(e->a, selector));
	value_set_text(e->a, output, "value_type", ref_type(g.flow, selector));
	return true;
}

bool
edit_add_output(struct edit *e)
{
	struct value *end = fill_get(e->op, "node") != NULL
				    ? edit_named(e, "node")
				    : of_type(e, "end");
	const char *name = name_of(e, "output");
	struct value *list, *output;

	list = end == NULL ? NULL : list_of(e, end, "outputs");
	if (list == NULL || taken(e, list, name))
		return false;
	output = value_object(e->a);
	value_set_text(e->a, output, "variable", name);
	if (!ident_name(name))
		e->why = "it needs a name";
	if (e->why != NULL || !set_from(e, output))
		return false;
	value_append(list, output);
	return true;
}

/* The outputs of that name, in the node that is named or in every end. */
static struct value *
output_of(struct edit *e)
{
	const char *name = name_of(e, "output");
	struct value *found = NULL, *end;

	if (fill_get(e->op, "node") != NULL) {
		end = edit_named(e, "node");
		found = item_named(
			value_get(value_get(end, "data"), "outputs"), name);
	} else {
		value_each(node, e->nodes) {
			struct value *o =
				strcmp(edit_type(node), "end") != 0
					? NULL
					: item_named(value_get(value_get(node,
								       "data"),
							     "outputs"),
						  name);

			if (o != NULL && found != NULL)
				e->why = "it must say which node";
			if (o != NULL)
				found = o;
		}
	}
	if (found == NULL && e->why == NULL)
		e->why = arena_printf(e->a, "there is no output \"%s\"", name);
	return e->why == NULL ? found : NULL;
}

bool
edit_change_output(struct edit *e)
{
	struct value *o = output_of(e);
	const char *to = value_text(fill_get(e->op, "to|new_name"));
	const struct value *from = fill_get(e->op, "from|value|source");

	if (o == NULL)
		return false;
	if (from == NULL)
		from = fill_get(
			value_get(e->op, "output"), "from|value|source");
	if (to != NULL && (!ident_name(to) || taken(e, o->parent, to)))
		e->why = "the new name is taken, or none";
	else if (to == NULL && from == NULL)
		e->why = "it needs from, or to";
	if (e->why != NULL || (from != NULL && !set_from(e, o)))
		return false;
	if (to != NULL)
		value_set_text(e->a, o, "variable", to);
	return true;
}

bool
edit_remove_output(struct edit *e)
{
	struct value *o = output_of(e);

	if (o != NULL)
		value_remove(o);
	return o != NULL;
}

/* ---- the workflow itself ---- */

static struct value *
variables(struct edit *e, const char *name)
{
	struct value *workflow = value_get(e->result->dsl, "workflow");
	struct value *list = value_get(workflow, name);

	return value_is(list, VALUE_ARRAY)
		       ? list
		       : value_set(e->a, workflow, name, value_array(e->a));
}

bool
edit_set_variable(struct edit *e)
{
	const char *scope = value_get_text(e->op, "scope", "env");
	const struct value *wanted = value_get(e->op, "variable");
	const char *name = value_get_text(wanted, "name", "");
	bool env = strncmp(scope, "env", 3) == 0;
	struct findings found = {0};
	struct repairs mended = {0};
	struct flow *f = flow_new(e->a, e->target, &found, &mended);
	struct value *list, *fresh = value_array(e->a), *made;

	if (!env && strcmp(dsl_mode(e->result->dsl), "advanced-chat") != 0)
		e->why = "only a chat has conversation variables";
	else if (!ident_name(name))
		e->why = "it needs a variable with a name, a type and a value";
	if (e->why != NULL)
		return false;
	list = variables(
		e, env ? "environment_variables" : "conversation_variables");
	value_each(item, list)
		if (edit_is(item, "name", name)) {
			if (value_get(wanted, "value") != NULL)
				value_set(e->a, item, "value",
					value_clone(e->a,
						value_get(wanted, "value")));
			return true;
		}
	lower_variable(f, fresh, wanted, env ? "env" : "conversation");
	made = value_first(fresh);
	if (made == NULL)
		return false;
	value_remove(made);
	value_append(list, made);
	return true;
}

bool
edit_workflow(struct edit *e)
{
	const struct value *fields = fill_get(e->op, "fields|changes|set");
	struct value *app = value_get(e->result->dsl, "app");
	struct value *features =
		value_find(e->result->dsl, "/workflow/features");

	if (!value_is(fields, VALUE_OBJECT))
		fields = e->op;
	value_each(field, fields)
		if (!list_has("op|name|description|icon|opening_statement|"
			      "suggested_questions",
			    field->key))
			e->why = arena_printf(e->a,
				"a workflow has no field \"%s\"", field->key);
	value_each(field, e->why == NULL ? fields : NULL)
		if (strcmp(field->key, "op") != 0)
			value_set(e->a,
				list_has("name|description|icon", field->key)
					? app
					: features,
				field->key, value_clone(e->a, field));
	return e->why == NULL;
}
