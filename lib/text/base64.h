/* base64.h: bytes as text (RFC 4648, section 4, with padding). */
#ifndef BASE64_H
#define BASE64_H

#include "base/arena.h"

#include <stddef.h>

/* base64: n bytes as base64 text, in a. */
char *base64(struct arena *a, const void *bytes, size_t n);

#endif
