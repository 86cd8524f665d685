/* show_container.c: iterations and loops in a plan's words. */
#include "dsl/show_parts.h"

static void
put_rest(struct show *s, const struct flow_node *n, struct value *step,
	const char *said)
{
	struct value *defaults =
		node_data_new(s->a, n->type, flow_version(s->flow));
	struct value *dify = value_object(s->a);

	value_each(member, n->data) {
		const struct value *usual = value_get(defaults, member->key);

		if (list_has(said, member->key) ||
			show_of_canvas(member->key) || show_empty(member) ||
			(usual != NULL && value_equal(usual, member)))
			continue;
		value_set(s->a, dify, member->key, value_clone(s->a, member));
	}
	if (value_count(dify) > 0)
		value_set(s->a, step, "dify", dify);
}

static void
iteration(struct show *s, const struct flow_node *n, struct value *step)
{
	const char *mode = value_get_text(n->data, "error_handle_mode", "");

	value_set_text(s->a, step, "over",
		show_ref(s, value_get(n->data, "iterator_selector")));
	if (value_get_bool(n->data, "is_parallel", false))
		value_set_int(s->a, step, "parallel",
			value_get_int(n->data, "parallel_nums", 10));
	if (strcmp(mode, "continue-on-error") == 0)
		value_set_text(s->a, step, "on_error", "continue");
	if (strcmp(mode, "remove-abnormal-output") == 0)
		value_set_text(s->a, step, "on_error", "remove");
	put_rest(s, n, step,
		"iterator_selector|is_parallel|parallel_nums|"
		"error_handle_mode|output_selector|output_type|"
		"iterator_input_type");
}

static void
loop(struct show *s, const struct flow_node *n, struct value *step)
{
	struct value *vars = value_array(s->a);

	value_set_int(
		s->a, step, "times", value_get_int(n->data, "loop_count", 10));
	value_each(item, value_get(n->data, "loop_variables")) {
		struct value *v = value_append(vars, value_object(s->a));
		const struct value *content = value_get(item, "value");

		value_set_text(
			s->a, v, "name", value_get_text(item, "label", ""));
		value_set_text(s->a, v, "type",
			value_get_text(item, "var_type", "string"));
		if (strcmp(value_get_text(item, "value_type", ""),
			    "variable") == 0)
			value_set_text(s->a, v, "value",
				arena_printf(
					s->a, "{{%s}}", show_ref(s, content)));
		else if (content != NULL)
			value_set(s->a, v, "value", value_clone(s->a, content));
	}
	value_set(s->a, step, "vars", vars);
	put_rest(s, n, step,
		"loop_count|loop_variables|break_conditions|"
		"logical_operator|loop_id");
}

void
show_container(struct show *s, const struct flow_node *n, struct value *step)
{
	const char *desc = value_get_text(n->data, "desc", "");

	if (desc[0] != '\0')
		value_set_text(s->a, step, "description", desc);
	if (flow_is(n, "iteration"))
		iteration(s, n, step);
	else
		loop(s, n, step);
}

void
show_container_end(
	struct show *s, const struct flow_node *n, struct value *step)
{
	const struct value *until = value_get(n->data, "break_conditions");

	if (flow_is(n, "iteration"))
		value_set_text(s->a, step, "give",
			arena_printf(s->a, "{{%s}}",
				show_ref(s, value_get(n->data,
						    "output_selector"))));
	else if (value_count(until) > 0)
		value_set(s->a, step, "until",
			show_when(s, until,
				value_get_text(
					n->data, "logical_operator", "and")));
}
