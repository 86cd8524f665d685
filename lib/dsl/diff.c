/* diff.c: see diff.h. */
#include "dsl/diff.h"

#include "dsl/catalogue.h"
#include "dsl/diff_parts.h"

#include <string.h>

enum { MOST_FIELDS = 1000, MOST_DEPTH = 60 };

/* What no reader of a workflow cares about. */
#define COSMETIC                                                         \
	"position|positionAbsolute|width|height|selected|dragging|"      \
	"resizing|zIndex|measured|sourcePosition|targetPosition|extent|" \
	"draggable|selectable|deletable|focusable|style"

void
diff_set_text(struct diff *d, struct value *v, const char *key, const char *s)
{
	value_set_text(d->a, v, key, s != NULL ? s : "");
}

struct value *
diff_list_in(struct diff *d, struct value *object, const char *key)
{
	return value_set(d->a, object, key, value_array(d->a));
}

static void
add_field(struct diff *d, struct value *fields, const char *path,
	const struct value *before, const struct value *after)
{
	struct value *entry;

	if (d->told++ >= MOST_FIELDS)
		return;
	entry = value_append(fields, value_object(d->a));
	diff_set_text(d, entry, "path", path);
	if (before != NULL)
		value_set(d->a, entry, "before", value_clone(d->a, before));
	if (after != NULL)
		value_set(d->a, entry, "after", value_clone(d->a, after));
}

static void compare(struct diff *d, struct value *fields, const char *path,
	const struct value *before, const struct value *after, int depth);

static const char *
below(struct diff *d, const char *path, const char *key)
{
	return arena_printf(d->a, "%s/%s", path, key);
}

static bool
object_or_none(const struct value *v)
{
	return v == NULL || v->type == VALUE_OBJECT;
}

static void
compare_objects(struct diff *d, struct value *fields, const char *path,
	const struct value *before, const struct value *after, int depth)
{
	if (!object_or_none(before) || !object_or_none(after)) {
		if (before == NULL || after == NULL ||
			!value_equal(before, after))
			add_field(d, fields, path, before, after);
		return;
	}
	value_each(child, before)
		if (!list_has(COSMETIC, child->key))
			compare(d, fields, below(d, path, child->key), child,
				value_get(after, child->key), depth + 1);
	value_each(child, after)
		if (!list_has(COSMETIC, child->key) &&
			value_get(before, child->key) == NULL)
			add_field(d, fields, below(d, path, child->key), NULL,
				child);
}

/* Lists of one length are compared item by item, others as a whole. */
static void
compare_lists(struct diff *d, struct value *fields, const char *path,
	const struct value *before, const struct value *after, int depth)
{
	const struct value *other = value_first(after);
	size_t i = 0;

	if (value_count(before) != value_count(after)) {
		add_field(d, fields, path, before, after);
		return;
	}
	value_each(item, before) {
		compare(d, fields, arena_printf(d->a, "%s/%zu", path, i++),
			item, other, depth + 1);
		other = other->next;
	}
}

static void
compare(struct diff *d, struct value *fields, const char *path,
	const struct value *before, const struct value *after, int depth)
{
	if (after != NULL && value_equal(before, after))
		return;
	if (after == NULL || before->type != after->type || depth > MOST_DEPTH)
		add_field(d, fields, path, before, after);
	else if (before->type == VALUE_OBJECT)
		compare_objects(d, fields, path, before, after, depth);
	else if (before->type == VALUE_ARRAY)
		compare_lists(d, fields, path, before, after, depth);
	else
		add_field(d, fields, path, before, after);
}

static void
add_node(struct diff *d, struct value *list, const struct value *node)
{
	const struct value *data = value_get(node, "data");
	struct value *entry = value_append(list, value_object(d->a));

	diff_set_text(d, entry, "id", value_get_text(node, "id", ""));
	diff_set_text(d, entry, "type", value_get_text(data, "type", ""));
	diff_set_text(d, entry, "title", value_get_text(data, "title", ""));
}

/* What a node is known by: its id, or its place among those that have the
 * same or none; NULL when there are too many of them. */
static const char *
node_key(struct diff *d, const struct value *node, const struct names *taken)
{
	enum { MOST_TWINS = 100 };
	const char *id = value_get_text(node, "id", "");
	const char *key = id;

	for (int i = 0; i < MOST_TWINS; i++) {
		if (key[0] != '\0' && names_get(taken, key) == NAMES_NONE)
			return key;
		key = arena_printf(d->a, "%s\n%d", id, i);
	}
	return NULL;
}

/* The keys of all nodes by their place; also notes them in ids. */
static const char **
index_nodes(struct diff *d, const struct value *nodes, struct names *ids)
{
	const char **keys =
		arena_array(d->a, value_count(nodes) + 1, sizeof(*keys));
	size_t i = 0;

	names_init(ids, d->a);
	value_each(node, nodes) {
		keys[i] = node_key(d, node, ids);
		if (keys[i] != NULL)
			names_put(ids, keys[i], i);
		i++;
	}
	return keys;
}

/* Fields of the data, and of the wrapper but for what places it. */
static void
compare_parts(struct diff *d, struct value *fields, const struct value *before,
	const struct value *after)
{
	compare_objects(d, fields, "", value_get(before, "data"),
		value_get(after, "data"), 0);
	value_each(child, before)
		if (!list_has(COSMETIC "|data", child->key))
			compare(d, fields, below(d, "", child->key), child,
				value_get(after, child->key), 1);
}

static void
compare_node(struct diff *d, struct value *out, const struct value *before,
	const struct value *after)
{
	struct value *fields = value_array(d->a);
	struct value *entry;

	if (value_is(before, VALUE_OBJECT) && value_is(after, VALUE_OBJECT))
		compare_parts(d, fields, before, after);
	else
		compare(d, fields, "", before, after, 0);
	if (value_count(fields) > 0) {
		add_node(d, value_get(out, "changed"), after);
		entry = value_get(out, "changed")->u.kids.last;
		value_set(d->a, entry, "fields", fields);
		return;
	}
	if (!value_equal(before, after))
		value_append_text(d->a, value_get(out, "moved"),
			value_get_text(after, "id", ""));
}

static void
compare_nodes(struct diff *d, struct value *result)
{
	struct value *out =
		value_set(d->a, result, "nodes", value_object(d->a));
	struct value *added = diff_list_in(d, out, "added");
	struct value *removed = diff_list_in(d, out, "removed");
	const struct value **by_place = arena_array(
		d->a, value_count(d->old_nodes) + 1, sizeof(struct value *));
	const char **old_keys = index_nodes(d, d->old_nodes, &d->old_ids);
	const char **new_keys = index_nodes(d, d->new_nodes, &d->new_ids);
	size_t i = 0;

	diff_list_in(d, out, "changed");
	diff_list_in(d, out, "moved");
	value_each(node, d->old_nodes) {
		if (names_get(&d->new_ids, old_keys[i]) == NAMES_NONE)
			add_node(d, removed, node);
		by_place[i++] = node;
	}
	i = 0;
	value_each(node, d->new_nodes) {
		size_t at = names_get(&d->old_ids, new_keys[i++]);

		if (at == NAMES_NONE)
			add_node(d, added, node);
		else
			compare_node(d, out, by_place[at], node);
	}
}

static const char *
edge_key(struct diff *d, const struct value *edge)
{
	return arena_printf(d->a, "%s\n%s\n%s",
		value_get_text(edge, "source", ""),
		value_get_text(edge, "sourceHandle", "source"),
		value_get_text(edge, "target", ""));
}

static void
missing_edges(struct diff *d, struct value *list, const struct value *from,
	const struct value *in)
{
	struct names there;

	names_init(&there, d->a);
	value_each(edge, in)
		names_put(&there, edge_key(d, edge), 0);
	value_each(edge, from) {
		struct value *entry;

		if (names_get(&there, edge_key(d, edge)) != NAMES_NONE)
			continue;
		entry = value_append(list, value_object(d->a));
		diff_set_text(
			d, entry, "source", value_get_text(edge, "source", ""));
		diff_set_text(d, entry, "handle",
			value_get_text(edge, "sourceHandle", "source"));
		diff_set_text(
			d, entry, "target", value_get_text(edge, "target", ""));
	}
}

static const struct value *
graph_of(const struct value *dsl)
{
	return value_get(value_get(dsl, "workflow"), "graph");
}

/* The members of two objects but for one; anything else as a whole. */
static void
compare_members(struct diff *d, struct value *fields, const char *path,
	const struct value *before, const struct value *after, const char *but)
{
	if (!object_or_none(before) || !object_or_none(after)) {
		compare_objects(d, fields, path, before, after, 0);
		return;
	}
	value_each(child, before)
		if (strcmp(child->key, but) != 0)
			compare(d, fields, below(d, path, child->key), child,
				value_get(after, child->key), 0);
	value_each(child, after)
		if (strcmp(child->key, but) != 0 &&
			value_get(before, child->key) == NULL)
			add_field(d, fields, below(d, path, child->key), NULL,
				child);
}

/* Everything but the graph. */
static void
compare_rest(struct diff *d, struct value *result, const struct value *before,
	const struct value *after)
{
	struct value *fields = diff_list_in(d, result, "fields");

	compare_members(d, fields, "", before, after, "workflow");
	compare_members(d, fields, "/workflow", value_get(before, "workflow"),
		value_get(after, "workflow"), "graph");
}

static bool
is_empty(const struct value *result, const char *key, const char *list)
{
	const struct value *v = value_get(result, key);

	return value_count(list != NULL ? value_get(v, list) : v) == 0;
}

static void
sum_up(struct diff *d, struct value *result)
{
	bool same = is_empty(result, "fields", NULL) &&
		    is_empty(result, "nodes", "added") &&
		    is_empty(result, "nodes", "removed") &&
		    is_empty(result, "nodes", "changed") &&
		    is_empty(result, "edges", "added") &&
		    is_empty(result, "edges", "removed");
	bool moved = !is_empty(result, "nodes", "moved");

	value_set_bool(d->a, result, "same", same && !moved);
	value_set_bool(d->a, result, "cosmetic", same && moved);
}

/* Nodes that are no list are none, whatever their order. */
static const struct value *
nodes_of(const struct value *dsl)
{
	const struct value *nodes = value_get(graph_of(dsl), "nodes");

	return value_is(nodes, VALUE_ARRAY) ? nodes : NULL;
}

struct value *
dsl_diff(struct arena *a, const struct value *old, const struct value *new)
{
	struct diff d = {.a = a};
	struct value *result = value_object(a);
	struct value *edges;

	d.old_nodes = nodes_of(old);
	d.new_nodes = nodes_of(new);
	value_set_bool(a, result, "same", true);
	value_set_bool(a, result, "cosmetic", false);
	compare_nodes(&d, result);
	edges = value_set(a, result, "edges", value_object(a));
	missing_edges(&d, diff_list_in(&d, edges, "added"),
		value_get(graph_of(new), "edges"),
		value_get(graph_of(old), "edges"));
	missing_edges(&d, diff_list_in(&d, edges, "removed"),
		value_get(graph_of(old), "edges"),
		value_get(graph_of(new), "edges"));
	compare_rest(&d, result, old, new);
	diff_contract(&d, result, "inputs", "start", "variables");
	diff_contract(&d, result, "outputs", "end", "outputs");
	diff_broken(&d, diff_list_in(&d, result, "broken"));
	sum_up(&d, result);
	return result;
}
