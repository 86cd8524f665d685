/* check_sure.c: what every run comes to, and what it may leave out. */
#include "dsl/check.h"

#include <string.h>

static bool
is_branch(const struct check_node *node)
{
	return node->type != NULL &&
	       (node->type->handles == HANDLES_CASES ||
		       node->type->handles == HANDLES_CLASSES ||
		       node->type->handles == HANDLES_ACTIONS);
}

/* Whether the node may leave by two ways, of which it takes one. */
static bool
splits(const struct check_node *node)
{
	return is_branch(node) ||
	       check_text_is(node->data, "error_strategy", "fail-branch");
}

enum { UNKNOWN, BUSY, NO, YES };

/* What is known of the nodes: whether they surely lead to the target. */
struct sure {
	struct check *c;
	size_t target;
	unsigned char *state;
};

static bool leads(struct sure *s, size_t at, int depth);

/* Whether some edge of that handle surely leads to the target. */
static bool
handle_leads(struct sure *s, const struct check_node *node, const char *handle,
	int depth)
{
	for (size_t i = 0; i < node->out_count; i++) {
		const struct check_edge *e = &s->c->edges[node->out[i]];

		if (e->dead || (handle != NULL && e->handle != NULL &&
				       strcmp(e->handle, handle) != 0))
			continue;
		if (leads(s, e->to, depth))
			return true;
	}
	return false;
}

/* A node that splits must lead there by each of its ways. */
static bool
leads_on(struct sure *s, const struct check_node *node, int depth)
{
	if (!splits(node))
		return handle_leads(s, node, NULL, depth);
	value_each(handle, node_handles(s->c->arena, node->data))
		if (!handle_leads(s, node, value_text(handle), depth))
			return false;
	return node->out_count > 0;
}

static bool
leads(struct sure *s, size_t at, int depth)
{
	enum { MOST_DEPTH = 2000 };

	if (at == s->target)
		return true;
	if (s->state[at] != UNKNOWN || depth > MOST_DEPTH)
		return s->state[at] == YES;
	s->state[at] = BUSY;
	s->state[at] = leads_on(s, &s->c->nodes[at], depth + 1) ? YES : NO;
	return s->state[at] == YES;
}

/* A child is looked at when its container surely is; then it counts as a
 * step of a small run of its own. */
bool
check_surely(struct check *c, const struct check_node *node)
{
	struct sure s = {.c = c, .target = (size_t)(node - c->nodes)};
	size_t from = c->root;

	if (node->parent < c->node_count) {
		const struct check_node *outer = &c->nodes[node->parent];
		const char *start =
			value_get_text(outer->data, "start_node_id", NULL);

		if (outer == node || !check_surely(c, outer))
			return false;
		from = names_get(&c->ids, start);
	}
	if (from >= c->node_count)
		return false;
	s.state = arena_alloc(c->arena, c->node_count + 1);
	return leads(&s, from, 0);
}

/* A walk from the start that keeps away from a node. */
struct detour {
	struct sure around;
	size_t reader;
	bool *seen;
	size_t *queue;
	size_t count;
};

static void
go_on(struct detour *d, const struct check_node *n, const char *handle)
{
	struct check *c = d->around.c;

	for (size_t i = 0; i < n->out_count; i++) {
		const struct check_edge *e = &c->edges[n->out[i]];

		if (e->dead || d->seen[e->to] ||
			(handle != NULL && e->handle != NULL &&
				strcmp(e->handle, handle) != 0))
			continue;
		d->seen[e->to] = true;
		d->queue[d->count++] = e->to;
	}
}

/* Leaves a node by each way on which the producer does not surely run. */
static void
go_around(struct detour *d, const struct check_node *n)
{
	if (!splits(n)) {
		go_on(d, n, NULL);
		return;
	}
	value_each(handle, node_handles(d->around.c->arena, n->data))
		if (!handle_leads(&d->around, n, value_text(handle), 0))
			go_on(d, n, value_text(handle));
}

bool
check_may_skip(struct check *c, size_t producer, size_t reader)
{
	struct detour d = {
		.around = {.c = c, .target = producer}, .reader = reader};
	size_t done = 0;
	size_t from = c->root;

	if (c->nodes[producer].parent < c->node_count)
		from = names_get(&c->ids,
			value_get_text(c->nodes[c->nodes[producer].parent].data,
				"start_node_id", NULL));
	if (from >= c->node_count)
		return false;
	d.around.state = arena_alloc(c->arena, c->node_count + 1);
	d.seen = arena_alloc(c->arena, c->node_count + 1);
	d.queue = arena_array(c->arena, c->node_count + 1, sizeof(*d.queue));
	d.seen[from] = true;
	d.queue[d.count++] = from;
	while (done < d.count) {
		size_t at = d.queue[done++];

		if (leads(&d.around, at, 0))
			continue;
		if (at == reader)
			return true;
		go_around(&d, &c->nodes[at]);
	}
	return false;
}
