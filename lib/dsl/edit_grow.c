/* edit_grow.c: puts what was made in a flow into the DSL that the flow was read
 * from, and touches nothing else of it. */
#include "base/limits.h"
#include "dsl/compile.h"
#include "dsl/edit_parts.h"
#include "dsl/graph.h"
#include "dsl/layout.h"
#include "dsl/names.h"
#include "dsl/repair.h"

/* ---- from the DSL ---- */

static const char *
route_key(struct arena *a, const char *from, const char *handle, const char *to)
{
	return arena_printf(a, "%s\n%s\n%s", from, handle, to);
}

static struct names *
all_routes(struct arena *a, const struct flow *f)
{
	struct names *all = arena_alloc(a, sizeof(*all));

	names_init(all, a);
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		for (struct route *r = n->routes; r != NULL; r = r->next)
			names_put(all,
				route_key(a, n->id, r->handle, r->target->id),
				1);
	return all;
}

static void
add_to_scope(struct grow *g, const char *head, struct flow_node *n)
{
	struct scope_entry *entry =
		scope_add(g->e->scratch, &g->scope, head, n);
	const struct value *given = value_get(g->e->given, n->id);

	if (given != NULL)
		entry->gives = value_clone(g->e->scratch, given);
}

void
grow_begin(struct edit *e, struct grow *g)
{
	struct flow *f;

	*g = (struct grow){.e = e};
	f = g->flow = flow_new(e->scratch, e->target, &g->told, &g->mended);
	graph_read(f, e->result->dsl);
	g->told = (struct findings){0};
	g->mended = (struct repairs){0};
	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		const struct value *node =
			value_find(e->result->dsl, n->pointer);

		n->id = value_get_text(node, "id", n->id);
		add_to_scope(g, n->id, n);
	}
	if (flow_first_of(f, "start") != NULL)
		add_to_scope(g, "inputs", flow_first_of(f, "start"));
	g->last = f->last;
	g->routes = all_routes(e->scratch, f);
	g->lower = (struct lower){.flow = f, .a = e->scratch};
}

/* ---- where ---- */

static struct flow_node *
node_of(struct grow *g, const char *member)
{
	const struct value *node = edit_named(g->e, member);
	const char *id = value_get_text(node, "id", "");
	struct flow_node *n = node != NULL ? flow_find(g->flow, id) : NULL;

	if (node != NULL && (n == NULL || n->type == NULL))
		g->e->why = arena_printf(
			g->e->a, "\"%s\" is of a kind that is not known", id);
	return g->e->why == NULL ? n : NULL;
}

/* Takes the routes apart that leave a node by a handle; those to only alone
 * when it is given. */
static void
open_after(struct grow *g, struct flow_node *n, const char *handle,
	struct flow_node *only)
{
	struct route *r, *next;

	for (r = n->routes; r != NULL; r = next) {
		next = r->next;
		if (strcmp(r->handle, handle) != 0 ||
			(only != NULL && r->target != only))
			continue;
		if (only == NULL)
			ends_add(g->e->scratch, &g->out, r->target, "");
		flow_disconnect(g->flow, n, r);
	}
	ends_add(g->e->scratch, &g->in, n, handle);
	if (only != NULL)
		ends_add(g->e->scratch, &g->out, only, "");
}

static void
open_before(struct grow *g, struct flow_node *to)
{
	for (struct flow_node *n = g->flow->first; n != NULL; n = n->next) {
		struct route *r, *next;

		for (r = n->routes; r != NULL; r = next) {
			next = r->next;
			if (r->target != to)
				continue;
			ends_add(g->e->scratch, &g->in, n, r->handle);
			flow_disconnect(g->flow, n, r);
		}
	}
	ends_add(g->e->scratch, &g->out, to, "");
}

static bool
place_after(struct grow *g, struct flow_node *n, struct flow_node *only)
{
	const struct value *node = edit_node(g->e, n->id);
	const char *handle = edit_handle(g->e, node,
		fill_get(g->e->op, "branch|handle|port|case|class"));

	if (handle == NULL)
		return false;
	if (only != NULL && only->parent != n->parent) {
		g->e->why = "an edge cannot cross the border of a container";
		return false;
	}
	open_after(g, n, handle, only);
	g->parent = n->parent;
	g->anchor = node;
	return true;
}

/* Where the children of a container begin. */
static struct flow_node *
child_start(struct grow *g, const struct flow_node *container)
{
	for (struct flow_node *n = g->flow->first; n != NULL; n = n->next)
		if (n->parent == container && n->type != NULL &&
			(n->type->traits & NODE_CHILD_START))
			return n;
	g->e->why = "it is no container";
	return NULL;
}

bool
grow_place(struct grow *g)
{
	struct flow_node *n = NULL, *before = NULL;

	if (fill_get(g->e->op, "before") != NULL)
		before = node_of(g, "before");
	if (g->e->why == NULL && fill_get(g->e->op, "after") != NULL)
		n = node_of(g, "after");
	else if (g->e->why == NULL && fill_get(g->e->op, "in") != NULL)
		n = node_of(g, "in");
	if (g->e->why != NULL)
		return false;
	if (n != NULL && fill_get(g->e->op, "after") == NULL)
		n = child_start(g, n);
	if (n != NULL)
		return place_after(g, n, before);
	if (g->e->why == NULL && before == NULL)
		g->e->why = "it must say where: after, before or in";
	if (g->e->why == NULL &&
		(before->type->traits & (NODE_START | NODE_CHILD_START)))
		g->e->why = "nothing can stand before a start";
	if (g->e->why != NULL)
		return false;
	open_before(g, before);
	g->parent = before->parent;
	g->anchor = g->in.count > 0 ? edit_node(g->e, g->in.nodes[0]->id)
				    : edit_node(g->e, before->id);
	return true;
}

/* ---- into the DSL ---- */

/* The new nodes, laid out among themselves. */
static struct value *
made_nodes(struct grow *g)
{
	struct arena *a = g->e->scratch;
	struct value *graph = value_object(a), *edge;
	struct value *nodes = value_set(a, graph, "nodes", value_array(a));
	struct value *edges = value_set(a, graph, "edges", value_array(a));

	for (struct flow_node *n = g->last->next; n != NULL; n = n->next) {
		value_append(nodes, flow_compile_node(g->flow, n));
		for (struct route *r = n->routes; r != NULL; r = r->next) {
			edge = value_append(edges, value_object(a));
			value_set_text(a, edge, "source", n->id);
			value_set_text(a, edge, "sourceHandle", r->handle);
			value_set_text(a, edge, "target", r->target->id);
		}
	}
	layout_graph(a, graph);
	return nodes;
}

static void
drop_edges(struct edit *e, const struct names *now, const struct names *before)
{
	struct value *edge, *next;

	for (edge = value_first(e->edges); edge != NULL; edge = next) {
		const char *key =
			route_key(e->a, value_get_text(edge, "source", ""),
				value_get_text(edge, "sourceHandle", "source"),
				value_get_text(edge, "target", ""));

		next = edge->next;
		if (names_get(before, key) != NAMES_NONE &&
			names_get(now, key) == NAMES_NONE)
			value_remove(edge);
	}
}

static void
add_edges(struct grow *g)
{
	for (struct flow_node *n = g->flow->first; n != NULL; n = n->next)
		for (struct route *r = n->routes; r != NULL; r = r->next)
			if (names_get(g->routes,
				    route_key(g->e->scratch, n->id, r->handle,
					    r->target->id)) == NAMES_NONE)
				edit_connect(
					g->e, n->id, r->handle, r->target->id);
}

/* An error branch that is gone into is one that the node must have. */
static void
want_errors(struct grow *g)
{
	for (size_t i = 0; i < g->in.count; i++)
		if (strcmp(g->in.handles[i], "fail-branch") == 0)
			value_set_text(g->e->a,
				value_get(edit_node(g->e, g->in.nodes[i]->id),
					"data"),
				"error_strategy", "fail-branch");
}

/* What was mended in new nodes; nothing is in those that the DSL has. */
static void
tell_mended(struct grow *g)
{
	static const char old[] = "/workflow/";

	for (const struct repair *r = g->mended.first; r != NULL; r = r->next)
		if (strncmp(r->pointer, old, strlen(old)) != 0)
			repair_add(g->e->a, &g->e->result->repairs, r->code,
				r->pointer, r->before, r->after);
}

/* What the new splits give can be read by later operations. */
static void
keep_given(struct grow *g)
{
	for (struct scope_entry *s = g->scope.entries; s != NULL; s = s->next)
		if (s->gives != NULL && s->node != NULL)
			value_set(g->e->a, g->e->given, s->head,
				value_clone(g->e->a, s->gives));
}

/* What stands in the way: the first thing that was found. */
static bool
refused(struct grow *g)
{
	const struct finding *f = g->told.first;

	while (f != NULL && f->tier != TIER_E && f->tier != TIER_R)
		f = f->next;
	if (f != NULL && g->e->why == NULL)
		g->e->why = edit_because(g->e->a, f);
	return g->e->why != NULL;
}

/* Rules that look at what one node says; the others are about whole flows. */
static void
repair_new(struct grow *g)
{
	repair_bare_names(g->flow);
	repair_item(g->flow);
	repair_outputs(g->flow);
	repair_url(g->flow);
	repair_main(g->flow);
	repair_types(g->flow);
}

bool
grow_finish(struct grow *g)
{
	struct value *made;

	if (refused(g))
		return false;
	if (g->last->next != NULL) {
		repair_new(g);
		made = made_nodes(g);
		grow_stand(g, made);
		value_each(node, made)
			value_append(g->e->nodes, value_clone(g->e->a, node));
	}
	want_errors(g);
	tell_mended(g);
	drop_edges(g->e, all_routes(g->e->scratch, g->flow), g->routes);
	add_edges(g);
	keep_given(g);
	return true;
}
