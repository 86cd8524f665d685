/* resource.c: finds what a plan names among what a Dify has. */
#include "dsl/resource.h"

#include <stdbool.h>
#include <strings.h>

const char *const resource_kind_names[RESOURCE__MAX] = {
	[RESOURCE_MODEL] = "model",
	[RESOURCE_DATASET] = "dataset",
	[RESOURCE_TOOL] = "tool",
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
	return NULL;
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
