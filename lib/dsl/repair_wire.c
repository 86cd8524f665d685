/* repair_wire.c: nodes that nothing leads to, readers that come too early,
 * flows without an end. */
#include "dsl/flow_refs.h"
#include "dsl/ref.h"
#include "dsl/repair.h"

/* A case without conditions was meant as ELSE. */
static void
fix_case(struct flow *f, struct flow_node *n, struct value *item)
{
	const char *id = value_get_text(item, "case_id", "");
	struct route *mine = NULL;

	for (struct route *r = n->routes; r != NULL; r = r->next) {
		if (strcmp(r->handle, "false") == 0)
			return;
		if (strcmp(r->handle, id) == 0)
			mine = r;
	}
	if (mine == NULL)
		return;
	mine->handle = "false";
	repair_add(f->arena, f->repairs, "empty_case", n->pointer, id, "false");
	value_remove(item);
}

void
repair_empty_case(struct flow *f)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		struct value *item, *after;

		if (!flow_is(n, "if-else"))
			continue;
		item = value_first(value_get(n->data, "cases"));
		for (; item != NULL; item = after) {
			after = item->next;
			if (value_count(value_get(item, "conditions")) == 0)
				fix_case(f, n, item);
		}
	}
}

/* The node of the reader's own level that holds the one that is read. */
static struct flow_node *
at_level(struct flow_node *n, const struct flow_node *parent)
{
	while (n != NULL && n->parent != parent)
		n = n->parent;
	return n;
}

static bool
goes_on(const struct flow_node *n)
{
	return n->type != NULL && n->type->handles == HANDLES_SOURCE;
}

/* The latest of the nodes that are read. */
static bool
latest(struct flow_ref *ref)
{
	struct flow_node **best = ref->context;
	struct flow_node *n =
		flow_find(ref->flow, value_text(value_at(ref->selector, 0)));

	n = n == NULL ? NULL : at_level(n, ref->node->parent);
	if (n == NULL || n == ref->node || !goes_on(n) ||
		flow_reaches(ref->flow, ref->node, n))
		return false;
	if (*best == NULL || flow_reaches(ref->flow, *best, n))
		*best = n;
	return false;
}

static bool
is_first(const struct flow_node *n)
{
	return n->type == NULL ||
	       (n->type->traits &
		       (NODE_START | NODE_TRIGGER | NODE_CHILD_START));
}

static bool
someone_reads(struct flow_ref *ref)
{
	const struct flow_node **wanted = ref->context;

	if (*wanted != NULL &&
		strcmp((*wanted)->id, value_text(value_at(ref->selector, 0))) ==
			0)
		*wanted = NULL;
	return false;
}

static void
wire(struct flow *f, struct flow_node *from, struct flow_node *to,
	const char *code)
{
	flow_connect(f, from, "source", to);
	repair_add(f->arena, f->repairs, code, to->pointer, "",
		arena_printf(f->arena, "%s -> %s", from->id, to->id));
}

void
repair_lost_nodes(struct flow *f)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		struct flow_node *best = NULL;
		const struct flow_node *unread = n;

		if (is_first(n) || flow_has_incoming(f, n))
			continue;
		flow_node_refs(f, n, latest, &best);
		if (best == NULL && n->parent == NULL) {
			flow_refs(f, someone_reads, &unread);
			if (unread == NULL)
				best = flow_first_of(f, "start");
		}
		if (best != NULL)
			wire(f, best, n, "node_wired");
	}
}

/* A reader that no path leads to from what it reads. */
static bool
fix_late(struct flow_ref *ref)
{
	struct flow_node *n =
		flow_find(ref->flow, value_text(value_at(ref->selector, 0)));
	struct flow_node *reader = ref->node;

	if (n == NULL || is_first(reader))
		return false;
	if (flow_inside(reader, n))
		return false;
	while (reader->parent != NULL && !flow_inside(n, reader->parent))
		reader = reader->parent;
	n = at_level(n, reader->parent);
	if (n == NULL || n == reader || !goes_on(n) || flow_is(n, "start") ||
		flow_reaches(ref->flow, n, reader) ||
		flow_reaches(ref->flow, reader, n) ||
		flow_exclusive(ref->flow, n, reader) ||
		(!is_first(n) && !flow_has_incoming(ref->flow, n)))
		return false;
	wire(ref->flow, n, reader, "edge_added");
	return false;
}

void
repair_late_reads(struct flow *f)
{
	flow_refs(f, fix_late, NULL);
}

/* The only node of the main flow that nothing follows. */
static struct flow_node *
only_sink(struct flow *f)
{
	struct flow_node *sink = NULL;

	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		if (n->parent != NULL || n->routes != NULL || is_first(n))
			continue;
		if (sink != NULL)
			return NULL;
		sink = n;
	}
	return sink;
}

void
repair_terminal(struct flow *f)
{
	const char *type = f->chat ? "answer" : "end";
	struct flow_node *sink = only_sink(f), *end;
	struct value *outputs, *o;
	const char *name;

	if (sink == NULL || flow_first_of(f, type) != NULL || !goes_on(sink) ||
		sink->type->main_output == NULL)
		return;
	name = sink->type->main_output;
	end = flow_node_new(f, type, type, NULL, "");
	if (end == NULL)
		return;
	if (f->chat) {
		value_set_text(f->arena, end->data, "answer",
			arena_printf(f->arena, "{{#%s.%s#}}", sink->id, name));
		value_set(f->arena, end->data, "variables",
			value_array(f->arena));
	} else {
		outputs = value_array(f->arena);
		o = value_append(outputs, value_object(f->arena));
		value_set_text(f->arena, o, "variable", name);
		value_set(f->arena, o, "value_selector",
			flow_selector(f->arena, sink->id, name));
		value_set(f->arena, end->data, "outputs", outputs);
	}
	wire(f, sink, end, "terminal_added");
}

/* What a merge or an iteration hands on has the type of what it reads. */
static void
fix_type(struct flow *f, struct flow_node *n, const char *selector_of)
{
	struct value *selector = value_get(n->data, selector_of);
	const char *type;

	if (flow_is(n, "variable-aggregator"))
		selector = value_first(selector);
	type = selector == NULL ? "any" : ref_type(f, selector);
	if (strstr(type, "any") != NULL)
		return;
	if (flow_is(n, "iteration") && strncmp(type, "array", 5) != 0)
		type = arena_printf(f->arena, "array[%s]", type);
	value_set_text(f->arena, n->data, "output_type", type);
}

/* A program cannot hand on files, only what describes them. */
static void
fix_code_types(struct flow *f, struct flow_node *n)
{
	if (!value_is(value_get(n->data, "outputs"), VALUE_OBJECT))
		return;
	value_each(output, value_get(n->data, "outputs")) {
		const char *type = value_get_text(output, "type", "");
		const char *to = strcmp(type, "file") == 0 ? "object"
				 : strcmp(type, "array[file]") == 0
					 ? "array[object]"
					 : NULL;

		if (to == NULL)
			continue;
		repair_add(f->arena, f->repairs, "code_output_type", n->pointer,
			arena_printf(f->arena, "%s: %s", output->key, type),
			to);
		value_set_text(f->arena, output, "type", to);
	}
}

void
repair_types(struct flow *f)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		if (flow_is(n, "code"))
			fix_code_types(f, n);
		if (flow_is(n, "iteration"))
			fix_type(f, n, "output_selector");
		else if (flow_is(n, "variable-aggregator"))
			fix_type(f, n, "variables");
	}
}
