/* show_names.c: ids that a plan allows, and the form of the start node. */
#include "dsl/ident.h"
#include "dsl/lower_parts.h"
#include "dsl/show_parts.h"

/* Old ids and new ones, in the order of the flow. */
struct renamed {
	const char **old;
	size_t count;
};

static bool
set_head(struct flow_ref *ref)
{
	const struct renamed *r = ref->context;
	struct value *head = value_first(ref->selector);
	const struct flow_node *n = ref->flow->first;

	for (size_t i = 0; i < r->count; i++, n = n->next)
		if (strcmp(r->old[i], value_text(head)) == 0) {
			if (strcmp(n->id, r->old[i]) == 0)
				return false;
			value_replace(
				head, value_string(ref->flow->arena, n->id));
			return true;
		}
	return false;
}

/* A free id for a node whose own a plan does not allow. */
static const char *
new_id(struct flow *f, const struct flow_node *n)
{
	const char *type = value_get_text(n->data, "type", "step");
	const char *base =
		ident_step_of(f->arena, value_get_text(n->data, "title", ""),
			ident_step_of(f->arena, type, "step"));
	const char *id = base;

	for (int i = 2; flow_find(f, id) != NULL; i++)
		id = arena_printf(f->arena, "%.*s_%d", 26, base, i);
	return id;
}

const char *
show_rename(struct flow *f)
{
	struct renamed r = {.count = f->count};
	size_t i = 0;

	r.old = arena_array(f->arena, f->count + 1, sizeof(*r.old));
	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		r.old[i++] = n->id;
		if (n->type == NULL)
			continue;
		if (n->type->traits & NODE_START) {
			if (!flow_is(n, "start"))
				return "a plan cannot begin with a trigger";
			n->id = "start";
		} else if (!ident_step(n->id)) {
			n->id = new_id(f, n);
		}
	}
	flow_refs(f, set_head, &r);
	return NULL;
}

/* The plan's word for a form field. */
static const char *
form_word(const char *form)
{
	static const struct alias words[] = {
		{"text-input", "text"},
		{"file-list", "files"},
		{"json_object", "json"},
		{NULL, NULL},
	};

	for (size_t i = 0; words[i].from != NULL; i++)
		if (strcmp(words[i].from, form) == 0)
			return words[i].to;
	return form;
}

/* Members of a form field that reading its words would not give back. */
static void
put_field_rest(struct show *s, const struct value *field, struct value *row)
{
	struct findings found = {0};
	struct repairs mended = {0};
	struct flow *f = flow_new(s->a, s->target, &found, &mended);
	struct flow_node *start = flow_node_new(f, "start", "start", NULL, "");
	struct scope_entry entry = {.node = start};
	struct value *form = value_array(s->a), *dify = value_object(s->a);
	const struct value *read;

	value_append(form, value_clone(s->a, row));
	lower_form(f, form, start, &entry);
	read = value_first(value_get(start->data, "variables"));
	value_each(member, field) {
		const struct value *got = value_get(read, member->key);

		if (got == NULL ? !show_empty(member)
				: !value_equal(got, member))
			value_set(s->a, dify, member->key,
				value_clone(s->a, member));
	}
	if (value_count(dify) > 0)
		value_set(s->a, row, "dify", dify);
}

struct value *
show_inputs(struct show *s, const struct flow_node *start)
{
	struct value *list = value_array(s->a);

	value_each(v, value_get(start->data, "variables")) {
		struct value *row = value_append(list, value_object(s->a));
		const struct value *options = value_get(v, "options");

		value_set_text(
			s->a, row, "name", value_get_text(v, "variable", ""));
		value_set_text(s->a, row, "type",
			form_word(value_get_text(v, "type", "")));
		value_set_text(
			s->a, row, "label", value_get_text(v, "label", ""));
		value_set_bool(s->a, row, "required",
			value_get_bool(v, "required", false));
		if (value_count(options) > 0)
			value_set(s->a, row, "options",
				value_clone(s->a, options));
		if (value_get(v, "default") != NULL &&
			!show_empty(value_get(v, "default")))
			value_set(s->a, row, "default",
				value_clone(s->a, value_get(v, "default")));
		put_field_rest(s, v, row);
	}
	return list;
}
