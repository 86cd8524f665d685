/* fuzz.h: what every driver shares: one arena, emptied after each input. */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/arena.h"
#include "base/limits.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline struct arena *
fuzz_arena(void)
{
	static struct arena *a;

	if (a == NULL)
		a = arena_new(LIMIT_ARENA);
	arena_reset(a);
	return a;
}

/* What must hold; a broken promise is a finding. */
#define MUST(condition)           \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

#endif
