/* layout.c: see layout.h. Containers are laid out from the inside out. */
#include "dsl/layout.h"

#include "base/limits.h"
#include "dsl/catalogue.h"
#include "dsl/layers.h"
#include "dsl/layout_size.h"
#include "dsl/names.h"

#include <stdlib.h>
#include <string.h>

enum {
	LEFT = 80, /* of the whole graph */
	TOP = 80,
	PAD_LEFT = 24, /* inside a container */
	PAD_TOP = 68,
	PAD_RIGHT = 24,
	PAD_BOTTOM = 24,
	CONTAINER_WIDTH = 388, /* at least */
	CONTAINER_HEIGHT = 178,
	NOTE_GAP = 40,
	MOST_DEPTH = 16
};

/* Containers are named by number; the canvas itself is one more. */
struct item {
	struct value *node;
	const struct value *data;
	size_t parent;
	int depth;
	bool note;
	struct box box; /* relative to the parent */
};

struct plan {
	struct arena *arena;
	struct item *items;
	size_t count; /* also the number of the canvas */
	struct names ids;
	struct arrow *arrows; /* numbers of items, all containers mixed */
	size_t arrow_count;
	int bottom; /* of everything on the canvas */
};

static const char *
id_of(const struct value *v, const char *key)
{
	return value_get_text(v, key, NULL);
}

static void
read_nodes(struct plan *p, const struct value *nodes)
{
	value_each(node, nodes) {
		struct item *item = &p->items[p->count];
		const char *id = id_of(node, "id");

		if (!value_is(node, VALUE_OBJECT))
			continue;
		item->node = node;
		item->data = value_get(node, "data");
		item->note = strcmp(value_get_text(node, "type", ""),
				     "custom-note") == 0;
		layout_size(item->data, &item->box.width, &item->box.height);
		if (id != NULL)
			names_put(&p->ids, id, p->count);
		p->count++;
	}
}

/* Finds each node's container; a chain that does not end counts as none. */
static void
find_parents(struct plan *p)
{
	for (size_t i = 0; i < p->count; i++) {
		size_t at =
			names_get(&p->ids, id_of(p->items[i].node, "parentId"));

		p->items[i].parent = at < p->count ? at : p->count;
	}
	for (size_t i = 0; i < p->count; i++) {
		size_t at = i;
		int depth = 0;

		while (p->items[at].parent < p->count && depth <= MOST_DEPTH) {
			at = p->items[at].parent;
			depth++;
		}
		if (depth > MOST_DEPTH)
			p->items[i].parent = p->count;
		else
			p->items[i].depth = depth;
	}
}

/* How far down its source an edge leaves, between 0 and 1. */
static double
slot_of(struct plan *p, const struct value *edge, size_t from)
{
	struct value *handles = node_handles(p->arena, p->items[from].data);
	const char *mine = value_get_text(edge, "sourceHandle", "source");
	size_t n = value_count(handles);
	size_t at = 0;

	value_each(handle, handles) {
		if (strcmp(value_text(handle), mine) == 0)
			break;
		at++;
	}
	return n < 2 ? 0.5 : (double)at / (double)n;
}

/* Keeps the edges between two nodes of the same container. */
static void
read_edges(struct plan *p, const struct value *edges)
{
	p->arrows = arena_array(
		p->arena, value_count(edges) + 1, sizeof(*p->arrows));
	value_each(edge, edges) {
		struct arrow *arrow = &p->arrows[p->arrow_count];
		size_t from = names_get(&p->ids, id_of(edge, "source"));
		size_t to = names_get(&p->ids, id_of(edge, "target"));

		if (from >= p->count || to >= p->count || from == to ||
			p->items[from].parent != p->items[to].parent)
			continue;
		arrow->from = from;
		arrow->to = to;
		arrow->slot = slot_of(p, edge, from);
		p->arrow_count++;
	}
}

/* Places what stands directly in a container (or on the canvas). */
static void
place_inside(
	struct plan *p, size_t parent, int left, int top, struct box *whole)
{
	struct box *boxes = arena_array(p->arena, p->count + 1, sizeof(*boxes));
	struct arrow *arrows =
		arena_array(p->arena, p->arrow_count + 1, sizeof(*arrows));
	size_t *mine = arena_array(p->arena, p->count + 1, sizeof(*mine));
	size_t count = 0;
	size_t arrow_count = 0;

	for (size_t i = 0; i < p->count; i++) {
		if (p->items[i].parent != parent || p->items[i].note)
			continue;
		boxes[count] = p->items[i].box;
		mine[i] = count++;
	}
	for (size_t i = 0; i < p->arrow_count; i++) {
		const struct arrow *a = &p->arrows[i];

		if (p->items[a->from].parent != parent ||
			p->items[a->from].note || p->items[a->to].note)
			continue;
		arrows[arrow_count] = *a;
		arrows[arrow_count].from = mine[a->from];
		arrows[arrow_count++].to = mine[a->to];
	}
	layers_place(p->arena, boxes, count, arrows, arrow_count);
	for (size_t i = 0; i < p->count; i++) {
		struct box *b = &p->items[i].box;

		if (p->items[i].parent != parent || p->items[i].note)
			continue;
		b->x = boxes[mine[i]].x + left;
		b->y = boxes[mine[i]].y + top;
		if (b->x + b->width > whole->width)
			whole->width = b->x + b->width;
		if (b->y + b->height > whole->height)
			whole->height = b->y + b->height;
	}
}

static bool
is_container(const struct item *item)
{
	const struct node_type *type =
		node_type_find(value_get_text(item->data, "type", NULL));

	return type != NULL && (type->traits & NODE_CONTAINER) != 0;
}

static void
place_container(struct plan *p, size_t i)
{
	struct item *item = &p->items[i];
	struct box whole = {0, 0, 0, 0};

	place_inside(p, i, PAD_LEFT, PAD_TOP, &whole);
	if (!is_container(item) && whole.width == 0)
		return;
	item->box.width = whole.width + PAD_RIGHT;
	item->box.height = whole.height + PAD_BOTTOM;
	if (item->box.width < CONTAINER_WIDTH)
		item->box.width = CONTAINER_WIDTH;
	if (item->box.height < CONTAINER_HEIGHT)
		item->box.height = CONTAINER_HEIGHT;
}

/* A container is placed when all containers inside it have their size. */
static void
place_all(struct plan *p)
{
	bool *holds = arena_array(p->arena, p->count + 1, sizeof(*holds));
	struct box whole = {0, 0, 0, 0};

	for (size_t i = 0; i < p->count; i++) {
		holds[p->items[i].parent] = true;
		holds[i] = holds[i] || is_container(&p->items[i]);
	}
	for (int depth = MOST_DEPTH; depth >= 0; depth--)
		for (size_t i = 0; i < p->count; i++)
			if (holds[i] && p->items[i].depth == depth)
				place_container(p, i);
	place_inside(p, p->count, LEFT, TOP, &whole);
	p->bottom = whole.height;
}

static void
place_notes(struct plan *p)
{
	int x = LEFT;

	for (size_t i = 0; i < p->count; i++) {
		struct item *item = &p->items[i];

		if (!item->note)
			continue;
		item->parent = p->count;
		item->box.width = (int)value_get_int(
			item->data, "width", item->box.width);
		item->box.height = (int)value_get_int(
			item->data, "height", item->box.height);
		item->box.x = x;
		item->box.y = p->bottom + NOTE_GAP;
		x += item->box.width + NOTE_GAP;
	}
}

static void
set_point(struct plan *p, struct value *node, const char *key, int x, int y)
{
	struct value *point = value_object(p->arena);

	value_set_int(p->arena, point, "x", x);
	value_set_int(p->arena, point, "y", y);
	value_set(p->arena, node, key, point);
}

static void
write_item(struct plan *p, const struct item *item)
{
	int x = item->box.x;
	int y = item->box.y;
	struct value *data = value_get(item->node, "data");

	set_point(p, item->node, "position", x, y);
	for (size_t up = item->parent; up < p->count;
		up = p->items[up].parent) {
		x += p->items[up].box.x;
		y += p->items[up].box.y;
	}
	set_point(p, item->node, "positionAbsolute", x, y);
	value_set_int(p->arena, item->node, "width", item->box.width);
	value_set_int(p->arena, item->node, "height", item->box.height);
	if (is_container(item)) {
		value_set_int(p->arena, data, "width", item->box.width);
		value_set_int(p->arena, data, "height", item->box.height);
	}
}

void
layout_graph(struct arena *a, struct value *graph)
{
	struct plan p = {.arena = a};
	struct value *nodes = value_get(graph, "nodes");

	if (!value_is(graph, VALUE_OBJECT) || value_count(nodes) > LIMIT_NODES)
		return;
	p.items = arena_array(a, value_count(nodes) + 1, sizeof(*p.items));
	names_init(&p.ids, a);
	read_nodes(&p, nodes);
	find_parents(&p);
	read_edges(&p, value_get(graph, "edges"));
	place_all(&p);
	place_notes(&p);
	for (size_t i = 0; i < p.count; i++)
		write_item(&p, &p.items[i]);
	if (value_get(graph, "viewport") == NULL) {
		struct value *view = value_object(a);

		value_set_int(a, view, "x", 0);
		value_set_int(a, view, "y", 0);
		value_set_int(a, view, "zoom", 1);
		value_set(a, graph, "viewport", view);
	}
}
