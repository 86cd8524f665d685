/* check_references.c: what nodes read: selectors and {{#node.name#}}. */
#include "dsl/check.h"

#include "base/nitems.h"

#include <ctype.h>
#include <string.h>

enum { MOST_ID = 50, MOST_NAME = 30, MOST_PARTS = 10, REFERENCE_ROOM = 400 };

/* What became of a reference. */
enum outcome {
	FOUND,
	UNKNOWN_NODE,
	UNKNOWN_OUTPUT,
	UNKNOWN_VARIABLE,
	UNKNOWN_SYSTEM,
	LATER,
	INSIDE,
	APART,
	SKIPPED
};

/* The finding of each, and whether a strict reader fails on it. */
static const struct {
	const char *code;
	bool fails;
} outcomes[] = {
	[UNKNOWN_NODE] = {"reference_node", true},
	[UNKNOWN_OUTPUT] = {"reference_output", true},
	[UNKNOWN_VARIABLE] = {"reference_variable", true},
	[UNKNOWN_SYSTEM] = {"reference_system", true},
	[LATER] = {"reference_later", true},
	[INSIDE] = {"reference_inside", false},
	[APART] = {"reference_apart", false},
	[SKIPPED] = {"reference_skipped", false},
};

struct reading {
	struct check *c;
	const struct check_node *n;
	bool strict; /* an absent variable fails the run */
};

/* The number of reader's ancestor (or itself) on the level of producer;
 * node_count when producer stands in a container that reader is not in. */
static size_t
lift(const struct check *c, size_t reader, size_t producer)
{
	while (reader < c->node_count &&
		c->nodes[reader].parent != c->nodes[producer].parent)
		reader = c->nodes[reader].parent;
	return reader;
}

/* A container reads itself, and the steps of a loop its variables; what an
 * iteration hands on comes after its steps. */
static bool
reads_itself(const struct check *c, size_t reader, size_t producer)
{
	const struct check_node *p = &c->nodes[producer];

	return reader == producer ? (p->type->traits & NODE_CONTAINER) != 0
				  : check_type_is(p, "loop");
}

/* Whether the value can be there when the reader begins. */
static enum outcome
order_of(struct check *c, size_t reader, size_t producer)
{
	size_t level = lift(c, reader, producer);

	if (c->nodes[producer].parent == reader)
		return FOUND; /* a container reads its children */
	if (level >= c->node_count)
		return INSIDE;
	if (level == producer)
		return reads_itself(c, reader, producer) ? FOUND : LATER;
	if (producer == c->root)
		return FOUND;
	if (check_leads(c, producer, level))
		return check_may_skip(c, producer, level) ? SKIPPED : FOUND;
	return check_leads(c, level, producer) ? LATER : APART;
}

static enum outcome
look_up_node(struct check *c, const struct check_node *n, const char *head,
	const char *name)
{
	size_t reader = (size_t)(n - c->nodes);
	size_t producer = names_get(&c->ids, head);
	const struct check_node *p;

	if (producer >= c->node_count)
		return UNKNOWN_NODE;
	p = &c->nodes[producer];
	if (p->type == NULL)
		return FOUND;
	if ((p->type->traits & NODE_CONTAINER) != 0 &&
		lift(c, reader, producer) == producer &&
		check_is_inner_name(p, name))
		return FOUND;
	if (strncmp(name, "sys.", 4) == 0 && (p->type->traits & NODE_START))
		return FOUND;
	if (node_output_type(c->arena, p->data, name, c->version) == NULL)
		return UNKNOWN_OUTPUT;
	return order_of(c, reader, producer);
}

static enum outcome
look_up(struct check *c, const struct check_node *n, const char *head,
	const char *name)
{
	if (strcmp(head, "sys") == 0 && check_is_system(c, name))
		return FOUND;
	if (strcmp(head, "sys") == 0 && names_get(&c->ids, head) == NAMES_NONE)
		return UNKNOWN_SYSTEM;
	if (strcmp(head, "env") == 0)
		return names_get(&c->env, name) != NAMES_NONE
			       ? FOUND
			       : UNKNOWN_VARIABLE;
	if (strcmp(head, "conversation") == 0)
		return c->chat && names_get(&c->conversation, name) !=
					       NAMES_NONE
			       ? FOUND
			       : UNKNOWN_VARIABLE;
	if (strcmp(head, "rag") == 0)
		return FOUND;
	return look_up_node(c, n, head, name);
}

static void
say(struct reading *r, enum outcome outcome, const struct value *at,
	const char *head, const char *name)
{
	const char *code = outcomes[outcome].code;
	const char *what = arena_printf(r->c->arena, "%s.%s", head, name);
	struct finding *f;

	if (r->strict && outcomes[outcome].fails) {
		check_run(r->c, code, at, NULL, r->n, what, NULL);
		return;
	}
	if (outcome == SKIPPED && check_type_is(r->n, "variable-aggregator"))
		return; /* that is what it is for */
	f = check_say(r->c, code, at, NULL, r->n, what, NULL);
	check_tier(r->c, f, outcome == SKIPPED && !r->strict ? TIER_W : TIER_L);
}

static void
check_selector(struct reading *r, const struct value *v)
{
	const char *head = value_text(value_at(v, 0));
	const char *name = value_text(value_at(v, 1));
	enum outcome outcome;
	struct finding *f;

	if (!value_is(v, VALUE_ARRAY))
		return;
	if (head == NULL || name == NULL) {
		if (value_count(v) == 0 &&
			(!r->strict ||
				check_type_is(r->n, "knowledge-retrieval")))
			return; /* told by the checklist, where it matters */
		if (r->strict)
			check_run(r->c, "reference_short", v, NULL, r->n, NULL,
				NULL);
		else {
			f = check_say(r->c, "reference_short", v, NULL, r->n,
				NULL, NULL);
			check_tier(r->c, f, TIER_L);
		}
		return;
	}
	outcome = look_up(r->c, r->n, head, name);
	if (outcome != FOUND)
		say(r, outcome, v, head, name);
}

/* The length of a part of a reference that begins with a letter or, for the
 * head, also with a digit; 0 when there is none. */
static size_t
part_length(const char *s, size_t most, bool head)
{
	size_t n = 0;

	if (!head && isdigit((unsigned char)*s))
		return 0;
	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n <= most ? n : 0;
}

/* Takes "head.name(.name)*#}}" apart; false when the engine would leave it
 * in the text as it is. */
static bool
split_reference(
	struct arena *a, const char *s, const char **head, const char **name)
{
	size_t n = part_length(s, MOST_ID, true);
	size_t parts = 0;

	if (n == 0 || s[n] != '.')
		return false;
	*head = arena_memdup(a, s, n);
	s += n;
	while (*s == '.') {
		n = part_length(s + 1, MOST_NAME, false);
		if (n == 0 || ++parts > MOST_PARTS)
			return false;
		if (parts == 1)
			*name = arena_memdup(a, s + 1, n);
		s += n + 1;
	}
	return strncmp(s, "#}}", 3) == 0;
}

/* Placeholders of prompts that are no references. */
static bool
is_placeholder(const char *s, size_t n)
{
	static const char *const words[] = {"context", "histories", "query"};

	for (size_t i = 0; i < nitems(words); i++)
		if (strlen(words[i]) == n && memcmp(words[i], s, n) == 0)
			return true;
	return n > 0 && s[0] == '$'; /* a slot of a form */
}

static void
check_template(struct reading *r, const struct value *v)
{
	const char *s = value_text(v);

	while (s != NULL && (s = strstr(s, "{{#")) != NULL) {
		const char *head = NULL;
		const char *name = NULL;
		const char *end;
		enum outcome outcome;

		s += 3;
		end = strstr(s, "#}}");
		if (end == NULL)
			return;
		if (split_reference(r->c->arena, s, &head, &name)) {
			outcome = look_up(r->c, r->n, head, name);
			if (outcome != FOUND)
				say(r, outcome, v, head, name);
		} else if (!is_placeholder(s, (size_t)(end - s)) &&
			   end - s < REFERENCE_ROOM) {
			check_say(r->c, "reference_literal", v, NULL, r->n,
				arena_memdup(r->c->arena, s, (size_t)(end - s)),
				NULL);
		}
	}
}

static void walk_rows(struct reading *r, const struct data_field *rows,
	const struct value *object);

/* A row's value, as it is read: only prompts fail on what is absent. */
static void
walk_value(
	struct reading *r, const struct data_field *row, const struct value *v)
{
	bool strict = (row->flags & DATA_STRICT) != 0;

	if (row->name != NULL && strcmp(row->name, "output_selector") == 0)
		strict = r->c->version < VERSION_GRAPH;
	switch (row->kind) {
	case DATA_SELECTOR:
		r->strict = strict;
		check_selector(r, v);
		break;
	case DATA_TEMPLATE:
		r->strict = check_type_is(r->n, "llm");
		check_template(r, v);
		break;
	case DATA_OBJECT:
		walk_rows(r, row->members, v);
		break;
	case DATA_EITHER:
		if (value_is(v, VALUE_OBJECT))
			walk_rows(r, row->members, v);
		value_each(item, value_is(v, VALUE_ARRAY) ? v : NULL)
			walk_value(r, row->item, item);
		break;
	case DATA_LIST:
	case DATA_MAP:
		value_each(item, v)
			walk_value(r, row->item, item);
		break;
	default:
		break;
	}
}

/* What is switched off is not read; of a Jinja message only the Jinja text
 * is, and that by its own variables. */
static void
walk_rows(struct reading *r, const struct data_field *rows,
	const struct value *object)
{
	if (!value_get_bool(object, "enabled", true) ||
		check_text_is(object, "edition_type", "jinja2"))
		return;
	for (; rows->name != NULL; rows++) {
		const struct value *v = value_get(object, rows->name);

		if (v != NULL &&
			in_versions(r->c->version, rows->since, rows->until))
			walk_value(r, rows, v);
	}
}

/* Inputs of tools and agents, {type, value}. */
static void
walk_inputs(struct reading *r, const struct value *inputs)
{
	r->strict = false;
	value_each(input, inputs) {
		const struct value *v = value_get(input, "value");

		if (check_text_is(input, "type", "variable"))
			check_selector(r, v);
		else if (check_text_is(input, "type", "mixed"))
			check_template(r, v);
	}
}

void
check_references(struct check *c)
{
	for (size_t i = 0; i < c->node_count; i++) {
		struct reading r = {.c = c, .n = &c->nodes[i]};
		const struct value *data = r.n->data;

		if (r.n->note || r.n->type == NULL)
			continue;
		walk_rows(&r, node_rows(r.n->type, data, c->version), data);
		walk_inputs(&r, value_get(data, "tool_parameters"));
		walk_inputs(&r, value_get(data, "agent_parameters"));
	}
}
