/* plan_resources.c: which model, knowledge base or tool a plan means. */
#include "dsl/plan_schema.h"

#include <string.h>

static void
name_one(struct arena *a, struct value *v, const struct resources *resources,
	enum resource_kind kind)
{
	const char *text = value_text(v);
	const struct resource *r;
	const char *given;
	struct value *named;

	if (text == NULL)
		return;
	r = resource_find(resources, kind, text);
	given = r == NULL ? NULL : resource_short(a, resources, r);
	if (given == NULL || r->handle == NULL || strcmp(text, given) != 0)
		return;
	named = value_string(a, r->handle);
	named->line = v->line;
	named->column = v->column;
	value_replace(v, named);
}

static void
name_list(struct arena *a, struct value *v, const struct resources *resources)
{
	struct value *next;

	name_one(a, v, resources, RESOURCE_DATASET);
	for (struct value *item = value_first(v); item != NULL; item = next) {
		next = item->next;
		name_one(a, item, resources, RESOURCE_DATASET);
	}
}

void
plan_name_resources(
	struct arena *a, struct value *plan, const struct resources *resources)
{
	struct value *next;

	if (resources == NULL)
		return;
	if (value_get(plan, "type") != NULL) {
		name_one(
			a, value_get(plan, "model"), resources, RESOURCE_MODEL);
		name_one(a, value_get(plan, "tool"), resources, RESOURCE_TOOL);
		if (value_get(plan, "knowledge") != NULL)
			name_list(a, value_get(plan, "knowledge"), resources);
	}
	for (struct value *v = value_first(plan); v != NULL; v = next) {
		next = v->next;
		plan_name_resources(a, v, resources);
	}
}
