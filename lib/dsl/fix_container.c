/* fix_container.c: mends of iterations and loops. */
#include "dsl/fix.h"

static const char *
start_type(const struct value *container)
{
	const char *type =
		value_get_text(value_get(container, "data"), "type", "");

	return strcmp(type, "loop") == 0 ? "loop-start" : "iteration-start";
}

/* The id of the container that a node says it stands in, or "". */
static const char *
parent_of(const struct value *node)
{
	const struct value *data = value_get(node, "data");

	return value_get_text(node, "parentId",
		value_get_text(data, "iteration_id",
			value_get_text(data, "loop_id", "")));
}

static bool
has_edge_into(struct fix *f, const char *id)
{
	value_each(edge, f->edges)
		if (strcmp(value_get_text(edge, "target", ""), id) == 0)
			return true;
	return false;
}

/* Among the children: the start of the right type, or the only one that no
 * edge leads to; NULL when there is not exactly one. */
static struct value *
only_child(struct fix *f, const char *container, const char *type)
{
	struct value *found = NULL;

	value_each(node, f->nodes) {
		const char *mine =
			value_get_text(value_get(node, "data"), "type", "");
		const char *id = value_get_text(node, "id", "");

		if (strcmp(parent_of(node), container) != 0)
			continue;
		if (type != NULL ? strcmp(mine, type) != 0
				 : has_edge_into(f, id))
			continue;
		if (found != NULL)
			return NULL;
		found = node;
	}
	return found;
}

static void
add_edge(struct fix *f, const char *from, const char *from_type,
	const struct value *to)
{
	struct arena *a = f->arena;
	struct value *edge = value_object(a);
	struct value *data = value_object(a);
	const char *id = value_get_text(to, "id", "");

	value_set_text(a, edge, "id",
		arena_printf(a, "%s-source-%s-target", from, id));
	value_set_text(a, edge, "type", "custom");
	value_set_text(a, edge, "source", from);
	value_set_text(a, edge, "sourceHandle", "source");
	value_set_text(a, edge, "target", id);
	value_set_text(a, edge, "targetHandle", "target");
	value_set_int(a, edge, "zIndex", 1002);
	value_set_text(a, data, "sourceType", from_type);
	value_set_text(a, data, "targetType",
		value_get_text(value_get(to, "data"), "type", ""));
	value_set_bool(a, data, "isInIteration",
		strcmp(from_type, "iteration-start") == 0);
	value_set_bool(
		a, data, "isInLoop", strcmp(from_type, "loop-start") == 0);
	value_set(a, edge, "data", data);
	value_append(f->edges, edge);
}

/* A start in front of the first child. */
static const char *
add_start(
	struct fix *f, const struct value *container, const struct value *first)
{
	struct arena *a = f->arena;
	const char *outer = value_get_text(container, "id", "");
	const char *type = start_type(container);
	const char *id = arena_printf(a, "%sstart", outer);
	struct value *node = value_object(a);
	struct value *place = value_object(a);

	if (fix_find(f, id) != NULL)
		return NULL;
	value_set_text(a, node, "id", id);
	value_set_text(a, node, "type", node_type_find(type)->wrapper);
	value_set_text(a, node, "parentId", outer);
	value_set_int(a, place, "x", 24);
	value_set_int(a, place, "y", 68);
	value_set(a, node, "position", place);
	value_set_int(a, node, "width", 44);
	value_set_int(a, node, "height", 48);
	value_set(a, node, "data",
		node_data_new(a, node_type_find(type), f->version));
	value_append(f->nodes, node);
	add_edge(f, id, type, first);
	return id;
}

/* The start that is named, but stands elsewhere, moves in. */
bool
fix_start_outside(struct fix *f)
{
	struct value *start = fix_find(f, value_text(f->at));
	const char *type = value_get_text(value_get(start, "data"), "type", "");
	const char *id = value_get_text(f->node, "id", NULL);

	if (id == NULL || strcmp(type, start_type(f->node)) != 0)
		return false;
	fix_log(f, value_get(start, "parentId"), value_get(f->node, "id"));
	value_set_text(f->arena, start, "parentId", id);
	return true;
}

bool
fix_container_start(struct fix *f)
{
	const struct value *container = f->node;
	const char *id = value_get_text(container, "id", NULL);
	const struct value *start;

	if (id == NULL || f->nodes == NULL || f->edges == NULL)
		return false;
	start = only_child(f, id, start_type(container));
	if (start != NULL)
		return fix_put_text(f, value_get_text(start, "id", NULL));
	start = only_child(f, id, NULL);
	if (start == NULL)
		return false;
	return fix_put_text(f, add_start(f, container, start));
}

bool
fix_child_parent(struct fix *f)
{
	const char *parent = parent_of(f->parent);

	return parent[0] != '\0' && fix_put_text(f, parent);
}

bool
fix_child_mark(struct fix *f)
{
	const struct value *node = f->node;
	const char *parent = parent_of(node);
	bool loop = strcmp(f->key, "loop_id") == 0;

	if (parent[0] == '\0')
		return false;
	value_set_bool(f->arena, f->parent, "isInIteration", !loop);
	value_set_bool(f->arena, f->parent, "isInLoop", loop);
	return fix_put_text(f, parent);
}
