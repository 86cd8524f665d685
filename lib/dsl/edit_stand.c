/* edit_stand.c: where new nodes stand among those that keep their places. */
#include "dsl/edit_parts.h"

#include <string.h>

enum { GAP = 60, STEP_DOWN = 40, MOST_STEPS = 500 };

static int64_t
number(const struct value *v, const char *key)
{
	const struct value *n = value_get(v, key);

	return value_is(n, VALUE_FLOAT) ? (int64_t)n->u.number
	       : value_is(n, VALUE_INT) ? n->u.integer
					: 0;
}

static int64_t
coordinate(const struct value *node, const char *key)
{
	return number(value_get(node, "position"), key);
}

static const char *
parent_of(const struct value *node)
{
	return value_get_text(node, "parentId", "");
}

static bool
overlaps(const struct value *x, const struct value *y)
{
	int64_t xw = number(x, "width"), yw = number(y, "width");
	int64_t xh = number(x, "height"), yh = number(y, "height");
	int64_t dx = coordinate(x, "x") - coordinate(y, "x");
	int64_t dy = coordinate(x, "y") - coordinate(y, "y");

	return strcmp(parent_of(x), parent_of(y)) == 0 &&
	       dx < (yw > 0 ? yw : 244) && -dx < (xw > 0 ? xw : 244) &&
	       dy < (yh > 0 ? yh : 90) && -dy < (xh > 0 ? xh : 90);
}

static void
shift(struct arena *a, struct value *node, const char *key, int64_t dx,
	int64_t dy)
{
	struct value *at = value_get(node, key);

	value_set_int(a, at, "x", number(at, "x") + dx);
	value_set_int(a, at, "y", number(at, "y") + dy);
}

/* Whether a node stands in the same room as what is put in, not deeper. */
static bool
is_root(const struct grow *g, const struct value *node)
{
	return strcmp(parent_of(node),
		       g->parent != NULL ? g->parent->id : "") == 0;
}

static void
shift_all(struct grow *g, struct value *made, int64_t dx, int64_t dy)
{
	value_each(node, made) {
		if (is_root(g, node))
			shift(g->e->a, node, "position", dx, dy);
		shift(g->e->a, node, "positionAbsolute", dx, dy);
	}
}

static bool
collides(struct grow *g, const struct value *made)
{
	value_each(node, made)
		value_each(other, g->e->nodes)
			if (is_root(g, node) && overlaps(node, other))
				return true;
	return false;
}

/* A container grows with what is put into it. */
static void
make_room(struct grow *g, const struct value *made, struct value *room)
{
	static const char *const keys[][2] = {{"x", "width"}, {"y", "height"}};

	for (size_t i = 0; room != NULL && i < 2; i++) {
		int64_t need = 0;

		value_each(node, made) {
			int64_t end = coordinate(node, keys[i][0]) +
				      number(node, keys[i][1]) + 24;

			if (is_root(g, node) && end > need)
				need = end;
		}
		if (need <= number(room, keys[i][1]))
			continue;
		value_set_int(g->e->a, room, keys[i][1], need);
		if (value_get(value_get(room, "data"), keys[i][1]) != NULL)
			value_set_int(g->e->a, value_get(room, "data"),
				keys[i][1], need);
	}
}

void
grow_stand(struct grow *g, struct value *made)
{
	struct value *room =
		g->parent != NULL ? edit_node(g->e, g->parent->id) : NULL;
	const struct value *first = value_first(made);
	int64_t width = number(g->anchor, "width");

	shift_all(g, made,
		coordinate(g->anchor, "x") + (width > 0 ? width : 244) + GAP -
			coordinate(first, "x"),
		coordinate(g->anchor, "y") - coordinate(first, "y"));
	for (int i = 0; i < MOST_STEPS && collides(g, made); i++)
		shift_all(g, made, 0, STEP_DOWN);
	if (room != NULL)
		value_each(node, made) {
			const struct value *at =
				value_get(room, "positionAbsolute");

			shift(g->e->a, node, "positionAbsolute",
				number(at, "x"), number(at, "y"));
		}
	make_room(g, made, room);
}
