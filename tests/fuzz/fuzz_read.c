/* fuzz_read.c: any bytes as a DSL file: read, checked, mended, put in order,
 * compared with itself. */
#include "base/limits.h"
#include "dsl/diff.h"
#include "dsl/dsl.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *a = arena_new(8 * LIMIT_ARENA);
	char *text = arena_memdup(a, bytes, size);
	struct dsl_target target = {.version = 11303};
	struct dsl_result r;
	struct value *canon;

	dsl_read(a, text, size, &target, &r);
	if (r.dsl != NULL) {
		canon = dsl_canon(a, r.dsl);
		if (!value_equal(canon, dsl_canon(a, canon)))
			__builtin_trap();
		if (!value_get_bool(dsl_diff(a, canon, canon), "same", false))
			__builtin_trap();
		dsl_fix(a, &r, &target);
	}
	arena_free(&a);
	return 0;
}
