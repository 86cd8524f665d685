/* lower_carry.c: values that leave a part; what is older than the part is
 * carried by a node inside of it. */
#include "base/limits.h"
#include "dsl/lower_parts.h"
#include "text/json.h"

/* Whether the head of a selector was made since the part began. */
static bool
made_inside(
	const struct lower *l, const struct part *part, const struct value *sel)
{
	const char *head = value_text(value_first(sel));
	size_t i = 0;

	for (struct flow_node *n = l->flow->first; n != NULL; n = n->next, i++)
		if (strcmp(n->id, head) == 0)
			return i >= part->mark;
	return false;
}

static struct flow_node *
carrier(struct lower *l, const struct step *s, struct part *part,
	const char *type, const char *name)
{
	struct flow_node *n = flow_node_new(l->flow, type,
		arena_printf(l->a, "%s__%s", s->node->id, name), s->parent,
		part->pointer);

	if (n != NULL)
		ends_connect(l, &part->ends, n);
	return n;
}

static struct value *
carry_code(struct lower *l, const struct step *s, struct part *part,
	struct value *selector, const char *type, const char *name)
{
	struct flow_node *n = carrier(l, s, part, "code", name);
	struct value *bound, *outputs, *o;

	if (n == NULL)
		return NULL;
	bound = value_array(l->a);
	o = value_append(bound, value_object(l->a));
	value_set_text(l->a, o, "variable", "value");
	value_set(l->a, o, "value_selector", selector);
	value_set(l->a, n->data, "variables", bound);
	value_set_text(l->a, n->data, "code_language", "python3");
	value_set_text(l->a, n->data, "code",
		"def main(value):\n    return {\"value\": value}\n");
	o = value_object(l->a);
	value_set_text(l->a, o, "type", type);
	value_set(l->a, o, "children", value_null(l->a));
	outputs = value_object(l->a);
	value_set(l->a, outputs, "value", o);
	value_set(l->a, n->data, "outputs", outputs);
	return flow_selector(l->a, n->id, "value");
}

static struct value *
carry_text(struct lower *l, const struct step *s, struct part *part,
	const char *text, const char *name)
{
	struct flow_node here = *s->node;
	struct fill f = lower_fill(l, s);
	struct value *selector;

	here.parent = s->parent;
	f.node = &here;
	f.reader.scope = &part->scope;
	selector = fill_carrier(
		&f, text, arena_printf(l->a, "%s__%s", s->node->id, name));
	for (size_t i = 0; i < f.before_count; i++)
		ends_connect(l, &part->ends, f.before[i]);
	return value_count(selector) > 0 ? selector : NULL;
}

static struct value *
carry_string(struct lower *l, const struct step *s, struct part *part,
	struct value *selector, const char *name)
{
	struct flow_node *n = carrier(l, s, part, "template-transform", name);
	struct value *bound, *b;

	if (n == NULL)
		return NULL;
	bound = value_array(l->a);
	b = value_append(bound, value_object(l->a));
	value_set_text(l->a, b, "variable", "value");
	value_set(l->a, b, "value_selector", selector);
	value_set_text(l->a, n->data, "template", "{{ value }}");
	value_set(l->a, n->data, "variables", bound);
	return flow_selector(l->a, n->id, "output");
}

static struct value *
carry_files(struct lower *l, const struct step *s, struct part *part,
	struct value *selector, const char *name)
{
	struct flow_node *n = carrier(l, s, part, "list-operator", name);

	if (n == NULL)
		return NULL;
	value_set(l->a, n->data, "variable", selector);
	value_set_text(l->a, n->data, "var_type", "array[file]");
	value_set_text(l->a, n->data, "item_var_type", "file");
	return flow_selector(l->a, n->id, "result");
}

static struct value *
carry(struct lower *l, const struct step *s, struct part *part,
	struct value *selector, const char *name)
{
	const char *type = ref_type(l->flow, selector);

	if (strcmp(type, "string") == 0 || strcmp(type, "any") == 0)
		return carry_string(l, s, part, selector, name);
	if (strcmp(type, "array[file]") == 0)
		return carry_files(l, s, part, selector, name);
	if (strcmp(type, "file") == 0) {
		flow_finding(l->flow, "plan_file_not_carried", part->pointer,
			s->node, name, ref_join(l->a, selector), NULL);
		return selector;
	}
	if (strcmp(type, "array[any]") == 0)
		type = "array[string]";
	return carry_code(l, s, part, selector, type, name);
}

/* A number, truth value, list or object that a plan gives as it is. */
static struct value *
carry_constant(struct lower *l, const struct step *s, struct part *part,
	const struct value *v, const char *name)
{
	const char *type =
		v->type == VALUE_BOOL                    ? "boolean"
		: v->type == VALUE_OBJECT                ? "object"
		: v->type != VALUE_ARRAY                 ? "number"
		: value_is(value_first(v), VALUE_OBJECT) ? "array[object]"
		: value_is(value_first(v), VALUE_INT)    ? "array[number]"
							 : "array[string]";
	struct flow_node *n = carrier(l, s, part, "code", name);
	struct value *outputs, *o;
	struct str text, quoted;

	if (n == NULL)
		return NULL;
	str_init(&text, l->a, LIMIT_DOCUMENT);
	str_init(&quoted, l->a, LIMIT_DOCUMENT);
	jsonx_write(&text, v, JSONX_ASCII);
	jsonx_quote(&quoted, text.s, text.len);
	value_set(l->a, n->data, "variables", value_array(l->a));
	value_set_text(l->a, n->data, "code_language", "python3");
	value_set_text(l->a, n->data, "code",
		arena_printf(l->a,
			"import json\n\n\ndef main():\n"
			"    return {\"value\": json.loads(%s)}\n",
			quoted.s));
	o = value_object(l->a);
	value_set_text(l->a, o, "type", type);
	value_set(l->a, o, "children", value_null(l->a));
	outputs = value_object(l->a);
	value_set(l->a, outputs, "value", o);
	value_set(l->a, n->data, "outputs", outputs);
	return flow_selector(l->a, n->id, "value");
}

/* A text that is a bare reference to something in sight means it. */
static struct value *
bare_reference(struct lower *l, const struct reader *r, const char *text)
{
	size_t head = strcspn(text, ".");
	struct value *selector;

	if (text[head] != '.' || strpbrk(text, " \n{}") != NULL ||
		(scope_find(r->scope, text, head) == NULL &&
			strncmp(text, "sys.", 4) != 0 &&
			strncmp(text, "env.", 4) != 0 &&
			strncmp(text, "conversation.", 13) != 0))
		return NULL;
	selector = ref_selector(r, text, strlen(text));
	if (selector != NULL)
		repair_add(l->a, l->flow->repairs, "bare_reference", r->pointer,
			text, ref_join(l->a, selector));
	return selector;
}

struct value *
lower_given(struct lower *l, const struct step *s, struct part *part,
	const struct value *v, const char *name, bool inside)
{
	struct reader r = {.flow = l->flow,
		.scope = &part->scope,
		.node = s->node,
		.pointer = part->pointer};
	const char *text = value_text(v);
	struct value *selector = NULL;

	if (text != NULL) {
		selector = ref_whole(&r, text);
		if (selector == NULL)
			selector = bare_reference(l, &r, text);
	}
	if (selector != NULL && (!inside || made_inside(l, part, selector)))
		return selector;
	if (selector != NULL)
		return carry(l, s, part, selector, name);
	if (text == NULL && v->type != VALUE_NULL)
		return carry_constant(l, s, part, v, name);
	return carry_text(l, s, part, text != NULL ? text : "", name);
}
