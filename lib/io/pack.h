/* pack.h: texts made small; over zlib. */
#ifndef PACK_H
#define PACK_H

#include "base/arena.h"

#include <stddef.h>

/* pack_close: the text of n bytes as a zlib stream (RFC 1950); its bytes are in
 * a, *n_r of them. */
void *pack_close(struct arena *a, const char *text, size_t n, size_t *n_r);

/* pack_open: the text of `bytes` bytes that was packed into n, with a NUL
 * behind it; NULL when it is no such stream or gives another length. */
char *pack_open(struct arena *a, const void *packed, size_t n, size_t bytes);

#endif
