/* edit.c: applies the operations of an edit, and the simple ones of them. */
#include "dsl/edit.h"

#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/catalogue.h"
#include "dsl/edit_parts.h"
#include "text/json.h"

static const struct {
	const char *name;
	bool (*apply)(struct edit *e);
} operations[] = {
	{"add", edit_add},
	{"remove", edit_remove},
	{"change", edit_change},
	{"move", edit_move},
	{"set", edit_set},
	{"rename", edit_rename},
	{"rewire", edit_rewire},
	{"connect", edit_rewire},
	{"add_branch", edit_add_branch},
	{"remove_branch", edit_remove_branch},
	{"add_input", edit_add_input},
	{"change_input", edit_change_input},
	{"remove_input", edit_remove_input},
	{"add_output", edit_add_output},
	{"change_output", edit_change_output},
	{"remove_output", edit_remove_output},
	{"set_variable", edit_set_variable},
	{"workflow", edit_workflow},
};

bool
edit_is(const struct value *object, const char *key, const char *text)
{
	return strcmp(value_get_text(object, key, ""), text) == 0;
}

struct value *
edit_node(struct edit *e, const char *id)
{
	value_each(node, e->nodes)
		if (strcmp(value_get_text(node, "id", ""), id) == 0)
			return node;
	e->why = arena_printf(e->a, "there is no node \"%s\"", id);
	return NULL;
}

/* The one node of that title, NULL when there are none or several. */
static struct value *
titled(struct edit *e, const char *title)
{
	struct value *found = NULL;

	value_each(node, e->nodes) {
		if (!edit_is(value_get(node, "data"), "title", title))
			continue;
		if (found != NULL)
			return NULL;
		found = node;
	}
	return found;
}

struct value *
edit_named(struct edit *e, const char *members)
{
	const char *id = fill_plain(e->a, fill_get(e->op, members));
	struct value *node = edit_node(e, id != NULL ? id : "");

	if (node == NULL && id != NULL && id[0] != '\0') {
		node = titled(e, id);
		e->why = node != NULL ? NULL : e->why;
	}
	return node;
}

const char *
edit_type(const struct value *node)
{
	return value_get_text(value_get(node, "data"), "type", "");
}

static const char *
type_of(struct edit *e, const char *id)
{
	const char *why = e->why;
	const struct value *node = edit_node(e, id);

	e->why = why;
	return edit_type(node);
}

static const char *
parent_of(struct edit *e, const char *id)
{
	const char *why = e->why;
	const struct value *node = edit_node(e, id);

	e->why = why;
	return value_get_text(node, "parentId", "");
}

void
edit_connect(
	struct edit *e, const char *from, const char *handle, const char *to)
{
	struct value *edge = value_object(e->a), *data = value_object(e->a);
	const char *parent = parent_of(e, from);
	bool loop = strcmp(type_of(e, parent), "loop") == 0;
	bool inside = parent[0] != '\0';

	value_set_text(e->a, edge, "id",
		arena_printf(e->a, "%s-%s-%s-target", from, handle, to));
	value_set_text(e->a, edge, "type", "custom");
	value_set_text(e->a, edge, "source", from);
	value_set_text(e->a, edge, "sourceHandle", handle);
	value_set_text(e->a, edge, "target", to);
	value_set_text(e->a, edge, "targetHandle", "target");
	value_set_int(e->a, edge, "zIndex", inside ? 1002 : 0);
	value_set_text(e->a, data, "sourceType", type_of(e, from));
	value_set_text(e->a, data, "targetType", type_of(e, to));
	value_set_bool(e->a, data, "isInIteration", inside && !loop);
	value_set_bool(e->a, data, "isInLoop", inside && loop);
	if (inside)
		value_set_text(
			e->a, data, loop ? "loop_id" : "iteration_id", parent);
	value_set(e->a, edge, "data", data);
	value_append(e->edges, edge);
}

struct value *
edit_follow(struct edit *e, const char *from, const char *handle)
{
	struct value *targets = value_array(e->a), *edge, *after;

	for (edge = value_first(e->edges); edge != NULL; edge = after) {
		after = edge->next;
		if (strcmp(value_get_text(edge, "source", ""), from) != 0 ||
			strcmp(value_get_text(edge, "sourceHandle", "source"),
				handle) != 0)
			continue;
		value_append_text(
			e->a, targets, value_get_text(edge, "target", ""));
		value_remove(edge);
	}
	return targets;
}

static bool
drop_edge(struct edit *e, const char *from, const char *to)
{
	value_each(edge, e->edges)
		if (edit_is(edge, "source", from) &&
			edit_is(edge, "target", to)) {
			value_remove(edge);
			return true;
		}
	e->why = arena_printf(
		e->a, "no edge leads from \"%s\" to \"%s\"", from, to);
	return false;
}

bool
edit_rewire(struct edit *e)
{
	const struct value *node = edit_named(e, "from|node|source");
	const char *from = value_get_text(node, "id", "");
	const char *to = fill_plain(e->a, fill_get(e->op, "to|target"));
	const char *handle;

	if (node == NULL || (to != NULL && edit_node(e, to) == NULL))
		return false;
	handle = edit_handle(e, node, fill_get(e->op, "branch|handle"));
	if (handle != NULL && to != NULL &&
		strcmp(parent_of(e, from), parent_of(e, to)) != 0)
		e->why = "an edge cannot cross the border of a container";
	if (handle == NULL || e->why != NULL)
		return false;
	if (value_get_bool(e->op, "away", false) && to != NULL)
		return drop_edge(e, from, to);
	if (!value_get_bool(e->op, "beside", false))
		edit_follow(e, from, handle);
	if (to != NULL)
		edit_connect(e, from, handle, to);
	return true;
}

const char *
edit_set_at(struct arena *a, struct value *v, const char *path,
	const struct value *content)
{
	const char *slash = strrchr(path, '/');
	struct value *old, *parent;

	if (slash == NULL || content == NULL)
		return "it needs a path below the node's data, and a value";
	old = value_find(v, path);
	if (old != NULL) {
		value_replace(old, value_clone(a, content));
		return NULL;
	}
	parent = value_find(v, arena_memdup(a, path, (size_t)(slash - path)));
	if (value_is(parent, VALUE_OBJECT))
		value_set(a, parent, slash + 1, value_clone(a, content));
	else if (value_is(parent, VALUE_ARRAY) && strcmp(slash, "/-") == 0)
		value_append(parent, value_clone(a, content));
	else
		return arena_printf(a, "there is no place %s", path);
	return NULL;
}

bool
edit_set(struct edit *e)
{
	struct value *node = edit_named(e, "node|id");
	const char *path = value_get_text(e->op, "path", "");

	if (node == NULL)
		return false;
	e->why = strcmp(path, "/type") == 0
			 ? "the type of a node stays"
			 : edit_set_at(e->a, value_get(node, "data"), path,
				   value_get(e->op, "value"));
	return e->why == NULL;
}

const char *
edit_because(struct arena *a, const struct finding *f)
{
	const char *text = finding_message(a, f, "en");
	size_t n = strlen(text);

	return n > 0 && text[n - 1] == '.' ? arena_memdup(a, text, n - 1)
					   : text;
}

void
edit_tell(struct arena *a, struct dsl_result *result, const struct value *op,
	const char *why)
{
	const char *name = value_get_text(op, "op", "");
	const char *pointer = value_pointer(a, op);
	struct str text;

	if (why != NULL) {
		finding_add(a, &result->findings, "edit_refused", pointer, "",
			name, why, NULL);
		return;
	}
	str_init(&text, a, LIMIT_DOCUMENT);
	jsonx_write(&text, op, 0);
	repair_add(a, &result->repairs, arena_printf(a, "edit_%s", name),
		pointer, text.s, "");
}

/* NULL, or why the operation at hand cannot be applied. */
static const char *
apply(struct edit *e)
{
	const char *name = value_get_text(e->op, "op", "");

	e->why = NULL;
	for (size_t i = 0; i < nitems(operations); i++)
		if (strcmp(operations[i].name, name) == 0) {
			operations[i].apply(e);
			return e->why;
		}
	return "no such operation";
}

void
dsl_edit(struct arena *a, struct dsl_result *result, const struct value *wanted,
	const struct dsl_target *target)
{
	struct value *graph = value_find(result->dsl, "/workflow/graph");
	struct edit e = {.a = a,
		.result = result,
		.target = target,
		.nodes = value_get(graph, "nodes"),
		.edges = value_get(graph, "edges"),
		.given = value_object(a)};
	enum { SCRATCH = 256 << 20 };

	e.scratch = arena_new(SCRATCH);
	result->findings = (struct findings){0};
	if (!value_is(e.nodes, VALUE_ARRAY) ||
		!value_is(e.edges, VALUE_ARRAY) ||
		!value_is(wanted, VALUE_ARRAY)) {
		finding_add(a, &result->findings, "edit_refused", "", "", "",
			"there is no graph, or no list of operations", NULL);
	} else {
		value_each(op, wanted) {
			e.op = op;
			edit_tell(a, result, op, apply(&e));
			arena_reset(e.scratch);
		}
	}
	arena_free(&e.scratch);
	dsl_validate(a, result->dsl, target, &result->findings);
}
