/* check_flow.c: which way a run can take, and whether it comes to an end. */
#include "dsl/check.h"

#include <string.h>

struct flow_walk {
	struct check *c;
	bool *blocked; /* in a cycle, or behind one: never ready */
	size_t *queue;
};

static bool
is_terminal(const struct check_node *n)
{
	return n->type != NULL && (n->type->traits & NODE_TERMINAL) != 0;
}

/*
 * Operators of texts with a value that is no text: from 1.9 on such a
 * condition is false whatever comes.
 */
static bool
never_true(const struct value *condition)
{
	const struct value *value = value_get(condition, "value");
	const char *op = value_get_text(condition, "comparison_operator", "");

	if (!list_has("contains|start with|end with", op))
		return false;
	return value_text(value) == NULL || value_text(value)[0] == '\0';
}

/* Whether the case can hold at all. */
static bool
may_hold(const struct value *item)
{
	const struct value *list = value_get(item, "conditions");
	bool all = check_text_is(item, "logical_operator", "and");
	size_t never = 0;

	value_each(condition, list)
		never += never_true(condition);
	if (value_count(list) == 0)
		return true;
	return all ? never == 0 : never < value_count(list);
}

/* Without any case, up to 1.15 the first branch is taken, then ELSE. */
static bool
case_taken(
	const struct check *c, const struct check_node *n, const char *handle)
{
	const struct value *cases = value_get(n->data, "cases");

	if (value_is(cases, VALUE_ARRAY) && value_count(cases) == 0)
		return (strcmp(handle, "false") == 0) ==
		       (c->version >= VERSION_STRICT);
	if (c->version < VERSION_GRAPH)
		return true;
	value_each(item, cases)
		if (check_text_is(item, "case_id", handle))
			return may_hold(item);
	return true;
}

static bool
followed(const struct check *c, const struct check_edge *e)
{
	const struct check_node *from = &c->nodes[e->from];

	if (e->dead)
		return false;
	return !check_type_is(from, "if-else") || e->handle == NULL ||
	       case_taken(c, from, e->handle);
}

/* Goes on from the nodes in the queue to all that a run can come to. */
static void
spread(struct flow_walk *w, size_t first)
{
	struct check *c = w->c;
	size_t done = 0;
	size_t count = 0;

	if (first >= c->node_count || c->nodes[first].on_way ||
		w->blocked[first])
		return;
	c->nodes[first].on_way = true;
	w->queue[count++] = first;
	while (done < count) {
		const struct check_node *n = &c->nodes[w->queue[done++]];

		for (size_t i = 0; i < n->out_count; i++) {
			const struct check_edge *e = &c->edges[n->out[i]];
			struct check_node *to = &c->nodes[e->to];

			if (to->on_way || w->blocked[e->to] || !followed(c, e))
				continue;
			to->on_way = true;
			w->queue[count++] = e->to;
		}
	}
}

/* A container that is reached begins its own way at its start. */
static void
spread_inside(struct flow_walk *w)
{
	struct check *c = w->c;
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < c->node_count; i++) {
			const struct check_node *n = &c->nodes[i];
			size_t start;

			if (!n->on_way || n->type == NULL ||
				!(n->type->traits & NODE_CONTAINER))
				continue;
			start = names_get(&c->ids,
				value_get_text(n->data, "start_node_id", NULL));
			if (start >= c->node_count || c->nodes[start].on_way ||
				w->blocked[start])
				continue;
			spread(w, start);
			more = true;
		}
	}
}

/*
 * Nodes that wait for themselves: what is left when again and again the nodes
 * without open edges are taken away. Those behind them never get ready
 * either. Up to 1.8 the same graph is refused.
 */
static void
find_blocked(struct flow_walk *w)
{
	struct check *c = w->c;
	size_t *open = arena_array(c->arena, c->node_count + 1, sizeof(*open));
	size_t done = 0;
	size_t count = 0;

	for (size_t i = 0; i < c->node_count; i++) {
		open[i] = c->nodes[i].in_count;
		w->blocked[i] = true;
		if (open[i] == 0)
			w->queue[count++] = i;
	}
	while (done < count) {
		const struct check_node *n = &c->nodes[w->queue[done]];

		w->blocked[w->queue[done++]] = false;
		for (size_t i = 0; i < n->out_count; i++) {
			size_t to = c->edges[n->out[i]].to;

			if (--open[to] == 0)
				w->queue[count++] = to;
		}
	}
}

/* From 1.9 on an edge that comes out of a container is never passed, so what
 * it leads to is never ready. */
static void
block_behind_containers(struct flow_walk *w)
{
	struct check *c = w->c;

	for (size_t i = 0; i < c->edge_count; i++) {
		const struct check_edge *e = &c->edges[i];
		size_t from = c->nodes[e->from].parent;
		size_t to = c->nodes[e->to].parent;

		if (from != to && to != e->from && c->version >= VERSION_GRAPH)
			w->blocked[e->to] = true;
	}
}

/* Whether the walk over edges from at comes back to it. */
static bool
comes_back(struct flow_walk *w, size_t at, bool *seen)
{
	struct check *c = w->c;
	size_t done = 0;
	size_t count = 0;

	memset(seen, 0, c->node_count);
	w->queue[count++] = at;
	while (done < count) {
		const struct check_node *n = &c->nodes[w->queue[done++]];

		for (size_t i = 0; i < n->out_count; i++) {
			size_t to = c->edges[n->out[i]].to;

			if (to == at)
				return true;
			if (!seen[to]) {
				seen[to] = true;
				w->queue[count++] = to;
			}
		}
	}
	return false;
}

/* Tells the first node of each cycle that the list holds. */
static void
say_cycles(struct flow_walk *w)
{
	enum { ENOUGH = 3 };
	struct check *c = w->c;
	bool *seen = arena_alloc(c->arena, c->node_count + 1);
	int told = 0;

	for (size_t i = 0; i < c->node_count && told < ENOUGH; i++) {
		struct check_node *n = &c->nodes[i];
		struct finding *f;

		if (!w->blocked[i] || !comes_back(w, i, seen))
			continue;
		f = check_say(c, "cycle", n->node, NULL, n, n->id, NULL);
		if (c->version >= VERSION_GRAPH)
			check_tier(c, f, TIER_R);
		told++;
	}
}

/* Only what comes to a terminal counts as an output of the run. */
static void
check_outputs(struct check *c)
{
	const struct value *list = value_get(c->graph, "nodes");
	bool any = false;

	for (size_t i = 0; i < c->node_count; i++) {
		if (!is_terminal(&c->nodes[i]))
			continue;
		if (c->nodes[i].on_way)
			return;
		any = true;
	}
	if (c->root >= c->node_count)
		return;
	check_say(c, any ? "output_unreachable" : "output_missing", list, NULL,
		NULL, c->chat ? "answer" : "end", NULL);
}

static void
check_reached(struct check *c)
{
	for (size_t i = 0; i < c->node_count; i++) {
		const struct check_node *n = &c->nodes[i];

		if (!n->on_way && !n->note && n->id != NULL && i != c->root &&
			c->root < c->node_count)
			check_say(c, "node_unreachable", n->node, NULL, n,
				n->id, NULL);
	}
}

static bool
leaves_by(const struct check *c, const struct check_node *n, const char *handle)
{
	for (size_t i = 0; i < n->out_count; i++) {
		const char *mine = c->edges[n->out[i]].handle;

		if (mine != NULL && strcmp(mine, handle) == 0)
			return true;
	}
	return false;
}

static void
check_branches(struct check *c)
{
	for (size_t i = 0; i < c->node_count; i++) {
		const struct check_node *n = &c->nodes[i];
		struct value *handles = node_handles(c->arena, n->data);

		if (n->note || value_count(handles) < 2)
			continue;
		value_each(handle, handles)
			if (!leaves_by(c, n, value_text(handle)))
				check_say(c, "branch_unconnected", n->node,
					NULL, n, n->id, value_text(handle));
	}
}

static void
check_starts(struct check *c)
{
	bool start = false;
	bool trigger = false;

	for (size_t i = 0; i < c->node_count; i++) {
		const struct check_node *n = &c->nodes[i];

		start = start || check_type_is(n, "start");
		trigger = trigger ||
			  (n->type != NULL &&
				  (n->type->traits & NODE_TRIGGER) != 0);
	}
	if (start && trigger && c->version >= 11000)
		check_say(c, "start_and_trigger", value_get(c->graph, "nodes"),
			NULL, NULL, NULL, NULL);
}

static void
check_modes(struct check *c)
{
	unsigned mode = c->chat ? MODE_CHAT : MODE_WORKFLOW;

	if (strcmp(c->mode, "rag-pipeline") == 0)
		mode = MODE_PIPELINE;
	for (size_t i = 0; i < c->node_count; i++) {
		const struct check_node *n = &c->nodes[i];

		if (n->type != NULL && !n->note && !(n->type->modes & mode))
			check_say(c, "node_type_mode", n->data, "type", n,
				n->type->name, c->mode);
	}
}

void
check_flow(struct check *c)
{
	struct flow_walk w = {.c = c};

	w.blocked = arena_alloc(c->arena, c->node_count + 1);
	w.queue = arena_array(c->arena, c->node_count + 1, sizeof(*w.queue));
	find_blocked(&w);
	say_cycles(&w);
	block_behind_containers(&w);
	spread(&w, c->root);
	spread_inside(&w);
	check_outputs(c);
	check_reached(c);
	check_branches(c);
	check_starts(c);
	check_modes(c);
}
