/* plan_schema.c: the rows of plan_field.h as a JSON Schema. */
#include "dsl/plan_schema.h"

#include "dsl/catalogue.h"
#include "dsl/plan_field.h"

#include <string.h>

struct making {
	struct arena *a;
	struct value *defs;
	int version;
};

static struct value *row_schema(
	struct making *m, const struct plan_field *row, bool optional);

static struct value *
typed(struct making *m, const char *type)
{
	struct value *v = value_object(m->a);

	value_set_text(m->a, v, "type", type);
	return v;
}

static struct value *
any_of(struct making *m)
{
	struct value *v = value_object(m->a);

	value_set(m->a, v, "anyOf", value_array(m->a));
	return v;
}

static struct value *
reference(struct making *m, const char *name)
{
	struct value *v = value_object(m->a);

	value_set_text(m->a, v, "$ref", arena_printf(m->a, "#/$defs/%s", name));
	return v;
}

static struct value *
array_of(struct making *m, struct value *item)
{
	struct value *v = typed(m, "array");

	value_set(m->a, v, "items", item);
	return v;
}

static struct value *
words(struct making *m, const char *allowed)
{
	struct value *v = typed(m, "string");
	struct value *list = value_set(m->a, v, "enum", value_array(m->a));

	while (*allowed != '\0') {
		size_t n = strcspn(allowed, "|");

		value_append(list, value_string_n(m->a, allowed, n));
		allowed += n + (allowed[n] == '|');
	}
	return v;
}

/* An object that is closed later. */
static struct value *
open_object(struct making *m)
{
	struct value *v = typed(m, "object");

	value_set(m->a, v, "properties", value_object(m->a));
	return v;
}

static void
add_rows(struct making *m, struct value *object, const struct plan_field *rows)
{
	struct value *properties = value_get(object, "properties");

	for (; rows != NULL && rows->name != NULL; rows++)
		value_set(m->a, properties, rows->name,
			row_schema(m, rows, !rows->needed));
}

/* Every member is required, no other is allowed. */
static struct value *
closed(struct making *m, struct value *object)
{
	struct value *required = value_array(m->a);

	value_each(member, value_get(object, "properties"))
		value_append_text(m->a, required, member->key);
	value_set(m->a, object, "required", required);
	value_set_bool(m->a, object, "additionalProperties", false);
	return object;
}

static struct value *
object_of(struct making *m, const struct plan_field *rows)
{
	struct value *v = open_object(m);

	add_rows(m, v, rows);
	return closed(m, v);
}

static struct value *
map_of(struct making *m, const struct plan_field *item)
{
	struct value *v = open_object(m);

	value_set(m->a, value_get(v, "properties"), "key", typed(m, "string"));
	value_set(m->a, value_get(v, "properties"), "value",
		row_schema(m, item, false));
	return array_of(m, closed(m, v));
}

static struct value *
either(struct making *m, const struct plan_field *rows)
{
	struct value *v = any_of(m);

	for (; rows->name != NULL; rows++)
		value_append(value_get(v, "anyOf"), row_schema(m, rows, false));
	return v;
}

static struct value *
free_value(struct making *m)
{
	struct value *v = any_of(m);
	struct value *list = value_get(v, "anyOf");

	value_append(list, typed(m, "string"));
	value_append(list, typed(m, "number"));
	value_append(list, typed(m, "boolean"));
	value_append(list, array_of(m, typed(m, "string")));
	return v;
}

/* A shape is defined when it is met for the first time. */
static struct value *
named(struct making *m, const struct plan_field *shape)
{
	if (value_get(m->defs, shape->name) == NULL) {
		value_set(m->a, m->defs, shape->name, value_null(m->a));
		value_set(m->a, m->defs, shape->name,
			row_schema(m, shape, false));
	}
	return reference(m, shape->name);
}

static struct value *
plain_schema(struct making *m, const struct plan_field *row)
{
	switch (row->kind) {
	case PLAN_INT:
		return typed(m, "integer");
	case PLAN_NUMBER:
		return typed(m, "number");
	case PLAN_BOOL:
		return typed(m, "boolean");
	case PLAN_WORD:
		return words(m, row->allowed);
	case PLAN_VALUE:
		return free_value(m);
	case PLAN_OBJECT:
		return object_of(m, row->members);
	case PLAN_LIST:
		return array_of(m, row_schema(m, row->item, false));
	case PLAN_MAP:
		return map_of(m, row->item);
	case PLAN_EITHER:
		return either(m, row->members);
	case PLAN_SHAPE:
		return named(m, row->item);
	case PLAN_STEPS:
		return array_of(m, reference(m, "step"));
	default:
		return typed(m, "string");
	}
}

static struct value *
row_schema(struct making *m, const struct plan_field *row, bool optional)
{
	struct value *v = plain_schema(m, row), *either;

	if (!optional)
		return v;
	if (value_get(v, "anyOf") != NULL) {
		value_append(value_get(v, "anyOf"), typed(m, "null"));
		return v;
	}
	either = any_of(m);
	value_append(value_get(either, "anyOf"), v);
	value_append(value_get(either, "anyOf"), typed(m, "null"));
	return either;
}

static struct value *
step_schema(struct making *m, const char *word, const struct plan_field *fields)
{
	struct value *v = open_object(m);

	for (const struct plan_field *row = plan_step_fields; row->name != NULL;
		row++)
		value_set(m->a, value_get(v, "properties"), row->name,
			row->kind == PLAN_WORD
				? words(m, word)
				: row_schema(m, row, !row->needed));
	add_rows(m, v, fields);
	return closed(m, v);
}

static void
add_step(struct making *m, struct value *list, const char *word,
	const struct plan_field *fields)
{
	const char *name = arena_printf(m->a, "step-%s", word);

	value_append(list, reference(m, name));
	value_set(m->a, m->defs, name, step_schema(m, word, fields));
}

static void
add_steps(struct making *m)
{
	struct value *v = any_of(m);

	value_set(m->a, m->defs, "step", v);
	for (size_t i = 0; i < node_type_count; i++)
		if (node_types[i]->plan != NULL &&
			node_type_in(node_types[i], m->version))
			add_step(m, value_get(v, "anyOf"),
				node_type_word(m->a, node_types[i]),
				node_types[i]->plan);
	add_step(m, value_get(v, "anyOf"), "parallel", plan_parallel_fields);
}

struct value *
plan_schema(struct arena *a, int version)
{
	struct making m = {a, value_object(a), version};
	struct value *v = object_of(&m, plan_fields);

	add_steps(&m);
	value_set(a, v, "$defs", m.defs);
	return v;
}
