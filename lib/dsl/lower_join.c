/* lower_join.c: the parts of a split, and how what they give comes out. */
#include "dsl/ident.h"
#include "dsl/lower_parts.h"

const struct value *
part_steps(const struct value *part)
{
	return value_is(part, VALUE_ARRAY)
		       ? part
		       : fill_get(part, "do|steps|then|body");
}

void
lower_part(struct lower *l, const struct step *s, const char *handle,
	const struct value *at, struct part *out)
{
	*out = (struct part){.mark = l->flow->count};
	out->give = fill_get(at, "give|gives|outputs");
	out->pointer = at == NULL ? s->pointer : value_pointer(l->a, at);
	out->scope.parent = s->scope;
	ends_add(l->a, &out->ends, s->node, handle);
	lower_steps(l, part_steps(at), &out->scope, s->parent, &out->ends);
}

/* The names that the open parts give, in the order of the plan. */
static struct value *
given_names(struct lower *l, const struct part *parts, size_t count)
{
	struct value *names = value_object(l->a);

	for (size_t i = 0; i < count; i++) {
		struct value *pairs = parts[i].ends.count == 0
					      ? NULL
					      : fill_pairs(l->a, parts[i].give);

		value_each(pair, pairs)
			value_set_bool(l->a, names, pair->key, true);
	}
	return names;
}

static const char *
check_name(struct lower *l, const struct step *s, const char *name)
{
	const char *clean =
		ident_name(name) ? name : ident_name_of(l->a, name, "value");

	if (clean != name)
		repair_add(l->a, l->flow->repairs, "name_cleaned", s->pointer,
			name, clean);
	if (flow_output(l->flow, s->node, name) != NULL &&
		s->node->type->handles != HANDLES_SOURCE)
		flow_finding(l->flow, "plan_give_taken", s->pointer, s->node,
			name, NULL, NULL);
	return clean;
}

/* One type a name; the first that is known counts. */
static const char *
one_type(struct lower *l, const struct step *s, const struct value *selectors,
	const char *name)
{
	const char *type = "any";

	value_each(selector, selectors) {
		const char *t = ref_type(l->flow, selector);

		if (strcmp(type, "any") == 0)
			type = t;
		else if (strcmp(t, "any") != 0 && strcmp(t, type) != 0)
			flow_finding(l->flow, "plan_give_types", s->pointer,
				s->node, name, type, t);
	}
	return strcmp(type, "any") == 0 ? "string" : type;
}

/* The values of one name, a selector a part. */
static struct value *
collect(struct lower *l, const struct step *s, struct part *parts, size_t count,
	const char *name, bool inside)
{
	struct value *all = value_array(l->a);

	for (size_t i = 0; i < count; i++) {
		struct value *pairs = fill_pairs(l->a, parts[i].give);
		struct value *v = value_get(pairs, name), *selector;

		if (parts[i].ends.count == 0)
			continue;
		if (v == NULL) {
			flow_finding(l->flow, "plan_give_missing",
				parts[i].pointer, s->node, name, s->node->id,
				NULL);
			continue;
		}
		selector = lower_given(l, s, &parts[i], v,
			ident_name_of(l->a, name, "value"), inside);
		if (selector != NULL)
			value_append(all, selector);
	}
	return all;
}

static struct value *
simple_join(struct lower *l, struct flow_node *join, struct value *selectors,
	const char *type)
{
	value_set_text(l->a, join->data, "output_type", type);
	value_set(l->a, join->data, "variables", selectors);
	return flow_selector(l->a, join->id, "output");
}

static struct value *
group_join(struct lower *l, struct flow_node *join, struct value *selectors,
	const char *type, const char *name)
{
	struct value *advanced = value_get(join->data, "advanced_settings");
	struct value *g = value_object(l->a), *selector;

	if (advanced == NULL) {
		advanced = value_set(l->a, join->data, "advanced_settings",
			value_object(l->a));
		value_set_bool(l->a, advanced, "group_enabled", true);
		value_set(l->a, advanced, "groups", value_array(l->a));
		value_set_text(l->a, join->data, "output_type", type);
		value_set(l->a, join->data, "variables",
			value_clone(l->a, selectors));
	}
	value_append(value_get(advanced, "groups"), g);
	value_set_text(l->a, g, "groupId",
		arena_printf(l->a, "%s_%s", join->id, name));
	value_set_text(l->a, g, "group_name", name);
	value_set_text(l->a, g, "output_type", type);
	value_set(l->a, g, "variables", selectors);
	selector = flow_selector(l->a, join->id, name);
	value_append_text(l->a, selector, "output");
	return selector;
}

static size_t
open_parts(const struct part *parts, size_t count)
{
	size_t open = 0;

	for (size_t i = 0; i < count; i++)
		open += parts[i].ends.count > 0;
	return open;
}

void
lower_join(struct lower *l, const struct step *s, struct part *parts,
	size_t count, struct ends *ends)
{
	struct value *names = given_names(l, parts, count);
	struct value *lists = value_object(l->a);
	bool one = open_parts(parts, count) == 1;
	struct flow_node *join = NULL;

	value_each(name, names)
		value_set(l->a, lists, name->key,
			collect(l, s, parts, count, name->key, !one));
	*ends = (struct ends){0};
	for (size_t i = 0; i < count; i++)
		ends_copy(l->a, ends, &parts[i].ends);
	if (value_count(names) == 0)
		return;
	if (s->entry->gives == NULL)
		s->entry->gives = value_object(l->a);
	if (!one)
		join = flow_node_new(l->flow, "variable-aggregator",
			arena_printf(l->a, "%s__join", s->node->id), s->parent,
			s->pointer);
	if (join != NULL)
		ends_connect(l, ends, join);
	value_each(list, lists) {
		const char *name = check_name(l, s, list->key);
		const char *type = one_type(l, s, list, name);
		struct value *mine = value_clone(l->a, list), *selector;

		if (join == NULL)
			selector =
				value_count(mine) > 0
					? value_clone(l->a, value_first(mine))
					: NULL;
		else if (value_count(names) == 1)
			selector = simple_join(l, join, mine, type);
		else
			selector = group_join(l, join, mine, type, name);
		if (selector != NULL)
			value_set(l->a, s->entry->gives, list->key, selector);
	}
}
