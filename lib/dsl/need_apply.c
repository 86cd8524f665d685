/* need_apply.c: writes a mapping into a DSL; see need.h. */
#include "base/nitems.h"
#include "dsl/need_parts.h"
#include "text/json.h"

#include <string.h>

struct change {
	struct arena *a;
	const struct value *mapping;
	const struct resources *target;
	struct value *dependencies; /* to be added */
	struct value *left; /* providers that may not be used any more */
	size_t count;
};

static const struct value *
extra_of(struct arena *a, const struct resource *r)
{
	struct jsonx_report report;

	return r->extra == NULL
		       ? NULL
		       : jsonx_read(a, r->extra, strlen(r->extra), 0, &report);
}

static void
note_dependency(struct change *c, const struct resource *r)
{
	const struct value *v = value_get(extra_of(c->a, r), "dependency");

	if (v == NULL)
		return;
	value_each(known, c->dependencies)
		if (value_equal(known, v))
			return;
	value_append(c->dependencies, value_clone(c->a, v));
}

/* The members of a tool's node that say more of it than its key. */
static void
write_tool(struct change *c, const struct need_place *place,
	const struct resource *r)
{
	/* an agent has no other member for the provider */
	if (value_get(place->object, "provider_name") != NULL &&
		strcmp(place->provider, "provider_name") != 0)
		value_set_text(c->a, place->object, "provider_name",
			value_get_text(
				extra_of(c->a, r), "label", r->provider));
	if (value_get(place->object, "tool_label") != NULL)
		value_set_text(c->a, place->object, "tool_label", r->name);
}

static void
write_strategy(struct change *c, const struct need_place *place,
	const struct resource *r)
{
	const struct value *value =
		value_get(value_get(extra_of(c->a, r), "dependency"), "value");
	const struct value *id = value_first(value);

	if (value_get(place->object, "agent_strategy_label") != NULL)
		value_set_text(
			c->a, place->object, "agent_strategy_label", r->name);
	if (value_get(place->object, "plugin_unique_identifier") != NULL &&
		value_text(id) != NULL)
		value_set_text(c->a, place->object, "plugin_unique_identifier",
			value_text(id));
}

static void
change_place(void *context, const struct need_place *place)
{
	struct change *c = context;
	const char *key = need_place_key(c->a, place);
	const char *to =
		need_find(c->mapping, need_kind_names[place->kind], key);
	const struct resource *r;

	if (to == NULL || strcmp(to, key) == 0)
		return;
	r = need_resource(c->a, c->target, (enum resource_kind)place->kind, to);
	if (r == NULL)
		return;
	c->count++;
	if (place->kind == NEED_DATASET) {
		value_replace(place->object, value_string(c->a, r->id));
		return;
	}
	value_append_text(c->a, c->left, need_provider(c->a, key));
	note_dependency(c, r);
	value_set_text(c->a, place->object, place->provider, r->provider);
	value_set_text(c->a, place->object, place->name, r->id);
	if (place->kind == NEED_MODEL && r->mode != NULL &&
		value_get(place->object, "mode") != NULL)
		value_set_text(c->a, place->object, "mode", r->mode);
	if (strcmp(place->name, "tool_name") == 0)
		write_tool(c, place, r);
	else if (place->kind == NEED_STRATEGY)
		write_strategy(c, place, r);
}

/* Whether a dependency is the plugin of that provider: their identifiers are
 * "org/plugin:version@hash" and "org/plugin/provider". */
static bool
is_plugin_of(const struct value *dependency, const char *provider)
{
	static const char *const members[] = {
		"marketplace_plugin_unique_identifier",
		"plugin_unique_identifier", "github_plugin_unique_identifier"};
	size_t i;

	for (i = 0; i < nitems(members); i++) {
		const char *id = value_get_text(
			value_get(dependency, "value"), members[i], NULL);
		size_t n = id == NULL ? 0 : strcspn(id, ":");

		if (n > 0 && strncmp(provider, id, n) == 0 &&
			provider[n] == '/')
			return true;
	}
	return false;
}

struct use {
	const struct value *dependency;
	bool found;
};

static void
look_for_use(void *context, const struct need_place *place)
{
	struct use *u = context;

	if (place->kind != NEED_DATASET)
		u->found |= is_plugin_of(u->dependency,
			value_get_text(place->object, place->provider, ""));
}

/* What nothing asks for any more goes, and what is asked for now comes. */
static void
change_dependencies(struct change *c, struct value *dsl)
{
	struct value *list = value_get(dsl, "dependencies");
	struct value *v;
	struct value *next;

	if (!value_is(list, VALUE_ARRAY))
		list = value_set(c->a, dsl, "dependencies", value_array(c->a));
	for (v = value_first(list); v != NULL; v = next) {
		struct use use = {v, false};
		bool left = false;

		next = v->next;
		value_each(provider, c->left)
			left |= is_plugin_of(v, value_text(provider));
		need_places(dsl, look_for_use, &use);
		if (left && !use.found)
			value_remove(v);
	}
	while ((v = value_first(c->dependencies)) != NULL) {
		bool known = false;

		value_remove(v);
		value_each(have, list)
			known |= value_equal(have, v);
		if (!known)
			value_append(list, v);
	}
}

size_t
need_apply(struct arena *a, struct value *dsl, const struct value *mapping,
	const struct resources *target)
{
	struct change c = {
		a, mapping, target, value_array(a), value_array(a), 0};

	need_places(dsl, change_place, &c);
	if (value_count(c.left) > 0)
		change_dependencies(&c, dsl);
	return c.count;
}
