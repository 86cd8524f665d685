/* prompt.c: the prompts for requests, a line of JSON each:
 *     prompt REQUEST...   {"request", "tokens", "examples", "text"} */
#include "base/limits.h"
#include "base/nitems.h"
#include "llm/prompt.h"
#include "llm/tokens.h"
#include "text/json.h"

#include <stdio.h>
#include <string.h>

static const char tool[] = "{\"parameters\":[{\"name\":\"query\",\"required\":"
			   "true},{\"name\":\"limit\",\"required\":false}]}";

/* What a Dify that is in use has. */
static const struct resource items[] = {
	{.kind = RESOURCE_MODEL, .name = "DeepSeek V3"},
	{.kind = RESOURCE_MODEL, .name = "Qwen3 32B"},
	{.kind = RESOURCE_MODEL, .name = "GPT-5 mini"},
	{.kind = RESOURCE_MODEL, .name = "GLM-4.6"},
	{.kind = RESOURCE_DATASET, .name = "Employee handbook"},
	{.kind = RESOURCE_DATASET, .name = "产品手册"},
	{.kind = RESOURCE_DATASET, .name = "FAQ of the shop"},
	{.kind = RESOURCE_TOOL, .name = "google_search", .extra = tool},
	{.kind = RESOURCE_TOOL, .name = "current_time"},
	{.kind = RESOURCE_TOOL, .name = "weekday"},
};
static const struct resources resources = {items, nitems(items)};
static const struct dsl_target target = {
	.version = DSL_VERSION_NEWEST, .resources = &resources};

static void
print(struct arena *a, const char *request)
{
	struct llm_prompt prompt;
	struct value *v = value_object(a);
	struct str out;

	llm_system_prompt(a, request, &target, &prompt);
	value_set_text(a, v, "request", request);
	value_set_int(a, v, "tokens",
		(int64_t)(prompt.tokens +
			  llm_tokens(request, strlen(request))));
	value_set_text(a, v, "examples", prompt.examples);
	value_set_text(a, v, "text", prompt.text);
	str_init(&out, a, LIMIT_DOCUMENT);
	jsonx_write(&out, v, 0);
	puts(out.s);
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new(LIMIT_ARENA);

	for (int i = 1; i < argc; i++) {
		print(a, argv[i]);
		arena_reset(a);
	}
	arena_free(&a);
	return 0;
}
