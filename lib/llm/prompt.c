/* prompt.c: see prompt.h. */
#include "llm/prompt.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/catalogue.h"
#include "llm/prompt_text.h"
#include "text/json.h"

#include <string.h>

enum {
	MAX_FINDINGS = 20,   /* told to a model in one round */
	MAX_RESOURCES = 40,  /* of a kind */
	MAX_TOOL_EXTRA = 600 /* bytes of a tool's parameters */
};

static const char *const resource_heads[RESOURCE__MAX] = {
	[RESOURCE_MODEL] = "\n# Models (the first is the default)\n",
	[RESOURCE_DATASET] = "\n# Knowledge bases\n",
	[RESOURCE_TOOL] = "\n# Tools\n",
};

static bool
offered(const struct node_type *type, const struct dsl_target *target)
{
	if (type->prompt == NULL)
		return false;
	if (strcmp(type->name, "tool") == 0 &&
		resource_first(target->resources, RESOURCE_TOOL) == NULL)
		return false;
	return node_type_in(type, target->version);
}

/* What the catalogue says of each type that a plan can name. */
static void
put_steps(struct str *out, const struct dsl_target *target)
{
	str_puts(out, "\n# Step types\nEvery step has \"id\", \"type\" and a "
		      "short \"title\". Required fields first.\n");
	for (size_t i = 0; i < node_type_count; i++)
		if (offered(node_types[i], target))
			str_printf(out, "- %s\n", node_types[i]->prompt);
	str_printf(out, "- %s\n", prompt_parallel);
	str_puts(out,
		"llm, http-request, tool and code may have \"on_error\": "
		"\"stop\", {\"default\": {OUTPUT: value}} or {\"do\": [], "
		"\"give\": {}}, and \"retry\": {times, seconds}.\n");
}

/* What a tool takes, as JSON; "" when that is unknown or too long. */
static const char *
tool_parameters(struct arena *a, const struct resource *r)
{
	struct jsonx_report report;
	const struct value *v =
		r->extra == NULL
			? NULL
			: jsonx_read(a, r->extra, strlen(r->extra), 0, &report);
	struct str text;

	v = value_get(v, "parameters");
	if (v == NULL)
		return "";
	str_init(&text, a, MAX_TOOL_EXTRA);
	jsonx_write(&text, v, 0);
	return text.full ? "" : text.s;
}

static void
put_resource(struct str *out, const struct resource *r)
{
	str_printf(out, "- %s", r->handle);
	if (strcmp(r->handle, r->name) != 0)
		str_printf(out, ": %s", r->name);
	if (r->kind == RESOURCE_TOOL)
		str_printf(out, " %s", tool_parameters(out->arena, r));
	str_putc(out, '\n');
}

static void
put_resources(struct str *out, const struct resources *all)
{
	int kind;
	size_t i;

	for (kind = 0; kind < RESOURCE__MAX; kind++) {
		int count = 0;

		for (i = 0; all != NULL && i < all->count; i++) {
			if ((int)all->items[i].kind != kind ||
				count == MAX_RESOURCES)
				continue;
			if (count++ == 0)
				str_puts(out, resource_heads[kind]);
			put_resource(out, &all->items[i]);
		}
		if (count == 0 && kind == RESOURCE_DATASET)
			str_puts(out, "\n# Knowledge bases\nNone: do without "
				      "knowledge-retrieval unless it is asked "
				      "for; then name the knowledge base that "
				      "is meant.\n");
	}
}

const char *
llm_system_prompt(struct arena *a, const struct dsl_target *target)
{
	struct str out;

	str_init(&out, a, LIMIT_BODY);
	str_puts(&out, prompt_form);
	put_steps(&out, target);
	str_puts(&out, prompt_rules);
	put_resources(&out, target->resources);
	str_puts(&out, prompt_examples);
	return out.s;
}

static bool
open_finding(const struct finding *f)
{
	return f->tier == TIER_E || f->tier == TIER_R;
}

size_t
llm_open_count(const struct findings *findings)
{
	return findings->count[TIER_E] + findings->count[TIER_R];
}

const char *
llm_mend_prompt(struct arena *a, const struct findings *findings)
{
	const struct finding *f;
	struct str out;
	int count = 0;

	str_init(&out, a, LIMIT_BODY);
	str_puts(&out, "Your plan has mistakes:\n");
	for (f = findings->first; f != NULL; f = f->next) {
		if (!open_finding(f) || count++ == MAX_FINDINGS)
			continue;
		str_printf(&out, "- %s%s%s: %s", f->pointer,
			*f->node == '\0' ? "" : " in ", f->node,
			finding_message(a, f, "en"));
		if (f->allowed != NULL)
			str_printf(&out, " Allowed: %s.", f->allowed);
		str_putc(&out, '\n');
	}
	str_puts(&out, "Write the whole plan again with these mended and "
		       "everything else kept. Answer with the JSON object "
		       "alone.");
	return out.s;
}
