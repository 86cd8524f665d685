/* edit_branch.c: the branches of a node that splits: which is meant, one more,
 * one less. */
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "dsl/edit_parts.h"
#include "dsl/show_parts.h"

#include <stdlib.h>
#include <strings.h>

/* The list that the handles of a type stand for. */
static const char *
list_name(const struct node_type *type)
{
	switch (type != NULL ? type->handles : HANDLES_NONE) {
	case HANDLES_CASES:
		return "cases";
	case HANDLES_CLASSES:
		return "classes";
	case HANDLES_ACTIONS:
		return "user_actions";
	default:
		return NULL;
	}
}

/* What a handle is called that no item of the list stands for. */
static const char *
other_handle(const char *word)
{
	static const char *const words[][2] = {
		{"else", "false"},
		{"otherwise", "false"},
		{"default", "false"},
		{"timeout", "__timeout"},
		{"error", "fail-branch"},
		{"on_error", "fail-branch"},
		{"fail-branch", "fail-branch"},
	};

	for (size_t i = 0; i < nitems(words); i++)
		if (strcasecmp(words[i][0], word) == 0)
			return words[i][1];
	return word;
}

static bool
has_handle(const struct value *handles, const char *handle)
{
	value_each(h, handles)
		if (strcmp(value_text(h), handle) == 0)
			return true;
	return false;
}

/* The place of a branch that is meant by its name or number; -1: none. */
static int
place_of(struct edit *e, const struct value *list, const struct value *branch)
{
	const char *word = fill_plain(e->a, branch);
	const char *digits = word != NULL && strncasecmp(word, "case ", 5) == 0
				     ? word + 5
				     : word;
	int i = 0;

	value_each(item, list) {
		const char *name = value_get_text(
			item, "name", value_get_text(item, "title", NULL));

		if (word != NULL && name != NULL && strcasecmp(name, word) == 0)
			return i;
		i++;
	}
	if (digits == NULL || strlen(digits) > 3 ||
		digits[strspn(digits, "0123456789")] != '\0')
		return -1;
	i = (int)strtol(digits, NULL, 10);
	return i >= 1 && (size_t)i <= value_count(list) ? i - 1 : -1;
}

/* "the branches are ..." for a model that named another. */
static const char *
told_branches(
	struct edit *e, const struct value *list, const struct value *handles)
{
	struct str out;
	int i = 1;

	str_init(&out, e->a, LIMIT_PATH);
	value_each(handle, handles) {
		const struct value *item = value_at(list, (size_t)i - 1);
		const char *name = value_get_text(
			item, "name", value_get_text(item, "title", NULL));

		str_printf(&out, "%s\"%s\"", i > 1 ? ", " : "",
			name != NULL   ? name
			: item != NULL ? arena_printf(e->a, "%d", i)
			: strcmp(value_text(handle), "false") == 0
				? "else"
				: value_text(handle));
		i++;
	}
	return out.s;
}

const char *
edit_handle(
	struct edit *e, const struct value *node, const struct value *branch)
{
	const struct value *data = value_get(node, "data");
	const struct node_type *type = node_type_find(edit_type(node));
	const char *name = list_name(type);
	const struct value *list = name != NULL ? value_get(data, name) : NULL;
	struct value *handles = node_handles(e->a, data);
	const char *word = fill_plain(e->a, branch);
	int at = branch != NULL ? place_of(e, list, branch) : -1;

	if (word == NULL && value_count(handles) > 0 && name == NULL)
		return value_text(value_first(handles));
	if (word != NULL && has_handle(handles, word) && name == NULL)
		return word;
	if (at >= 0 && value_at(handles, (size_t)at) != NULL)
		return value_text(value_at(handles, (size_t)at));
	if (word != NULL && has_handle(handles, other_handle(word)))
		return other_handle(word);
	if (word != NULL && type != NULL && (type->traits & NODE_FAIL_BRANCH) &&
		strcmp(other_handle(word), "fail-branch") == 0)
		return "fail-branch";
	e->why = value_count(handles) == 0
			 ? "nothing can follow that node"
			 : arena_printf(e->a,
				   "\"%s\" has no branch \"%s\"; it has %s",
				   value_get_text(node, "id", ""),
				   word != NULL ? word : "",
				   told_branches(e, list, handles));
	return NULL;
}

/* ---- one more ---- */

static bool
taken(const struct value *handles, const struct value *list, const char *id)
{
	if (has_handle(handles, id))
		return true;
	value_each(item, list)
		if (edit_is(item, "id", id) || edit_is(item, "case_id", id))
			return true;
	return false;
}

/* An item as the words of a branch make it, under an id of its own. */
static struct value *
made_item(struct grow *g, struct flow_node *n, const char *list,
	const struct value *branch, const struct value *old)
{
	struct arena *a = g->e->scratch;
	struct show show = show_begin(a, g->flow, g->e->target);
	struct value *fields = value_object(a), *parts, *item;
	struct value *handles = node_handles(a, n->data);
	struct flow_node here = *n;
	const char *prefix = strcmp(list, "cases") == 0 ? "case_" : "";
	const char *id = "";
	struct fill f = {
		.a = a, .flow = g->flow, .fields = fields, .node = &here};

	show_own_words(&show, n, fields);
	here.data = value_object(a);
	value_set_text(a, here.data, "type", n->type->name);
	parts = value_set(a, fields,
		strcmp(list, "user_actions") == 0 ? "actions" : list,
		value_array(a));
	value_append(parts, value_clone(a, branch));
	f.reader = (struct reader){
		.flow = g->flow, .scope = &g->scope, .node = n, .pointer = ""};
	fill_node(&f);
	item = value_first(value_get(here.data, list));
	if (item == NULL || f.before_count > 0) {
		g->e->why = "the branch needs a name, or when";
		return NULL;
	}
	for (int i = (int)value_count(old) + 1; i < LIMIT_NODES; i++) {
		id = arena_printf(a, "%s%d", prefix, i);
		if (!taken(handles, old, id))
			break;
	}
	if (strcmp(list, "user_actions") != 0 ||
		taken(handles, old, value_get_text(item, "id", "")))
		value_set_text(a, item, "id", id);
	if (strcmp(list, "cases") == 0)
		value_set_text(a, item, "case_id", id);
	value_remove(item);
	return item;
}

/* The nearest node that every branch of a split comes to, or NULL. */
static struct flow_node *
meeting(struct grow *g, struct flow_node *split)
{
	struct flow_node *best = NULL;
	size_t branches = 0;

	for (struct route *r = split->routes; r != NULL; r = r->next)
		branches++;
	for (struct flow_node *n = g->flow->first; n != NULL; n = n->next) {
		size_t from = 0;

		for (struct route *r = split->routes; r != NULL; r = r->next)
			from += r->target == n ||
				flow_reaches(g->flow, r->target, n);
		if (from < branches || n == split || n->parent != split->parent)
			continue;
		if (branches == 1 && !flow_is(n, "variable-aggregator") &&
			!flow_is(n, "end"))
			continue;
		if (best == NULL || flow_reaches(g->flow, n, best))
			best = n;
	}
	return best;
}

/* The list of an aggregator in which values of that name stand. */
static struct value *
values_of(struct edit *e, const char *id, const char *name, size_t *groups_r)
{
	struct value *data = value_get(edit_node(e, id), "data");
	const struct value *advanced = value_get(data, "advanced_settings");

	*groups_r = 0;
	if (!value_get_bool(advanced, "group_enabled", false)) {
		*groups_r = 1;
		return value_get(data, "variables");
	}
	*groups_r = value_count(value_get(advanced, "groups"));
	value_each(group, value_get(advanced, "groups"))
		if (edit_is(group, "group_name", name))
			return value_get(group, "variables");
	return NULL;
}

/* What is to be added once nothing stands in the way. */
struct pending {
	struct value *lists[16];
	struct value *items[16];
	size_t count;
};

static void
add_later(struct grow *g, struct pending *p, struct value *list,
	const struct value *item)
{
	if (p->count == nitems(p->lists))
		return;
	p->lists[p->count] = list;
	p->items[p->count++] = value_clone(g->e->a, item);
}

/* What a new branch gives goes into the aggregator that it leads to. */
static bool
give(struct grow *g, const struct step *s, struct part *part,
	const struct flow_node *join, struct pending *p)
{
	struct edit *e = g->e;
	const struct value *text = part->give;
	struct value *pairs = fill_pairs(e->scratch, part->give), *list;
	const struct value *selector;
	size_t groups;

	if (value_text(text) != NULL) {
		pairs = value_object(e->scratch);
		value_set(e->scratch, pairs, "output",
			value_clone(e->scratch, text));
	}
	values_of(e, join->id, "", &groups);
	if (value_count(pairs) < groups) {
		e->why = arena_printf(e->a,
			"the other branches hand a value to \"%s\"; this one "
			"must give it, too",
			join->id);
		return false;
	}
	value_each(pair, pairs) {
		list = values_of(e, join->id, pair->key, &groups);
		selector = list == NULL ? NULL
					: lower_given(&g->lower, s, part, pair,
						  pair->key, true);
		if (selector == NULL) {
			e->why = arena_printf(e->a,
				"\"%s\" takes no value \"%s\"", join->id,
				pair->key);
			return false;
		}
		add_later(g, p, list, selector);
	}
	return true;
}

/* Whether a branch has said all that a chat needs. */
static bool
all_answered(const struct ends *ends)
{
	for (size_t i = 0; i < ends->count; i++)
		if (!(ends->nodes[i]->type->traits & NODE_TERMINAL))
			return false;
	return true;
}

/* Where a new branch goes on. */
static bool
lead_on(struct grow *g, const struct step *s, struct part *part,
	struct flow_node *join, struct pending *p)
{
	struct ends *ends = &part->ends;

	if (ends->count == 0 || (join == NULL && all_answered(ends)))
		return true;
	if (join == NULL) {
		g->e->why = "it must say with next where the branch goes on, "
			    "or do must end";
		return false;
	}
	if (flow_is(join, "variable-aggregator") && !give(g, s, part, join, p))
		return false;
	for (size_t i = 0; i < ends->count; i++)
		flow_connect(g->flow, ends->nodes[i], ends->handles[i], join);
	return true;
}

/* The node that an operation names as next; or where the others meet. */
static struct flow_node *
joined(struct grow *g, struct flow_node *split)
{
	const struct value *named = fill_get(g->e->op, "next|to");
	const struct value *node;

	if (value_text(named) == NULL)
		return meeting(g, split);
	node = edit_node(g->e, value_text(named));
	return node != NULL ? flow_find(g->flow, value_text(named)) : NULL;
}

static bool
grow_branch(struct edit *e, struct value *node, const struct value *branch,
	const char *list)
{
	struct value *items = value_get(value_get(node, "data"), list), *item;
	const char *id = value_get_text(node, "id", "");
	const char *key = strcmp(list, "cases") == 0 ? "case_id" : "id";
	struct pending p = {0};
	struct flow_node *join;
	struct part part;
	struct step s;
	struct grow g;

	grow_begin(e, &g);
	s = (struct step){.fields = branch, .pointer = "", .scope = &g.scope};
	s.node = flow_find(g.flow, id);
	join = s.node != NULL ? joined(&g, s.node) : NULL;
	if (s.node == NULL || s.node->type == NULL || e->why != NULL)
		return false;
	item = made_item(&g, s.node, list, branch, items);
	if (item == NULL)
		return false;
	s.id = id;
	s.parent = g.parent = s.node->parent;
	g.anchor = node;
	add_later(&g, &p, items, item);
	lower_part(&g.lower, &s, value_get_text(item, key, ""), branch, &part);
	if (!lead_on(&g, &s, &part, join, &p) || !grow_finish(&g))
		return false;
	for (size_t i = 0; i < p.count; i++)
		value_append(p.lists[i], p.items[i]);
	return true;
}

bool
edit_add_branch(struct edit *e)
{
	struct value *node = edit_named(e, "node|id");
	const char *list = list_name(node_type_find(edit_type(node)));
	const struct value *branch =
		fill_get(e->op, "branch|case|class|action");

	if (node == NULL)
		return false;
	if (list == NULL || !value_is(value_get(value_get(node, "data"), list),
				    VALUE_ARRAY))
		e->why = "the node does not split";
	else if (!value_is(branch, VALUE_OBJECT))
		e->why = "it needs a branch with a name, or with when, and do";
	if (e->why == NULL && !grow_branch(e, node, branch, list) &&
		e->why == NULL)
		e->why = "the branch cannot be added";
	return e->why == NULL;
}

bool
edit_remove_branch(struct edit *e)
{
	struct value *node = edit_named(e, "node|id");
	const char *list = list_name(node_type_find(edit_type(node)));
	struct value *items =
		value_get(value_get(node, "data"), list ? list : "");
	struct names *reached = edit_reached(e);
	const char *handle;

	if (node == NULL)
		return false;
	handle = edit_handle(
		e, node, fill_get(e->op, "branch|case|class|action|handle"));
	if (handle == NULL)
		return false;
	if (value_count(items) < 2 && list != NULL)
		e->why = "it is the only branch; remove the node";
	value_each(item, e->why == NULL ? items : NULL)
		if (edit_is(item, strcmp(list, "cases") == 0 ? "case_id" : "id",
			    handle)) {
			edit_follow(e, value_get_text(node, "id", ""), handle);
			value_remove(item);
			edit_prune(e, reached);
			return true;
		}
	if (e->why == NULL)
		e->why = "that branch cannot be removed";
	return false;
}
