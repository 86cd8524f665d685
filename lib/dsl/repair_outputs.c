/* repair_outputs.c: references to outputs that do not exist, where only one
 * can be meant. */
#include "base/nitems.h"
#include "dsl/flow_refs.h"
#include "dsl/ref.h"
#include "dsl/repair.h"

/* Names by which the one value of a node is called. */
static const char *const general[] = {"output", "result", "text", "value",
	"content", "answer", "response", "data", "results", "outputs"};

static const char *
alias_of(const struct flow_node *n, const char *name)
{
	const struct alias *a = n->type ? n->type->output_aliases : NULL;

	for (; a != NULL && a->from != NULL; a++)
		if (strcmp(a->from, name) == 0)
			return a->to;
	return NULL;
}

/* Whether a person chose the names of a node's outputs. */
static bool
named_by_hand(const struct flow_node *n)
{
	return flow_is(n, "start") || flow_is(n, "code") ||
	       flow_is(n, "loop") || flow_is(n, "parameter-extractor");
}

static bool
exists_elsewhere(
	const struct flow *f, const struct flow_node *not_on, const char *name)
{
	for (const struct flow_node *n = f->first; n != NULL; n = n->next)
		if (n != not_on && named_by_hand(n) &&
			flow_output(f, n, name) != NULL)
			return true;
	return false;
}

static bool
is_general(const char *name)
{
	for (size_t i = 0; i < nitems(general); i++)
		if (strcmp(general[i], name) == 0)
			return true;
	return false;
}

/* The output of a node with names of its own, when there is just one. */
static const char *
only_output(struct flow *f, const struct flow_node *n)
{
	const char *only = NULL;

	value_each(o, node_outputs(f->arena, n->data, flow_version(f))) {
		if (o->key[0] == '_' || strcmp(o->key, "error_message") == 0 ||
			strcmp(o->key, "error_type") == 0 ||
			strcmp(o->key, "loop_round") == 0)
			continue;
		if (only != NULL)
			return NULL;
		only = o->key;
	}
	return only;
}

static bool
grouped(const struct flow_node *n)
{
	return value_get_bool(value_get(n->data, "advanced_settings"),
		"group_enabled", false);
}

static const char *
meant(struct flow *f, const struct flow_node *n, const char *name)
{
	const char *to = alias_of(n, name);

	if (to != NULL)
		return to;
	if (n->type == NULL || grouped(n))
		return NULL;
	if (n->type->main_output != NULL &&
		(is_general(name) || !exists_elsewhere(f, n, name)))
		return n->type->main_output;
	if (named_by_hand(n) && !flow_is(n, "start") && is_general(name))
		return only_output(f, n);
	return NULL;
}

/* What an iteration hands on is not there yet for the steps inside of it. */
static bool
too_early(const struct flow_ref *ref, const struct flow_node *n)
{
	return n != ref->node && flow_is(n, "iteration") &&
	       flow_inside(ref->node, n);
}

static bool
fix_output(struct flow_ref *ref)
{
	const char *head = value_text(value_at(ref->selector, 0));
	const char *name = value_text(value_at(ref->selector, 1));
	struct flow_node *n = flow_find(ref->flow, head);
	const char *to;

	if (n == NULL ||
		(flow_output(ref->flow, n, name) != NULL && !too_early(ref, n)))
		return false;
	if (flow_inside(ref->node, n) &&
		(strcmp(name, "item") == 0 || strcmp(name, "index") == 0))
		return false;
	to = meant(ref->flow, n, name);
	if (to == NULL)
		return false;
	if (too_early(ref, n))
		flow_ref_set(ref, "item_of_container", n->id, "item", true);
	else
		flow_ref_set(ref, "output_name", n->id, to, false);
	return true;
}

void
repair_outputs(struct flow *f)
{
	flow_refs(f, fix_output, NULL);
}

/* item and index belong to the container, not to the node that starts it. */
static bool
fix_item(struct flow_ref *ref)
{
	const char *name = value_text(value_at(ref->selector, 1));
	struct flow_node *n =
		flow_find(ref->flow, value_text(value_at(ref->selector, 0)));

	if (n == NULL || n->type == NULL || n->parent == NULL ||
		!(n->type->traits & NODE_CHILD_START) ||
		!flow_inside(ref->node, n->parent))
		return false;
	if (strcmp(name, "index") != 0)
		name = "item";
	if (flow_is(n->parent, "loop"))
		return false;
	flow_ref_set(ref, "item_of_container", n->parent->id, name, true);
	return true;
}

void
repair_item(struct flow *f)
{
	flow_refs(f, fix_item, NULL);
}

/* A node outside reads what is made inside: it gets the list of all. */
static bool
fix_outside(struct flow_ref *ref)
{
	struct flow_node *n =
		flow_find(ref->flow, value_text(value_at(ref->selector, 0)));
	struct flow_node *p;

	if (n == NULL || n->parent == NULL || flow_inside(ref->node, n->parent))
		return false;
	for (p = n->parent;
		p->parent != NULL && !flow_inside(ref->node, p->parent);)
		p = p->parent;
	if (!flow_is(p, "iteration") || ref->node == p)
		return false;
	flow_ref_set(ref, "child_from_outside", p->id, "output", false);
	return true;
}

void
repair_child_outside(struct flow *f)
{
	flow_refs(f, fix_outside, NULL);
}

/* Whether a selector names an output of a node inside the container. */
static bool
names_child(struct flow *f, const struct flow_node *container,
	const struct value *selector)
{
	const char *head = value_text(value_first(selector));
	const char *name = value_text(value_at(selector, 1));
	const struct flow_node *n = head ? flow_find(f, head) : NULL;

	return n != NULL && name != NULL && n != container &&
	       flow_inside(n, container) && flow_output(f, n, name) != NULL;
}

static const char *
value_of(struct flow *f, const struct flow_node *n)
{
	if (n->type == NULL)
		return NULL;
	return n->type->main_output != NULL ? n->type->main_output
					    : only_output(f, n);
}

/* The last node inside that hands something on and is followed by none. */
static void
fix_container(struct flow *f, struct flow_node *container)
{
	struct value *old = value_get(container->data, "output_selector");
	const struct flow_node *last = NULL;
	struct value *selector;

	if (names_child(f, container, old))
		return;
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		if (n->parent == container && n->routes == NULL &&
			value_of(f, n) != NULL)
			last = n;
	if (last == NULL)
		return;
	selector = flow_selector(f->arena, last->id, value_of(f, last));
	repair_add(f->arena, f->repairs, "container_output", container->pointer,
		old ? ref_join(f->arena, old) : "",
		ref_join(f->arena, selector));
	value_set(f->arena, container->data, "output_selector", selector);
}

void
repair_container_output(struct flow *f)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		if (flow_is(n, "iteration"))
			fix_container(f, n);
}
