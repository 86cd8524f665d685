/* resource.c: finds what a plan names among what a Dify has. */
#include "dsl/resource.h"

#include <stdlib.h>
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

	if (resources->bound)
		return r->place;
	for (const struct resource *p = resources->items; p != r; p++)
		place += p->kind == r->kind;
	return place;
}

const char *
resource_short(struct arena *a, const struct resources *resources,
	const struct resource *r)
{
	size_t place = place_of(resources, r);

	return place == 0 ? NULL
			  : arena_printf(a, "%s%zu", prefixes[r->kind], place);
}

/* The resource at the place that a short handle names. */
static const struct resource *
at_place(const struct resources *resources, enum resource_kind kind,
	const char *text)
{
	size_t n = prefixes[kind] == NULL ? 0 : strlen(prefixes[kind]);
	size_t place = 0, at = 0;

	if (n == 0 || strncasecmp(text, prefixes[kind], n) != 0 ||
		text[n] == '0')
		return NULL;
	for (text += n; *text >= '0' && *text <= '9' && place < 10000; text++)
		place = place * 10 + (size_t)(*text - '0');
	if (*text != '\0')
		return NULL;
	for (size_t i = 0; i < resources->count; i++)
		if (resources->items[i].kind == kind &&
			(resources->bound ? resources->items[i].place : ++at) ==
				place)
			return &resources->items[i];
	return NULL;
}

const char *
resource_key(struct arena *a, const struct resource *r)
{
	return arena_printf(a, "%s\n%s", r->provider == NULL ? "" : r->provider,
		r->id == NULL ? "" : r->id);
}

/* The place that one of the handles gives it; 0: none. */
static size_t
bound_place(
	struct arena *a, const struct resource *r, const struct value *handles)
{
	const char *prefix = prefixes[r->kind];
	const char *key = resource_key(a, r);

	if (prefix == NULL)
		return 0;
	value_each(h, handles) {
		size_t n = strlen(prefix);

		if (strncmp(h->key, prefix, n) == 0 &&
			strspn(h->key + n, "0123456789") ==
				strlen(h->key + n) &&
			strcmp(value_text(h) == NULL ? "" : value_text(h),
				key) == 0)
			return (size_t)strtoul(h->key + n, NULL, 10);
	}
	return 0;
}

const struct resources *
resource_bound(struct arena *a, const struct resources *all,
	const struct value *handles)
{
	struct resources *out;
	struct resource *items;

	if (all == NULL || handles == NULL)
		return all;
	out = arena_alloc(a, sizeof(*out));
	*out = *all;
	items = arena_array(a, all->count + 1, sizeof(*items));
	for (size_t i = 0; i < all->count; i++) {
		items[i] = all->items[i];
		items[i].place = bound_place(a, &items[i], handles);
	}
	out->items = items;
	out->bound = true;
	return out;
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
