/* show_rest.c: reads a node's words back; what is lost is said in Dify's. */
#include "dsl/show_parts.h"

bool
show_of_canvas(const char *key)
{
	return key[0] == '_' ||
	       list_has("type|title|desc|selected|isInIteration|isInLoop|"
			"iteration_id|loop_id|start_node_id|startNodeType|"
			"width|height",
		       key);
}

bool
show_empty(const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		/* These are true where they are absent. */
		return !v->u.truth &&
		       !list_has("ssl_verify|flatten_output", v->key);
	case VALUE_STRING:
		return v->u.text.len == 0;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		return value_count(v) == 0;
	default:
		return false;
	}
}

/* Ids of conditions, messages and cases are nobody's business. */
static bool
same(const struct value *x, const struct value *y)
{
	const struct value *b;

	if (value_is(x, VALUE_OBJECT) && value_is(y, VALUE_OBJECT)) {
		value_each(member, x)
			if (!list_has("id|case_id|edition_type|varType",
				    member->key) &&
				(value_get(y, member->key) == NULL
						? !show_empty(member)
						: !same(member,
							  value_get(y,
								  member->key))))
				return false;
		value_each(member, y)
			if (!list_has("id|case_id|edition_type|value_type",
				    member->key) &&
				value_get(x, member->key) == NULL &&
				!show_empty(member))
				return false;
		return true;
	}
	if (!value_is(x, VALUE_ARRAY) || !value_is(y, VALUE_ARRAY))
		return value_equal(x, y);
	b = value_first(y);
	value_each(a, x) {
		if (b == NULL || !same(a, b))
			return false;
		b = b->next;
	}
	return b == NULL;
}

/* What reading the words gives; NULL when it takes more than one node. */
static struct value *
read_back(struct show *s, const struct flow_node *n, const struct value *step)
{
	struct findings found = {0};
	struct repairs mended = {0};
	struct flow_node here = {
		.id = n->id, .type = n->type, .parent = n->parent};
	struct flow f = *s->flow;
	struct fill fill = {
		.a = s->a, .flow = &f, .fields = step, .node = &here};

	f.findings = &found;
	f.repairs = &mended;
	here.data = value_object(s->a);
	value_set_text(
		s->a, here.data, "type", value_get_text(n->data, "type", ""));
	fill.reader = (struct reader){
		.flow = &f, .scope = &s->scope, .node = &here, .pointer = ""};
	fill_node(&fill);
	s->flow->last->next = NULL; /* what it made on the way is not kept */
	return fill.before_count == 0 ? here.data : NULL;
}

/* Whether words say something that the node does not. */
static bool
adds(const struct value *defaults, const struct value *read,
	const struct value *data)
{
	value_each(member, read) {
		const struct value *usual = value_get(defaults, member->key);

		if (!show_of_canvas(member->key) && !show_empty(member) &&
			value_get(data, member->key) == NULL &&
			(usual == NULL || !value_equal(usual, member)))
			return true;
	}
	return false;
}

/* An assigner that names no version is of the first. */
static void
put_version(struct show *s, const struct flow_node *n, struct value *dify)
{
	if (flow_is(n, "assigner") && value_get(dify, "version") == NULL)
		value_set_text(s->a, dify, "version", "1");
}

static void
put_whole(struct show *s, const struct flow_node *n, struct value *step)
{
	struct value *dify = value_object(s->a);

	value_each(member, n->data)
		if (!show_of_canvas(member->key) ||
			strcmp(member->key, "type") == 0 ||
			(!s->plan && strcmp(member->key, "start_node_id") == 0))
			value_set(s->a, dify, member->key,
				value_clone(s->a, member));
	put_version(s, n, dify);
	value_set(s->a, step, "dify", dify);
}

static void
put_rest(struct show *s, const struct flow_node *n, const struct value *read,
	const struct value *defaults, struct value *step)
{
	struct value *dify = value_object(s->a);

	value_each(member, n->data) {
		const struct value *got = value_get(read, member->key);

		if (got == NULL)
			got = value_get(defaults, member->key);
		if (show_of_canvas(member->key) ||
			(got == NULL && show_empty(member)) ||
			(got != NULL && same(got, member)))
			continue;
		value_set(s->a, dify, member->key, value_clone(s->a, member));
	}
	if (value_count(dify) > 0)
		value_set(s->a, step, "dify", dify);
}

void
show_words(struct show *s, const struct flow_node *n, struct value *step)
{
	struct value *own = value_object(s->a), *read, *defaults, *after;
	const char *desc = value_get_text(n->data, "desc", "");

	if (desc[0] != '\0')
		value_set_text(s->a, step, "description", desc);

	if (n->type == NULL || !show_own_words(s, n, own)) {
		put_whole(s, n, step);
		return;
	}
	read = read_back(s, n, own);
	defaults = node_data_new(s->a, n->type, flow_version(s->flow));
	if (read == NULL || adds(defaults, read, n->data) ||
		(flow_is(n, "assigner") &&
			value_get(n->data, "version") == NULL)) {
		put_whole(s, n, step);
		return;
	}
	for (struct value *member = value_first(own); member != NULL;
		member = after) {
		after = member->next;
		value_remove(member);
		value_set(s->a, step, member->key, member);
	}
	put_rest(s, n, read, defaults, step);
}
