/* flow_refs.c: walks the data of nodes along the rows of the catalogue. */
#include "dsl/flow_refs.h"

#include "base/limits.h"
#include "base/str.h"
#include "dsl/ref.h"

/* Where the walk is. */
struct walk {
	struct flow_ref ref;
	flow_ref_visitor *visit;
	void (*visit_text)(struct flow *f, struct flow_node *n,
		const struct data_field *field, struct value *text);
};

static void walk_value(
	struct walk *w, struct value *v, const struct data_field *field);

static bool
is_selector(const struct value *v)
{
	if (!value_is(v, VALUE_ARRAY) || value_count(v) < 2)
		return false;
	value_each(part, v)
		if (value_text(part) == NULL)
			return false;
	return true;
}

static void
walk_selector(struct walk *w, struct value *v, const struct data_field *field)
{
	if (!is_selector(v) || w->visit == NULL)
		return;
	w->ref.selector = v;
	w->ref.field = field;
	w->ref.in_text = false;
	w->visit(&w->ref);
}

/* Each {{#a.b#}} of a text; the text is made anew when one changed. */
static void
walk_text(struct walk *w, struct value *v, const struct data_field *field)
{
	struct arena *a = w->ref.flow->arena;
	const char *p = value_text(v);
	bool changed = false;
	struct str out;

	if (w->visit_text != NULL) {
		if (p != NULL)
			w->visit_text(w->ref.flow, w->ref.node, field, v);
		return;
	}
	if (p == NULL || strstr(p, "{{#") == NULL)
		return;
	str_init(&out, a, LIMIT_DOCUMENT);
	while (*p != '\0') {
		const char *open = strstr(p, "{{#");
		const char *close = open ? strstr(open + 3, "#}}") : NULL;

		if (close == NULL)
			break;
		w->ref.selector =
			ref_split(a, open + 3, (size_t)(close - open - 3));
		w->ref.field = field;
		w->ref.in_text = true;
		str_add(&out, p, (size_t)(open - p));
		if (value_count(w->ref.selector) > 1 && w->visit(&w->ref)) {
			changed = true;
			str_printf(
				&out, "{{#%s#}}", ref_join(a, w->ref.selector));
		} else {
			str_add(&out, open, (size_t)(close + 3 - open));
		}
		p = close + 3;
	}
	str_puts(&out, p);
	if (changed) {
		v->u.text.s = out.s;
		v->u.text.len = out.len;
	}
}

static void
walk_members(struct walk *w, struct value *v, const struct data_field *rows)
{
	value_each(member, v)
		walk_value(w, member,
			field_find(
				rows, member->key, flow_version(w->ref.flow)));
}

/* Values of tools and assigners: what they are stands beside them. */
static void
walk_any(struct walk *w, struct value *v, const struct data_field *field)
{
	if (value_is(v, VALUE_STRING))
		walk_text(w, v, field);
	else if (is_selector(v) &&
		 flow_find(w->ref.flow, value_text(value_first(v))) != NULL)
		walk_selector(w, v, field);
	else
		value_each(child, v)
			walk_any(w, child, field);
}

static void
walk_value(struct walk *w, struct value *v, const struct data_field *field)
{
	if (field == NULL || field->kind == DATA_ANY ||
		field->kind == DATA_LITERAL) {
		walk_any(w, v, field);
		return;
	}
	if (field->kind == DATA_SELECTOR)
		walk_selector(w, v, field);
	else if (field->kind == DATA_TEMPLATE)
		walk_text(w, v, field);
	else if (value_is(v, VALUE_OBJECT) && field->members != NULL)
		walk_members(w, v, field->members);
	else if (field->item != NULL)
		value_each(item, v)
			walk_value(w, item, field->item);
}

static void
walk_node(struct walk *w, struct flow *f, struct flow_node *n)
{
	w->ref.flow = f;
	w->ref.node = n;
	if (n->type == NULL)
		return;
	value_each(member, n->data) {
		const struct data_field *row =
			node_field(n->type, member->key, flow_version(f));

		if (row != NULL)
			walk_value(w, member, row);
	}
}

void
flow_node_refs(struct flow *f, struct flow_node *n, flow_ref_visitor *visit,
	void *context)
{
	struct walk w = {.visit = visit, .ref = {.context = context}};

	walk_node(&w, f, n);
}

void
flow_texts(struct flow *f,
	void (*visit)(struct flow *f, struct flow_node *n,
		const struct data_field *field, struct value *text))
{
	struct walk w = {.visit_text = visit};

	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		walk_node(&w, f, n);
}

void
flow_refs(struct flow *f, flow_ref_visitor *visit, void *context)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		flow_node_refs(f, n, visit, context);
}

const char *
flow_ref_pointer(const struct flow_ref *ref)
{
	return ref->node->pointer != NULL ? ref->node->pointer : "";
}

void
flow_ref_set(struct flow_ref *ref, const char *code, const char *node,
	const char *name, bool keep)
{
	struct arena *a = ref->flow->arena;
	const char *before = ref_join(a, ref->selector);
	struct value *part = value_at(ref->selector, 2);

	value_replace(value_at(ref->selector, 1), value_string(a, name));
	value_replace(value_at(ref->selector, 0), value_string(a, node));
	while (part != NULL && !keep) {
		struct value *after = part->next;

		value_remove(part);
		part = after;
	}
	repair_add(a, ref->flow->repairs, code, flow_ref_pointer(ref), before,
		ref_join(a, ref->selector));
}
