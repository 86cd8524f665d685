/* edit_node.c: adds, moves and renames the nodes of a DSL. */
#include "base/limits.h"
#include "dsl/edit_parts.h"
#include "dsl/flow_refs.h"
#include "dsl/ident.h"

/* The steps of an operation as a list, also when there is one alone. */
static const struct value *
steps_of(struct edit *e)
{
	const struct value *steps = fill_get(e->op, "steps|nodes|node|step");
	struct value *list;

	if (!value_is(steps, VALUE_OBJECT))
		return steps;
	list = value_array(e->a);
	value_append(list, value_clone(e->a, steps));
	return list;
}

/* New steps need ids of their own; else they would be given others, and what
 * reads them would read something else. */
static bool
ids_free(struct edit *e, const struct value *steps)
{
	value_each(step, steps) {
		const char *id = value_get_text(step, "id", "");

		if (!value_is(step, VALUE_OBJECT))
			e->why = "a step must be an object";
		else if (!ident_step(id) || edit_node(e, id) != NULL)
			e->why = arena_printf(
				e->a, "\"%s\" is no id that is free", id);
		else
			e->why = NULL;
		if (e->why != NULL)
			return false;
	}
	if (value_count(steps) == 0)
		e->why = "it needs steps";
	return e->why == NULL;
}

/* Leads the flow on from where it stopped. */
static void
go_on(struct grow *g)
{
	for (size_t i = 0; i < g->out.count; i++)
		for (size_t k = 0; k < g->in.count; k++)
			flow_connect(g->flow, g->in.nodes[k], g->in.handles[k],
				g->out.nodes[i]);
}

bool
edit_add(struct edit *e)
{
	const struct value *steps = steps_of(e);
	struct grow g;
	struct ends entered = {0};

	if (!ids_free(e, steps))
		return false;
	grow_begin(e, &g);
	if (!grow_place(&g))
		return false;
	ends_copy(e->scratch, &entered, &g.in);
	lower_steps(&g.lower, steps, &g.scope, g.parent, &g.in);
	go_on(&g);
	g.in = entered;
	return grow_finish(&g);
}

/* Takes a node out of the flow; what went in goes on to what followed. */
static void
take_out(struct grow *g, struct flow_node *n)
{
	struct route *r, *next;

	for (struct flow_node *from = g->flow->first; from != NULL;
		from = from->next)
		for (r = from->routes; r != NULL; r = next) {
			next = r->next;
			if (r->target != n)
				continue;
			for (struct route *o = n->routes; o != NULL;
				o = o->next)
				if (o->target != from)
					flow_connect(g->flow, from, r->handle,
						o->target);
			flow_disconnect(g->flow, from, r);
		}
	while (n->routes != NULL)
		flow_disconnect(g->flow, n, n->routes);
}

bool
edit_move(struct edit *e)
{
	const struct value *node = edit_named(e, "node|id");
	const char *id = value_get_text(node, "id", "");
	struct flow_node *n;
	struct grow g;

	if (node == NULL)
		return false;
	grow_begin(e, &g);
	n = flow_find(g.flow, id);
	if (n == NULL || n->type == NULL ||
		n->type->handles != HANDLES_SOURCE ||
		(n->type->traits & (NODE_START | NODE_CHILD_START)))
		e->why = "a node that splits, begins or ends cannot be moved";
	else if (edit_is(e->op, "after", id) || edit_is(e->op, "before", id) ||
		 edit_is(e->op, "in", id))
		e->why = "a node cannot be moved behind itself";
	if (e->why != NULL)
		return false;
	take_out(&g, n);
	if (!grow_place(&g))
		return false;
	for (size_t i = 0; i < g.in.count; i++)
		if (g.in.nodes[i] == n)
			e->why = "a node cannot be moved behind itself";
	if (e->why != NULL)
		return false;
	if (g.parent != n->parent) {
		e->why = "a node cannot leave its container";
		return false;
	}
	for (size_t i = 0; i < g.in.count; i++)
		flow_connect(g.flow, g.in.nodes[i], g.in.handles[i], n);
	for (size_t i = 0; i < g.out.count; i++)
		flow_connect(g.flow, n, "source", g.out.nodes[i]);
	return grow_finish(&g);
}

/* ---- renaming ---- */

struct renaming {
	const char *from;
	const char *to;
};

static bool
rename_reference(struct flow_ref *ref)
{
	const struct renaming *r = ref->context;
	struct value *head = value_first(ref->selector);

	if (strcmp(value_text(head), r->from) != 0)
		return false;
	value_replace(head, value_string(ref->flow->arena, r->to));
	return true;
}

static void
rename_member(struct edit *e, struct value *object, const char *key,
	const struct renaming *r)
{
	if (edit_is(object, key, r->from))
		value_set_text(e->a, object, key, r->to);
}

static void
rename_edges(struct edit *e, const struct renaming *r)
{
	value_each(edge, e->edges) {
		bool touched = edit_is(edge, "source", r->from) ||
			       edit_is(edge, "target", r->from);

		rename_member(e, edge, "source", r);
		rename_member(e, edge, "target", r);
		rename_member(e, value_get(edge, "data"), "iteration_id", r);
		rename_member(e, value_get(edge, "data"), "loop_id", r);
		if (touched)
			value_set_text(e->a, edge, "id",
				arena_printf(e->a, "%s-%s-%s-target",
					value_get_text(edge, "source", ""),
					value_get_text(
						edge, "sourceHandle", "source"),
					value_get_text(edge, "target", "")));
	}
}

bool
edit_rename(struct edit *e)
{
	struct value *node = edit_named(e, "node|id|from");
	struct renaming r = {value_get_text(node, "id", ""),
		value_get_text(e->op, "to", "")};
	struct flow f = {.arena = e->a, .target = e->target};

	if (node == NULL)
		return false;
	if (!ident_step(r.to) || edit_node(e, r.to) != NULL) {
		e->why = "it needs an id of its own";
		return false;
	}
	e->why = NULL;
	value_set_text(e->a, node, "id", r.to);
	value_each(other, e->nodes) {
		struct value *data = value_get(other, "data");
		struct flow_node n = {.id = r.to, .data = data};

		n.type = node_type_find(value_get_text(data, "type", ""));
		f.first = &n;
		if (value_is(data, VALUE_OBJECT))
			flow_node_refs(&f, &n, rename_reference, &r);
		rename_member(e, other, "parentId", &r);
		rename_member(e, data, "iteration_id", &r);
		rename_member(e, data, "loop_id", &r);
		rename_member(e, data, "start_node_id", &r);
	}
	rename_edges(e, &r);
	return true;
}
