/* layers.c: see layers.h. Layers by the longest way, order by the middle of
 * what leads in, heights by pulling towards the neighbours (isotonic
 * regression keeps order and distance). */
#include "dsl/layers.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { GAP_X = 60, GAP_Y = 40, LANE = 8, SWEEPS = 8 };

/* A box, or a place where a long arrow passes a layer. */
struct spot {
	int layer;
	int size;      /* height */
	double centre; /* of its height */
	double order;  /* within the layer */
	size_t rank;   /* as found by following arrows */
	size_t *in;    /* numbers of arrows */
	size_t *out;
	size_t in_count;
	size_t out_count;
};

struct drawing {
	struct arena *arena;
	struct spot *spots;
	size_t spot_count;
	struct arrow *arrows; /* without those that close a cycle */
	size_t arrow_count;
	int layer_count;
	size_t **layers; /* numbers of spots, in order */
	size_t *layer_sizes;
};

/* connect: fills in and out of every spot, keeping the arrows' order. */
static void
connect(struct drawing *d)
{
	for (size_t i = 0; i < d->spot_count; i++)
		d->spots[i].in_count = d->spots[i].out_count = 0;
	for (size_t i = 0; i < d->arrow_count; i++) {
		d->spots[d->arrows[i].from].out_count++;
		d->spots[d->arrows[i].to].in_count++;
	}
	for (size_t i = 0; i < d->spot_count; i++) {
		struct spot *s = &d->spots[i];

		s->in = arena_array(d->arena, s->in_count + 1, sizeof(size_t));
		s->out =
			arena_array(d->arena, s->out_count + 1, sizeof(size_t));
		s->in_count = s->out_count = 0;
	}
	for (size_t i = 0; i < d->arrow_count; i++) {
		struct spot *from = &d->spots[d->arrows[i].from];
		struct spot *to = &d->spots[d->arrows[i].to];

		from->out[from->out_count++] = i;
		to->in[to->in_count++] = i;
	}
}

static int
by_slot(const void *x, const void *y)
{
	const struct arrow *p = x;
	const struct arrow *q = y;

	if (p->from != q->from)
		return p->from < q->from ? -1 : 1;
	if (p->slot < q->slot || p->slot > q->slot)
		return p->slot < q->slot ? -1 : 1;
	return p->to < q->to ? -1 : p->to > q->to;
}

enum { FRESH, OPEN, DONE };

struct walk {
	struct drawing *d;
	unsigned char *state;
	size_t *stack;
	size_t *next; /* how many arrows of a spot are done */
	size_t depth;
	size_t *finished; /* spots in the order in which they were left */
	size_t finished_count;
	bool *closes; /* arrows that close a cycle */
	size_t rank;
};

static void
enter(struct walk *w, size_t spot)
{
	w->state[spot] = OPEN;
	w->d->spots[spot].rank = w->rank++;
	w->stack[w->depth++] = spot;
}

/* Follows arrows from root, depth first, and finds those that go back. */
static void
walk_from(struct walk *w, size_t root)
{
	if (w->state[root] != FRESH)
		return;
	enter(w, root);
	while (w->depth > 0) {
		size_t at = w->stack[w->depth - 1];
		const struct spot *s = &w->d->spots[at];
		size_t arrow;
		size_t to;

		if (w->next[at] == s->out_count) {
			w->state[at] = DONE;
			w->finished[w->finished_count++] = at;
			w->depth--;
			continue;
		}
		arrow = s->out[w->next[at]++];
		to = w->d->arrows[arrow].to;
		if (w->state[to] == OPEN)
			w->closes[arrow] = true;
		else if (w->state[to] == FRESH)
			enter(w, to);
	}
}

/* Drops the arrows that close cycles, then gives each spot its layer. */
static void
find_layers(struct drawing *d)
{
	size_t n = d->spot_count;
	size_t kept = 0;
	struct walk w = {.d = d};

	w.state = arena_alloc(d->arena, n + 1);
	w.stack = arena_array(d->arena, n + 1, sizeof(size_t));
	w.next = arena_array(d->arena, n + 1, sizeof(size_t));
	w.finished = arena_array(d->arena, n + 1, sizeof(size_t));
	w.closes = arena_array(d->arena, d->arrow_count + 1, sizeof(bool));
	for (size_t i = 0; i < n; i++)
		if (d->spots[i].in_count == 0)
			walk_from(&w, i);
	for (size_t i = 0; i < n; i++)
		walk_from(&w, i);
	for (size_t i = n; i-- > 0;) {
		const struct spot *s = &d->spots[w.finished[i]];

		for (size_t k = 0; k < s->out_count; k++) {
			struct spot *to = &d->spots[d->arrows[s->out[k]].to];

			if (!w.closes[s->out[k]] && to->layer <= s->layer)
				to->layer = s->layer + 1;
		}
		if (s->layer >= d->layer_count)
			d->layer_count = s->layer + 1;
	}
	for (size_t i = 0; i < d->arrow_count; i++)
		if (!w.closes[i])
			d->arrows[kept++] = d->arrows[i];
	d->arrow_count = kept;
}

/* Cuts every arrow that passes layers into pieces, with a lane in each, so
 * that boxes leave room for it; not when that would be too many. */
static void
add_lanes(struct drawing *d)
{
	size_t lanes = 0;
	size_t spots = d->spot_count;
	size_t arrows = d->arrow_count;
	struct arrow *cut;

	for (size_t i = 0; i < arrows; i++)
		lanes += (size_t)(d->spots[d->arrows[i].to].layer -
				  d->spots[d->arrows[i].from].layer - 1);
	if (lanes == 0 || lanes > 4 * spots + 100)
		return;
	d->spots = arena_grow(d->arena, d->spots, spots * sizeof(*d->spots),
		(spots + lanes) * sizeof(*d->spots));
	cut = arena_array(d->arena, arrows + lanes, sizeof(*cut));
	memcpy(cut, d->arrows, arrows * sizeof(*cut));
	for (size_t i = 0; i < arrows; i++) {
		size_t to = cut[i].to;
		struct arrow *piece = &cut[i];
		int layer = d->spots[cut[i].from].layer + 1;

		for (; layer < d->spots[to].layer; layer++) {
			struct spot *lane = &d->spots[d->spot_count];

			lane->layer = layer;
			lane->size = LANE;
			lane->rank = d->spots[to].rank;
			piece->to = d->spot_count++;
			piece = &cut[d->arrow_count++];
			piece->from = d->spot_count - 1;
			piece->to = to;
			piece->slot = 0.5;
		}
	}
	d->arrows = cut;
}

static int
by_order(const void *x, const void *y, void *spots)
{
	const struct spot *p = (struct spot *)spots + *(const size_t *)x;
	const struct spot *q = (struct spot *)spots + *(const size_t *)y;

	if (p->order < q->order || p->order > q->order)
		return p->order < q->order ? -1 : 1;
	if (p->rank != q->rank)
		return p->rank < q->rank ? -1 : 1;
	return p < q ? -1 : p > q;
}

static void
fill_layers(struct drawing *d)
{
	size_t n = (size_t)d->layer_count;

	d->layers = arena_array(d->arena, n, sizeof(*d->layers));
	d->layer_sizes = arena_array(d->arena, n, sizeof(size_t));
	for (size_t i = 0; i < d->spot_count; i++)
		d->layer_sizes[d->spots[i].layer]++;
	for (size_t i = 0; i < n; i++) {
		d->layers[i] = arena_array(
			d->arena, d->layer_sizes[i] + 1, sizeof(size_t));
		d->layer_sizes[i] = 0;
	}
	for (size_t i = 0; i < d->spot_count; i++) {
		int layer = d->spots[i].layer;

		d->layers[layer][d->layer_sizes[layer]++] = i;
	}
}

/* Orders one layer by the middle of the places where its arrows leave. */
static void
order_layer(struct drawing *d, int layer)
{
	for (size_t i = 0; i < d->layer_sizes[layer]; i++) {
		struct spot *s = &d->spots[d->layers[layer][i]];
		double sum = 0;

		for (size_t k = 0; k < s->in_count; k++) {
			const struct arrow *a = &d->arrows[s->in[k]];

			sum += d->spots[a->from].order + a->slot * 0.9;
		}
		s->order = s->in_count > 0 ? sum / (double)s->in_count
					   : (double)s->rank;
	}
	qsort_r(d->layers[layer], d->layer_sizes[layer], sizeof(size_t),
		by_order, d->spots);
	for (size_t i = 0; i < d->layer_sizes[layer]; i++)
		d->spots[d->layers[layer][i]].order = (double)i;
}

/* Where the neighbours on one side would like to have the spot. */
static double
wanted(const struct drawing *d, const struct spot *s, bool left)
{
	size_t count = left ? s->in_count : s->out_count;
	const size_t *list = left ? s->in : s->out;
	double sum = 0;

	if (count == 0)
		return s->centre;
	for (size_t k = 0; k < count; k++) {
		const struct arrow *a = &d->arrows[list[k]];

		sum += d->spots[left ? a->from : a->to].centre;
	}
	return sum / (double)count;
}

/* A run of spots that touch each other and move as one. */
struct block {
	double sum; /* of what its spots want, less their offsets */
	size_t count;
};

/* Moves the spots of a layer as near as order and distance allow to where
 * they want to be. */
static void
pull(struct drawing *d, int layer, bool left)
{
	size_t n = d->layer_sizes[layer];
	struct block *blocks = arena_array(d->arena, n + 1, sizeof(*blocks));
	size_t used = 0;
	double offset = 0;
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		const struct spot *s = &d->spots[d->layers[layer][i]];
		struct block b = {
			wanted(d, s, left) - s->size / 2.0 - offset, 1};

		while (used > 0 &&
			blocks[used - 1].sum / (double)blocks[used - 1].count >
				b.sum / (double)b.count) {
			used--;
			b.sum += blocks[used].sum;
			b.count += blocks[used].count;
		}
		blocks[used++] = b;
		offset += s->size + GAP_Y;
	}
	offset = 0;
	for (size_t b = 0; b < used; b++)
		for (size_t k = 0; k < blocks[b].count; k++) {
			struct spot *s = &d->spots[d->layers[layer][at++]];

			s->centre = blocks[b].sum / (double)blocks[b].count +
				    offset + s->size / 2.0;
			offset += s->size + GAP_Y;
		}
}

/* Everything on top of each other first, then to and fro. */
static void
find_heights(struct drawing *d)
{
	for (int layer = 0; layer < d->layer_count; layer++) {
		double y = 0;

		for (size_t i = 0; i < d->layer_sizes[layer]; i++) {
			struct spot *s = &d->spots[d->layers[layer][i]];

			s->centre = y + s->size / 2.0;
			y += s->size + GAP_Y;
		}
	}
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		for (int layer = 1; layer < d->layer_count; layer++)
			pull(d, layer, true);
		for (int layer = d->layer_count - 1; layer-- > 0;)
			pull(d, layer, false);
	}
	for (int layer = 1; layer < d->layer_count; layer++)
		pull(d, layer, true);
}

static void
write_places(const struct drawing *d, struct box *boxes, size_t count)
{
	int x = 0;
	double top = 0;

	for (size_t i = 0; i < count; i++) {
		double y = d->spots[i].centre - boxes[i].height / 2.0;

		if (i == 0 || y < top)
			top = y;
	}
	for (int layer = 0; layer < d->layer_count; layer++) {
		int width = 0;

		for (size_t i = 0; i < d->layer_sizes[layer]; i++) {
			size_t spot = d->layers[layer][i];
			struct box *b = &boxes[spot];

			if (spot >= count)
				continue;
			b->x = x;
			b->y = (int)(d->spots[spot].centre - b->height / 2.0 -
				     top + 0.5);
			if (b->width > width)
				width = b->width;
		}
		x += width + GAP_X;
	}
}

void
layers_place(struct arena *a, struct box *boxes, size_t box_count,
	const struct arrow *arrows, size_t arrow_count)
{
	struct drawing d = {.arena = a,
		.spot_count = box_count,
		.arrow_count = arrow_count};

	if (box_count == 0)
		return;
	d.spots = arena_array(a, box_count, sizeof(*d.spots));
	d.arrows = arena_array(a, arrow_count + 1, sizeof(*d.arrows));
	for (size_t i = 0; i < box_count; i++)
		d.spots[i].size = boxes[i].height;
	if (arrow_count > 0)
		memcpy(d.arrows, arrows, arrow_count * sizeof(*arrows));
	qsort(d.arrows, arrow_count, sizeof(*d.arrows), by_slot);
	connect(&d);
	find_layers(&d);
	add_lanes(&d);
	connect(&d);
	fill_layers(&d);
	for (int layer = 0; layer < d.layer_count; layer++)
		order_layer(&d, layer);
	find_heights(&d);
	write_places(&d, boxes, box_count);
}
