/* check_nodes.c: the list of nodes: what each is, and what it is called. */
#include "dsl/check.h"

#include "base/limits.h"
#include "base/nitems.h"

#include <ctype.h>
#include <string.h>

enum { MOST_ID = 50 };

static bool
is_note(const struct value *node)
{
	return check_text_is(node, "type", "custom-note");
}

static bool
id_shaped(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_')
			return false;
	return n > 0 && n <= MOST_ID;
}

/* From 1.9 on a note is no node at all, so its id names nothing. */
static void
check_id(struct check *c, struct check_node *n, size_t number)
{
	const struct value *id = value_get(n->node, "id");

	n->id = value_text(id);
	if (n->note) {
		if (n->id != NULL && c->version < VERSION_GRAPH)
			names_put(&c->ids, n->id, number);
		return;
	}
	if (id == NULL || id->type == VALUE_NULL) {
		check_say(c, "node_id_missing", n->node, "id", n, NULL, NULL);
		return;
	}
	if (n->id == NULL) {
		check_say(c, "node_id_type", id, NULL, n, NULL, NULL);
		return;
	}
	if (names_put(&c->ids, n->id, number) != number)
		check_say(c, "node_id_repeated", id, NULL, n, n->id, NULL);
	else if (list_has("sys|env|conversation|rag", n->id))
		check_say(c, "node_id_reserved", id, NULL, n, n->id, NULL);
	else if (!id_shaped(n->id))
		check_say(c, "node_id_shape", id, NULL, n, n->id, NULL);
}

/* The other spelling that node_type_guess() knows, as an argument. */
static const char *
guess(const struct value *node)
{
	const char *type = value_get_text(value_get(node, "data"), "type",
		value_get_text(node, "type", NULL));
	const struct node_type *found = node_type_guess(type);

	return found != NULL ? found->name : "?";
}

static bool
check_node_data(struct check *c, struct check_node *n)
{
	const struct value *type;

	n->data = value_get(n->node, "data");
	if (!value_is(n->data, VALUE_OBJECT)) {
		check_say(
			c, "node_data_missing", n->node, "data", n, NULL, NULL);
		return false;
	}
	type = value_get(n->data, "type");
	if (value_text(type) == NULL) {
		check_say(c, "node_type_missing", n->data, "type", n,
			guess(n->node), NULL);
		return false;
	}
	n->type = node_type_find(value_text(type));
	return true;
}

static void
read_node(struct check *c, const struct value *node)
{
	struct check_node *n = &c->nodes[c->node_count];

	if (!value_is(node, VALUE_OBJECT)) {
		check_say(c, "node_shape", node, NULL, NULL, NULL, NULL);
		return;
	}
	n->node = node;
	n->note = is_note(node);
	check_id(c, n, c->node_count);
	check_node_data(c, n);
	n->checked = c->version >= VERSION_GRAPH || check_type_is(n, "end") ||
		     check_type_is(n, "answer") || check_type_is(n, "start");
	c->node_count++;
}

/* Children know their container by one of three members. */
static void
find_parents(struct check *c)
{
	static const char *const members[] = {"iteration_id", "loop_id"};

	for (size_t i = 0; i < c->node_count; i++) {
		struct check_node *n = &c->nodes[i];
		size_t parent = names_get(
			&c->ids, value_get_text(n->node, "parentId", NULL));

		for (size_t k = 0; k < nitems(members); k++)
			if (parent == NAMES_NONE)
				parent = names_get(
					&c->ids, value_get_text(n->data,
							 members[k], NULL));
		n->parent = parent < c->node_count && parent != i
				    ? parent
				    : c->node_count;
	}
}

/* A chain of containers that never ends is cut. */
static void
cut_cycles(struct check *c)
{
	enum { MOST_DEPTH = 32 };

	for (size_t i = 0; i < c->node_count; i++) {
		size_t at = i;
		int depth = 0;

		while (at < c->node_count && depth <= MOST_DEPTH) {
			at = c->nodes[at].parent;
			depth++;
		}
		if (depth > MOST_DEPTH)
			c->nodes[i].parent = c->node_count;
	}
}

static bool
list_present(struct check *c, const char *key, const char *code)
{
	if (value_is(value_get(c->graph, key), VALUE_ARRAY))
		return true;
	check_say(c, code, c->graph, key, NULL, NULL, NULL);
	return false;
}

static bool
small_enough(struct check *c, const char *key, size_t most)
{
	const struct value *list = value_get(c->graph, key);

	if (value_count(list) <= most)
		return true;
	check_say(c, "graph_large", list, NULL, NULL, key,
		arena_printf(c->arena, "%zu", most));
	return false;
}

static bool
find_lists(struct check *c)
{
	bool both;

	c->graph = value_get(c->workflow, "graph");
	if (!value_is(c->graph, VALUE_OBJECT) || value_count(c->graph) == 0) {
		check_say(c, "graph_missing", c->workflow, "graph", NULL, NULL,
			NULL);
		return false;
	}
	both = list_present(c, "nodes", "nodes_missing");
	both = list_present(c, "edges", "edges_missing") && both;
	if (!both)
		return false;
	if (value_count(value_get(c->graph, "nodes")) == 0) {
		check_say(c, "nodes_empty", value_get(c->graph, "nodes"), NULL,
			NULL, NULL, NULL);
		return false;
	}
	return small_enough(c, "nodes", LIMIT_NODES) &&
	       small_enough(c, "edges", LIMIT_EDGES);
}

bool
check_nodes(struct check *c)
{
	const struct value *list;

	if (!find_lists(c))
		return false;
	list = value_get(c->graph, "nodes");
	c->nodes =
		arena_array(c->arena, value_count(list) + 1, sizeof(*c->nodes));
	value_each(node, list)
		read_node(c, node);
	find_parents(c);
	cut_cycles(c);
	c->root = c->node_count;
	return true;
}
