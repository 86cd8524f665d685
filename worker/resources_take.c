/* resources_take.c: what Dify's lists say, as resources; contract.md 2.9. */
#include "worker/resources_take.h"
#include "base/nitems.h"
#include "base/str.h"
#include "text/json.h"

#include <stdio.h>
#include <string.h>

enum {
	TEXT_BYTES = 500, /* of a name, an id */
	HANDLE_BYTES = 40,
	EXTRA_BYTES = 4000
};

/* ---- handles ---- */

static bool
taken(const struct list *l, const char *handle)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (strcmp(l->items[i].handle, handle) == 0)
			return true;
	return false;
}

/* Lower-case ASCII of the name; a name without any stands for itself. */
static const char *
slug(struct arena *a, const char *name)
{
	char out[HANDLE_BYTES + 1];
	size_t n = 0;

	for (; *name != '\0' && n < HANDLE_BYTES; name++) {
		char c = *name;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '.' || c == '_')
			out[n++] = c;
		else if (n > 0 && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	return arena_memdup(a, out, n);
}

static const char *
handle_of(struct gather *g, const struct list *l, const char *name)
{
	const char *base = slug(g->arena, name);
	char handle[TEXT_BYTES + 16];
	int n = 2;

	if (*base == '\0')
		base = name;
	if (!taken(l, base))
		return base;
	do {
		snprintf(handle, sizeof(handle), "%s-%d", base, n++);
	} while (taken(l, handle));
	return arena_strdup(g->arena, handle);
}

/* A text of an answer, as much of it as is kept. */
static const char *
kept(struct gather *g, const char *text)
{
	return text == NULL ? NULL : arena_strcut(g->arena, text, TEXT_BYTES);
}

/* NULL: there are enough, or nothing has an id like that. */
static struct resource *
add(struct gather *g, enum resource_kind kind, const char *id, const char *name)
{
	struct list *l = &g->lists[kind];
	struct resource *r;

	if (l->count == RESOURCES_MOST || strlen(id) > TEXT_BYTES)
		return NULL;
	r = &l->items[l->count];
	*r = (struct resource){
		.kind = kind,
		.id = arena_strdup(g->arena, id),
		.name = kept(g, name),
	};
	r->handle = handle_of(g, l, r->name);
	l->count++;
	return r;
}

static const char *
extra(struct gather *g, const struct value *v)
{
	struct str out;

	str_init(&out, g->scratch, EXTRA_BYTES);
	jsonx_write(&out, v, 0);
	return out.full ? NULL : arena_strdup(g->arena, out.s);
}

/* ---- what the answers say ---- */

void
take_default(
	struct gather *g, enum resource_kind kind, const struct value *body)
{
	const char *name =
		value_get_text(value_get(body, "data"), "model", NULL);

	(void)kind;
	g->default_model = kept(g, name);
}

void
take_plugins(
	struct gather *g, enum resource_kind kind, const struct value *body)
{
	static const char *const members[] = {
		"plugin_id", "source", "plugin_unique_identifier"};
	struct value *list = value_array(g->arena);

	(void)kind;
	value_each(plugin, value_get(body, "plugins")) {
		struct value *one;

		if (value_count(list) == RESOURCES_MOST)
			break;
		one = value_append(list, value_object(g->arena));
		for (size_t i = 0; i < nitems(members); i++)
			value_set_text(g->arena, one, members[i],
				kept(g, value_get_text(
						plugin, members[i], "")));
	}
	g->plugins = list;
}

/* The dependency that a DSL with this plugin has, by where it came from; NULL
 * when that is another way than a DSL can name (contract.md 5.1). */
static struct value *
dependency_of(struct arena *a, const struct value *plugin)
{
	static const struct {
		const char *source;
		const char *member;
	} ways[] = {
		{"marketplace", "marketplace_plugin_unique_identifier"},
		{"package", "plugin_unique_identifier"},
	};
	const char *source = value_get_text(plugin, "source", "");
	const char *id = value_get_text(plugin, "plugin_unique_identifier", "");
	size_t i;

	for (i = 0; *id != '\0' && i < nitems(ways); i++)
		if (strcmp(ways[i].source, source) == 0) {
			struct value *v = value_object(a);
			struct value *what = value_object(a);

			value_set_text(a, what, ways[i].member, id);
			value_set(a, v, "current_identifier", value_null(a));
			value_set_text(a, v, "type", source);
			value_set(a, v, "value", what);
			return v;
		}
	return NULL;
}

/* Providers are called "org/plugin/provider". */
static void
put_dependency(struct gather *g, struct value *more, const char *provider)
{
	value_each(plugin, g->plugins) {
		const char *id = value_get_text(plugin, "plugin_id", "");
		size_t n = strlen(id);
		struct value *v;

		if (n == 0 || strncmp(provider, id, n) != 0 ||
			provider[n] != '/')
			continue;
		v = dependency_of(g->scratch, plugin);
		if (v != NULL)
			value_set(g->scratch, more, "dependency", v);
		return;
	}
}

static void
take_model(struct gather *g, enum resource_kind kind,
	const struct value *provider, const struct value *m, bool is_default)
{
	const char *name = value_get_text(m, "model", NULL);
	const struct value *properties = value_get(m, "model_properties");
	struct value *more = value_object(g->scratch);
	struct resource *r;

	if (name == NULL ||
		strcmp(value_get_text(m, "status", "active"), "active") != 0 ||
		is_default !=
			(kind == RESOURCE_MODEL && g->default_model != NULL &&
				strcmp(g->default_model, name) == 0))
		return;
	r = add(g, kind, name, name);
	if (r == NULL)
		return;
	r->provider = kept(g, value_get_text(provider, "provider", ""));
	if (kind == RESOURCE_MODEL)
		r->mode = kept(g, value_get_text(properties, "mode", "chat"));
	if (value_get(m, "features") != NULL)
		value_set(g->scratch, more, "features",
			value_clone(g->scratch, value_get(m, "features")));
	value_set_int(g->scratch, more, "context_size",
		value_get_int(properties, "context_size", 0));
	put_dependency(g, more, r->provider);
	r->extra = extra(g, more);
}

/* The default model comes first. */
void
take_models(struct gather *g, enum resource_kind kind, const struct value *body)
{
	int round;

	for (round = 1; round >= 0; round--)
		value_each(p, value_get(body, "data"))
			value_each(m, value_get(p, "models"))
				take_model(g, kind, p, m, round == 1);
}

void
take_datasets(
	struct gather *g, enum resource_kind kind, const struct value *body)
{
	g->more = value_get_bool(body, "has_more", false);
	value_each(d, value_get(body, "data")) {
		const char *id = value_get_text(d, "id", NULL);
		const char *name = value_get_text(d, "name", NULL);
		struct value *more = value_object(g->scratch);
		struct resource *r;

		if (id == NULL || name == NULL)
			continue;
		r = add(g, kind, id, name);
		if (r == NULL)
			continue;
		value_set_text(g->scratch, more, "indexing_technique",
			value_get_text(d, "indexing_technique", ""));
		value_set_int(g->scratch, more, "documents",
			value_get_int(d, "document_count", 0));
		r->extra = extra(g, more);
	}
}

/* The parameters that a model or a flow fills in; NULL: the tool needs more,
 * which only a person can set. */
static struct value *
parameters(struct arena *a, const struct value *tool)
{
	struct value *out = value_array(a);

	value_each(p, value_get(tool, "parameters")) {
		const char *form = value_get_text(p, "form", "llm");
		bool required = value_get_bool(p, "required", false);
		struct value *one;

		if (strcmp(form, "llm") != 0) {
			if (required &&
				(value_get(p, "default") == NULL ||
					value_is(value_get(p, "default"),
						VALUE_NULL)))
				return NULL;
			continue;
		}
		one = value_append(out, value_object(a));
		value_set_text(a, one, "name", value_get_text(p, "name", ""));
		value_set_text(
			a, one, "type", value_get_text(p, "type", "string"));
		value_set_bool(a, one, "required", required);
	}
	return out;
}

void
take_tools(struct gather *g, enum resource_kind kind, const struct value *body)
{
	value_each(p, body) {
		if (!value_get_bool(p, "is_team_authorization", false))
			continue;
		value_each(tool, value_get(p, "tools")) {
			struct value *more = value_object(g->scratch);
			struct value *list = parameters(g->scratch, tool);
			const char *name = value_get_text(tool, "name", NULL);
			struct resource *r = NULL;

			if (list != NULL && name != NULL)
				r = add(g, kind, name, name);
			if (r == NULL)
				continue;
			value_set(g->scratch, more, "parameters", list);
			r->provider = kept(g, value_get_text(p, "name", ""));
			put_dependency(g, more, r->provider);
			r->extra = extra(g, more);
		}
	}
}

/* Tools that people made: their provider is called by a uuid, or by what they
 * wrote for it. */
void
take_own_tools(
	struct gather *g, enum resource_kind kind, const struct value *body)
{
	value_each(p, body)
		value_each(tool, value_get(p, "tools")) {
			const char *id = value_get_text(p, "id", NULL);
			const char *name = value_get_text(tool, "name", NULL);
			struct value *more = value_object(g->scratch);
			struct resource *r = NULL;

			if (id != NULL && name != NULL)
				r = add(g, kind, name, name);
			if (r == NULL)
				continue;
			r->provider = kept(g, id);
			value_set_text(g->scratch, more, "label",
				value_get_text(p, "name", id));
			r->extra = extra(g, more);
		}
}

void
take_strategies(
	struct gather *g, enum resource_kind kind, const struct value *body)
{
	value_each(p, body)
		value_each(s,
			value_get(value_get(p, "declaration"), "strategies")) {
			const char *name = value_get_text(
				value_get(s, "identity"), "name", NULL);
			struct value *more = value_object(g->scratch);
			struct resource *r =
				name == NULL ? NULL : add(g, kind, name, name);

			if (r == NULL)
				continue;
			r->provider =
				kept(g, value_get_text(p, "provider", ""));
			put_dependency(g, more, r->provider);
			r->extra = extra(g, more);
		}
}
