/* check_containers.c: iterations and loops, and what stands inside them. */
#include "dsl/check.h"

#include <string.h>

/* Whether a run may fail before it comes to the node: at something that is
 * not installed. */
static bool
behind_tools(struct check *c, const struct check_node *n)
{
	bool any = false;

	for (size_t i = 0; i < c->node_count; i++)
		if (c->nodes[i].on_way && c->nodes[i].parent == n->parent &&
			list_has("tool|agent", c->nodes[i].type != NULL
						       ? c->nodes[i].type->name
						       : ""))
			any = any || check_leads(c, i, (size_t)(n - c->nodes));
	return any;
}

/* Found by the server only when the run comes to the container. */
static void
refuse(struct check *c, const char *code, const struct check_node *n,
	const char *member, const char *arg)
{
	struct finding *f = check_say(c, code, n->data, member, n, n->id, arg);

	if (f != NULL && !check_surely(c, n))
		check_tier(c, f, TIER_L);
	else if (f != NULL &&
		 (behind_tools(c, n) ||
			 (check_type_is(n, "loop") &&
				 strcmp(code, "container_start_unknown") == 0 &&
				 in_versions(c->version, VERSION_GRAPH,
					 VERSION_NODE))))
		check_tier(c, f, TIER_R);
}

static bool
begins(const struct check_node *start, const struct check_node *container)
{
	return start->type != NULL && start->type->container != NULL &&
	       container->type != NULL &&
	       strcmp(start->type->container, container->type->name) == 0;
}

/* Up to 1.8 any child without an edge into it will do. */
static void
check_start(struct check *c, const struct check_node *n)
{
	const char *id = value_get_text(n->data, "start_node_id", NULL);
	size_t at = names_get(&c->ids, id);

	if (id == NULL || id[0] == '\0') {
		refuse(c, "container_start_missing", n, "start_node_id", NULL);
		return;
	}
	if (at >= c->node_count) {
		refuse(c, "container_start_unknown", n, "start_node_id", id);
		return;
	}
	if (!begins(&c->nodes[at], n) &&
		(c->version >= VERSION_GRAPH || c->nodes[at].in_count > 0))
		refuse(c, "container_start_type", n, "start_node_id", id);
	if (c->nodes[at].parent != (size_t)(n - c->nodes))
		check_say(c, "container_start_outside", n->data,
			"start_node_id", n, n->id, id);
}

/* Up to 1.8 what an iteration collects must have been made. */
static void
check_output(struct check *c, const struct check_node *n)
{
	const struct value *selector = value_get(n->data, "output_selector");
	size_t at = names_get(&c->ids, value_text(value_at(selector, 0)));

	if (c->version < VERSION_GRAPH && at < c->node_count &&
		!c->nodes[at].on_way && n->on_way)
		check_run(c, "iteration_output", n->data, "output_selector", n,
			c->nodes[at].id, NULL);
}

/* What the editor needs to draw a child inside its container. */
static void
check_child(struct check *c, const struct check_node *n)
{
	const struct check_node *outer = &c->nodes[n->parent];
	bool iteration = check_type_is(outer, "iteration");
	const char *key = iteration ? "iteration_id" : "loop_id";

	if (value_get_text(n->node, "parentId", NULL) == NULL)
		check_say(c, "child_parent", n->node, "parentId", n, n->id,
			outer->id);
	if (value_get_text(n->data, key, NULL) == NULL &&
		(n->type == NULL || n->type->container == NULL))
		check_say(c, "child_mark", n->data, key, n, n->id, key);
}

static void
check_outside(struct check *c, const struct check_node *n)
{
	const char *parent = value_get_text(n->node, "parentId", NULL);

	if (parent != NULL && parent[0] != '\0')
		check_say(c, "parent_unknown", n->node, "parentId", n, n->id,
			parent);
	if (n->type != NULL && (n->type->container != NULL ||
				       strcmp(n->type->name, "loop-end") == 0))
		check_say(c, "child_outside", n->node, NULL, n, n->id,
			n->type->name);
}

void
check_containers(struct check *c)
{
	for (size_t i = 0; i < c->node_count; i++) {
		const struct check_node *n = &c->nodes[i];

		if (n->note || n->data == NULL)
			continue;
		if (n->type != NULL && (n->type->traits & NODE_CONTAINER)) {
			check_start(c, n);
			check_output(c, n);
		}
		if (n->parent < c->node_count)
			check_child(c, n);
		else
			check_outside(c, n);
	}
}
