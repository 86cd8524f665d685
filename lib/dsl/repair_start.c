/* repair_start.c: nodes where things begin, and what the start node is
 * given. */
#include "base/nitems.h"
#include "dsl/flow_refs.h"
#include "dsl/ident.h"
#include "dsl/lower_parts.h"
#include "dsl/repair.h"

static bool
is_root(const struct flow_node *n)
{
	return n->type != NULL &&
	       (n->type->traits & (NODE_START | NODE_TRIGGER)) != 0;
}

static struct flow_node *
find_root(const struct flow *f)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		if (is_root(n))
			return n;
	return NULL;
}

void
repair_start_node(struct flow *f)
{
	struct flow_node *start;

	if (find_root(f) != NULL || f->first == NULL)
		return;
	start = flow_node_new(f, "start", "start", NULL, "");
	if (start == NULL)
		return;
	value_set(f->arena, start->data, "variables", value_array(f->arena));
	for (struct flow_node *n = f->first; n != start; n = n->next)
		if (n->parent == NULL && !flow_has_incoming(f, n))
			flow_connect(f, start, "source", n);
	repair_add(f->arena, f->repairs, "start_node_added", "", "", start->id);
}

static struct flow_node *
child_start(const struct flow *f, const struct flow_node *container)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		if (n->parent == container && n->type != NULL &&
			(n->type->traits & NODE_CHILD_START))
			return n;
	return NULL;
}

/* A start inside leads to the first child that nothing leads to. */
static void
wire_start(struct flow *f, struct flow_node *start)
{
	if (start->routes != NULL)
		return;
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		if (n->parent == start->parent && n != start &&
			!flow_has_incoming(f, n)) {
			flow_connect(f, start, "source", n);
			repair_add(f->arena, f->repairs, "container_wired",
				start->pointer, "",
				arena_printf(f->arena, "%s -> %s", start->id,
					n->id));
			return;
		}
}

void
repair_container_start(struct flow *f)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		struct flow_node *start;

		if (n->type == NULL || !(n->type->traits & NODE_CONTAINER))
			continue;
		start = child_start(f, n);
		if (start == NULL) {
			start = flow_node_new(f,
				flow_is(n, "loop") ? "loop-start"
						   : "iteration-start",
				arena_printf(f->arena, "%sstart", n->id), n,
				n->pointer);
			if (start == NULL)
				return;
			value_set_text(f->arena, start->data, "title", "");
			repair_add(f->arena, f->repairs,
				"container_start_added", n->pointer, "",
				start->id);
		}
		value_set_text(f->arena, n->data, "start_node_id", start->id);
		wire_start(f, start);
	}
}

static struct value *
declared(const struct flow_node *start, const char *name)
{
	value_each(v, value_get(start->data, "variables"))
		if (strcmp(value_get_text(v, "variable", ""), name) == 0)
			return v;
	return NULL;
}

static void
declare(struct flow *f, struct flow_node *start, const char *name,
	const char *form)
{
	struct value *plan = value_array(f->arena);
	struct value *item = value_append(plan, value_object(f->arena));
	struct value *variables = value_get(start->data, "variables");
	struct value *made;
	struct scope_entry e = {.node = start};

	value_set_text(f->arena, item, "name", name);
	value_set_text(f->arena, item, "type", form);
	lower_form(f, plan, start, &e);
	made = value_first(value_get(start->data, "variables"));
	if (variables == NULL)
		return;
	value_remove(made);
	value_append(variables, made);
	value_replace(value_get(start->data, "variables"), variables);
}

/* The only text that the start node is given, or NULL. */
static const char *
only_text(const struct flow_node *start)
{
	const char *only = NULL;

	value_each(v, value_get(start->data, "variables")) {
		const char *type = input_type(value_get_text(v, "type", ""));

		if (type == NULL || strcmp(type, "string") != 0)
			continue;
		if (only != NULL)
			return NULL;
		only = value_get_text(v, "variable", NULL);
	}
	return only;
}

/* sys.query exists in a chat only; in a workflow it is the one text input. */
static bool
fix_query(struct flow_ref *ref)
{
	struct flow_node *start = flow_first_of(ref->flow, "start");
	const char *head = value_text(value_at(ref->selector, 0));
	const char *name = value_text(value_at(ref->selector, 1));
	const char *input;

	if (start == NULL || strcmp(head, "sys") != 0 ||
		strcmp(name, "query") != 0)
		return false;
	input = only_text(start);
	if (input == NULL &&
		value_count(value_get(start->data, "variables")) > 0)
		return false;
	if (input == NULL) {
		input = "query";
		declare(ref->flow, start, input, "paragraph");
		repair_add(ref->flow->arena, ref->flow->repairs, "input_added",
			flow_ref_pointer(ref), "", input);
	}
	flow_ref_set(ref, "query_of_chat", start->id, input, false);
	return true;
}

/* In a chat, what the user asks need not be declared. */
static bool
fix_asked(struct flow_ref *ref)
{
	static const char *const names[] = {"query", "question", "user_query",
		"user_input", "input", "message", "user_question",
		"user_message"};
	struct flow_node *start =
		flow_find(ref->flow, value_text(value_at(ref->selector, 0)));
	const char *name = value_text(value_at(ref->selector, 1));

	if (!flow_is(start, "start") || declared(start, name) != NULL)
		return false;
	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(names[i], name) == 0) {
			flow_ref_set(
				ref, "query_of_chat", "sys", "query", false);
			return true;
		}
	return false;
}

void
repair_query(struct flow *f)
{
	flow_refs(f, f->chat ? fix_asked : fix_query, NULL);
}

/* The form that fits the way in which an input is read; NULL: none does. */
static const char *
form_of_use(const struct flow_ref *ref)
{
	const char *type = value_get_text(ref->node->data, "type", "");

	if (strcmp(type, "document-extractor") == 0)
		return "file";
	if (strcmp(type, "list-operator") == 0)
		return "files";
	if (strcmp(type, "iteration") == 0 && !ref->in_text)
		return NULL;
	return "paragraph";
}

static bool
fix_input(struct flow_ref *ref)
{
	struct flow_node *start =
		flow_find(ref->flow, value_text(value_at(ref->selector, 0)));
	const char *name = value_text(value_at(ref->selector, 1));
	const char *form = form_of_use(ref);

	if (!flow_is(start, "start") || declared(start, name) != NULL ||
		form == NULL || !ident_name(name))
		return false;
	declare(ref->flow, start, name, form);
	repair_add(ref->flow->arena, ref->flow->repairs, "input_added",
		flow_ref_pointer(ref), "", name);
	return false;
}

void
repair_inputs(struct flow *f)
{
	flow_refs(f, fix_input, NULL);
}
