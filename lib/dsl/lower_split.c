/* lower_split.c: steps that hold others: splits, parallels, containers, and
 * what happens on an error. */
#include "dsl/ident.h"
#include "dsl/lower_parts.h"

enum { MAX_CONTAINERS = 2, MAX_PARTS = 100 };

/* The part behind the nth handle of a split, NULL when it was left out. */
static const struct value *
part_at(const struct step *s, size_t n)
{
	const struct value *parts = fill_get(s->fields,
		"cases|branches|classes|categories|actions|user_actions|"
		"buttons|conditions");

	if (n < value_count(parts))
		return value_at(parts, n);
	return fill_get(s->fields, flow_is(s->node, "human-input")
					   ? "timeout"
					   : "else|otherwise|default");
}

void
lower_split(struct lower *l, struct step *s, struct ends *ends)
{
	struct fill f = lower_fill(l, s);
	struct part *parts;
	struct value *handles;
	size_t count = 0;

	fill_node(&f);
	lower_enter(l, &f, ends);
	s->entry = scope_add(l->a, s->scope, s->id, s->node);
	handles = node_handles(l->a, s->node->data);
	parts = arena_array(
		l->a, value_count(handles) + 1, sizeof(struct part));
	value_each(handle, handles) {
		if (count == MAX_PARTS)
			break;
		lower_part(l, s, value_text(handle), part_at(s, count),
			&parts[count]);
		count++;
	}
	if (count == 0)
		flow_finding(l->flow, "plan_split_empty", s->pointer, s->node,
			s->id, NULL, NULL);
	else
		lower_join(l, s, parts, count, ends);
}

/* A node that does nothing, where Dify wants one between two fan-outs. */
static void
neutral(struct lower *l, const struct step *s, struct ends *ends)
{
	struct flow_node *n = flow_node_new(l->flow, "template-transform",
		arena_printf(l->a, "%s__fork",
			ident_step_of(l->a, s->id, "parallel")),
		s->parent, s->pointer);

	if (n == NULL)
		return;
	value_set_text(l->a, n->data, "template", "{{ '' }}");
	value_set(l->a, n->data, "variables", value_array(l->a));
	ends_connect(l, ends, n);
}

void
lower_parallel(struct lower *l, struct step *s, struct ends *ends)
{
	const struct value *branches = fill_get(s->fields, "branches|do|parts");
	struct ends all = {0};

	if (value_count(branches) < 2)
		flow_finding(l->flow, "plan_parallel_small", s->pointer, NULL,
			s->id, NULL, NULL);
	if (ends->parallel)
		neutral(l, s, ends);
	value_each(branch, branches) {
		struct scope scope = {.parent = s->scope};
		struct ends mine = {0};
		struct scope_entry *next;

		ends_copy(l->a, &mine, ends);
		lower_steps(l, part_steps(branch), &scope, s->parent, &mine);
		ends_copy(l->a, &all, &mine);
		for (struct scope_entry *e = scope.entries; e != NULL;
			e = next) {
			next = e->next;
			e->next = s->scope->entries;
			s->scope->entries = e;
		}
	}
	if (value_count(branches) > 0)
		*ends = all;
	ends->parallel = true;
}

/* A list of lists stays one where Dify can be told so. */
static void
keep_nested(struct lower *l, struct step *s)
{
	if (field_find(s->node->type->fields, "flatten_output",
		    flow_version(l->flow)) == NULL)
		flow_finding(l->flow, "plan_flattened", s->pointer, s->node,
			s->id, NULL, NULL);
	else
		value_set_bool(l->a, s->node->data, "flatten_output", false);
}

/* What a container hands on: one value, made inside. */
static void
iteration_output(struct lower *l, struct step *s, struct part *part)
{
	struct value *pairs, *selector = NULL, *data = s->node->data;
	const struct value *give = part->give;
	struct step inner = *s;

	inner.parent = s->node;
	pairs = value_is(give, VALUE_STRING) ? NULL : fill_pairs(l->a, give);
	if (pairs != NULL)
		give = value_first(pairs);
	if (value_count(pairs) > 1)
		flow_finding(l->flow, "plan_iteration_gives", s->pointer,
			s->node, s->id, NULL, NULL);
	if (give != NULL)
		selector = lower_given(l, &inner, part, give,
			value_text(give) == NULL ? "give" : "item", true);
	else if (part->scope.entries != NULL)
		selector = lower_main(l, part->scope.entries);
	if (selector == NULL) {
		flow_finding(l->flow, "plan_give_missing", s->pointer, s->node,
			"give", s->id, NULL);
		return;
	}
	value_set_text(l->a, data, "output_type",
		strncmp(ref_type(l->flow, selector), "array", 5) == 0
			? ref_type(l->flow, selector)
			: arena_printf(l->a, "array[%s]",
				  ref_type(l->flow, selector)));
	if (strncmp(ref_type(l->flow, selector), "array", 5) == 0)
		keep_nested(l, s);
	value_set(l->a, data, "output_selector", selector);
}

static void
iteration_data(struct lower *l, struct step *s, struct fill *f)
{
	const struct value *p = fill_field(f, "parallel|is_parallel");
	const char *on_error =
		value_text(fill_field(f, "on_error|error_handle_mode"));
	struct value *data = s->node->data;

	value_set(l->a, data, "iterator_selector",
		fill_selector(f,
			fill_field(f, "over|iterator_selector|list|items|"
				      "iterate_over|input"),
			"over"));
	if (p != NULL && !(value_is(p, VALUE_BOOL) && !p->u.truth)) {
		value_set_bool(l->a, data, "is_parallel", true);
		value_set_int(l->a, data, "parallel_nums", fill_int(p, 10));
	}
	if (on_error == NULL)
		return;
	if (strncmp(on_error, "continue", 8) == 0)
		value_set_text(
			l->a, data, "error_handle_mode", "continue-on-error");
	else if (strncmp(on_error, "remove", 6) == 0 ||
		 strcmp(on_error, "skip") == 0)
		value_set_text(l->a, data, "error_handle_mode",
			"remove-abnormal-output");
}

/* A loop's variables: a constant, or what a reference means at the start. */
static void
loop_variables(struct lower *l, struct step *s, struct fill *f)
{
	struct value *list = value_array(l->a);

	value_each(item, fill_field(f, "vars|variables|loop_variables")) {
		struct value *v = value_append(list, value_object(l->a));
		const struct value *content = fill_get(item, "value|from");
		const char *text = value_text(content);
		struct value *selector =
			text == NULL ? NULL : ref_whole(&f->reader, text);

		if (selector == NULL && text != NULL &&
			text[strcspn(text, ". ")] == '.' &&
			scope_find(s->scope, text, strcspn(text, ".")))
			selector = ref_selector(&f->reader, text, strlen(text));
		value_set_text(l->a, v, "id",
			arena_printf(l->a, "%s_%zu", s->node->id,
				value_count(list)));
		value_set_text(l->a, v, "label",
			value_get_text(item, "name",
				value_get_text(item, "label", "value")));
		value_set_text(l->a, v, "var_type",
			fill_type(value_text(fill_get(item, "type|var_type")),
				selector ? ref_type(l->flow, selector)
					 : "string"));
		value_set_text(l->a, v, "value_type",
			selector != NULL ? "variable" : "constant");
		value_set(l->a, v, "value",
			selector != NULL  ? selector
			: content != NULL ? value_clone(l->a, content)
					  : value_string(l->a, ""));
	}
	value_set(l->a, s->node->data, "loop_variables", list);
}

static void
loop_data(struct lower *l, struct step *s, struct fill *f)
{
	loop_variables(l, s, f);
	value_set_int(l->a, s->node->data, "loop_count",
		fill_int(fill_field(f, "times|loop_count|max|count"), 10));
}

static void
loop_until(struct lower *l, struct step *s, const struct scope *inside)
{
	const struct value *until =
		fill_get(s->fields, "until|break_conditions|while_not");
	struct fill f = lower_fill(l, s);
	struct value *out;

	f.reader.scope = inside;
	if (until == NULL)
		return;
	out = value_object(l->a);
	fill_conditions(
		&f, until, arena_printf(l->a, "%s_until", s->node->id), out);
	value_set_text(l->a, s->node->data, "logical_operator",
		value_get_text(out, "logical_operator", "and"));
	value_set(l->a, s->node->data, "break_conditions",
		value_clone(l->a, value_get(out, "conditions")));
}

static int
containers_around(const struct flow_node *node)
{
	int n = 0;

	for (; node != NULL; node = node->parent)
		n++;
	return n;
}

void
lower_container(struct lower *l, struct step *s, struct ends *ends)
{
	bool iteration = flow_is(s->node, "iteration");
	struct part part = {.mark = l->flow->count, .pointer = s->pointer};
	struct fill f = lower_fill(l, s);
	struct flow_node *first;

	if (containers_around(s->node) > MAX_CONTAINERS)
		flow_finding(l->flow, "plan_nested_too_deep", s->pointer,
			s->node, s->id, NULL, NULL);
	if (iteration)
		iteration_data(l, s, &f);
	else
		loop_data(l, s, &f);
	fill_node(&f);
	lower_enter(l, &f, ends);
	part.mark = l->flow->count;
	first = flow_node_new(l->flow,
		iteration ? "iteration-start" : "loop-start",
		arena_printf(l->a, "%sstart", s->node->id), s->node,
		s->pointer);
	if (first == NULL)
		return;
	value_set_text(l->a, first->data, "title", "");
	value_set_text(l->a, s->node->data, "start_node_id", first->id);
	part.give = fill_get(s->fields, "give|gives|output");
	part.scope.parent = s->scope;
	struct scope inside = {.parent = s->scope};
	scope_add(l->a, &inside, s->id, s->node);
	part.scope.parent = &inside;
	ends_add(l->a, &part.ends, first, "source");
	lower_steps(l, part_steps(s->fields), &part.scope, s->node, &part.ends);
	if (iteration)
		iteration_output(l, s, &part);
	else
		loop_until(l, s, &part.scope);
	s->entry = scope_add(l->a, s->scope, s->id, s->node);
}

static void
set_retry(struct lower *l, struct step *s)
{
	const struct value *retry = fill_get(s->fields, "retry|retry_config");
	struct value *o;
	int64_t times, seconds;

	if (retry == NULL || value_is(retry, VALUE_BOOL))
		return;
	if (value_get(retry, "retry_enabled") != NULL) {
		value_set(l->a, s->node->data, "retry_config",
			value_clone(l->a, retry));
		return;
	}
	times = fill_int(value_is(retry, VALUE_OBJECT)
				 ? fill_get(retry, "times|max_retries")
				 : retry,
		3);
	seconds = fill_int(fill_get(retry, "seconds|interval"), 1);
	o = value_object(l->a);
	value_set_bool(l->a, o, "retry_enabled", times > 0);
	value_set_int(l->a, o, "max_retries", times);
	value_set_int(l->a, o, "retry_interval", seconds * 1000);
	value_set(l->a, s->node->data, "retry_config", o);
}

static void
default_values(struct lower *l, struct step *s, const struct value *defaults)
{
	struct value *pairs = fill_pairs(l->a, defaults);
	struct value *list = value_array(l->a);

	value_each(pair, pairs) {
		struct value *d = value_append(list, value_object(l->a));
		const char *type = flow_output(l->flow, s->node, pair->key);

		value_set_text(l->a, d, "key", pair->key);
		value_set_text(l->a, d, "type",
			type == NULL || strcmp(type, "any") == 0 ? "string"
								 : type);
		value_set(l->a, d, "value", value_clone(l->a, pair));
	}
	value_set_text(l->a, s->node->data, "error_strategy", "default-value");
	value_set(l->a, s->node->data, "default_value", list);
}

void
lower_errors(struct lower *l, struct step *s, struct ends *ends)
{
	const struct value *on = fill_get(s->fields, "on_error");
	const struct value *defaults = fill_get(on, "default|defaults");
	struct part parts[2] = {{.pointer = s->pointer}};
	struct value *give;

	set_retry(l, s);
	if (defaults != NULL) {
		default_values(l, s, defaults);
		return;
	}
	if (!value_is(on, VALUE_OBJECT) && !value_is(on, VALUE_ARRAY))
		return;
	value_set_text(l->a, s->node->data, "error_strategy", "fail-branch");
	parts[0].scope.parent = s->scope;
	ends_copy(l->a, &parts[0].ends, ends);
	parts[0].mark = 0;
	lower_part(l, s, "fail-branch", on, &parts[1]);
	give = value_object(l->a);
	value_each(pair, fill_pairs(l->a, parts[1].give)) {
		const char *name =
			arena_printf(l->a, "{{%s.%s}}", s->id, pair->key);

		value_set_text(l->a, give, pair->key, name);
	}
	parts[0].give = value_count(give) > 0 ? give : NULL;
	lower_join(l, s, parts, 2, ends);
}
