/* resource.h: the models, knowledge bases and tools that a Dify has. */
#ifndef RESOURCE_H
#define RESOURCE_H

#include "text/value.h"

#include <stdbool.h>

enum resource_kind {
	RESOURCE_MODEL,
	RESOURCE_DATASET,
	RESOURCE_TOOL, /* of a plugin, or of Dify itself */
	/* what no plan names, and a DSL may */
	RESOURCE_RERANK,
	RESOURCE_EMBEDDING,
	RESOURCE_STRATEGY, /* of agents */
	RESOURCE_API_TOOL,
	RESOURCE_WORKFLOW_TOOL,
	RESOURCE_MCP_TOOL,
	RESOURCE__MAX
};

extern const char *const resource_kind_names[RESOURCE__MAX];

struct resource {
	enum resource_kind kind;
	const char *handle;   /* short name used in plans: "fast", "handbook" */
	const char *id;       /* Dify's: model name, dataset id, tool name */
	const char *name;     /* as people see it */
	const char *provider; /* models and tools: "org/plugin/provider" */
	const char *mode;     /* models: "chat" or "completion" */
	const char *extra;    /* JSON: tool parameters, model features, the
			       * dependency of a DSL that uses it, and label,
			       * what people call a provider that has a uuid;
			       * or NULL */
	size_t place;         /* of its short handle; see resource_bound() */
};

/* All of one connection. The first model is the default one. */
struct resources {
	const struct resource *items;
	size_t count;
	bool asked[RESOURCE__MAX]; /* no items are none, not unknown */
	bool bound;                /* short handles are those of a prompt */
};

/*
 * resource_find: the resource of that kind whose handle, id or name equals
 * text (ASCII case ignored); else the one with that short handle, or NULL.
 * resources may be NULL.
 */
const struct resource *resource_find(const struct resources *resources,
	enum resource_kind kind, const char *text);

/* resource_first: the first of that kind, or NULL. */
const struct resource *resource_first(
	const struct resources *resources, enum resource_kind kind);

/* resource_short: the handle that a prompt has for it: m, kb or t and its place
 * among those of its kind, from 1; NULL when it has none. */
const char *resource_short(struct arena *a, const struct resources *resources,
	const struct resource *r);

/* resource_key: tells r from all others of its kind, also in a later list. */
const char *resource_key(struct arena *a, const struct resource *r);

/*
 * resource_bound: the same resources with the short handles of an earlier list:
 * handles are {short handle: key}. What they do not name has none, and one
 * whose resource is gone finds nothing. handles NULL: all as it is.
 */
const struct resources *resource_bound(struct arena *a,
	const struct resources *all, const struct value *handles);

#endif
