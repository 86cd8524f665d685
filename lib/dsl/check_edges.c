/* check_edges.c: the list of edges: what they connect, and by which handle. */
#include "dsl/check.h"

#include <string.h>

static bool
has_handle(struct check *c, const struct check_node *n, const char *handle)
{
	value_each(item, node_handles(c->arena, n->data))
		if (strcmp(value_text(item), handle) == 0)
			return true;
	return false;
}

static bool
chooses(const struct check_node *n)
{
	return n->type != NULL && (n->type->handles == HANDLES_CASES ||
					  n->type->handles == HANDLES_CLASSES ||
					  n->type->handles == HANDLES_ACTIONS);
}

static bool
has_condition(const struct check_edge *e)
{
	return e->handle != NULL && strcmp(e->handle, "source") != 0;
}

static bool
has_rivals(const struct check *c, const struct check_node *n)
{
	for (size_t i = 0; i < n->out_count; i++)
		if (has_condition(&c->edges[n->out[i]]))
			return true;
	return false;
}

/*
 * Whether the edge is never followed. Up to 1.8 a handle is a condition that
 * the result of the node must meet, and "source" none, which counts only when
 * no other edge has one; from 1.9 on a node that does not choose leaves by
 * all its edges, whatever they are called.
 */
static bool
is_dead(struct check *c, const struct check_edge *e)
{
	const struct check_node *from = &c->nodes[e->from];

	if (c->version < VERSION_GRAPH)
		return has_condition(e) ? !has_handle(c, from, e->handle)
					: has_rivals(c, from);
	if (e->handle == NULL)
		return true;
	if (chooses(from) ||
		check_text_is(from->data, "error_strategy", "fail-branch"))
		return !has_handle(c, from, e->handle);
	return false;
}

/* Whether the edge joins two levels and the version does not follow it. */
static bool
is_lost(const struct check *c, const struct check_edge *e)
{
	const struct check_node *from = &c->nodes[e->from];
	const struct check_node *to = &c->nodes[e->to];

	return from->parent != to->parent &&
	       (c->version >= VERSION_GRAPH || to->parent == e->from);
}

/* Whether an edge leaves by each handle, so that none was meant for another.
 */
static bool
all_connected(struct check *c, const struct check_node *n)
{
	value_each(handle, node_handles(c->arena, n->data)) {
		bool found = false;

		for (size_t i = 0; i < n->out_count; i++) {
			const char *mine = c->edges[n->out[i]].handle;

			if (mine != NULL &&
				strcmp(mine, value_text(handle)) == 0)
				found = true;
		}
		if (!found)
			return false;
	}
	return true;
}

static void
check_handle(struct check *c, const struct check_edge *e)
{
	const struct check_node *from = &c->nodes[e->from];
	struct finding *f;
	struct str allowed;

	if (e->handle != NULL && has_handle(c, from, e->handle))
		return;
	if (from->type != NULL && from->type->handles == HANDLES_NONE) {
		check_say(c, "edge_after_end", e->edge, NULL, from,
			from->type->name, NULL);
		return;
	}
	if (e->dead && chooses(from)) {
		f = check_run(c, "edge_handle_unknown", e->edge, "sourceHandle",
			from, e->handle ? e->handle : "null", from->id);
		if (all_connected(c, from))
			check_tier(c, f, TIER_L);
	} else
		f = check_say(c, "edge_handle_odd", e->edge, "sourceHandle",
			from, e->handle ? e->handle : "null", from->id);
	if (f == NULL)
		return;
	str_init(&allowed, c->arena, 2000);
	value_each(item, node_handles(c->arena, from->data))
		str_printf(&allowed, "%s%s", allowed.len > 0 ? ", " : "",
			value_text(item));
	f->allowed = allowed.s;
}

/* The number of the node at one end; NAMES_NONE when the edge cannot count. */
static size_t
check_end(struct check *c, const struct value *edge, const char *key)
{
	const struct value *end = value_get(edge, key);
	size_t node;
	struct finding *f;

	if (end == NULL || end->type == VALUE_NULL) {
		check_say(c, "edge_end_missing", edge, key, NULL, key, NULL);
		return NAMES_NONE;
	}
	if (value_text(end) == NULL) {
		f = check_say(c, "edge_end_type", end, NULL, NULL, key, NULL);
		if (c->version >= VERSION_GRAPH)
			check_tier(c, f, TIER_L);
		return NAMES_NONE;
	}
	node = names_get(&c->ids, value_text(end));
	if (node != NAMES_NONE)
		return node;
	f = check_say(
		c, "edge_end_unknown", end, NULL, NULL, key, value_text(end));
	if (c->version < VERSION_GRAPH && strcmp(key, "source") == 0)
		check_tier(c, f, TIER_L);
	return NAMES_NONE;
}

static void
check_repeats(struct check *c, const struct value *edge, struct names *ids,
	struct names *ways)
{
	const char *id = value_get_text(edge, "id", NULL);
	const char *way = arena_printf(c->arena, "%s\n%s\n%s",
		value_get_text(edge, "source", ""),
		value_get_text(edge, "sourceHandle", "source"),
		value_get_text(edge, "target", ""));

	if (names_get(ways, way) != NAMES_NONE) {
		check_say(c, "edge_repeated", edge, NULL, NULL,
			value_get_text(edge, "source", ""),
			value_get_text(edge, "target", ""));
		return;
	}
	names_put(ways, way, 0);
	if (id == NULL)
		check_say(c, "edge_id_missing", edge, "id", NULL, NULL, NULL);
	else if (names_get(ids, id) != NAMES_NONE)
		check_say(c, "edge_id_repeated", edge, "id", NULL, id, NULL);
	else
		names_put(ids, id, 0);
}

/* Edges stay on their level; only the containers lead in and out. */
static void
check_levels(struct check *c, const struct check_edge *e)
{
	const struct check_node *from = &c->nodes[e->from];
	const struct check_node *to = &c->nodes[e->to];
	bool into_own = to->parent == e->from;

	if (from->parent == to->parent)
		return;
	if (into_own) {
		struct finding *f = check_refuse(c, "edge_into_container",
			e->edge, NULL, from, from->id, to->id);

		if (c->version >= VERSION_GRAPH)
			check_tier(c, f, TIER_L);
	} else if (c->version < VERSION_GRAPH) {
		check_tier(c,
			check_say(c, "edge_leaves_container", e->edge, NULL,
				from, from->id, to->id),
			TIER_L);
	} else {
		check_run(c, "edge_leaves_container", e->edge, NULL, from,
			from->id, to->id);
	}
}

static void
read_edge(struct check *c, const struct value *edge, struct names *ids,
	struct names *ways)
{
	struct check_edge *e = &c->edges[c->edge_count];

	if (!value_is(edge, VALUE_OBJECT)) {
		check_say(c, "edge_shape", edge, NULL, NULL, NULL, NULL);
		return;
	}
	e->edge = edge;
	e->from = check_end(c, edge, "source");
	e->to = check_end(c, edge, "target");
	if (e->from == NAMES_NONE || e->to == NAMES_NONE)
		return;
	check_repeats(c, edge, ids, ways);
	c->edge_count++;
}

/* Notes for every node which edges leave it. */
static void
connect(struct check *c)
{
	for (size_t i = 0; i < c->edge_count; i++) {
		c->nodes[c->edges[i].from].out_count++;
		c->nodes[c->edges[i].to].in_count++;
	}
	for (size_t i = 0; i < c->node_count; i++) {
		c->nodes[i].out = arena_array(
			c->arena, c->nodes[i].out_count + 1, sizeof(size_t));
		c->nodes[i].out_count = 0;
	}
	for (size_t i = 0; i < c->edge_count; i++) {
		struct check_node *from = &c->nodes[c->edges[i].from];

		from->out[from->out_count++] = i;
	}
}

/* Whether the version takes the node for the beginning of a run. */
static bool
may_begin(const struct check *c, const struct check_node *n)
{
	return n->type != NULL && (n->type->traits & NODE_START) != 0 &&
	       n->parent == c->node_count && !n->note &&
	       node_type_in(n->type, c->version);
}

/* Up to 1.12 a node that an edge leads to is no root; any other that may
 * begin something is taken instead, be it the start of a container. */
static bool
has_other_root(const struct check *c)
{
	for (size_t i = 0; i < c->node_count; i++) {
		const struct check_node *n = &c->nodes[i];

		if (n->in_count == 0 && n->type != NULL &&
			(n->type->traits & (NODE_START | NODE_CHILD_START)))
			return true;
	}
	return false;
}

static void
say_edge_into_start(struct check *c, const struct check_node *n)
{
	struct finding *f =
		check_say(c, "edge_into_start", n->node, NULL, n, n->id, NULL);

	if (c->version >= VERSION_NODE ||
		(c->version >= VERSION_GRAPH && has_other_root(c)))
		check_tier(c, f, TIER_R);
}

/* Of several nodes with one id the last one counts, from 1.13 on also where
 * a run begins. */
static void
check_root(struct check *c)
{
	const struct check_node *root = &c->nodes[c->root];

	if (c->version < VERSION_NODE)
		return;
	for (size_t i = c->root + 1; i < c->node_count; i++) {
		const struct check_node *n = &c->nodes[i];

		if (n->id != NULL && root->id != NULL && !n->note &&
			strcmp(n->id, root->id) == 0 && n->type != NULL &&
			!(n->type->traits & NODE_START)) {
			check_say(c, "start_hidden", n->node, "id", n, n->id,
				n->type->name);
			return;
		}
	}
}

static void
find_root(struct check *c)
{
	bool crowded = false;

	for (size_t i = 0; i < c->node_count; i++) {
		const struct check_node *n = &c->nodes[i];

		if (!may_begin(c, n))
			continue;
		if (n->in_count > 0)
			say_edge_into_start(c, n);
		if (c->root < c->node_count)
			crowded = true;
		else
			c->root = i;
	}
	if (c->root == c->node_count)
		check_say(c, "start_missing", value_get(c->graph, "nodes"),
			NULL, NULL, NULL, NULL);
	else if (crowded)
		check_say(c, "start_repeated", value_get(c->graph, "nodes"),
			NULL, NULL, NULL, NULL);
	if (c->root < c->node_count)
		check_root(c);
}

bool
check_edges(struct check *c)
{
	const struct value *list = value_get(c->graph, "edges");
	struct names ids;
	struct names ways;

	names_init(&ids, c->arena);
	names_init(&ways, c->arena);
	c->edges =
		arena_array(c->arena, value_count(list) + 1, sizeof(*c->edges));
	value_each(edge, list)
		read_edge(c, edge, &ids, &ways);
	connect(c);
	find_root(c);
	for (size_t i = 0; i < c->edge_count; i++) {
		struct check_edge *e = &c->edges[i];
		const struct value *handle = value_get(e->edge, "sourceHandle");

		e->handle = handle == NULL ? "source" : value_text(handle);
	}
	for (size_t i = 0; i < c->edge_count; i++)
		c->edges[i].dead =
			is_dead(c, &c->edges[i]) || is_lost(c, &c->edges[i]);
	for (size_t i = 0; i < c->edge_count; i++) {
		check_handle(c, &c->edges[i]);
		check_levels(c, &c->edges[i]);
	}
	return true;
}
