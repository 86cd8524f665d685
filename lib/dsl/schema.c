/* schema.c: see schema.h. */
#include "dsl/schema.h"

#include "dsl/finding.h"

#include <string.h>

enum { MOST_DEPTH = 8 };

struct making {
	struct arena *a;
	int version;
	int depth; /* rows may hold themselves */
};

static struct value *row_schema(struct making *m, const struct data_field *row);

static struct value *
typed(struct making *m, const char *type)
{
	struct value *v = value_object(m->a);

	value_set_text(m->a, v, "type", type);
	return v;
}

/* The schema of an object with these members; others are allowed. */
static struct value *
members(struct making *m, const struct data_field *rows)
{
	struct value *v = typed(m, "object");
	struct value *properties = value_object(m->a);
	struct value *required = value_array(m->a);

	for (; rows != NULL && rows->name != NULL; rows++) {
		if (!in_versions(m->version, rows->since, rows->until))
			continue;
		value_set(m->a, properties, rows->name, row_schema(m, rows));
		if (rows->flags & DATA_REQUIRED)
			value_append_text(m->a, required, rows->name);
	}
	value_set(m->a, v, "properties", properties);
	if (value_count(required) > 0)
		value_set(m->a, v, "required", required);
	return v;
}

static struct value *
list_of(struct making *m, const struct data_field *item)
{
	struct value *v = typed(m, "array");

	value_set(m->a, v, "items", row_schema(m, item));
	return v;
}

static struct value *
words(struct making *m, const char *allowed)
{
	struct value *v = value_object(m->a);
	struct value *list = value_set(m->a, v, "enum", value_array(m->a));

	while (*allowed != '\0') {
		size_t n = strcspn(allowed, "|");

		value_append(list, value_string_n(m->a, allowed, n));
		allowed += n + (allowed[n] == '|');
	}
	return v;
}

static struct value *
any_of(struct making *m, struct value *x, struct value *y)
{
	struct value *v = value_object(m->a);
	struct value *list = value_set(m->a, v, "anyOf", value_array(m->a));

	value_append(list, x);
	value_append(list, y);
	return v;
}

static struct value *
texts(struct making *m)
{
	struct value *v = typed(m, "array");

	value_set(m->a, v, "items", typed(m, "string"));
	return v;
}

static struct value *
kind_schema(struct making *m, const struct data_field *row)
{
	struct value *v;

	switch (row->kind) {
	case DATA_TEXT:
	case DATA_TEMPLATE:
	case DATA_JINJA:
	case DATA_CODE:
		return typed(m, "string");
	case DATA_INT:
		return typed(m, "integer");
	case DATA_NUMBER:
		return typed(m, "number");
	case DATA_BOOL:
		return typed(m, "boolean");
	case DATA_ENUM:
		return words(m, row->allowed);
	case DATA_LITERAL:
		v = any_of(m, typed(m, "string"), typed(m, "boolean"));
		value_append(value_get(v, "anyOf"), texts(m));
		return v;
	case DATA_SELECTOR:
		return texts(m);
	case DATA_OBJECT:
		return members(m, row->members);
	case DATA_LIST:
		return list_of(m, row->item);
	case DATA_EITHER:
		return any_of(
			m, list_of(m, row->item), members(m, row->members));
	case DATA_MAP:
		v = typed(m, "object");
		value_set(m->a, v, "additionalProperties",
			row_schema(m, row->item));
		return v;
	default:
		return value_object(m->a);
	}
}

static struct value *
row_schema(struct making *m, const struct data_field *row)
{
	struct value *v;

	if ((row->flags & DATA_SOFT) || m->depth == MOST_DEPTH)
		return value_object(m->a);
	m->depth++;
	v = kind_schema(m, row);
	m->depth--;
	if (value_count(v) > 0 && (row->flags & DATA_OR_TEXT))
		v = any_of(m, v, typed(m, "string"));
	if (value_count(v) > 0 && (row->flags & DATA_NULLABLE))
		v = any_of(m, v, typed(m, "null"));
	return v;
}

struct value *
node_schema(struct arena *a, const struct node_type *type, int version)
{
	struct making m = {a, version, 0};
	struct value *v = value_object(a);
	struct value *own = members(&m, type->fields);
	struct value *common = members(&m, common_fields);
	struct value *only = value_object(a);
	struct value *properties = value_get(own, "properties");

	value_set_text(
		a, v, "$schema", "http://json-schema.org/draft-07/schema#");
	value_set_text(a, v, "title", type->name);
	value_set_text(a, v, "description", type->purpose);
	value_set_text(a, v, "type", "object");
	value_set_text(a, only, "const", type->name);
	value_set(a, v, "properties", value_object(a));
	value_set(a, value_get(v, "properties"), "type", only);
	value_each(row, value_get(common, "properties"))
		value_set(a, value_get(v, "properties"), row->key,
			value_clone(a, row));
	value_each(row, properties)
		value_set(a, value_get(v, "properties"), row->key,
			value_clone(a, row));
	value_set(a, v, "required", value_array(a));
	value_append_text(a, value_get(v, "required"), "type");
	value_each(name, value_get(own, "required"))
		value_append_text(
			a, value_get(v, "required"), value_text(name));
	return v;
}

struct value *
findings_schema(struct arena *a)
{
	struct value *list = value_object(a);
	const struct finding_kind *kind;

	for (size_t i = 0; (kind = finding_kind_at(i)) != NULL; i++) {
		struct value *v = value_object(a);

		value_set_text(a, v, "tier", finding_tier_names[kind->tier]);
		value_set_bool(a, v, "fixable", kind->fixable);
		value_set_text(a, v, "en", kind->en);
		value_set_text(a, v, "zh", kind->zh);
		value_set(a, list, kind->code, v);
	}
	return list;
}
