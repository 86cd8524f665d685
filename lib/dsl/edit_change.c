/* edit_change.c: changes fields of a node in a plan's words; of its data only
 * what these words change is written. */
#include "base/nitems.h"
#include "dsl/edit_parts.h"
#include "dsl/show_parts.h"

/* A node whose words are being changed. */
struct change {
	struct grow g;
	struct flow_node *node;
	struct value *words; /* all that it has, in a plan's words */
	struct value *data;  /* in the DSL */
};

/* ---- words ---- */

/* The data that words make of a node; NULL when they need a node before. */
static struct value *
data_of(struct change *c, const struct value *words)
{
	struct grow *g = &c->g;
	struct flow_node here = *c->node;
	struct fill f = {.a = g->e->scratch,
		.flow = g->flow,
		.fields = words,
		.node = &here};

	here.data = value_object(g->e->scratch);
	value_set_text(g->e->scratch, here.data, "type", c->node->type->name);
	f.reader = (struct reader){.flow = g->flow,
		.scope = &g->scope,
		.node = c->node,
		.pointer = ""};
	fill_node(&f);
	g->flow->last = g->last;
	g->last->next = NULL;
	return f.before_count == 0 ? here.data : NULL;
}

/* A list that has handles keeps its length: edges hang on it. */
static bool
keeps_length(struct change *c, const struct value *field)
{
	static const char lists[] = "cases|classes|actions";

	if (!list_has(lists, field->key) ||
		value_count(field) ==
			value_count(value_get(c->words, field->key)))
		return true;
	c->g.e->why = "branches come and go with add_branch and remove_branch";
	return false;
}

/* A member of Dify's own; objects are merged. */
static void
put_own(struct arena *a, struct value *data, const struct value *field)
{
	struct value *mine = value_get(data, field->key);

	if (field->type == VALUE_NULL && mine != NULL)
		value_remove(mine);
	else if (field->type == VALUE_OBJECT && value_is(mine, VALUE_OBJECT))
		value_each(member, field)
			value_set(a, mine, member->key, value_clone(a, member));
	else if (field->type != VALUE_NULL)
		value_set(a, data, field->key, value_clone(a, field));
}

static bool
unknown_field(struct change *c, const struct value *field)
{
	struct edit *e = c->g.e;

	if (node_field(c->node->type, field->key, flow_version(c->g.flow)) !=
		NULL) {
		put_own(e->a, c->data, field);
		return true;
	}
	e->why = arena_printf(e->a, "%s has no field \"%s\"",
		c->node->type->name, field->key);
	return false;
}

/* The message of a role: the first system one, the last of a user. */
static struct value *
message_of(struct value *list, const char *role)
{
	struct value *found = NULL;

	value_each(item, list)
		if (edit_is(item, "role", role)) {
			found = item;
			if (strcmp(role, "system") == 0)
				break;
		}
	return found;
}

static const char *
role_of(const struct value *field)
{
	return strcmp(field->key, "system") == 0 ? "system" : "user";
}

/* Whether a field is a text of an llm whose messages are shown as a list,
 * because two texts cannot say them. */
static bool
is_message(struct change *c, const struct value *field)
{
	return list_has("system|prompt", field->key) &&
	       value_text(field) != NULL &&
	       value_is(value_get(c->words, "prompt_template"), VALUE_ARRAY);
}

static void
put_message(struct change *c, const struct value *field)
{
	struct arena *a = c->g.e->a;
	struct value *list = value_get(c->words, "prompt_template");
	struct value *message = message_of(list, role_of(field));

	if (message == NULL) {
		message = value_append(list, value_object(a));
		value_set_text(a, message, "role", role_of(field));
	}
	value_set(a, message, "text", value_clone(a, field));
}

/* With a memory, what is asked may stand there instead of in a message. */
static bool
put_query(struct change *c, const struct value *field)
{
	struct arena *a = c->g.e->a;
	struct value *memory = value_get(c->data, "memory");
	struct reader r = {.flow = c->g.flow,
		.scope = &c->g.scope,
		.node = c->node,
		.pointer = ""};

	if (!is_message(c, field) || !value_is(memory, VALUE_OBJECT) ||
		strcmp(field->key, "prompt") != 0 ||
		message_of(value_get(c->words, "prompt_template"), "user") !=
			NULL)
		return false;
	value_set_text(a, memory, "query_prompt_template",
		ref_text(&r, value_text(field)));
	return true;
}

/* A template no longer needs what it does not read by name any more. */
static void
drop_inputs(struct change *c, const char *template)
{
	struct value *inputs = value_get(c->words, "inputs"), *next;

	for (struct value *v = value_first(inputs);
		v != NULL && v->key != NULL && template != NULL; v = next) {
		next = v->next;
		if (strstr(template, v->key) == NULL ||
			scope_find(&c->g.scope, v->key, strlen(v->key)))
			value_remove(v);
	}
}

static void
put_word(struct change *c, const struct value *field)
{
	struct arena *a = c->g.e->a;

	if (field->type == VALUE_NULL)
		value_remove(value_get(c->words, field->key));
	else if (is_message(c, field))
		put_message(c, field);
	else
		value_set(a, c->words, field->key, value_clone(a, field));
	if (strcmp(field->key, "template") == 0)
		drop_inputs(c, value_text(field));
}

/* The first thing that is wrong with the new words and was not with the old
 * ones. */
static const char *
trouble(struct change *c, const struct findings *before)
{
	for (const struct finding *f = c->g.told.first; f != NULL;
		f = f->next) {
		const char *why = edit_because(c->g.e->a, f);
		bool had = false;

		for (const struct finding *b = before->first; b != NULL;
			b = b->next)
			had |= strcmp(edit_because(c->g.e->a, b), why) == 0;
		if (!had && (f->tier == TIER_E || f->tier == TIER_R))
			return why;
	}
	return NULL;
}

static bool
change_word(struct change *c, const struct value *field)
{
	struct edit *e = c->g.e;
	const struct value *now = value_get(c->words, field->key);
	struct value *before, *after;
	struct findings had;

	if (now == NULL ? field->type == VALUE_NULL : value_equal(now, field))
		return true;
	if (!keeps_length(c, field))
		return false;
	if (put_query(c, field))
		return true;
	c->g.told = (struct findings){0};
	before = data_of(c, c->words);
	had = c->g.told;
	c->g.told = (struct findings){0};
	put_word(c, field);
	after = data_of(c, c->words);
	if (before == NULL || after == NULL)
		e->why = arena_printf(e->a,
			"%s must be a reference, not a text with one",
			field->key);
	else
		e->why = trouble(c, &had);
	if (e->why != NULL)
		return false;
	if (value_equal(before, after))
		return unknown_field(c, field);
	edit_delta(e->a, c->data, before, after);
	return true;
}

static bool
change_field(struct change *c, const struct value *field)
{
	struct edit *e = c->g.e;

	if (list_has("id|type|next|else|timeout", field->key)) {
		e->why = "ids, types and routes are not changed like that";
		return false;
	}
	if (list_has("title|desc|description", field->key)) {
		value_set_text(e->a, c->data,
			strcmp(field->key, "title") == 0 ? "title" : "desc",
			value_text(field) != NULL ? value_text(field) : "");
		return true;
	}
	if (strcmp(field->key, "dify") != 0)
		return change_word(c, field);
	value_each(member, value_is(field, VALUE_OBJECT) ? field : NULL)
		if (!list_has("type|title", member->key))
			put_own(e->a, c->data, member);
	return true;
}

/* {"fields": {...}}, or {"field": NAME, "value": ...}, or the fields beside the
 * node's id. */
static struct value *
wanted(struct edit *e)
{
	const struct value *fields = fill_get(e->op, "fields|changes|set");
	const char *name = value_text(fill_get(e->op, "field"));
	const struct value *v = value_get(e->op, "value");
	struct value *all = value_object(e->a);

	if (value_is(fields, VALUE_OBJECT))
		return value_clone(e->a, fields);
	if (name != NULL && v != NULL) {
		value_set(e->a, all, name, value_clone(e->a, v));
		return all;
	}
	value_each(member, e->op)
		if (!list_has("op|node|id|fields|field|value", member->key))
			value_set(e->a, all, member->key,
				value_clone(e->a, member));
	return all;
}

static bool
begin(struct edit *e, struct change *c)
{
	struct value *node = edit_named(e, "node|id");
	struct show s;

	if (node == NULL)
		return false;
	grow_begin(e, &c->g);
	c->data = value_get(node, "data");
	c->node = flow_find(c->g.flow, value_get_text(node, "id", ""));
	if (c->node == NULL || c->node->type == NULL) {
		e->why = "the node is of a kind that is not known";
		return false;
	}
	c->words = value_object(e->scratch);
	s = show_begin(e->scratch, c->g.flow, e->target);
	show_own_words(&s, c->node, c->words);
	return true;
}

bool
edit_change(struct edit *e)
{
	struct value *fields = wanted(e), *old;
	struct change c = {0};

	if (!begin(e, &c))
		return false;
	if (value_count(fields) == 0)
		e->why = "it needs fields";
	old = value_clone(e->a, c.data);
	for (struct value *f = value_first(fields); f != NULL && e->why == NULL;
		f = f->next)
		change_field(&c, f);
	if (e->why == NULL)
		return true;
	value_replace(c.data, old);
	return false;
}

/* ---- the form of the start ---- */

/* A row of a form as Dify's variable. */
static struct value *
variable_of(struct edit *e, const struct value *row)
{
	struct findings found = {0};
	struct repairs mended = {0};
	struct flow *f = flow_new(e->a, e->target, &found, &mended);
	struct flow_node *start = flow_node_new(f, "start", "start", NULL, "");
	struct scope_entry entry = {.node = start};
	struct value *form = value_array(e->a), *made;

	value_append(form, value_clone(e->a, row));
	lower_form(f, form, start, &entry);
	made = value_first(value_get(start->data, "variables"));
	if (made != NULL)
		value_remove(made);
	return made;
}

bool
edit_change_row(struct edit *e, const char *start, struct value *variable,
	const struct value *fields)
{
	const char *name = value_get_text(variable, "variable", "");
	struct value *row = NULL, *before, *after;
	struct grow g;
	struct show s;

	grow_begin(e, &g);
	s = show_begin(e->scratch, g.flow, e->target);
	value_each(shown, show_inputs(&s, flow_find(g.flow, start)))
		if (edit_is(shown, "name", name))
			row = shown;
	if (row == NULL)
		return false;
	before = variable_of(e, row);
	value_each(field, value_is(fields, VALUE_OBJECT) ? fields : NULL)
		value_set(e->a, row, field->key, value_clone(e->a, field));
	after = variable_of(e, row);
	if (before == NULL || after == NULL || value_equal(before, after))
		return false;
	edit_delta(e->a, variable, before, after);
	return true;
}
