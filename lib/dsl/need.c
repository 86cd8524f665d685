/* need.c: what a DSL needs, and what takes its place; see need.h. */
#include "dsl/need.h"
#include "dsl/need_parts.h"

#include <string.h>
#include <strings.h>

enum { MOST_TITLES = 12, MOST_MAPPINGS = 500, KEY_BYTES = 600 };

/* ---- the list ---- */

struct listing {
	struct arena *a;
	struct value *out;
	const struct resources *source;
};

static struct value *
find_need(const struct value *needs, const char *kind, const char *key)
{
	value_each(n, needs)
		if (strcmp(value_get_text(n, "kind", ""), kind) == 0 &&
			strcmp(value_get_text(n, "key", ""), key) == 0)
			return n;
	return NULL;
}

static const char *
name_of(const struct listing *l, const struct need_place *place,
	const char *key)
{
	const struct resource *r;

	if (place->kind != NEED_DATASET)
		return value_get_text(place->object, place->name, key);
	r = resource_find(l->source, RESOURCE_DATASET, key);
	return r == NULL ? key : r->name;
}

static void
list_place(void *context, const struct need_place *place)
{
	struct listing *l = context;
	const char *kind = need_kind_names[place->kind];
	const char *key = need_place_key(l->a, place);
	struct value *need = find_need(l->out, kind, key);
	struct value *nodes;

	if (need == NULL) {
		need = value_append(l->out, value_object(l->a));
		value_set_text(l->a, need, "kind", kind);
		value_set_text(l->a, need, "key", key);
		value_set_text(l->a, need, "name", name_of(l, place, key));
		if (place->label != NULL)
			value_set_text(l->a, need, "provider", place->label);
		value_set(l->a, need, "nodes", value_array(l->a));
	}
	nodes = value_get(need, "nodes");
	if (value_count(nodes) < MOST_TITLES)
		value_append_text(l->a, nodes, place->title);
}

struct value *
need_list(struct arena *a, const struct value *dsl,
	const struct resources *source)
{
	struct listing l = {a, value_array(a), source};

	need_places(dsl, list_place, &l);
	return l.out;
}

/* ---- what takes its place ---- */

const char *
need_find(const struct value *mapping, const char *kind, const char *key)
{
	const char *to = NULL;

	value_each(m, mapping)
		if (strcmp(value_get_text(m, "kind", ""), kind) == 0 &&
			strcmp(value_get_text(m, "key", ""), key) == 0)
			to = value_get_text(m, "to", NULL);
	return to;
}

bool
need_is_mapping(const struct value *v)
{
	size_t kind;

	if (!value_is(v, VALUE_ARRAY) || value_count(v) > MOST_MAPPINGS)
		return false;
	value_each(m, v) {
		const char *key = value_get_text(m, "key", "");
		const char *to = value_get_text(m, "to", "");

		for (kind = 0; kind < NEED__MAX; kind++)
			if (strcmp(value_get_text(m, "kind", ""),
				    need_kind_names[kind]) == 0)
				break;
		if (kind == NEED__MAX || value_count(m) != 3 || *key == '\0' ||
			*to == '\0' || strlen(key) > KEY_BYTES ||
			strlen(to) > KEY_BYTES)
			return false;
	}
	return true;
}

const struct resource *
need_resource(struct arena *a, const struct resources *all,
	enum resource_kind kind, const char *key)
{
	for (size_t i = 0; all != NULL && i < all->count; i++)
		if (all->items[i].kind == kind &&
			strcmp(need_key(a, &all->items[i]), key) == 0)
			return &all->items[i];
	return NULL;
}

const char *
need_provider(struct arena *a, const char *key)
{
	return arena_memdup(a, key, strcspn(key, " "));
}

/* A tool counts as there when its provider is: the list leaves out tools that
 * want to be set up first. */
static bool
is_there(struct arena *a, const struct resource *r, const char *key)
{
	const char *name = strchr(key, ' ');

	if (r->kind == RESOURCE_DATASET)
		return strcmp(r->id, key) == 0;
	if (name == NULL || r->provider == NULL ||
		!need_same_provider(r->provider, need_provider(a, key)))
		return false;
	return r->kind == RESOURCE_TOOL || strcmp(r->id, name + 1) == 0;
}

static const struct resource *
search(struct arena *a, const struct resources *all, enum resource_kind kind,
	const char *key, const char *name)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct resource *r = &all->items[i];

		if (r->kind == kind &&
			(name != NULL ? strcasecmp(r->name, name) == 0
				      : is_there(a, r, key)))
			return r;
	}
	return NULL;
}

/* A workflow that was made before it was known what a Dify has names a model
 * without its provider, or none. */
static const struct resource *
default_model(struct arena *a, const struct resources *target,
	enum resource_kind kind, const char *key, const char *name)
{
	const struct resource *r = NULL;

	if (kind != RESOURCE_MODEL || *key != ' ')
		return NULL;
	if (*name != '\0')
		r = search(a, target, kind, key, name);
	return r != NULL ? r : resource_first(target, kind);
}

static const char *
resolve(struct arena *a, const struct value *need, enum resource_kind kind,
	const struct resources *target, const struct value *mapping,
	const char **to_r)
{
	const char *key = value_get_text(need, "key", "");
	const char *name = value_get_text(need, "name", "");
	const char *chosen =
		need_find(mapping, value_get_text(need, "kind", ""), key);
	const struct resource *r;

	*to_r = key;
	if (!target->asked[kind] && resource_first(target, kind) == NULL)
		return "unasked";
	if (chosen != NULL &&
		(strcmp(chosen, key) == 0 ||
			need_resource(a, target, kind, chosen) != NULL)) {
		*to_r = chosen;
		return "chosen";
	}
	if (search(a, target, kind, key, NULL) != NULL)
		return "there";
	r = default_model(a, target, kind, key, name);
	if (r != NULL) {
		*to_r = need_key(a, r);
		return "default";
	}
	r = search(a, target, kind, key, name);
	*to_r = r == NULL ? NULL : need_key(a, r);
	return r == NULL ? "missing" : "name";
}

size_t
need_resolve(struct arena *a, struct value *needs,
	const struct resources *target, const struct value *mapping)
{
	size_t open = 0;
	size_t kind;

	value_each(need, needs)
		for (kind = 0; kind < NEED_SECRET; kind++) {
			const char *to;
			const char *how;

			if (strcmp(value_get_text(need, "kind", ""),
				    need_kind_names[kind]) != 0)
				continue;
			how = resolve(a, need, (enum resource_kind)kind, target,
				mapping, &to);
			value_set_text(a, need, "how", how);
			if (to != NULL)
				value_set_text(a, need, "to", to);
			open += strcmp(how, "name") == 0 ||
				strcmp(how, "missing") == 0;
		}
	return open;
}
