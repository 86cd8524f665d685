/* plan_form.c: a plan as constrained output writes it, and back. */
#include "dsl/catalogue.h"
#include "dsl/fill.h"
#include "dsl/plan_field.h"
#include "dsl/plan_schema.h"

#include <string.h>

enum { MOST_DEPTH = 200 };

/* What a shape says, any other row itself. */
static const struct plan_field *
shape_of(const struct plan_field *row)
{
	while (row->kind == PLAN_SHAPE)
		row = row->item;
	return row;
}

/* The members that a step of that type has of its own, NULL for none. */
static const struct plan_field *
step_rows(const struct value *step)
{
	const char *word = value_get_text(step, "type", "");
	const struct node_type *type = node_type_guess(word);

	if (strcmp(word, "parallel") == 0)
		return plan_parallel_fields;
	return type == NULL ? NULL : type->plan;
}

static bool
fits_object(const struct plan_field *row, const struct value *v)
{
	for (row = row->members; row->name != NULL; row++)
		if (row->needed && value_get(v, row->name) == NULL)
			return false;
	return true;
}

static bool
fits(const struct plan_field *row, const struct value *v)
{
	row = shape_of(row);
	switch (row->kind) {
	case PLAN_OBJECT:
		return value_is(v, VALUE_OBJECT) && fits_object(row, v);
	case PLAN_MAP:
		return value_is(v, VALUE_OBJECT) || value_is(v, VALUE_ARRAY);
	default:
		return value_is(v, VALUE_STRING);
	}
}

/* The one of several rows that v is meant for, NULL for none. */
static const struct plan_field *
way_of(const struct plan_field *row, const struct value *v)
{
	for (row = row->members; row->name != NULL; row++)
		if (fits(row, v))
			return row;
	return NULL;
}

/* ---- as the schema wants it ---- */

static struct value *strict_value(
	struct arena *a, const struct plan_field *row, const struct value *v);

static struct value *
strict_members(struct arena *a, struct value *out,
	const struct plan_field *rows, const struct value *v)
{
	for (; rows != NULL && rows->name != NULL; rows++) {
		const struct value *member = value_get(v, rows->name);

		if (!rows->needed &&
			(member == NULL || value_is(member, VALUE_NULL)))
			value_set(a, out, rows->name, value_null(a));
		else
			value_set(a, out, rows->name,
				strict_value(a, rows, member));
	}
	return out;
}

static struct value *
strict_steps(struct arena *a, const struct value *v)
{
	struct value *out = value_array(a);

	value_each(step, v) {
		const struct node_type *type =
			node_type_guess(value_get_text(step, "type", ""));
		struct value *s = value_append(out, value_object(a));

		strict_members(a, s, plan_step_fields, step);
		if (type != NULL && type->prompt != NULL)
			value_set_text(a, s, "type", node_type_word(a, type));
		strict_members(a, s, step_rows(step), step);
	}
	return out;
}

static struct value *
strict_list(
	struct arena *a, const struct plan_field *item, const struct value *v)
{
	struct value *out = value_array(a);

	if (value_text(v) != NULL)
		value_append(out, strict_value(a, item, v));
	value_each(each, value_is(v, VALUE_ARRAY) ? v : NULL)
		value_append(out, strict_value(a, item, each));
	return out;
}

/* "array" with items of a type, as a plan writes it. */
static const char *
schema_type(struct arena *a, const struct value *v)
{
	const char *type = value_get_text(v, "type", "string");

	if (strcmp(type, "array") == 0)
		return arena_printf(a, "array[%s]",
			value_get_text(
				value_get(v, "items"), "type", "string"));
	return strcmp(type, "integer") == 0 ? "number" : type;
}

static void
add_pair(struct arena *a, struct value *out, const char *key,
	struct value *content)
{
	struct value *pair = value_append(out, value_object(a));

	value_set_text(a, pair, "key", key);
	value_set(a, pair, "value", content);
}

static struct value *
strict_map(
	struct arena *a, const struct plan_field *item, const struct value *v)
{
	struct value *out = value_array(a);
	const struct value *inner = value_get(v, "properties");

	if (value_text(v) != NULL)
		add_pair(a, out, "item", strict_value(a, item, v));
	if (item->kind == PLAN_WORD && inner != NULL)
		v = inner;
	value_each(member, fill_pairs(a, v))
		if (item->kind == PLAN_WORD && value_is(member, VALUE_OBJECT))
			add_pair(a, out, member->key,
				value_string(a, schema_type(a, member)));
		else
			add_pair(a, out, member->key,
				strict_value(a, item, member));
	return out;
}

/* A part may be its list of steps alone, a condition stand for itself. */
static struct value *
strict_object(
	struct arena *a, const struct plan_field *row, const struct value *v)
{
	struct value *whole = value_object(a);

	if (value_is(v, VALUE_ARRAY))
		value_set(a, whole, row->members->name, value_clone(a, v));
	return strict_members(a, value_object(a), row->members,
		value_is(v, VALUE_ARRAY) ? whole : v);
}

static struct value *
strict_either(
	struct arena *a, const struct plan_field *row, const struct value *v)
{
	const struct plan_field *way = way_of(row, v);
	struct value *wrapped;

	if (way == NULL && row == &plan_when) {
		wrapped = value_object(a);
		value_append(value_set(a, wrapped, "all", value_array(a)),
			value_clone(a, v));
		return strict_value(a, row->members, wrapped);
	}
	return strict_value(a, way == NULL ? row->members : way, v);
}

/* A map of anything but texts can only be written as one text. */
static bool
flat(const struct value *v)
{
	value_each(member, value_is(v, VALUE_OBJECT) ? v : NULL)
		if (value_text(member) == NULL)
			return false;
	return true;
}

/* A word of the row, whatever its spelling; else its first one. */
static struct value *
strict_word(
	struct arena *a, const struct plan_field *row, const struct value *v)
{
	const char *text = value_text(v);

	if (row->allowed == NULL || list_has(row->allowed, text))
		return value_string(a, text == NULL ? "" : text);
	if (text != NULL && list_has(row->allowed, fill_operator(text)))
		return value_string(a, fill_operator(text));
	if (text != NULL && list_has(row->allowed, fill_type(text, "")))
		return value_string(a, fill_type(text, ""));
	return value_string_n(a, row->allowed, strcspn(row->allowed, "|"));
}

static struct value *
strict_free(struct arena *a, const struct value *v)
{
	const char *text;

	if (v != NULL && v->type != VALUE_OBJECT && v->type != VALUE_ARRAY &&
		v->type != VALUE_NULL)
		return value_clone(a, v);
	if (value_is(v, VALUE_ARRAY))
		return strict_list(a, &plan_text, v);
	text = fill_plain(a, v);
	return value_string(a, text == NULL ? "" : text);
}

static struct value *
strict_number(struct arena *a, const struct value *v)
{
	return value_is(v, VALUE_FLOAT) ? value_float(a, v->u.number)
					: value_int(a, fill_int(v, 0));
}

static struct value *
strict_value(
	struct arena *a, const struct plan_field *row, const struct value *v)
{
	const char *text;

	row = shape_of(row);
	if (row->kind == PLAN_EITHER && !flat(v) &&
		shape_of(&row->members[1])->kind == PLAN_MAP)
		row = &plan_text;
	switch (row->kind) {
	case PLAN_INT:
		return value_int(a, fill_int(v, 0));
	case PLAN_NUMBER:
		return strict_number(a, v);
	case PLAN_BOOL:
		return value_bool(a, value_is(v, VALUE_BOOL) && v->u.truth);
	case PLAN_WORD:
		return strict_word(a, row, v);
	case PLAN_VALUE:
		return strict_free(a, v);
	case PLAN_OBJECT:
		return strict_object(a, row, v);
	case PLAN_LIST:
		return strict_list(a, row->item, v);
	case PLAN_MAP:
		return strict_map(a, row->item, v);
	case PLAN_EITHER:
		return strict_either(a, row, v);
	case PLAN_STEPS:
		return strict_steps(a, v);
	default:
		text = fill_plain(a, v);
		return value_string(a, text == NULL ? "" : text);
	}
}

struct value *
plan_strict(struct arena *a, const struct value *plan)
{
	if (plan == NULL)
		return NULL;
	return strict_members(a, value_object(a), plan_fields, plan);
}

/* ---- and back ---- */

static void relax(struct arena *a, const struct plan_field *row,
	struct value *v, int depth);

/* Whether v is a list of {key, value}; an empty one is an empty map. */
static bool
pairs(const struct value *v)
{
	if (!value_is(v, VALUE_ARRAY))
		return false;
	value_each(item, v)
		if (value_count(item) != 2 ||
			value_text(value_get(item, "key")) == NULL ||
			value_get(item, "value") == NULL)
			return false;
	return true;
}

static void
relax_map(struct arena *a, struct value *v)
{
	struct value *map;

	if (!pairs(v))
		return;
	map = value_object(a);
	value_each(item, v)
		value_set(a, map, value_text(value_get(item, "key")),
			value_clone(a, value_get(item, "value")));
	map->line = v->line;
	map->column = v->column;
	value_replace(v, map);
}

static void
relax_members(struct arena *a, const struct plan_field *rows, struct value *v,
	int depth)
{
	for (; rows != NULL && rows->name != NULL; rows++) {
		struct value *member = value_get(v, rows->name);

		if (value_is(member, VALUE_NULL))
			value_remove(member);
		else if (member != NULL)
			relax(a, rows, member, depth);
	}
}

static void
relax_list(struct arena *a, const struct plan_field *item, struct value *v,
	int depth)
{
	struct value *next;

	for (struct value *each = value_first(v); each != NULL; each = next) {
		next = each->next;
		relax(a, item, each, depth);
	}
}

static void
relax_steps(struct arena *a, struct value *v, int depth)
{
	value_each(step, value_is(v, VALUE_ARRAY) ? v : NULL) {
		relax_members(a, plan_step_fields, step, depth);
		relax_members(a, step_rows(step), step, depth);
	}
}

static void
relax(struct arena *a, const struct plan_field *row, struct value *v, int depth)
{
	const struct plan_field *way;

	row = shape_of(row);
	if (depth > MOST_DEPTH)
		return;
	if (row->kind == PLAN_EITHER) {
		way = way_of(row, v);
		if (way != NULL)
			relax(a, way, v, depth + 1);
	} else if (row->kind == PLAN_OBJECT) {
		relax_members(a, row->members, v, depth + 1);
	} else if (row->kind == PLAN_LIST) {
		relax_list(a, row->item, v, depth + 1);
	} else if (row->kind == PLAN_MAP) {
		relax_map(a, v);
	} else if (row->kind == PLAN_STEPS) {
		relax_steps(a, v, depth + 1);
	}
}

void
plan_relax(struct arena *a, struct value *plan)
{
	relax_members(a, plan_fields, plan, 0);
}
