/* dsl.c: a DSL file of any content is read, judged for some version, mended,
 * brought in order, laid out, shown and compared. */
#include "fuzz.h"

#include "dsl/diff.h"
#include "dsl/dsl.h"
#include "dsl/layout.h"
#include "dsl/show.h"
#include "text/json.h"

static const char *
as_json(struct arena *a, const struct value *v)
{
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	return out.s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int versions[] = {10801, 11201, 11303, 11601, 11701};
	struct arena *a = fuzz_arena();
	struct dsl_target target = {.version = versions[size % 5]};
	struct dsl_result result;
	struct value *canon;

	dsl_read(a, (const char *)data, size, &target, &result);
	if (result.dsl == NULL) {
		MUST(result.findings.count[TIER_E] > 0);
		return 0;
	}
	canon = dsl_canon(a, result.dsl);
	MUST(strcmp(as_json(a, canon), as_json(a, dsl_canon(a, canon))) == 0);
	if (result.dsl->type == VALUE_OBJECT)
		MUST(value_get_bool(
			dsl_diff(a, result.dsl, canon), "same", false));
	if (result.dsl->type == VALUE_OBJECT) {
		const char *why = NULL;
		const struct value *plan =
			dsl_show_plan(a, result.dsl, &target, &why);

		MUST((plan == NULL) == (why != NULL));
		MUST(dsl_show_flow(a, result.dsl, &target) != NULL);
	}
	dsl_fix(a, &result, &target);
	layout_graph(a, value_get(value_get(result.dsl, "workflow"), "graph"));
	return 0;
}
