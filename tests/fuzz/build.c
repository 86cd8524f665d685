/* build.c: whatever a model answers, there is a DSL or a finding. */
#include "fuzz.h"

#include "dsl/dsl.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = fuzz_arena();
	struct dsl_target target = {.version = size % 2 ? 11303 : 11601};
	struct dsl_result result;

	dsl_build(a, (const char *)data, size, &target, &result);
	MUST(result.dsl != NULL || result.findings.first != NULL);
	return 0;
}
