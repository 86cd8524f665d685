/* utf8.h: where UTF-8 is well-formed, NUL left out (RFC 3629). */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* utf8_length: bytes of the character at p, 0 if there is none before end. */
size_t utf8_length(const char *p, const char *end);

/* utf8_end: the first byte from p on that belongs to no character, or end. */
const char *utf8_end(const char *p, const char *end);

/* utf8_valid: whether n bytes are characters from first to last. */
bool utf8_valid(const char *s, size_t n);

#endif
