/* essence.c: see essence.h. */
#include "dsl/essence.h"

#include <stdlib.h>
#include <string.h>

/* A value and what it is put in order by. */
struct item {
	const char *key;
	struct value *v;
};

static int
by_key(const void *x, const void *y)
{
	return strcmp(
		((const struct item *)x)->key, ((const struct item *)y)->key);
}

static struct value *essence(struct arena *a, const struct value *v);

/* The members by name, without those of the editor ("_...", "selected"). */
static struct value *
object(struct arena *a, const struct value *v)
{
	struct item *items = arena_array(a, value_count(v) + 1, sizeof(*items));
	struct value *out = value_object(a);
	size_t n = 0;

	value_each(child, v)
		if (child->key[0] != '_' && strcmp(child->key, "selected") != 0)
			items[n++] =
				(struct item){child->key, essence(a, child)};
	qsort(items, n, sizeof(*items), by_key);
	for (size_t i = 0; i < n; i++)
		value_set(a, out, items[i].key, items[i].v);
	return out;
}

static struct value *
essence(struct arena *a, const struct value *v)
{
	struct value *out;

	if (v->type == VALUE_OBJECT)
		return object(a, v);
	if (v->type != VALUE_ARRAY)
		return value_clone(a, v);
	out = value_array(a);
	value_each(child, v)
		value_append(out, essence(a, child));
	return out;
}

static struct value *
node(struct arena *a, const struct value *v, const char **key_r)
{
	struct value *out = value_object(a);
	const struct value *data = value_get(v, "data");

	*key_r = value_get_text(v, "id", "");
	value_set_text(a, out, "id", *key_r);
	value_set_text(a, out, "parentId", value_get_text(v, "parentId", ""));
	if (data != NULL)
		value_set(a, out, "data", essence(a, data));
	return out;
}

static struct value *
edge(struct arena *a, const struct value *v, const char **key_r)
{
	*key_r = arena_printf(a, "%s|%s|%s", value_get_text(v, "source", ""),
		value_get_text(v, "sourceHandle", "source"),
		value_get_text(v, "target", ""));
	return value_string(a, *key_r);
}

static struct value *
variable(struct arena *a, const struct value *v, const char **key_r)
{
	const char *type = value_get_text(v, "value_type", "");
	const struct value *value = value_get(v, "value");
	struct value *out = value_object(a);

	*key_r = value_get_text(v, "name", "");
	value_set_text(a, out, "name", *key_r);
	value_set_text(a, out, "value_type",
		strcmp(type, "integer") == 0 || strcmp(type, "float") == 0
			? "number"
			: type);
	if (value != NULL && strcmp(type, "secret") != 0)
		value_set(a, out, "value", essence(a, value));
	return out;
}

static struct value *
in_order(struct arena *a, const struct value *list,
	struct value *(*fn)(
		struct arena *a, const struct value *v, const char **key_r))
{
	struct item *items =
		arena_array(a, value_count(list) + 1, sizeof(*items));
	struct value *out = value_array(a);
	size_t n = 0;

	if (!value_is(list, VALUE_ARRAY))
		return out;
	value_each(child, list) {
		items[n].v = fn(a, child, &items[n].key);
		n++;
	}
	qsort(items, n, sizeof(*items), by_key);
	for (size_t i = 0; i < n; i++)
		value_append(out, items[i].v);
	return out;
}

struct value *
dsl_essence(struct arena *a, const struct value *workflow)
{
	const struct value *graph = value_get(workflow, "graph");
	const struct value *features = value_get(workflow, "features");
	struct value *out = value_object(a);

	value_set(
		a, out, "nodes", in_order(a, value_get(graph, "nodes"), node));
	value_set(
		a, out, "edges", in_order(a, value_get(graph, "edges"), edge));
	value_set(a, out, "environment",
		in_order(a, value_get(workflow, "environment_variables"),
			variable));
	value_set(a, out, "conversation",
		in_order(a, value_get(workflow, "conversation_variables"),
			variable));
	if (features != NULL)
		value_set(a, out, "features", essence(a, features));
	return out;
}
