/* app.c: see app.h. */
#include "dsl/app.h"
#include "base/nitems.h"

#include <string.h>

enum { UUID_BYTES = 36 };

bool
app_is_managed(const char *mode)
{
	return strcmp(mode, "workflow") == 0 ||
	       strcmp(mode, "advanced-chat") == 0;
}

bool
app_is_id(const char *text)
{
	return text != NULL && strlen(text) == UUID_BYTES &&
	       strspn(text, "0123456789abcdefABCDEF-") == UUID_BYTES;
}

static const struct value *
nodes_of(const struct value *graph)
{
	return value_get(graph, "nodes");
}

static const struct value *
graph_of(const struct value *dsl)
{
	return value_get(value_get(dsl, "workflow"), "graph");
}

static void
copy(struct arena *a, struct value *to, const struct value *from,
	const char *key)
{
	const struct value *v = value_get(from, key);

	if (v != NULL && v->type != VALUE_NULL)
		value_set(a, to, key, value_clone(a, v));
}

void
app_describe(struct arena *a, struct value *dsl, const struct value *app)
{
	struct value *to = value_get(dsl, "app");

	if (!value_is(to, VALUE_OBJECT))
		to = value_set(a, dsl, "app", value_object(a));
	copy(a, to, app, "name");
	copy(a, to, app, "mode");
	copy(a, to, app, "description");
	copy(a, to, app, "use_icon_as_answer_icon");
	if (strcmp(value_get_text(app, "icon_type", "emoji"), "emoji") != 0)
		return; /* a picture is a file of that Dify */
	copy(a, to, app, "icon");
	copy(a, to, app, "icon_type");
	copy(a, to, app, "icon_background");
}

struct value *
app_from_draft(struct arena *a, const struct value *app,
	const struct value *draft, const char *version)
{
	static const char *const members[] = {"conversation_variables",
		"environment_variables", "features", "graph"};
	struct value *dsl = value_object(a);
	struct value *workflow;
	size_t i;

	value_set(a, dsl, "app", value_object(a));
	app_describe(a, dsl, app);
	value_set(a, dsl, "dependencies", value_array(a));
	value_set_text(a, dsl, "kind", "app");
	value_set_text(a, dsl, "version", version);
	workflow = value_set(a, dsl, "workflow", value_object(a));
	for (i = 0; i < nitems(members); i++)
		copy(a, workflow, draft, members[i]);
	return dsl;
}

/* ---- knowledge bases ---- */

static struct value *
datasets_of(const struct value *node)
{
	return value_get(value_get(node, "data"), "dataset_ids");
}

bool
app_has_datasets(const struct value *dsl)
{
	value_each(node, nodes_of(graph_of(dsl)))
		if (value_count(datasets_of(node)) > 0)
			return true;
	return false;
}

static const struct value *
by_id(const struct value *nodes, const char *id)
{
	value_each(node, nodes)
		if (strcmp(value_get_text(node, "id", ""), id) == 0)
			return node;
	return NULL;
}

void
app_show_datasets(struct arena *a, struct value *dsl, const struct value *draft)
{
	const struct value *shown = nodes_of(value_get(draft, "graph"));

	value_each(node, nodes_of(graph_of(dsl))) {
		const struct value *ids = datasets_of(
			by_id(shown, value_get_text(node, "id", "")));

		if (value_count(datasets_of(node)) > 0 && ids != NULL)
			value_set(a, value_get(node, "data"), "dataset_ids",
				value_clone(a, ids));
	}
}

/* ---- secrets ---- */

static bool
is_masked(const char *text)
{
	return text != NULL && *text != '\0' && text[strspn(text, "*")] == '\0';
}

size_t
app_masked(const struct value *dsl)
{
	size_t n = 0;

	value_each(v,
		value_get(value_get(dsl, "workflow"), "environment_variables"))
		n += strcmp(value_get_text(v, "value_type", ""), "secret") ==
			     0 &&
		     is_masked(value_get_text(v, "value", NULL));
	return n;
}
