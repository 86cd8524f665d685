/* build.c: whatever a model answers, there is a DSL or a finding, and the same
 * answer makes the same DSL. */
#include "fuzz.h"

#include "dsl/dsl.h"
#include "text/json.h"

static const char *
built(struct arena *a, const char *answer, size_t size)
{
	struct dsl_target target = {.version = size % 2 ? 11303 : 11601};
	struct dsl_result result;
	struct str out;

	dsl_build(a, answer, size, &target, &result);
	MUST(result.dsl != NULL || result.findings.first != NULL);
	str_init(&out, a, LIMIT_DOCUMENT);
	if (result.dsl != NULL)
		jsonx_write(&out, result.dsl, 0);
	return out.s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = fuzz_arena();
	const char *once = built(a, (const char *)data, size);

	MUST(strcmp(once, built(a, (const char *)data, size)) == 0);
	return 0;
}
