/* layout_size.h: how large the editor draws a node; for layout*.c only. */
#ifndef LAYOUT_SIZE_H
#define LAYOUT_SIZE_H

#include "text/value.h"

/* layout_size: width and height of a node with this data, in pixels. */
void layout_size(const struct value *data, int *width_r, int *height_r);

#endif
