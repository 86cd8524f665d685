/* jsonschema_value.c: the keywords of numbers, texts, lists and objects. */
#include "text/jsonschema_parts.h"

#include <math.h>
#include <string.h>

static bool
whole_multiple(double n, double of)
{
	double q = n / of;

	if (!isfinite(q))
		return false;
	return fabs(q - round(q)) < 1e-9 * fmax(1, fabs(q));
}

bool
schema_number(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	double limit;
	double n;
	bool fits = true;

	if (v->type != VALUE_INT && v->type != VALUE_FLOAT)
		return true;
	n = v->type == VALUE_INT ? (double)v->u.integer : v->u.number;
	if (schema_limit(schema, "maximum", &limit) && n > limit)
		fits = schema_fail(w, schema, "maximum", v, NULL);
	if (schema_limit(schema, "minimum", &limit) && n < limit)
		fits = schema_fail(w, schema, "minimum", v, NULL);
	if (schema_limit(schema, "exclusiveMaximum", &limit) && n >= limit)
		fits = schema_fail(w, schema, "exclusiveMaximum", v, NULL);
	if (schema_limit(schema, "exclusiveMinimum", &limit) && n <= limit)
		fits = schema_fail(w, schema, "exclusiveMinimum", v, NULL);
	if (schema_limit(schema, "multipleOf", &limit) &&
		!whole_multiple(n, limit))
		fits = schema_fail(w, schema, "multipleOf", v, NULL);
	return fits;
}

static size_t
letters(const struct value *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->u.text.len; i++)
		n += ((unsigned char)v->u.text.s[i] & 0xC0) != 0x80;
	return n;
}

/* Whether a count is within two limits. */
static bool
check_count(struct schema_walk *w, const struct value *schema,
	const struct value *v, const char *least, const char *most,
	size_t count)
{
	double limit;
	bool fits = true;

	if (schema_limit(schema, least, &limit) && (double)count < limit)
		fits = schema_fail(w, schema, least, v, NULL);
	if (schema_limit(schema, most, &limit) && (double)count > limit)
		fits = schema_fail(w, schema, most, v, NULL);
	return fits;
}

bool
schema_text(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const char *pattern = value_get_text(schema, "pattern", NULL);
	bool fits;

	if (v->type != VALUE_STRING)
		return true;
	fits = check_count(w, schema, v, "minLength", "maxLength", letters(v));
	if (pattern != NULL &&
		schema_matches(w->s, pattern, v->u.text.s, v->u.text.len) != 1)
		fits = schema_fail(w, schema, "pattern", v, pattern);
	return fits;
}

static bool
has_twins(const struct value *v)
{
	enum { MOST = 5000 };

	if (value_count(v) > MOST)
		return true;
	value_each(item, v)
		for (const struct value *other = item->next; other != NULL;
			other = other->next)
			if (value_equal(item, other))
				return true;
	return false;
}

/* items is one schema for all, or a list of one for each. */
static bool
check_items(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const struct value *items = value_get(schema, "items");
	const struct value *more = value_get(schema, "additionalItems");
	const struct value *mine = value_first(items);
	bool each = value_is(items, VALUE_ARRAY);
	bool fits = true;

	if (items == NULL)
		return true;
	value_each(item, v) {
		const struct value *one = !each ? items : mine ? mine : more;

		if (one != NULL)
			fits = schema_fits(w, one, item) && fits;
		if (mine != NULL && each)
			mine = mine->next;
	}
	return fits;
}

static bool
contains(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	struct schema_errors *errors = w->errors;
	bool found = false;

	w->errors = NULL;
	value_each(item, v)
		found = found || schema_fits(w, schema, item);
	w->errors = errors;
	return found;
}

bool
schema_list(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const struct value *some = value_get(schema, "contains");
	bool fits;

	if (v->type != VALUE_ARRAY)
		return true;
	fits = check_count(
		w, schema, v, "minItems", "maxItems", value_count(v));
	fits = check_items(w, schema, v) && fits;
	if (value_get_bool(schema, "uniqueItems", false) && has_twins(v))
		fits = schema_fail(w, schema, "uniqueItems", v, NULL);
	if (some != NULL && !contains(w, some, v))
		fits = schema_fail(w, schema, "contains", v, NULL);
	return fits;
}

/* The members of a keyword; what is no object has none. */
static const struct value *
members_of(const struct value *schema, const char *keyword)
{
	const struct value *v = value_get(schema, keyword);

	return value_is(v, VALUE_OBJECT) ? v : NULL;
}

/* A member against its own schema, those of patterns, or the one for all
 * others. */
static bool
check_member(struct schema_walk *w, const struct value *schema,
	const struct value *member)
{
	const struct value *own =
		value_get(value_get(schema, "properties"), member->key);
	const struct value *patterns = members_of(schema, "patternProperties");
	const struct value *more = value_get(schema, "additionalProperties");
	bool known = own != NULL;
	bool fits = own == NULL || schema_fits(w, own, member);

	value_each(pattern, patterns) {
		int match = schema_matches(
			w->s, pattern->key, member->key, strlen(member->key));

		if (match < 0)
			fits = schema_fail(w, schema, "patternProperties",
				member, pattern->key);
		if (match != 1)
			continue;
		known = true;
		fits = schema_fits(w, pattern, member) && fits;
	}
	if (known || more == NULL)
		return fits;
	if (value_is(more, VALUE_BOOL) && !more->u.truth)
		return schema_fail(
			w, schema, "additionalProperties", member, member->key);
	return schema_fits(w, more, member) && fits;
}

static bool
check_required(struct schema_walk *w, const struct value *schema,
	const char *keyword, const struct value *names, const struct value *v)
{
	bool fits = true;

	value_each(name, names)
		if (value_text(name) != NULL &&
			value_get(v, value_text(name)) == NULL)
			fits = schema_fail(
				w, schema, keyword, v, value_text(name));
	return fits;
}

/* A dependency is a list of names, or a schema for the whole object. */
static bool
check_dependencies(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const struct value *list = members_of(schema, "dependencies");
	bool fits = true;

	value_each(one, list) {
		if (value_get(v, one->key) == NULL)
			continue;
		if (one->type == VALUE_ARRAY)
			fits = check_required(
				       w, schema, "dependencies", one, v) &&
			       fits;
		else
			fits = schema_fits(w, one, v) && fits;
	}
	return fits;
}

static bool
check_names(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const struct value *names = value_get(schema, "propertyNames");
	bool fits = true;

	if (names == NULL)
		return true;
	value_each(member, v) {
		struct value *name = value_string(w->arena, member->key);
		struct schema_errors *errors = w->errors;
		bool good;

		w->errors = NULL;
		good = schema_fits(w, names, name);
		w->errors = errors;
		if (!good)
			fits = schema_fail(
				w, schema, "propertyNames", v, member->key);
	}
	return fits;
}

bool
schema_object(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	bool fits;

	if (v->type != VALUE_OBJECT)
		return true;
	fits = check_count(
		w, schema, v, "minProperties", "maxProperties", value_count(v));
	fits = check_required(w, schema, "required",
		       value_get(schema, "required"), v) &&
	       fits;
	value_each(member, v)
		fits = check_member(w, schema, member) && fits;
	fits = check_dependencies(w, schema, v) && fits;
	return check_names(w, schema, v) && fits;
}
