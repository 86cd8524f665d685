/* layers.h: places boxes that arrows connect, from left to right. */
#ifndef LAYERS_H
#define LAYERS_H

#include "base/arena.h"

#include <stddef.h>

/* A box; width and height are given, x and y (of its upper left corner) are
 * found. */
struct box {
	int width;
	int height;
	int x;
	int y;
};

/* An arrow between two boxes, by their numbers. slot (0 ... 1) tells how far
 * down at its source it leaves. */
struct arrow {
	size_t from;
	size_t to;
	double slot;
};

/*
 * layers_place: gives every box a place: a layer to the right of all boxes
 * whose arrows reach it (arrows that would close a cycle do not count), in
 * the order in which the arrows leave, without overlaps, close to what it is
 * connected with. The upper left corner of all is 0, 0. Deterministic.
 */
void layers_place(struct arena *a, struct box *boxes, size_t box_count,
	const struct arrow *arrows, size_t arrow_count);

#endif
