/* lower.c: the steps of a plan, one after the other. */
#include "dsl/lower.h"

#include "dsl/ident.h"
#include "dsl/lower_parts.h"

#include <strings.h>

enum { MAX_NESTING = 40 };

void
ends_add(struct arena *a, struct ends *e, struct flow_node *node,
	const char *handle)
{
	if (e->count == e->room) {
		size_t room = e->room == 0 ? 4 : e->room * 2;

		e->nodes = arena_grow(a, e->nodes, e->room * sizeof(*e->nodes),
			room * sizeof(*e->nodes));
		e->handles =
			arena_grow(a, e->handles, e->room * sizeof(*e->handles),
				room * sizeof(*e->handles));
		e->room = room;
	}
	e->nodes[e->count] = node;
	e->handles[e->count++] = handle;
}

void
ends_copy(struct arena *a, struct ends *to, const struct ends *from)
{
	for (size_t i = 0; i < from->count; i++)
		ends_add(a, to, from->nodes[i], from->handles[i]);
}

void
ends_connect(struct lower *l, struct ends *e, struct flow_node *node)
{
	for (size_t i = 0; i < e->count; i++)
		flow_connect(l->flow, e->nodes[i], e->handles[i], node);
	*e = (struct ends){0};
	ends_add(l->a, e, node, "source");
}

struct fill
lower_fill(struct lower *l, const struct step *s)
{
	struct fill f = {.a = l->a,
		.flow = l->flow,
		.fields = s->fields,
		.node = s->node};

	f.reader = (struct reader){.flow = l->flow,
		.scope = s->scope,
		.node = s->node,
		.pointer = s->pointer};
	return f;
}

void
lower_enter(struct lower *l, struct fill *f, struct ends *ends)
{
	for (size_t i = 0; i < f->before_count; i++)
		ends_connect(l, ends, f->before[i]);
	ends_connect(l, ends, f->node);
}

/* The names that an llm's structured answer has are outputs of the step. */
static void
member_outputs(struct lower *l, struct step *s)
{
	const struct value *schema = value_get(
		value_get(s->node->data, "structured_output"), "schema");

	if (!value_is(value_get(schema, "properties"), VALUE_OBJECT))
		return;
	value_each(member, value_get(schema, "properties")) {
		struct value *selector =
			flow_selector(l->a, s->node->id, "structured_output");

		if (s->entry->gives == NULL)
			s->entry->gives = value_object(l->a);
		value_append_text(l->a, selector, member->key);
		value_set(l->a, s->entry->gives, member->key, selector);
	}
}

static bool
leaves(const struct flow_node *node)
{
	return node->type != NULL && node->type->handles == HANDLES_NONE;
}

static void
lower_plain(struct lower *l, struct step *s, struct ends *ends)
{
	struct fill f = lower_fill(l, s);

	fill_node(&f);
	lower_enter(l, &f, ends);
	s->entry = scope_add(l->a, s->scope, s->id, s->node);
	member_outputs(l, s);
	l->answered |= flow_is(s->node, "answer");
	l->ended |= flow_is(s->node, "end");
	if (leaves(s->node))
		*ends = (struct ends){0};
	else
		lower_errors(l, s, ends);
}

static bool
splits(const struct node_type *type)
{
	return type->handles == HANDLES_CASES ||
	       type->handles == HANDLES_CLASSES ||
	       type->handles == HANDLES_ACTIONS;
}

/* A step's id as it may stand in a flow. */
static const char *
clean_id(struct lower *l, const struct step *s, const char *type)
{
	const char *id = value_get_text(s->fields, "id", "");
	const char *clean;

	if (ident_step(id))
		return id;
	clean = ident_step_of(l->a, id, ident_step_of(l->a, type, "step"));
	if (id[0] != '\0')
		repair_add(l->a, l->flow->repairs, "id_cleaned", s->pointer, id,
			clean);
	return clean;
}

static void
dispatch(struct lower *l, struct step *s, const struct node_type *type,
	struct ends *ends)
{
	const char *base = clean_id(l, s, type->name);

	if (scope_find(s->scope, s->id, strlen(s->id)) != NULL)
		flow_finding(l->flow, "plan_id_repeated", s->pointer, NULL,
			s->id, NULL, NULL);
	s->node =
		flow_node_new(l->flow, type->name, base, s->parent, s->pointer);
	if (s->node == NULL)
		return;
	if (s->id[0] == '\0')
		s->id = s->node->id;
	if (splits(type))
		lower_split(l, s, ends);
	else if (type->traits & NODE_CONTAINER)
		lower_container(l, s, ends);
	else
		lower_plain(l, s, ends);
}

static void
lower_step(struct lower *l, struct step *s, struct ends *ends)
{
	const char *name = value_get_text(s->fields, "type", "");
	const struct node_type *type = node_type_guess(name);

	if (strcasecmp(name, "parallel") == 0 ||
		strcasecmp(name, "fork") == 0) {
		lower_parallel(l, s, ends);
		return;
	}
	if (type == NULL ||
		(type->traits &
			(NODE_NEVER_MADE | NODE_CHILD_START | NODE_START))) {
		flow_finding(l->flow,
			type == NULL ? "plan_type_unknown" : "plan_type_unfit",
			s->pointer, NULL, name, s->id, NULL);
		return;
	}
	if (strcmp(type->name, name) != 0 && strcmp(name, "break") != 0)
		repair_add(l->a, l->flow->repairs, "type_alias", s->pointer,
			name, type->name);
	dispatch(l, s, type, ends);
	if (s->entry != NULL)
		l->last = lower_main(l, s->entry);
}

void
lower_steps(struct lower *l, const struct value *steps, struct scope *scope,
	struct flow_node *parent, struct ends *ends)
{
	bool told = false;

	if (l->depth > MAX_NESTING)
		return;
	l->depth++;
	value_each(fields, steps) {
		struct step s = {.fields = fields,
			.scope = scope,
			.parent = parent,
			.id = value_get_text(fields, "id", ""),
			.pointer = value_pointer(l->a, fields)};

		if (!value_is(fields, VALUE_OBJECT)) {
			flow_finding(l->flow, "plan_step_shape", s.pointer,
				NULL, NULL, NULL, NULL);
			continue;
		}
		if (ends->count == 0 && !told) {
			flow_finding(l->flow, "plan_step_unreachable",
				s.pointer, NULL, s.id, NULL, NULL);
			told = true;
		}
		lower_step(l, &s, ends);
	}
	l->depth--;
}

struct value *
lower_main(struct lower *l, const struct scope_entry *e)
{
	struct value *first = value_first(e->gives), *outputs;

	if (first != NULL && !flow_is(e->node, "llm"))
		return value_clone(l->a, first);
	if (e->node == NULL || e->node->type == NULL)
		return NULL;
	if (e->node->type->main_output != NULL)
		return flow_selector(
			l->a, e->node->id, e->node->type->main_output);
	if (!flow_is(e->node, "code") && !flow_is(e->node, "loop") &&
		!flow_is(e->node, "parameter-extractor"))
		return NULL;
	outputs = node_outputs(l->a, e->node->data, flow_version(l->flow));
	value_each(output, outputs)
		if (output->key[0] != '_' &&
			strcmp(output->key, "loop_round") != 0)
			return flow_selector(l->a, e->node->id, output->key);
	return NULL;
}

static bool
wants_chat(const struct value *plan)
{
	const char *mode = value_get_text(plan, "mode", "");

	return strstr(mode, "chat") != NULL;
}

void
plan_lower(struct flow *f, const struct value *plan)
{
	struct lower l = {.flow = f, .a = f->arena};
	struct scope scope = {0};
	struct ends ends = {0};

	f->name = value_get_text(plan, "name", "");
	f->description = value_get_text(plan, "description", "");
	f->chat = wants_chat(plan);
	lower_variables(&l, plan);
	lower_inputs(&l, plan, &scope, &ends);
	lower_steps(&l, value_get(plan, "steps"), &scope, NULL, &ends);
	lower_outputs(&l, plan, &scope, &ends);
}
