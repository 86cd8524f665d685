/* repair_merge.c: one output that each of several branches makes is joined
 * before the end. */
#include "dsl/flow_refs.h"
#include "dsl/ref.h"
#include "dsl/repair.h"

static const char *
head_of(const struct value *output)
{
	return value_text(value_first(value_get(output, "value_selector")));
}

/* Whether no run makes both values. */
static bool
apart(struct flow *f, const struct value *x, const struct value *y)
{
	const struct flow_node *a =
		head_of(x) != NULL ? flow_find(f, head_of(x)) : NULL;
	const struct flow_node *b =
		head_of(y) != NULL ? flow_find(f, head_of(y)) : NULL;

	return a != NULL && b != NULL && a != b && flow_exclusive(f, a, b);
}

/* The selectors of all outputs called as this one, when no two of them can be
 * there at once; NULL when that is not so, or when there is but one. */
static struct value *
one_name(struct flow *f, const struct value *first)
{
	const char *name = value_get_text(first, "variable", "");
	struct value *selectors = value_array(f->arena);

	for (const struct value *x = first; x != NULL; x = x->next) {
		if (strcmp(value_get_text(x, "variable", ""), name) != 0)
			continue;
		for (const struct value *y = x->next; y != NULL; y = y->next)
			if (strcmp(value_get_text(y, "variable", ""), name) ==
					0 &&
				!apart(f, x, y))
				return NULL;
		value_append(selectors,
			value_clone(f->arena, value_get(x, "value_selector")));
	}
	return value_count(selectors) > 1 ? selectors : NULL;
}

/* What led to the end leads to a new node before it. */
static struct flow_node *
node_before(struct flow *f, struct flow_node *end, const char *base)
{
	struct flow_node *join = flow_node_new(
		f, "variable-aggregator", base, end->parent, end->pointer);

	if (join == NULL)
		return NULL;
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		for (struct route *r = n->routes; r != NULL; r = r->next)
			if (r->target == end)
				r->target = join;
	flow_connect(f, join, "source", end);
	return join;
}

/* The output reads what was joined; the others of its name go. */
static void
keep_one(struct flow *f, struct value *output, const struct flow_node *join)
{
	const char *name = value_get_text(output, "variable", "");
	struct value *other = output->next, *next;

	value_set(f->arena, output, "value_selector",
		flow_selector(f->arena, join->id, "output"));
	for (; other != NULL; other = next) {
		next = other->next;
		if (strcmp(value_get_text(other, "variable", ""), name) == 0)
			value_remove(other);
	}
}

static void
merge_outputs(struct flow *f, struct flow_node *end)
{
	value_each(output, value_get(end->data, "outputs")) {
		const char *name = value_get_text(output, "variable", "");
		struct value *selectors = one_name(f, output);
		struct flow_node *join;

		if (name[0] == '\0' || selectors == NULL)
			continue;
		join = node_before(
			f, end, arena_printf(f->arena, "%s__join", name));
		if (join == NULL)
			return;
		value_set_text(f->arena, join->data, "output_type",
			ref_type(f, value_first(selectors)));
		value_set(f->arena, join->data, "variables", selectors);
		keep_one(f, output, join);
		repair_add(f->arena, f->repairs, "branches_merged",
			end->pointer, name, join->id);
	}
}

void
repair_merge(struct flow *f)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		if (flow_is(n, "end"))
			merge_outputs(f, n);
}
