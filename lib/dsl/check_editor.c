/* check_editor.c: what the editor reads unguarded, and what its checklist
 * asks for before it lets anybody publish (contract.md 5.7, 5.8). */
#include "dsl/check.h"

#include <string.h>

enum { MOST_DEPTH = 8 };

struct editor_walk {
	struct check *c;
	const struct check_node *n;
	int depth;
};

static bool
is_empty(const struct value *v)
{
	if (v->type == VALUE_STRING)
		return v->u.text.len == 0;
	if (v->type == VALUE_ARRAY || v->type == VALUE_OBJECT)
		return value_count(v) == 0;
	return v->type == VALUE_NULL;
}

static void walk_rows(struct editor_walk *w, const struct data_field *rows,
	const struct value *object);

static void
check_row(struct editor_walk *w, const struct data_field *row,
	const struct value *object, const struct value *v)
{
	bool absent = v == NULL || v->type == VALUE_NULL;

	if (absent && (row->flags & DATA_EDITOR) &&
		!(row->flags & DATA_REQUIRED))
		check_say(w->c, "editor_field", object, row->name, w->n,
			row->name, NULL);
	else if (!absent && (row->flags & DATA_CHECKLIST) && is_empty(v))
		check_say(w->c, "checklist_empty", v, NULL, w->n, row->name,
			NULL);
	if (absent || w->depth >= MOST_DEPTH)
		return;
	w->depth++;
	if (v->type == VALUE_OBJECT && row->members != NULL &&
		value_get_bool(v, "enabled", true))
		walk_rows(w, row->members, v);
	if (v->type == VALUE_ARRAY && row->item != NULL &&
		row->item->members != NULL)
		value_each(item, v)
			walk_rows(w, row->item->members, item);
	w->depth--;
}

static void
walk_rows(struct editor_walk *w, const struct data_field *rows,
	const struct value *object)
{
	for (; rows->name != NULL; rows++)
		if (in_versions(w->c->version, rows->since, rows->until))
			check_row(
				w, rows, object, value_get(object, rows->name));
}

static void
check_wrapper(struct check *c, const struct check_node *n)
{
	const struct value *position = value_get(n->node, "position");

	if (n->type != NULL &&
		!check_text_is(n->node, "type", n->type->wrapper))
		check_say(c, "node_wrapper", n->node, "type", n, n->id,
			n->type->wrapper);
	if (!value_is(position, VALUE_OBJECT) ||
		value_get(position, "x") == NULL ||
		value_get(position, "y") == NULL)
		check_say(c, "node_position", n->node, "position", n, n->id,
			NULL);
}

static void
check_edges_drawn(struct check *c)
{
	for (size_t i = 0; i < c->edge_count; i++) {
		const struct value *edge = c->edges[i].edge;

		if (!value_is(value_get(edge, "data"), VALUE_OBJECT) ||
			!check_text_is(edge, "type", "custom"))
			check_say(c, "edge_drawing", edge, NULL, NULL,
				value_get_text(edge, "source", ""),
				value_get_text(edge, "target", ""));
	}
}

void
check_editor(struct check *c)
{
	if (!value_is(value_get(c->graph, "viewport"), VALUE_OBJECT))
		check_say(c, "viewport_missing", c->graph, "viewport", NULL,
			NULL, NULL);
	for (size_t i = 0; i < c->node_count; i++) {
		struct editor_walk w = {.c = c, .n = &c->nodes[i]};

		if (w.n->note || w.n->type == NULL)
			continue;
		check_wrapper(c, w.n);
		if (w.n->type->container == NULL)
			walk_rows(&w, common_fields, w.n->data);
		walk_rows(&w, node_rows(w.n->type, w.n->data, c->version),
			w.n->data);
	}
	check_edges_drawn(c);
}
