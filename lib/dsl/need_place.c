/* need_place.c: see need_parts.h. */
#include "dsl/need_parts.h"
#include "base/nitems.h"

#include <string.h>

const char *const need_kind_names[NEED__MAX] = {
	[NEED_MODEL] = "model",
	[NEED_DATASET] = "dataset",
	[NEED_TOOL] = "tool",
	[NEED_RERANK] = "rerank",
	[NEED_EMBEDDING] = "embedding",
	[NEED_STRATEGY] = "strategy",
	[NEED_API_TOOL] = "api_tool",
	[NEED_WORKFLOW_TOOL] = "workflow_tool",
	[NEED_MCP_TOOL] = "mcp_tool",
	[NEED_SECRET] = "secret",
};

/* One walk; fn is the caller's. */
struct walk {
	void (*fn)(void *context, const struct need_place *place);
	void *context;
	const char *title;
};

static void
tell(const struct walk *w, enum need_kind kind, struct value *object,
	const char *provider, const char *name)
{
	struct need_place place = {
		kind, object, provider, name, w->title, NULL};

	if (value_get_text(object, provider, NULL) == NULL ||
		value_get_text(object, name, NULL) == NULL)
		return;
	/* only a language model has a default */
	if (kind == NEED_MODEL || *value_get_text(object, name, "") != '\0')
		w->fn(w->context, &place);
}

/* A tool, by the member that says of what kind it is: Dify itself and plugins
 * are one kind. Others have providers that are called by a uuid. */
static void
tool(const struct walk *w, struct value *object, const char *type,
	const char *provider)
{
	static const struct {
		const char *type;
		enum need_kind kind;
	} kinds[] = {
		{"builtin", NEED_TOOL},
		{"api", NEED_API_TOOL},
		{"workflow", NEED_WORKFLOW_TOOL},
		{"mcp", NEED_MCP_TOOL},
	};
	struct need_place place = {
		NEED_TOOL, object, provider, "tool_name", w->title, NULL};
	size_t i;

	if (value_get_text(object, provider, NULL) == NULL ||
		value_get_text(object, "tool_name", NULL) == NULL)
		return;
	for (i = 0; i < nitems(kinds); i++)
		if (strcmp(kinds[i].type, type) == 0) {
			place.kind = kinds[i].kind;
			if (i > 0)
				place.label = value_get_text(object,
					"provider_show_name",
					value_get_text(
						object, "provider_name", NULL));
			w->fn(w->context, &place);
		}
}

/* An agent's model and tools are parameters of its strategy. */
static void
agent(const struct walk *w, struct value *data)
{
	const struct value *parameters = value_get(data, "agent_parameters");
	struct value *model =
		value_get(value_get(parameters, "model"), "value");
	const struct value *tools =
		value_get(value_get(parameters, "tools"), "value");

	tell(w, NEED_STRATEGY, data, "agent_strategy_provider_name",
		"agent_strategy_name");
	tell(w, NEED_MODEL, model, "provider", "model");
	value_each(one, tools)
		tool(w, one, value_get_text(one, "type", "builtin"),
			"provider_name");
}

static void
datasets(const struct walk *w, const struct value *ids)
{
	struct value *next;
	struct value *id;

	for (id = value_first(ids); id != NULL; id = next) {
		struct need_place place = {
			NEED_DATASET, id, NULL, NULL, w->title, NULL};

		next = id->next; /* fn may put another in its place */
		if (value_text(id) != NULL)
			w->fn(w->context, &place);
	}
}

/* How the passages of several knowledge bases are put in order. */
static void
ranking(const struct walk *w, const struct value *config)
{
	const char *mode =
		value_get_text(config, "reranking_mode", "reranking_model");

	if (!value_get_bool(config, "reranking_enable", true))
		return;
	if (strcmp(mode, "weighted_score") == 0)
		tell(w, NEED_EMBEDDING,
			value_get(
				value_get(config, "weights"), "vector_setting"),
			"embedding_provider_name", "embedding_model_name");
	else
		tell(w, NEED_RERANK, value_get(config, "reranking_model"),
			"provider", "model");
}

static void
node(struct walk *w, struct value *data)
{
	const char *type = value_get_text(data, "type", "");

	w->title = value_get_text(data, "title", type);
	tell(w, NEED_MODEL, value_get(data, "model"), "provider", "name");
	tell(w, NEED_MODEL, value_get(data, "metadata_model_config"),
		"provider", "name");
	tell(w, NEED_MODEL,
		value_get(value_get(data, "single_retrieval_config"), "model"),
		"provider", "name");
	datasets(w, value_get(data, "dataset_ids"));
	ranking(w, value_get(data, "multiple_retrieval_config"));
	if (strcmp(type, "agent") == 0)
		agent(w, data);
	if (strcmp(type, "tool") == 0)
		tool(w, data, value_get_text(data, "provider_type", "builtin"),
			"provider_id");
}

void
need_places(const struct value *dsl,
	void (*fn)(void *context, const struct need_place *place),
	void *context)
{
	const struct value *graph =
		value_get(value_get(dsl, "workflow"), "graph");
	struct walk w = {fn, context, NULL};

	value_each(n, value_get(graph, "nodes"))
		node(&w, value_get(n, "data"));
}

const char *
need_place_key(struct arena *a, const struct need_place *place)
{
	if (place->kind == NEED_DATASET)
		return value_text(place->object);
	return arena_printf(a, "%s %s",
		value_get_text(place->object, place->provider, ""),
		value_get_text(place->object, place->name, ""));
}

const char *
need_key(struct arena *a, const struct resource *r)
{
	if (r->kind == RESOURCE_DATASET)
		return r->id;
	return arena_printf(
		a, "%s %s", r->provider == NULL ? "" : r->provider, r->id);
}

/* The last part of "org/plugin/provider", when that is all it says. */
static const char *
short_provider(const char *name)
{
	static const char org[] = "langgenius/";
	const char *plugin;
	const char *slash;

	if (strncmp(name, org, strlen(org)) != 0)
		return name;
	plugin = name + strlen(org);
	slash = strchr(plugin, '/');
	if (slash == NULL ||
		strncmp(plugin, slash + 1, (size_t)(slash - plugin)) != 0 ||
		strlen(slash + 1) != (size_t)(slash - plugin))
		return name;
	return slash + 1;
}

bool
need_same_provider(const char *x, const char *y)
{
	return strcmp(short_provider(x), short_provider(y)) == 0;
}
