/* show_give.c: what an aggregator behind a split joins, as what the parts of
 * the split give. */
#include "dsl/ident.h"
#include "dsl/show_parts.h"

/* One group of an aggregator. */
struct group {
	struct show *s;
	const struct value *list; /* its selectors */
	const char *name;         /* under which the parts give */
};

struct value *
show_parts(const struct value *step)
{
	struct value *list = value_get(step, "cases");

	if (list == NULL)
		list = value_get(step, "classes");
	return list != NULL ? list : value_get(step, "actions");
}

static const struct value *
last_of(const struct value *steps)
{
	return value_at(steps, value_count(steps) - 1);
}

static struct value *
other_part(const struct value *step)
{
	struct value *other = value_get(step, "else");

	return other != NULL ? other : value_get(step, "timeout");
}

/* Whether a run that takes these steps leaves the flow. */
static bool
ends(const struct value *steps)
{
	const struct value *last = last_of(steps);

	if (list_has("end|break", value_get_text(last, "type", "")))
		return true;
	if (show_parts(last) == NULL)
		return false;
	value_each(part, show_parts(last))
		if (!ends(value_get(part, "do")))
			return false;
	return other_part(last) == NULL ||
	       ends(value_get(other_part(last), "do"));
}

/* Whether the steps themselves, not parts of them, make a node's values. */
static bool
made_by(const struct value *steps, const char *id)
{
	value_each(step, steps) {
		if (strcmp(value_get_text(step, "id", ""), id) == 0)
			return true;
		value_each(branch, value_get(step, "branches"))
			if (made_by(value_get(branch, "do"), id))
				return true;
	}
	return false;
}

/* The step that hands on what a node makes: the split before an aggregator. */
static const char *
step_of(const struct show *s, const char *id)
{
	for (const struct given *g = s->given; g != NULL; g = g->next)
		if (strcmp(g->join->id, id) == 0)
			return g->split->id;
	return id;
}

static bool give(struct group *g, struct value *part);

/* The split at the end of the steps gives it, when each part of it can. */
static const char *
nested(struct group *g, const struct value *steps)
{
	const struct value *last = last_of(steps);

	if (show_parts(last) == NULL)
		return NULL;
	value_each(part, show_parts(last))
		if (!give(g, part))
			return NULL;
	if (other_part(last) != NULL && !give(g, other_part(last)))
		return NULL;
	return arena_printf(
		g->s->a, "{{%s.%s}}", value_get_text(last, "id", ""), g->name);
}

/* Lets a part give the value of the group that it makes. */
static bool
give(struct group *g, struct value *part)
{
	const struct value *steps = value_get(part, "do");
	struct value *gives = value_get(part, "give");
	const char *text = NULL;

	if (ends(steps))
		return true;
	value_each(selector, g->list) {
		const char *head = value_text(value_first(selector));

		if (text == NULL && head != NULL &&
			made_by(steps, step_of(g->s, head)))
			text = arena_printf(
				g->s->a, "{{%s}}", show_ref(g->s, selector));
	}
	if (text == NULL)
		text = nested(g, steps);
	if (text == NULL)
		return false;
	if (gives == NULL)
		gives = value_set(g->s->a, part, "give", value_object(g->s->a));
	value_set_text(g->s->a, gives, g->name, text);
	return true;
}

static void
note(struct group *g, const struct flow_node *split,
	const struct flow_node *join, const char *group)
{
	struct given *given = arena_alloc(g->s->a, sizeof(*given));
	struct scope_entry *e =
		scope_find(&g->s->scope, split->id, strlen(split->id));
	struct value *selector = flow_selector(
		g->s->a, join->id, group != NULL ? group : "output");

	if (group != NULL)
		value_append_text(g->s->a, selector, "output");
	if (e->gives == NULL)
		e->gives = value_object(g->s->a);
	value_set(g->s->a, e->gives, g->name, selector);
	given->join = join;
	given->split = split;
	given->group = group;
	given->name = arena_printf(g->s->a, "%s.%s", split->id, g->name);
	given->next = g->s->given;
	g->s->given = given;
}

static void
refuse(struct show *s, const struct flow_node *join)
{
	if (s->why == NULL)
		s->why = arena_printf(s->a,
			"a way to \"%s\" makes none of its values", join->id);
}

/* Calls use for each group of an aggregator. */
static void
each_group(struct show *s, const struct flow_node *join,
	void (*use)(struct group *g, const char *group, void *context),
	void *context)
{
	const struct value *advanced =
		value_get(join->data, "advanced_settings");
	struct group g = {.s = s};

	if (!value_get_bool(advanced, "group_enabled", false)) {
		g.list = value_get(join->data, "variables");
		g.name = "value";
		use(&g, NULL, context);
		return;
	}
	value_each(item, value_get(advanced, "groups")) {
		const char *name = value_get_text(item, "group_name", "");

		g.list = value_get(item, "variables");
		g.name = ident_name(name) ? name : "value";
		use(&g, name, context);
	}
}

/* A split, its step, and the aggregator behind it. */
struct joined {
	const struct flow_node *split;
	const struct flow_node *join;
	const struct value *step;
	struct value *part;
};

static void
split_gives(struct group *g, const char *group, void *context)
{
	const struct joined *j = context;

	value_each(part, show_parts(j->step))
		if (!give(g, part))
			refuse(g->s, j->join);
	if (other_part(j->step) != NULL && !give(g, other_part(j->step)))
		refuse(g->s, j->join);
	note(g, j->split, j->join, group);
}

void
show_gives(struct show *s, const struct flow_node *split,
	const struct flow_node *join, const struct value *step)
{
	struct joined j = {.split = split, .join = join, .step = step};

	each_group(s, join, split_gives, &j);
}

/* The name of the step's own output that a group holds. */
static const char *
own_output(const struct group *g, const char *id)
{
	value_each(selector, g->list)
		if (value_count(selector) == 2 &&
			strcmp(fill_plain(g->s->a, value_first(selector)),
				id) == 0)
			return value_text(value_at(selector, 1));
	return NULL;
}

static void
error_gives(struct group *g, const char *group, void *context)
{
	const struct joined *j = context;
	const char *name = own_output(g, j->split->id);

	if (name == NULL) {
		refuse(g->s, j->join);
		return;
	}
	g->name = name;
	if (!give(g, j->part))
		refuse(g->s, j->join);
	note(g, j->split, j->join, group);
}

void
show_error_gives(struct show *s, const struct flow_node *n,
	const struct flow_node *join, struct value *part)
{
	struct joined j = {.split = n, .join = join, .part = part};

	each_group(s, join, error_gives, &j);
}
