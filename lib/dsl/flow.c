/* flow.c: nodes, routes and questions about them. */
#include "dsl/flow.h"

#include "base/limits.h"

/* Dify's own references allow 50 characters of an id. */
enum { MAX_ID = 50 };

struct flow *
flow_new(struct arena *a, const struct dsl_target *target,
	struct findings *findings, struct repairs *repairs)
{
	struct flow *f = arena_alloc(a, sizeof(*f));

	f->arena = a;
	f->target = target;
	f->findings = findings;
	f->repairs = repairs;
	f->name = f->description = "";
	f->env = value_array(a);
	f->conversation = value_array(a);
	return f;
}

int
flow_version(const struct flow *f)
{
	return f->target != NULL && f->target->version != 0
		       ? f->target->version
		       : DSL_VERSION_NEWEST;
}

struct finding *
flow_finding(struct flow *f, const char *code, const char *pointer,
	const struct flow_node *node, const char *arg1, const char *arg2,
	const char *arg3)
{
	return finding_add(f->arena, f->findings, code, pointer,
		node == NULL ? "" : node->id, arg1, arg2, arg3);
}

struct flow_node *
flow_find(const struct flow *f, const char *id)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		if (strcmp(n->id, id) == 0)
			return n;
	return NULL;
}

static const char *
free_id(const struct flow *f, const char *base)
{
	const char *id =
		arena_printf(f->arena, "%.*s", MAX_ID, base[0] ? base : "node");

	for (int i = 2; flow_find(f, id) != NULL; i++)
		id = arena_printf(f->arena, "%.*s_%d", MAX_ID - 5, base, i);
	return id;
}

/* "draft__reply" -> "Draft reply" */
static const char *
title_of(struct arena *a, const char *id)
{
	char *s = arena_strdup(a, id), *to = s;

	for (const char *p = s; *p != '\0'; p++)
		if (*p != '_')
			*to++ = *p;
		else if (to == s || to[-1] != ' ')
			*to++ = ' ';
	*to = '\0';
	if (s[0] >= 'a' && s[0] <= 'z')
		s[0] = (char)(s[0] - 'a' + 'A');
	return s;
}

struct flow_node *
flow_node_new(struct flow *f, const char *type, const char *base,
	struct flow_node *parent, const char *pointer)
{
	struct flow_node *n;

	if (f->count >= LIMIT_NODES) {
		if (f->count++ == LIMIT_NODES)
			flow_finding(f, "too_many_nodes", pointer, NULL,
				arena_printf(f->arena, "%d", LIMIT_NODES), NULL,
				NULL);
		return NULL;
	}
	n = arena_alloc(f->arena, sizeof(*n));
	n->id = free_id(f, base);
	n->type = node_type_find(type);
	n->parent = parent;
	n->pointer = pointer;
	n->data = value_object(f->arena);
	value_set_text(f->arena, n->data, "type", type);
	value_set_text(f->arena, n->data, "title", title_of(f->arena, n->id));
	if (f->last != NULL)
		f->last->next = n;
	else
		f->first = n;
	f->last = n;
	f->count++;
	return n;
}

bool
flow_is(const struct flow_node *node, const char *type)
{
	return node != NULL &&
	       strcmp(value_get_text(node->data, "type", ""), type) == 0;
}

struct flow_node *
flow_first_of(const struct flow *f, const char *type)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		if (flow_is(n, type))
			return n;
	return NULL;
}

void
flow_connect(struct flow *f, struct flow_node *from, const char *handle,
	struct flow_node *to)
{
	struct route **at = &from->routes;

	for (; *at != NULL; at = &(*at)->next)
		if ((*at)->target == to && strcmp((*at)->handle, handle) == 0)
			return;
	if (f->routes >= LIMIT_EDGES) {
		if (f->routes++ == LIMIT_EDGES)
			flow_finding(f, "too_many_edges", from->pointer, from,
				arena_printf(f->arena, "%d", LIMIT_EDGES), NULL,
				NULL);
		return;
	}
	*at = arena_alloc(f->arena, sizeof(**at));
	(*at)->handle = arena_strdup(f->arena, handle);
	(*at)->target = to;
	f->routes++;
}

void
flow_disconnect(
	struct flow *f, struct flow_node *from, const struct route *route)
{
	for (struct route **at = &from->routes; *at != NULL;
		at = &(*at)->next) {
		if (*at != route)
			continue;
		*at = route->next;
		f->routes--;
		return;
	}
}

bool
flow_has_incoming(const struct flow *f, const struct flow_node *node)
{
	for (const struct flow_node *n = f->first; n != NULL; n = n->next)
		for (const struct route *r = n->routes; r != NULL; r = r->next)
			if (r->target == node)
				return true;
	return false;
}

bool
flow_reaches(struct flow *f, struct flow_node *from, const struct flow_node *to)
{
	struct flow_node *last = from;

	f->searches++;
	from->queued = NULL;
	for (; from != NULL; from = from->queued)
		for (const struct route *r = from->routes; r != NULL;
			r = r->next) {
			if (r->target == to)
				return true;
			if (r->target->seen == f->searches)
				continue;
			r->target->seen = f->searches;
			r->target->queued = NULL;
			last->queued = r->target;
			last = r->target;
		}
	return false;
}

/* Whether a run that leaves n by that handle can come to node. */
static bool
leads(struct flow *f, const struct flow_node *n, const char *handle,
	const struct flow_node *node)
{
	for (const struct route *r = n->routes; r != NULL; r = r->next)
		if (strcmp(r->handle, handle) == 0 &&
			(r->target == node || flow_reaches(f, r->target, node)))
			return true;
	return false;
}

/* Whether some handle leads to x, some to y, and none to both. */
static bool
parts(struct flow *f, const struct flow_node *n, const struct flow_node *x,
	const struct flow_node *y)
{
	bool to_x = false, to_y = false;

	for (const struct route *r = n->routes; r != NULL; r = r->next) {
		bool a = leads(f, n, r->handle, x);
		bool b = leads(f, n, r->handle, y);

		if (a && b)
			return false;
		to_x |= a;
		to_y |= b;
	}
	return to_x && to_y;
}

bool
flow_exclusive(
	struct flow *f, const struct flow_node *x, const struct flow_node *y)
{
	for (const struct flow_node *n = f->first; n != NULL; n = n->next) {
		const char *first = n->routes ? n->routes->handle : "";
		const struct route *r = n->routes;

		while (r != NULL && strcmp(r->handle, first) == 0)
			r = r->next;
		if (r != NULL && parts(f, n, x, y))
			return true;
	}
	return false;
}

bool
flow_inside(const struct flow_node *node, const struct flow_node *container)
{
	for (; node != NULL; node = node->parent)
		if (node == container)
			return true;
	return false;
}

const char *
flow_output(
	const struct flow *f, const struct flow_node *node, const char *name)
{
	return node_output_type(f->arena, node->data, name, flow_version(f));
}

struct value *
flow_selector(struct arena *a, const char *node, const char *name)
{
	struct value *v = value_array(a);

	value_append_text(a, v, node);
	if (name != NULL)
		value_append_text(a, v, name);
	return v;
}
