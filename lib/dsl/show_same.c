/* show_same.c: lowers a plan again and holds it against the graph that it was
 * made of. */
#include "dsl/lower.h"
#include "dsl/show_parts.h"

/* What became of a node, NULL when nothing did. */
static struct flow_node *
became(const struct show *s, const struct flow *f, const struct flow_node *n)
{
	for (const struct given *g = s->given; g != NULL; g = g->next)
		if (g->join == n)
			return flow_find(f,
				arena_printf(s->a, "%s__join", g->split->id));
	if (flow_is(n, "end") && flow_find(f, n->id) == NULL)
		return flow_find(f, "end");
	if (n->type != NULL && (n->type->traits & NODE_CHILD_START))
		return flow_find(
			f, arena_printf(s->a, "%sstart", n->parent->id));
	return flow_find(f, n->id);
}

/* Whether a way leads to a node, maybe through one that lowering added. */
static bool
leads_to(const struct flow_node *from, const char *handle,
	const struct flow_node *to)
{
	for (const struct route *r = from->routes; r != NULL; r = r->next) {
		if (handle != NULL && strcmp(r->handle, handle) != 0)
			continue;
		if (r->target == to)
			return true;
		if (strstr(r->target->id, "__") != NULL &&
			leads_to(r->target, NULL, to))
			return true;
	}
	return false;
}

/* The handle of the other node that stands where this one does. */
static const char *
same_handle(const struct show *s, const struct flow_node *n,
	const struct flow_node *other, const char *handle)
{
	struct value *mine = node_handles(s->a, n->data);
	struct value *theirs = node_handles(s->a, other->data);
	const struct value *t = value_first(theirs);

	value_each(h, mine) {
		if (strcmp(value_text(h), handle) == 0)
			return t != NULL ? value_text(t) : NULL;
		t = t != NULL ? t->next : NULL;
	}
	return handle;
}

static const char *
compare(struct show *s, const struct flow *f)
{
	for (const struct flow_node *n = s->flow->first; n != NULL;
		n = n->next) {
		const struct flow_node *other;

		if (n->type == NULL)
			continue;
		other = became(s, f, n);
		if (other == NULL || other->type != n->type)
			return arena_printf(
				s->a, "\"%s\" has no place in a plan", n->id);
		for (const struct route *r = n->routes; r != NULL;
			r = r->next) {
			const char *handle =
				same_handle(s, n, other, r->handle);

			if (handle == NULL || !leads_to(other, handle,
						      became(s, f, r->target)))
				return arena_printf(s->a,
					"the way from \"%s\" to \"%s\" has "
					"no place in a plan",
					n->id, r->target->id);
		}
	}
	return NULL;
}

/* What a Dify has is another matter than what a plan can say. */
static bool
about_resources(const struct finding *f)
{
	return list_has("plan_model_unknown|plan_dataset_unknown|"
			"plan_tool_unknown",
		f->kind->code);
}

const char *
show_same(struct show *s, const struct value *plan)
{
	struct findings found = {0};
	struct repairs mended = {0};
	struct flow *f = flow_new(s->a, s->target, &found, &mended);

	plan_lower(f, plan);
	for (const struct finding *x = found.first; x != NULL; x = x->next)
		if ((x->tier == TIER_E || x->tier == TIER_R) &&
			!about_resources(x))
			return finding_message(s->a, x, "en");
	if (mended.first != NULL)
		return arena_printf(s->a, "\"%s\" has to be read as \"%s\"",
			mended.first->before, mended.first->after);
	return compare(s, f);
}
