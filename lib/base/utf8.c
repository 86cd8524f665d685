/* utf8.c: see utf8.h. */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

size_t
utf8_length(const char *p, const char *end)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t n, left = (size_t)(end - p);

	if (left == 0 || u[0] == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	n = u[0] < 0xC2   ? 0
	    : u[0] < 0xE0 ? 2
	    : u[0] < 0xF0 ? 3
	    : u[0] < 0xF5 ? 4
			  : 0;
	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((u[i] & 0xC0) != 0x80)
			return 0;
	if ((u[0] == 0xE0 && u[1] < 0xA0) || (u[0] == 0xED && u[1] > 0x9F) ||
		(u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] > 0x8F))
		return 0;
	return n;
}

/* Over ASCII without NUL, eight bytes at a time. */
static const char *
skip_ascii(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101U, high = 0x80 * ones;
	uint64_t w;

	for (; end - p >= (ptrdiff_t)sizeof(w); p += sizeof(w)) {
		memcpy(&w, p, sizeof(w));
		if (((w | (w - ones)) & high) != 0)
			break;
	}
	return p;
}

const char *
utf8_end(const char *p, const char *end)
{
	size_t n = 1;

	while (n > 0 && (p = skip_ascii(p, end)) < end) {
		n = utf8_length(p, end);
		p += n;
	}
	return p;
}

bool
utf8_valid(const char *s, size_t n)
{
	return utf8_end(s, s + n) == s + n;
}
