/* edit_prune.c: takes nodes out of a DSL, and what nobody comes to any more. */
#include "base/limits.h"
#include "dsl/edit_parts.h"

/* ---- what a run can come to ---- */

static bool
is_start(const struct value *node)
{
	const struct node_type *type = node_type_find(edit_type(node));

	return type != NULL && (type->traits & (NODE_START | NODE_TRIGGER));
}

static bool
is_child_start(const struct value *node)
{
	const struct node_type *type = node_type_find(edit_type(node));

	return type != NULL && (type->traits & NODE_CHILD_START);
}

static bool
reached(const struct names *all, const char *id)
{
	return names_get(all, id) != NAMES_NONE;
}

/* One more round; false when nothing new was reached. */
static bool
spread(struct edit *e, struct names *all)
{
	size_t before = all->count;

	value_each(edge, e->edges)
		if (reached(all, value_get_text(edge, "source", "")))
			names_put(all, value_get_text(edge, "target", ""), 1);
	value_each(node, e->nodes)
		if (is_child_start(node) &&
			reached(all, value_get_text(node, "parentId", "")))
			names_put(all, value_get_text(node, "id", ""), 1);
	return all->count > before;
}

struct names *
edit_reached(struct edit *e)
{
	struct names *all = arena_alloc(e->a, sizeof(*all));

	names_init(all, e->a);
	value_each(node, e->nodes)
		if (is_start(node))
			names_put(all, value_get_text(node, "id", ""), 1);
	while (spread(e, all))
		continue;
	return all;
}

/* ---- taking away ---- */

/* An aggregator no longer waits for the values of a node that is gone. */
static void
forget_in(struct value *list, const char *id)
{
	struct value *selector, *next;

	for (selector = value_first(list); selector != NULL; selector = next) {
		const char *head = value_text(value_first(selector));

		next = selector->next;
		if (head != NULL && strcmp(head, id) == 0)
			value_remove(selector);
	}
}

static void
forget(struct edit *e, const char *id)
{
	value_each(node, e->nodes) {
		struct value *data = value_get(node, "data");

		if (strcmp(edit_type(node), "variable-aggregator") != 0)
			continue;
		forget_in(value_get(data, "variables"), id);
		value_each(
			group, value_get(value_get(data, "advanced_settings"),
				       "groups"))
			forget_in(value_get(group, "variables"), id);
	}
}

/* Takes a node away with its edges and its children. */
static void
take_away(struct edit *e, const char *id, int depth)
{
	struct value *v, *after;

	for (v = value_first(e->edges); v != NULL; v = after) {
		after = v->next;
		if (edit_is(v, "source", id) || edit_is(v, "target", id))
			value_remove(v);
	}
	for (v = value_first(e->nodes); v != NULL; v = value_first(e->nodes)) {
		while (v != NULL && !edit_is(v, "parentId", id))
			v = v->next;
		if (v == NULL || depth > LIMIT_DEPTH)
			break;
		take_away(e, value_get_text(v, "id", ""), depth + 1);
	}
	v = edit_node(e, id);
	e->why = NULL;
	if (v != NULL)
		value_remove(v);
	forget(e, id);
}

static const char *
first_lost(struct edit *e, const struct names *before, const struct names *now)
{
	value_each(node, e->nodes) {
		const char *id = value_get_text(node, "id", "");

		if (reached(before, id) && !reached(now, id))
			return id;
	}
	return NULL;
}

void
edit_prune(struct edit *e, const struct names *before)
{
	const struct names *now = edit_reached(e);
	const char *id;

	while ((id = first_lost(e, before, now)) != NULL)
		take_away(e, id, 0);
}

/* The ways by which the flow goes on when a node is gone: by its one handle,
 * or by the branch that is to be kept. NULL with why. */
static struct value *
ways_on(struct edit *e, const struct value *node)
{
	const char *id = value_get_text(node, "id", "");
	struct value *handles = node_handles(e->a, value_get(node, "data"));
	const struct value *keep = fill_get(e->op, "keep|branch");
	const char *handle = "source";

	if (keep != NULL)
		handle = edit_handle(e, node, keep);
	else if (value_count(handles) > 0 &&
		 strcmp(value_text(value_first(handles)), "source") != 0)
		e->why = "the node splits; say with keep which of its "
			 "branches stays";
	return e->why == NULL ? edit_follow(e, id, handle) : NULL;
}

static bool
may_go(struct edit *e, const struct value *node)
{
	if (is_start(node))
		e->why = "a workflow needs its start";
	else if (is_child_start(node))
		e->why = "a container needs its start";
	return e->why == NULL;
}

bool
edit_remove(struct edit *e)
{
	const struct value *node = edit_named(e, "node|id");
	const char *id = value_get_text(node, "id", "");
	struct value *targets, *sources = value_array(e->a);
	struct names *before = edit_reached(e);

	if (node == NULL || !may_go(e, node))
		return false;
	value_each(edge, e->edges)
		if (edit_is(edge, "target", id))
			value_append(sources, value_clone(e->a, edge));
	targets = ways_on(e, node);
	if (targets == NULL)
		return false;
	take_away(e, id, 0);
	value_each(source, sources)
		value_each(target, targets)
			edit_connect(e, value_get_text(source, "source", ""),
				value_get_text(
					source, "sourceHandle", "source"),
				value_text(target));
	edit_prune(e, before);
	return true;
}
