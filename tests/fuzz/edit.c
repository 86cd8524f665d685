/* edit.c: whatever a model answers to a sentence about a workflow, there is
 * another workflow or a finding, and the one that it was about is as before. */
#include "fuzz.h"

#include "dsl/diff.h"
#include "dsl/edit.h"
#include "text/json.h"

static const char plan[] =
	"{\"inputs\": [{\"name\": \"t\", \"type\": \"paragraph\"}], \"steps\": "
	"[{\"id\": \"sort\", \"type\": \"question-classifier\", \"query\": "
	"\"inputs.t\", \"classes\": [{\"name\": \"x\", \"do\": [{\"id\": "
	"\"ask\", \"type\": \"llm\", \"prompt\": \"{{inputs.t}}\"}], "
	"\"give\": {\"r\": \"{{ask.text}}\"}}, {\"name\": \"y\", \"do\": [], "
	"\"give\": {\"r\": \"no\"}}]}, {\"id\": \"parts\", \"type\": "
	"\"code\", \"code\": \"def main(t):\\n return {'l': [t]}\", "
	"\"inputs\": {\"t\": \"sort.r\"}, \"outputs\": {\"l\": "
	"\"array[string]\"}}, {\"id\": \"each\", \"type\": \"iteration\", "
	"\"over\": \"parts.l\", \"do\": [{\"id\": \"one\", \"type\": "
	"\"template-transform\", \"template\": \"{{ each.item }}\"}], "
	"\"give\": \"one.output\"}, {\"id\": \"big\", \"type\": \"if-else\", "
	"\"cases\": [{\"when\": {\"left\": \"sort.r\", \"op\": \"empty\"}, "
	"\"do\": [{\"id\": \"get\", \"type\": \"http-request\", \"method\": "
	"\"get\", \"url\": \"http://a.example\"}]}]}], \"outputs\": "
	"[{\"name\": "
	"\"o\", \"from\": \"sort.r\"}]}";

static const char *
as_json(struct arena *a, const struct value *v)
{
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	if (v != NULL)
		jsonx_write(&out, v, 0);
	return out.s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = fuzz_arena();
	struct dsl_target target = {.version = size % 2 ? 11303 : 11601};
	struct dsl_result base;
	struct edit_result once, again;
	const char *before;

	dsl_build(a, plan, sizeof(plan) - 1, &target, &base);
	before = as_json(a, base.dsl);
	dsl_edit_answer(a, base.dsl, (const char *)data, size, &target, &once);
	MUST(once.made.dsl != NULL || once.fresh.first != NULL);
	MUST(strcmp(as_json(a, base.dsl), before) == 0);
	dsl_edit_answer(a, base.dsl, (const char *)data, size, &target, &again);
	MUST(strcmp(as_json(a, once.made.dsl), as_json(a, again.made.dsl)) ==
		0);
	if (once.made.dsl != NULL)
		MUST(dsl_edit_consent(a, base.dsl,
			     dsl_diff(a, base.dsl, once.made.dsl)) != NULL);
	return 0;
}
