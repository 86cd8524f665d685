/* uses.c: see uses.h. */
#include "dsl/uses.h"
#include "base/nitems.h"

#include <string.h>
#include <strings.h>

const char *const uses_kind_names[USES__MAX] = {
	[USES_NODE] = "node",
	[USES_MODEL] = "model",
	[USES_TOOL] = "tool",
	[USES_DATASET] = "dataset",
	[USES_HOST] = "host",
};

/* One walk; fn is the caller's. */
struct uses {
	struct arena *a;
	void (*fn)(void *context, enum uses_kind kind, const char *value);
	void *context;
};

static const struct value *
nodes_of(const struct value *dsl)
{
	return value_get(
		value_get(value_get(dsl, "workflow"), "graph"), "nodes");
}

static void
tell(const struct uses *u, enum uses_kind kind, const char *value)
{
	if (value != NULL && *value != '\0')
		u->fn(u->context, kind, value);
}

/* A host with a reference in it is known at run time only. */
static void
tell_host(const struct uses *u, const char *url)
{
	const char *host;
	size_t n;

	if (strncasecmp(url, "http://", 7) != 0 &&
		strncasecmp(url, "https://", 8) != 0)
		return;
	host = strstr(url, "://") + 3;
	n = strcspn(host, "/?#");
	if (memchr(host, '{', n) == NULL)
		tell(u, USES_HOST, arena_memdup(u->a, host, n));
}

static void
tell_tool(const struct uses *u, const struct value *data)
{
	const char *provider = value_get_text(
		data, "provider_id", value_get_text(data, "provider_name", ""));
	const char *tool = value_get_text(data, "tool_name", "");

	tell(u, USES_TOOL, arena_printf(u->a, "%s/%s", provider, tool));
}

static void
node(const struct uses *u, const struct value *data)
{
	const char *type = value_get_text(data, "type", "");

	tell(u, USES_NODE, type);
	tell(u, USES_MODEL,
		value_get_text(value_get(data, "model"), "name", NULL));
	value_each(id, value_get(data, "dataset_ids"))
		tell(u, USES_DATASET, value_text(id));
	if (strcmp(type, "tool") == 0)
		tell_tool(u, data);
	if (strcmp(type, "http-request") == 0)
		tell_host(u, value_get_text(data, "url", ""));
}

void
uses_each(struct arena *a, const struct value *dsl,
	void (*fn)(void *context, enum uses_kind kind, const char *value),
	void *context)
{
	struct uses u = {a, fn, context};

	value_each(n, nodes_of(dsl))
		node(&u, value_get(n, "data"));
}

/* Members that hold Dify's words, not a person's. */
static bool
is_machinery(const char *key)
{
	static const char *const keys[] = {"type", "id", "value_selector",
		"variable_selector", "query_variable_selector", "model",
		"provider_id", "provider_type", "role", "case_id",
		"comparison_operator", "logical_operator", "varType",
		"value_type", "edition_type", "dataset_ids", "selected",
		"sourceType", "targetType"};
	size_t i;

	for (i = 0; key != NULL && i < nitems(keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static void
words(struct str *out, const struct value *v)
{
	const char *text = value_text(v);

	if (is_machinery(v->key))
		return;
	if (text != NULL && *text != '\0') {
		str_puts(out, text);
		str_putc(out, '\n');
	}
	if (v->type == VALUE_OBJECT || v->type == VALUE_ARRAY)
		value_each(child, v)
			words(out, child);
}

void
uses_words(struct str *out, const struct value *dsl)
{
	value_each(n, nodes_of(dsl))
		if (value_get(n, "data") != NULL)
			words(out, value_get(n, "data"));
}
