/* base64.c: see base64.h. */
#include "text/base64.h"

static const char digits[64] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
base64(struct arena *a, const void *bytes, size_t n)
{
	const unsigned char *in = bytes;
	char *out = arena_alloc(a, (n + 2) / 3 * 4 + 1);
	char *at = out;
	size_t i;

	for (i = 0; i < n; i += 3) {
		unsigned long group = (unsigned long)in[i] << 16;

		if (i + 1 < n)
			group |= (unsigned long)in[i + 1] << 8;
		if (i + 2 < n)
			group |= in[i + 2];
		*at++ = digits[group >> 18];
		*at++ = digits[group >> 12 & 63];
		*at++ = i + 1 < n ? digits[group >> 6 & 63] : '=';
		*at++ = i + 2 < n ? digits[group & 63] : '=';
	}
	return out;
}
