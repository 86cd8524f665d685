/* fuzz_build.c: any bytes as a model's answer: a DSL that is checked, or
 * findings, never a crash; and the same bytes give the same DSL. */
#include "base/limits.h"
#include "dsl/dsl.h"
#include "text/json.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char *
built(struct arena *a, const char *text, size_t size)
{
	struct dsl_target target = {.version = 11601};
	struct dsl_result r;
	struct str out;

	dsl_build(a, text, size, &target, &r);
	if (r.dsl == NULL)
		return "";
	str_init(&out, a, LIMIT_ARENA);
	jsonx_write(&out, r.dsl, 0);
	return out.s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *a = arena_new(4 * LIMIT_ARENA);
	char *text = arena_memdup(a, bytes, size);
	const char *once = built(a, text, size);

	if (strcmp(once, built(a, text, size)) != 0)
		__builtin_trap();
	arena_free(&a);
	return 0;
}
