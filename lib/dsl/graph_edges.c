/* graph_edges.c: edges in all spellings, and the handle that each leaves by.
 */
#include "dsl/graph_parts.h"

#include "base/nitems.h"

#include <strings.h>

/* "a -> b" */
static bool
arrow(struct graph *g, const char *text, const char **from_r, const char **to_r)
{
	const char *mark = strstr(text, "->");
	size_t n;

	if (mark == NULL)
		return false;
	n = (size_t)(mark - text);
	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '-'))
		n--;
	*from_r = arena_memdup(g->a, text, n);
	for (mark += 2; *mark == ' ' || *mark == '>'; mark++)
		continue;
	*to_r = mark;
	return n > 0 && *mark != '\0';
}

bool
graph_ends(struct graph *g, const struct value *edge, const char **from_r,
	const char **to_r, const struct value **port_r)
{
	size_t n = value_count(edge);
	const struct value *from, *to;

	*port_r = NULL;
	if (value_text(edge) != NULL)
		return arrow(g, value_text(edge), from_r, to_r);
	if (value_is(edge, VALUE_ARRAY)) {
		from = value_at(edge, 0);
		to = value_at(edge, n == 2 ? 1 : 2);
		*port_r = n > 2 ? value_at(edge, 1) : NULL;
	} else {
		from = fill_get(edge,
			"source|from|src|source_id|sourceId|source_node|"
			"from_node|start");
		to = fill_get(edge,
			"target|to|dst|target_id|targetId|target_node|to_node|"
			"dest|destination|end");
		*port_r = fill_get(edge,
			"sourceHandle|source_handle|port|handle|source_port|"
			"sourcePort|branch|case|condition|label");
	}
	*from_r = fill_plain(g->a, from);
	*to_r = fill_plain(g->a, to);
	return *from_r != NULL && *to_r != NULL;
}

static bool
one_of(const char *text, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(list[i], text) == 0)
			return true;
	return false;
}

/* A branch that is named by a word, by its class's name or by its number. */
static const char *
named_handle(struct graph *g, const struct flow_node *n,
	const struct value *handles, const char *text)
{
	static const char *const yes[] = {"true", "yes", "if", "then", "1"};
	static const char *const no[] = {
		"false", "no", "else", "default", "otherwise"};
	size_t i = 0;

	value_each(handle, handles)
		if (strcmp(value_text(handle), text) == 0)
			return value_text(handle);
	value_each(item, value_get(n->data, "classes")) {
		if (strcasecmp(value_get_text(item, "name", ""), text) == 0)
			return value_text(value_at(handles, i));
		i++;
	}
	if (flow_is(n, "if-else") && one_of(text, yes, nitems(yes)))
		return "true";
	if (flow_is(n, "if-else") && one_of(text, no, nitems(no)))
		return "false";
	(void)g;
	return NULL;
}

static const char *
handle_of(struct graph *g, struct flow_node *n, const struct value *port)
{
	struct value *handles = node_handles(g->a, n->data);
	const char *text = fill_plain(g->a, port), *found;
	int64_t k = fill_int(port, -1);

	if (n->type == NULL || n->type->handles == HANDLES_SOURCE) {
		if (text != NULL && strcmp(text, "fail-branch") == 0 &&
			value_get(n->data, "error_strategy") != NULL)
			return "fail-branch";
		if (port != NULL && text != NULL && text[0] != '\0' &&
			strcmp(text, "source") != 0 && k != 0)
			repair_add(g->a, g->flow->repairs, "port_dropped",
				n->pointer, text, "source");
		return "source";
	}
	if (value_is(port, VALUE_INT) && k >= 0 &&
		(size_t)k < value_count(handles))
		return value_text(value_at(handles, (size_t)k));
	found = text == NULL ? NULL : named_handle(g, n, handles, text);
	if (found != NULL)
		return found;
	if (k >= 0 && (size_t)k < value_count(handles))
		return value_text(value_at(handles, (size_t)k));
	return NULL;
}

/*
 * Where an edge that crosses a container's border belongs: between nodes of
 * the same container. NULL when it joins a container and what is inside.
 */
static struct flow_node *
lifted(struct flow_node *n, const struct flow_node *other)
{
	while (n != NULL && n->parent != other->parent &&
		!flow_inside(other->parent, n->parent))
		n = n->parent;
	return n;
}

/* An edge that says nothing, or nothing that can be: left out, with a word. */
static void
drop(struct graph *g, const char *pointer, const struct flow_node *n,
	const char *label, const char *code)
{
	repair_add(g->a, g->flow->repairs, code, pointer, label, "");
	flow_finding(
		g->flow, "graph_edge_dropped", pointer, n, label, NULL, NULL);
}

/* One edge whose ends have the same container. */
static void
add_level_edge(struct graph *g, const char *pointer, const char *label,
	struct flow_node *from, struct flow_node *to, const struct value *port)
{
	const char *handle;

	if (from->type != NULL && from->type->handles == HANDLES_NONE) {
		drop(g, pointer, from, label, "edge_out_of_end");
		return;
	}
	handle = handle_of(g, from, port);
	if (handle == NULL)
		flow_finding(g->flow, "graph_port_unknown", pointer, from,
			label, fill_plain(g->a, port), NULL);
	else
		flow_connect(g->flow, from, handle, to);
}

static void
add_edge(struct graph *g, const struct value *edge, struct spot *from,
	struct spot *to, const struct value *port)
{
	const char *pointer = value_pointer(g->a, edge);
	const char *label = arena_printf(g->a, "%s -> %s", from->id, to->id);
	struct flow_node *a = from->made, *b = to->made, *x, *y;

	if (flow_inside(a, b) || flow_inside(b, a)) {
		drop(g, pointer, a, label,
			a == b ? "edge_to_itself" : "edge_to_own_child");
		return;
	}
	if (a->parent == b->parent) {
		add_level_edge(g, pointer, label, a, to->first, port);
		return;
	}
	x = lifted(a, b);
	y = lifted(b, a);
	x = x != NULL ? x : a;
	y = y != NULL ? y : b;
	if (x->parent != y->parent || x == y) {
		drop(g, pointer, a, label, "edge_over_border");
		return;
	}
	repair_add(g->a, g->flow->repairs, "edge_over_border", pointer, label,
		arena_printf(g->a, "%s -> %s", x->id, y->id));
	add_level_edge(g, pointer, label, x, y == b ? to->first : y,
		x == a ? port : NULL);
}

static void
read_edge(struct graph *g, const struct value *edge)
{
	const char *from, *to;
	const struct value *port;
	struct spot *a, *b;

	if (!graph_ends(g, edge, &from, &to, &port)) {
		flow_finding(g->flow, "graph_edge_shape",
			value_pointer(g->a, edge), NULL, NULL, NULL, NULL);
		return;
	}
	a = spot_find(g, from);
	b = spot_find(g, to);
	if (a == NULL || b == NULL) {
		flow_finding(g->flow, "graph_edge_missing",
			value_pointer(g->a, edge), NULL,
			arena_printf(g->a, "%s -> %s", from, to),
			a == NULL ? from : to, NULL);
		return;
	}
	if (a->made != NULL && b->made != NULL)
		add_edge(g, edge, a, b, port);
}

/* "next": an id, a list of ids, or {"next": id}. */
static void
own_route(struct graph *g, struct spot *s, const char *handle,
	const struct value *next)
{
	const char *id = fill_plain(g->a, next);
	struct spot *to;

	if (value_is(next, VALUE_OBJECT)) {
		own_route(g, s, handle, fill_get(next, "next|to|target|id"));
		return;
	}
	if (value_is(next, VALUE_ARRAY)) {
		value_each(item, next)
			own_route(g, s, handle, item);
		return;
	}
	if (id == NULL || id[0] == '\0')
		return;
	to = spot_find(g, id);
	if (to == NULL || to->made == NULL)
		flow_finding(g->flow, "graph_edge_missing",
			value_pointer(g->a, next), s->made,
			arena_printf(g->a, "%s -> %s", s->id, id), id, NULL);
	else
		flow_connect(g->flow, s->made, handle, to->first);
}

static void
own_routes(struct graph *g, struct spot *s)
{
	static const char parts[] = "cases|classes|actions|branches";
	struct value *handles = node_handles(g->a, s->made->data);
	const struct value *list = fill_get(s->node, parts);
	size_t i = 0;

	if (list == NULL)
		list = fill_get(s->fields, parts);
	value_each(part, list) {
		const char *handle = value_text(value_at(handles, i++));

		if (handle != NULL && value_is(part, VALUE_OBJECT))
			own_route(
				g, s, handle, fill_get(part, "next|to|target"));
	}
	own_route(g, s, "source", fill_get(s->node, "next"));
	if (flow_is(s->made, "if-else"))
		own_route(g, s, "false", fill_get(s->node, "else"));
	own_route(g, s, "fail-branch", fill_get(s->node, "on_error_next"));
}

void
graph_connect(struct graph *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->spots[i].made != NULL)
			own_routes(g, &g->spots[i]);
	value_each(edge, g->edges)
		read_edge(g, edge);
}
