/* edit_node.c: adds, removes and renames the nodes of a DSL. */
#include "base/limits.h"
#include "dsl/compile.h"
#include "dsl/edit_parts.h"
#include "dsl/flow_refs.h"
#include "dsl/graph_parts.h"
#include "dsl/ident.h"

struct flow *
edit_flow(struct edit *e)
{
	struct findings *read = arena_alloc(e->a, sizeof(*read));
	struct repairs *mended = arena_alloc(e->a, sizeof(*mended));
	struct flow *f = flow_new(e->a, e->target, read, mended);

	graph_read(f, e->result->dsl);
	f->findings = &e->result->findings;
	f->repairs = &e->result->repairs;
	return f;
}

static int64_t
coordinate(const struct value *node, const char *key)
{
	const struct value *v = value_get(value_get(node, "position"), key);

	return value_is(v, VALUE_FLOAT) ? (int64_t)v->u.number
	       : value_is(v, VALUE_INT) ? v->u.integer
					: 0;
}

static bool
overlaps(struct edit *e, const struct value *node, int64_t x, int64_t y)
{
	const char *parent = value_get_text(node, "parentId", "");

	value_each(other, e->nodes) {
		int64_t dx = coordinate(other, "x") - x;
		int64_t dy = coordinate(other, "y") - y;

		if (strcmp(value_get_text(other, "parentId", ""), parent) ==
				0 &&
			dx > -280 && dx < 280 && dy > -140 && dy < 140)
			return true;
	}
	return false;
}

/* Right of the node that it follows, below whatever stands there. */
static void
place(struct edit *e, struct value *node, const struct value *after)
{
	int64_t x = coordinate(after, "x") + 304, y = coordinate(after, "y");
	struct value *at = value_object(e->a);

	for (int i = 0; i < LIMIT_NODES && overlaps(e, node, x, y); i++)
		y += 150;
	value_set_int(e->a, at, "x", x);
	value_set_int(e->a, at, "y", y);
	value_set(e->a, node, "position", at);
	value_set(e->a, node, "positionAbsolute", value_clone(e->a, at));
	value_set_int(e->a, node, "width", 244);
	value_set_int(e->a, node, "height", 90);
}

/* A new node, its data filled out of a plan's words. */
static struct value *
made(struct edit *e, const struct value *wanted, const char *parent)
{
	struct flow *f = edit_flow(e);
	struct graph g = {.flow = f, .a = e->a};
	const struct node_type *type =
		node_type_guess(value_get_text(wanted, "type", ""));
	const char *id = value_get_text(wanted, "id", "");
	struct spot s = {.id = id, .node = wanted, .fields = wanted};

	if (type == NULL || (type->traits & (NODE_CONTAINER | NODE_START |
						    NODE_CHILD_START)))
		e->why = "no node of that type can be added";
	else if (!ident_step(id) || flow_find(f, id) != NULL)
		e->why = "it needs an id of its own";
	if (e->why != NULL)
		return NULL;
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		scope_add(e->a, &g.scope, n->id, n);
	if (flow_first_of(f, "start") != NULL)
		scope_add(e->a, &g.scope, "inputs", flow_first_of(f, "start"));
	s.made = s.first =
		flow_node_new(f, type->name, id, flow_find(f, parent), "");
	graph_fill(&g, &s);
	if (s.first != s.made) {
		e->why = "a field must be a reference, not a text with one";
		return NULL;
	}
	return flow_compile_node(f, s.made);
}

bool
edit_add(struct edit *e)
{
	const struct value *wanted = value_get(e->op, "node");
	const char *after = value_get_text(e->op, "after", "");
	const char *handle = value_get_text(e->op, "handle", "source");
	const struct value *before = edit_node(e, after);
	const char *id = value_get_text(wanted, "id", "");
	struct value *node, *handles, *targets;

	if (before == NULL)
		return false;
	node = made(e, wanted, value_get_text(before, "parentId", ""));
	if (node == NULL)
		return false;
	place(e, node, before);
	value_append(e->nodes, node);
	targets = edit_follow(e, after, handle);
	edit_connect(e, after, handle, id);
	handles = node_handles(e->a, value_get(node, "data"));
	if (value_count(handles) > 0)
		value_each(target, targets)
			edit_connect(e, id, value_text(value_first(handles)),
				value_text(target));
	return true;
}

static bool
is_text(const struct value *object, const char *key, const char *text)
{
	return strcmp(value_get_text(object, key, ""), text) == 0;
}

/* Takes a node away with its edges and its children. */
static void
take_away(struct edit *e, const char *id, int depth)
{
	struct value *v, *after;

	for (v = value_first(e->edges); v != NULL; v = after) {
		after = v->next;
		if (is_text(v, "source", id) || is_text(v, "target", id))
			value_remove(v);
	}
	for (v = value_first(e->nodes); v != NULL; v = value_first(e->nodes)) {
		while (v != NULL && !is_text(v, "parentId", id))
			v = v->next;
		if (v == NULL || depth > LIMIT_DEPTH)
			break;
		take_away(e, value_get_text(v, "id", ""), depth + 1);
	}
	v = edit_node(e, id);
	e->why = NULL;
	if (v != NULL)
		value_remove(v);
}

bool
edit_remove(struct edit *e)
{
	const char *id = value_get_text(e->op, "node", "");
	const struct value *node = edit_node(e, id);
	struct value *targets, *sources = value_array(e->a);

	if (node == NULL)
		return false;
	if (is_text(value_get(node, "data"), "type", "start")) {
		e->why = "a workflow needs its start";
		return false;
	}
	value_each(edge, e->edges)
		if (is_text(edge, "target", id))
			value_append(sources, value_clone(e->a, edge));
	targets = edit_follow(e, id, "source");
	take_away(e, id, 0);
	value_each(source, sources)
		value_each(target, targets)
			edit_connect(e, value_get_text(source, "source", ""),
				value_get_text(
					source, "sourceHandle", "source"),
				value_text(target));
	return true;
}

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
	if (is_text(object, key, r->from))
		value_set_text(e->a, object, key, r->to);
}

static void
rename_edges(struct edit *e, const struct renaming *r)
{
	value_each(edge, e->edges) {
		bool touched = is_text(edge, "source", r->from) ||
			       is_text(edge, "target", r->from);

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
	struct renaming r = {value_get_text(e->op, "node", ""),
		value_get_text(e->op, "to", "")};
	struct value *node = edit_node(e, r.from);
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
