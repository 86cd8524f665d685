/* fix_graph.c: mends of nodes' ids and wrappers, and of edges. */
#include "dsl/fix.h"

#include "base/str.h"
#include "dsl/layout.h"
#include "dsl/rename.h"

#include <ctype.h>

static const char *
number_text(struct arena *a, const struct value *v)
{
	if (!value_is(v, VALUE_INT))
		return NULL;
	return arena_printf(a, "%lld", (long long)v->u.integer);
}

/* Numbers become texts wherever an id stands: in the node, in edges and at
 * the head of selectors, each as its own finding. */
bool
fix_id_type(struct fix *f)
{
	return fix_put_text(f, number_text(f->arena, f->at));
}

bool
fix_end_type(struct fix *f)
{
	return fix_put_text(f, number_text(f->arena, f->at));
}

/* A new id that no node has. */
static const char *
free_id(struct fix *f, const char *old)
{
	struct str out;

	str_init(&out, f->arena, 40);
	for (; *old != '\0' && out.len < 40; old++)
		if (isalnum((unsigned char)*old))
			str_putc(&out, *old);
		else if (out.len > 0 && out.s[out.len - 1] != '_')
			str_putc(&out, '_');
	if (out.len == 0)
		str_puts(&out, "node");
	for (int i = 1;; i++) {
		const char *id =
			i == 1 ? out.s
			       : arena_printf(f->arena, "%s_%d", out.s, i);

		if (fix_find(f, id) == NULL)
			return id;
	}
}

bool
fix_id_shape(struct fix *f)
{
	const char *old = value_text(f->at);
	const char *id;

	if (old == NULL)
		return false;
	id = free_id(f, old);
	fix_log(f, f->at, value_string(f->arena, id));
	rename_node(f->arena, f->dsl, old, id);
	return true;
}

static bool
edge_id_taken(struct fix *f, const struct value *edge, const char *id)
{
	value_each(other, f->edges) {
		const char *mine = value_get_text(other, "id", NULL);

		if (other != edge && mine != NULL && strcmp(mine, id) == 0)
			return true;
	}
	return false;
}

bool
fix_edge_id(struct fix *f)
{
	const struct value *edge = f->parent;
	const char *stem = arena_printf(f->arena, "%s-%s-%s-target",
		value_get_text(edge, "source", ""),
		value_get_text(edge, "sourceHandle", "source"),
		value_get_text(edge, "target", ""));
	const char *id = stem;

	for (int i = 2; edge_id_taken(f, edge, id); i++)
		id = arena_printf(f->arena, "%s-%d", stem, i);
	return fix_put_text(f, id);
}

/* The one handle that no edge leaves by, when there is exactly one. */
static const char *
open_handle(struct fix *f, const struct value *edge)
{
	const char *source = value_get_text(edge, "source", NULL);
	const struct value *node = fix_find(f, source);
	const char *open = NULL;

	value_each(handle, node_handles(f->arena, value_get(node, "data"))) {
		bool used = false;

		value_each(other, f->edges)
			used = used ||
			       (strcmp(value_get_text(other, "source", ""),
					source) == 0 &&
				       strcmp(value_get_text(other,
						      "sourceHandle", "source"),
					       value_text(handle)) == 0);
		if (!used && open != NULL)
			return NULL;
		if (!used)
			open = value_text(handle);
	}
	return open;
}

bool
fix_handle(struct fix *f)
{
	return fix_put_text(f, open_handle(f, f->parent));
}

bool
fix_handle_source(struct fix *f)
{
	const char *source = value_get_text(f->parent, "source", NULL);
	const struct value *handles =
		node_handles(f->arena, value_get(fix_find(f, source), "data"));

	return value_count(handles) == 1 &&
	       fix_put_text(f, value_text(value_first(handles)));
}

/* Removes every edge that leads into the node. */
bool
fix_into_start(struct fix *f)
{
	const char *id = value_get_text(f->at, "id", NULL);
	struct value *next;
	bool any = false;

	if (id == NULL)
		return false;
	for (struct value *e = value_first(f->edges); e != NULL; e = next) {
		next = e->next;
		if (strcmp(value_get_text(e, "target", ""), id) != 0)
			continue;
		fix_log(f, e, NULL);
		value_remove(e);
		any = true;
	}
	return any;
}

static const char *
type_at(struct fix *f, const struct value *edge, const char *key)
{
	const struct value *node = fix_find(f, value_get_text(edge, key, NULL));

	return value_get_text(value_get(node, "data"), "type", "");
}

bool
fix_edge_drawing(struct fix *f)
{
	struct arena *a = f->arena;
	struct value *edge = f->at;
	struct value *data = value_get(edge, "data");
	const struct value *source =
		fix_find(f, value_get_text(edge, "source", NULL));
	const char *parent = value_get_text(source, "parentId", "");
	const char *outer = value_get_text(
		value_get(fix_find(f, parent), "data"), "type", "");

	fix_log(f, NULL, NULL);
	value_set_text(a, edge, "type", "custom");
	if (value_is(data, VALUE_OBJECT))
		return true;
	data = value_set(a, edge, "data", value_object(a));
	value_set_text(a, data, "sourceType", type_at(f, edge, "source"));
	value_set_text(a, data, "targetType", type_at(f, edge, "target"));
	value_set_bool(
		a, data, "isInIteration", strcmp(outer, "iteration") == 0);
	value_set_bool(a, data, "isInLoop", strcmp(outer, "loop") == 0);
	if (strcmp(outer, "iteration") == 0)
		value_set_text(a, data, "iteration_id", parent);
	if (strcmp(outer, "loop") == 0)
		value_set_text(a, data, "loop_id", parent);
	return true;
}

bool
fix_wrapper(struct fix *f)
{
	const struct node_type *type = node_type_find(
		value_get_text(value_get(f->parent, "data"), "type", NULL));

	return type != NULL && fix_put_text(f, type->wrapper);
}

/* A graph in which a place is missing is laid out anew as a whole. */
bool
fix_position(struct fix *f)
{
	struct value *graph = value_get(value_get(f->dsl, "workflow"), "graph");

	layout_graph(f->arena, graph);
	if (value_get(f->parent, "position") == NULL)
		return false;
	fix_log(f, NULL, value_get(f->parent, "position"));
	return true;
}

bool
fix_viewport(struct fix *f)
{
	struct value *view = value_object(f->arena);

	value_set_int(f->arena, view, "x", 0);
	value_set_int(f->arena, view, "y", 0);
	value_set_int(f->arena, view, "zoom", 1);
	return fix_put(f, view);
}
