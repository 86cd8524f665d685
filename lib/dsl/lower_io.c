/* lower_io.c: what goes into a flow and what comes out of it. */
#include "dsl/ident.h"
#include "dsl/lower_parts.h"

void
lower_inputs(struct lower *l, const struct value *plan, struct scope *scope,
	struct ends *ends)
{
	struct flow_node *start =
		flow_node_new(l->flow, "start", "start", NULL, "/inputs");
	struct scope_entry *e;

	e = scope_add(l->a, scope, "inputs", start);
	lower_form(l->flow, fill_get(plan, "inputs|variables|input"), start, e);
	scope_add(l->a, scope, "start", start)->gives = e->gives;
	scope_add(l->a, scope, "input", start)->gives = e->gives;
	ends_add(l->a, ends, start, "source");
}

/* An id for the editor that is always the same for the same name. */
static const char *
variable_id(struct arena *a, const char *scope, const char *name)
{
	uint64_t h = 0xcbf29ce484222325U;

	for (const char *p = scope; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001b3U;
	for (const char *p = name; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001b3U;
	return arena_printf(a, "%08x-%04x-4%03x-8%03x-%012llx",
		(unsigned)(h >> 32), (unsigned)(h >> 16 & 0xFFFF),
		(unsigned)(h & 0xFFF), (unsigned)(h >> 52),
		(unsigned long long)(h * 31 & 0xFFFFFFFFFFFFU));
}

static struct value *
empty_value(struct arena *a, const char *type)
{
	if (strcmp(type, "number") == 0)
		return value_int(a, 0);
	if (strcmp(type, "boolean") == 0)
		return value_bool(a, false);
	if (strcmp(type, "object") == 0)
		return value_object(a);
	if (strncmp(type, "array", 5) == 0)
		return value_array(a);
	return value_string(a, "");
}

void
lower_variable(struct flow *f, struct value *list, const struct value *item,
	const char *scope)
{
	const char *said_name = value_text(fill_get(item, "variable|name|key"));
	const char *name = said_name;
	const char *said = value_text(fill_get(item, "type|value_type"));
	bool secret = said != NULL && strcmp(said, "secret") == 0;
	const char *type = secret ? "secret" : fill_type(said, "string");
	const struct value *content = fill_get(item, "value|default");
	struct value *v, *selector;

	if (name != NULL && !ident_name(name)) {
		name = ident_name_of(f->arena, name, NULL);
		if (name != NULL)
			repair_add(f->arena, f->repairs, "name_cleaned",
				value_pointer(f->arena, item), said_name, name);
	}
	if (name == NULL) {
		flow_finding(f, "plan_variable_name",
			value_pointer(f->arena, item), NULL,
			said_name ? said_name : "", NULL, NULL);
		return;
	}
	if (strcmp(scope, "env") == 0 && !secret && strcmp(type, "number") != 0)
		type = "string";
	v = value_append(list, value_object(f->arena));
	selector = flow_selector(f->arena, scope, name);
	value_set_text(f->arena, v, "id", variable_id(f->arena, scope, name));
	value_set_text(f->arena, v, "name", name);
	value_set_text(f->arena, v, "value_type", type);
	value_set(f->arena, v, "value",
		content != NULL ? value_clone(f->arena, content)
				: empty_value(f->arena, type));
	value_set_text(f->arena, v, "description",
		value_get_text(item, "description", ""));
	value_set(f->arena, v, "selector", selector);
}

void
lower_variables(struct lower *l, const struct value *plan)
{
	const struct value *conversation =
		fill_get(plan, "conversation|conversation_variables");

	value_each(item, fill_get(plan, "env|environment_variables"))
		lower_variable(l->flow, l->flow->env, item, "env");
	if (value_count(conversation) > 0 && !l->flow->chat)
		flow_finding(l->flow, "plan_conversation_mode", "/conversation",
			NULL, NULL, NULL, NULL);
	value_each(item, conversation)
		lower_variable(
			l->flow, l->flow->conversation, item, "conversation");
}

/* Outputs beside which no end or answer stands: the end node's fields. */
static struct value *
end_fields(struct lower *l, const struct value *outputs)
{
	struct value *fields = value_object(l->a);

	value_set(l->a, fields, "outputs",
		value_is(outputs, VALUE_OBJECT) ||
				value_is(outputs, VALUE_ARRAY)
			? value_clone(l->a, outputs)
			: value_object(l->a));
	return fields;
}

static void
make_end(struct lower *l, struct value *fields, struct scope *scope,
	struct ends *ends)
{
	struct step s = {.fields = fields,
		.pointer = "/outputs",
		.id = "end",
		.scope = scope};
	struct fill f;

	s.node = flow_node_new(l->flow, "end", "end", NULL, s.pointer);
	if (s.node == NULL)
		return;
	f = lower_fill(l, &s);
	fill_node(&f);
	lower_enter(l, &f, ends);
}

/* The text that a chat answers with: all outputs, one a line. */
static const char *
answer_text(struct lower *l, const struct value *outputs)
{
	struct value *pairs = fill_pairs(l->a, outputs);
	const char *text = "";

	value_each(pair, pairs) {
		const char *from = fill_plain(l->a, pair);

		if (from == NULL)
			continue;
		if (strpbrk(from, " {\n") == NULL && strchr(from, '.') != NULL)
			from = arena_printf(l->a, "{{%s}}", from);
		text = arena_printf(
			l->a, "%s%s%s", text, text[0] ? "\n\n" : "", from);
	}
	return text;
}

static void
make_answer(struct lower *l, const char *text, struct scope *scope,
	struct ends *ends)
{
	struct value *fields = value_object(l->a);
	struct step s = {.fields = fields,
		.pointer = "/outputs",
		.id = "answer",
		.scope = scope};
	struct fill f;

	value_set_text(l->a, fields, "text", text);
	s.node = flow_node_new(l->flow, "answer", "answer", NULL, s.pointer);
	if (s.node == NULL)
		return;
	f = lower_fill(l, &s);
	fill_node(&f);
	lower_enter(l, &f, ends);
}

static void
missing_outputs(struct lower *l, struct scope *scope, struct ends *ends)
{
	struct value *fields = value_object(l->a), *outputs;
	const char *name;

	if (l->last == NULL) {
		flow_finding(
			l->flow, "plan_no_output", "", NULL, NULL, NULL, NULL);
		return;
	}
	name = value_text(value_at(l->last, 1));
	repair_add(l->a, l->flow->repairs, "output_added", "/outputs", "",
		ref_join(l->a, l->last));
	if (value_count(l->last) == 3)
		name = "result";
	if (l->flow->chat) {
		make_answer(l, "", scope, ends);
		value_set_text(l->a, l->flow->last->data, "answer",
			arena_printf(
				l->a, "{{#%s#}}", ref_join(l->a, l->last)));
		return;
	}
	value_set(l->a, fields, "outputs", value_object(l->a));
	make_end(l, fields, scope, ends);
	outputs = value_array(l->a);
	fields = value_append(outputs, value_object(l->a));
	value_set_text(l->a, fields, "variable", name);
	value_set(l->a, fields, "value_selector", l->last);
	value_set(l->a, l->flow->last->data, "outputs", outputs);
}

void
lower_outputs(struct lower *l, const struct value *plan, struct scope *scope,
	struct ends *ends)
{
	const struct value *outputs = fill_get(plan, "outputs|output");
	bool some = value_count(outputs) > 0;

	if (ends->count == 0) {
		if (some)
			flow_finding(l->flow, "plan_outputs_unreachable",
				"/outputs", NULL, NULL, NULL, NULL);
		return;
	}
	if (l->flow->chat && l->answered) {
		if (some)
			flow_finding(l->flow, "plan_outputs_and_answers",
				"/outputs", NULL, NULL, NULL, NULL);
		return;
	}
	if (!some)
		missing_outputs(l, scope, ends);
	else if (l->flow->chat)
		make_answer(l, answer_text(l, outputs), scope, ends);
	else
		make_end(l, end_fields(l, outputs), scope, ends);
}
