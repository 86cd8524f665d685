/* pack.c: see pack.h. The only file that knows zlib. */
#include "io/pack.h"
#include "base/fatal.h"
#include "base/limits.h"

#include <zlib.h>

enum { LEVEL = 6 };

void *
pack_close(struct arena *a, const char *text, size_t n, size_t *n_r)
{
	uLongf size = compressBound(n);
	void *out = arena_alloc(a, size);

	if (compress2(out, &size, (const Bytef *)text, n, LEVEL) != Z_OK)
		fatal("pack: out of memory");
	*n_r = size;
	return out;
}

char *
pack_open(struct arena *a, const void *packed, size_t n, size_t bytes)
{
	uLongf size = bytes;
	char *out;

	if (bytes > LIMIT_DOCUMENT)
		return NULL;
	out = arena_alloc(a, bytes + 1);
	if (uncompress((Bytef *)out, &size, packed, n) != Z_OK || size != bytes)
		return NULL;
	out[bytes] = '\0';
	return out;
}
