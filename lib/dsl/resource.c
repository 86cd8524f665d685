/* resource.c: finds what a plan names among what a Dify has. */
#include "dsl/resource.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

const char *const resource_kind_names[RESOURCE__MAX] = {
	[RESOURCE_MODEL] = "model",
	[RESOURCE_DATASET] = "dataset",
	[RESOURCE_TOOL] = "tool",
	[RESOURCE_RERANK] = "rerank",
	[RESOURCE_EMBEDDING] = "embedding",
	[RESOURCE_STRATEGY] = "strategy",
	[RESOURCE_API_TOOL] = "api_tool",
	[RESOURCE_WORKFLOW_TOOL] = "workflow_tool",
	[RESOURCE_MCP_TOOL] = "mcp_tool",
};

static const char *const prefixes[RESOURCE__MAX] = {
	[RESOURCE_MODEL] = "m",
	[RESOURCE_DATASET] = "kb",
	[RESOURCE_TOOL] = "t",
};

static bool
named(const char *own, const char *text)
{
	return own != NULL && strcasecmp(own, text) == 0;
}

static bool
answers_to(const struct resource *r, const char *text)
{
	return named(r->handle, text) || named(r->id, text) ||
	       named(r->name, text);
}

static size_t
place_of(const struct resources *resources, const struct resource *r)
{
	size_t place = 1;

	for (const struct resource *p = resources->items; p != r; p++)
		place += p->kind == r->kind;
	return place;
}

const char *
resource_short(struct arena *a, const struct resources *resources,
	const struct resource *r)
{
	return arena_printf(
		a, "%s%zu", prefixes[r->kind], place_of(resources, r));
}

/* The resource at the place that a short handle names. */
static const struct resource *
at_place(const struct resources *resources, enum resource_kind kind,
	const char *text)
{
	size_t n = prefixes[kind] == NULL ? 0 : strlen(prefixes[kind]);
	size_t place = 0;

	if (n == 0 || strncasecmp(text, prefixes[kind], n) != 0 ||
		text[n] == '0')
		return NULL;
	for (text += n; *text >= '0' && *text <= '9' && place < 10000; text++)
		place = place * 10 + (size_t)(*text - '0');
	if (*text != '\0')
		return NULL;
	for (size_t i = 0; i < resources->count; i++)
		if (resources->items[i].kind == kind && --place == 0)
			return &resources->items[i];
	return NULL;
}

const struct resource *
resource_find(const struct resources *resources, enum resource_kind kind,
	const char *text)
{
	if (resources == NULL)
		return NULL;
	for (size_t i = 0; i < resources->count; i++) {
		const struct resource *r = &resources->items[i];

		if (r->kind == kind && answers_to(r, text))
			return r;
	}
	return at_place(resources, kind, text);
}

const struct resource *
resource_first(const struct resources *resources, enum resource_kind kind)
{
	if (resources == NULL)
		return NULL;
	for (size_t i = 0; i < resources->count; i++)
		if (resources->items[i].kind == kind)
			return &resources->items[i];
	return NULL;
}
