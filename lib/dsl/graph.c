/* graph.c: collects the nodes of a graph and has them filled in an order in
 * which each knows what it reads. */
#include "dsl/graph.h"

#include "base/limits.h"
#include "dsl/graph_parts.h"
#include "dsl/ident.h"
#include "dsl/lower_parts.h"
#include "dsl/tools.h"

static const char node_lists[] = "nodes|nodes_info|node_list|vertices";
static const char child_lists[] = "children|nodes|body|do|steps";
static const char field_lists[] =
	"data|param|params|config|parameters|fields|properties|settings";

struct spot *
spot_find(struct graph *g, const char *id)
{
	for (size_t i = 0; i < g->count; i++)
		if (strcmp(g->spots[i].id, id) == 0)
			return &g->spots[i];
	return NULL;
}

static size_t
count_nodes(const struct value *list, int depth)
{
	size_t n = 0;

	value_each(node, list) {
		n++;
		if (depth > 0)
			n += count_nodes(
				fill_get(node, child_lists), depth - 1);
	}
	return n;
}

/* An id as text; a node without one gets its place as id. */
static const char *
id_of(struct graph *g, const struct value *node)
{
	const char *id =
		fill_plain(g->a, fill_get(node, "id|node_id|key|name"));

	return id != NULL ? id : arena_printf(g->a, "node_%zu", g->count + 1);
}

static const char *
type_of(const struct value *node)
{
	const struct value *data = fill_get(node, field_lists);
	const char *outer = value_get_text(node, "type", "");
	const char *inner = value_get_text(data, "type", "");

	if (inner[0] != '\0' &&
		(outer[0] == '\0' || strncmp(outer, "custom", 6) == 0 ||
			node_type_guess(outer) == NULL))
		return inner;
	if (outer[0] == '\0')
		outer = value_get_text(node, "node_type", "");
	return outer;
}

static const char *
parent_of(struct graph *g, const struct value *node, const char *id)
{
	const struct value *data = fill_get(node, field_lists);
	const char *parent = fill_plain(
		g->a, fill_get(node, "parentId|parent_id|parent|container"));
	const char *dash = strrchr(id, '-');

	if (parent == NULL)
		parent = fill_plain(
			g->a, fill_get(data, "iteration_id|loop_id|parentId"));
	if (parent == NULL && dash != NULL && dash > id)
		parent = arena_memdup(g->a, id, (size_t)(dash - id));
	return parent;
}

/* The members of the fields' object, then what stands beside it. */
static const struct value *
fields_of(struct graph *g, const struct value *node)
{
	const struct value *inner = fill_get(node, field_lists);
	struct value *all;

	if (!value_is(inner, VALUE_OBJECT))
		return node;
	if (g->dify)
		return inner;
	all = value_clone(g->a, inner);
	value_each(member, node)
		if (member != inner && value_get(all, member->key) == NULL &&
			!list_has("id|type|parent|parentId|position|width|"
				  "height|selected",
				member->key))
			value_set(g->a, all, member->key,
				value_clone(g->a, member));
	return all;
}

static void
collect(struct graph *g, const struct value *list, const char *parent,
	int depth)
{
	value_each(node, list) {
		struct spot *s;

		if (!value_is(node, VALUE_OBJECT))
			continue;
		s = &g->spots[g->count];
		s->id = id_of(g, node);
		s->node = node;
		s->fields = fields_of(g, node);
		s->parent = parent != NULL ? parent : parent_of(g, node, s->id);
		g->count++;
		if (depth > 0)
			collect(g, fill_get(node, child_lists), s->id,
				depth - 1);
	}
}

/* Digits, letters and underscores stay; a hyphen becomes an underscore. */
static const char *
flow_id(struct graph *g, const struct spot *s, const char *type)
{
	char *id = arena_strdup(g->a, s->id);
	bool odd = strlen(id) > 50;

	for (char *p = id; *p != '\0'; p++) {
		bool letter =
			(*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');

		if (*p == '-')
			*p = '_';
		odd |= !letter && !(*p >= '0' && *p <= '9') && *p != '_';
	}
	if (!odd && strcmp(id, "sys") != 0 && strcmp(id, "env") != 0 &&
		strcmp(id, "conversation") != 0)
		return id;
	id = arena_strdup(g->a,
		ident_step_of(g->a, s->id, ident_step_of(g->a, type, "node")));
	repair_add(g->a, g->flow->repairs, "id_cleaned",
		value_pointer(g->a, s->node), s->id, id);
	return id;
}

/* A note on the canvas is no node of the flow; it stays as it is. */
static bool
keep_note(struct graph *g, struct spot *s)
{
	struct flow_node *n;

	if (strcmp(value_get_text(s->node, "type", ""), "custom-note") != 0)
		return false;
	n = flow_node_new(g->flow, "", flow_id(g, s, "note"), NULL,
		value_pointer(g->a, s->node));
	if (n == NULL)
		return true;
	n->raw = s->node;
	if (value_is(value_get(s->node, "data"), VALUE_OBJECT))
		n->data = value_clone(g->a, value_get(s->node, "data"));
	return true;
}

static void
make_node(struct graph *g, struct spot *s)
{
	const char *name = type_of(s->node);
	const char *pointer = value_pointer(g->a, s->node);
	const struct node_type *type = node_type_guess(name);
	const char *title;

	if (type == NULL && keep_note(g, s))
		return;
	if (type == NULL && tool_known(name) != NULL)
		type = node_type_find("tool");
	if (type == NULL) {
		flow_finding(g->flow, "plan_type_unknown", pointer, NULL, name,
			s->id, NULL);
		return;
	}
	if (strcmp(type->name, name) != 0 && tool_known(name) == NULL)
		repair_add(g->a, g->flow->repairs, "type_alias", pointer, name,
			type->name);
	s->made = flow_node_new(
		g->flow, type->name, flow_id(g, s, type->name), NULL, pointer);
	s->first = s->made;
	if (s->made == NULL)
		return;
	title = value_text(fill_get(s->node, "title|label"));
	if (title == NULL)
		title = value_text(fill_get(s->fields, "title|label"));
	if (title == NULL && type->title[0] != '\0')
		title = type->title;
	if (title != NULL)
		value_set_text(g->a, s->made->data, "title", title);
	if (spot_find(g, s->id) != s)
		flow_finding(g->flow, "graph_id_repeated", pointer, s->made,
			s->id, NULL, NULL);
	else
		scope_add(g->a, &g->scope, s->id, s->made);
}

/* Parents are set when all nodes are there. */
static void
set_parents(struct graph *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct spot *s = &g->spots[i], *p;

		if (s->parent == NULL || s->made == NULL)
			continue;
		p = spot_find(g, s->parent);
		if (p != NULL && p != s && p->made != NULL &&
			p->made->type != NULL &&
			(p->made->type->traits & NODE_CONTAINER) &&
			!flow_inside(p->made, s->made))
			s->made->parent = p->made;
	}
}

static bool
ready(struct graph *g, const struct spot *s)
{
	const char *from, *to;
	const struct value *port;

	if (s->made->parent != NULL)
		for (size_t i = 0; i < g->count; i++)
			if (g->spots[i].made == s->made->parent &&
				!g->spots[i].filled)
				return false;
	value_each(edge, g->edges) {
		struct spot *source;

		if (!graph_ends(g, edge, &from, &to, &port) ||
			strcmp(to, s->id) != 0)
			continue;
		source = spot_find(g, from);
		if (source != NULL && source->made != NULL && !source->filled &&
			!flow_inside(source->made, s->made))
			return false;
	}
	return true;
}

static void
fill_spot(struct graph *g, struct spot *s)
{
	s->filled = true;
	if (s->made != NULL)
		graph_fill(g, s);
}

/* Each round fills what has all its sources; a cycle is broken in order. */
static void
fill_all(struct graph *g)
{
	size_t left = g->count;

	for (size_t i = 0; i < g->count; i++)
		if (g->spots[i].made == NULL ||
			flow_is(g->spots[i].made, "start") ||
			graph_in_dify_words(g, &g->spots[i])) {
			fill_spot(g, &g->spots[i]);
			left--;
		}
	while (left > 0) {
		struct spot *forced = NULL;
		size_t before = left;

		for (size_t i = 0; i < g->count; i++) {
			struct spot *s = &g->spots[i];

			if (s->filled)
				continue;
			if (forced == NULL)
				forced = s;
			if (!ready(g, s))
				continue;
			fill_spot(g, s);
			left--;
		}
		if (left == before && forced != NULL) {
			fill_spot(g, forced);
			left--;
		}
	}
}

static bool
is_chat(struct graph *g, const struct value *v)
{
	const char *mode = value_get_text(
		value_get(v, "app"), "mode", value_get_text(v, "mode", ""));

	if (mode[0] != '\0')
		return strstr(mode, "chat") != NULL;
	return flow_first_of(g->flow, "answer") != NULL &&
	       flow_first_of(g->flow, "end") == NULL;
}

/* Variables as Dify writes them stay; others are read in any spelling. */
static void
read_variables(struct graph *g, const struct value *list, struct value *out,
	const char *scope)
{
	if (!value_is(list, VALUE_ARRAY))
		return;
	value_each(item, list)
		if (value_get(item, "value_type") != NULL)
			value_append(out, value_clone(g->a, item));
		else
			lower_variable(g->flow, out, item, scope);
}

static void
read_frame(struct graph *g, const struct value *v)
{
	const struct value *app = value_get(v, "app");
	const struct value *workflow = value_get(v, "workflow");
	struct flow *f = g->flow;

	f->name = value_get_text(app, "name", value_get_text(v, "name", ""));
	f->description = value_get_text(
		app, "description", value_get_text(v, "description", ""));
	if (!g->dify) {
		read_variables(g, fill_get(v, "env|environment_variables"),
			f->env, "env");
		read_variables(g,
			fill_get(v, "conversation|conversation_variables"),
			f->conversation, "conversation");
		return;
	}
	if (value_is(value_get(workflow, "features"), VALUE_OBJECT))
		f->features =
			value_clone(g->a, value_get(workflow, "features"));
	read_variables(
		g, value_get(workflow, "environment_variables"), f->env, "env");
	read_variables(g, value_get(workflow, "conversation_variables"),
		f->conversation, "conversation");
}

void
graph_read(struct flow *f, const struct value *v)
{
	struct graph g = {.flow = f, .a = f->arena};
	const struct value *body = v, *nodes;
	size_t total;

	g.dify = value_get(value_get(v, "workflow"), "graph") != NULL;
	if (value_is(value_get(body, "workflow"), VALUE_OBJECT))
		body = value_get(body, "workflow");
	if (value_is(value_get(body, "graph"), VALUE_OBJECT))
		body = value_get(body, "graph");
	nodes = fill_get(body, node_lists);
	g.edges = fill_get(body, "edges|connections|links|edge_list");
	total = count_nodes(nodes, 3);
	if (total > LIMIT_NODES || value_count(g.edges) > LIMIT_EDGES) {
		flow_finding(f, "too_many_nodes", "", NULL,
			arena_printf(g.a, "%d", LIMIT_NODES), NULL, NULL);
		return;
	}
	g.spots = arena_array(g.a, total + 1, sizeof(struct spot));
	read_frame(&g, v);
	collect(&g, nodes, NULL, 3);
	for (size_t i = 0; i < g.count; i++)
		make_node(&g, &g.spots[i]);
	f->chat = is_chat(&g, v);
	set_parents(&g);
	fill_all(&g);
	graph_connect(&g);
}
