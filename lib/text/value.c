/* value.c: builds, reads and changes trees of values. */
#include "text/value.h"

#include <math.h>

const char *const value_type_names[VALUE__MAX] = {
	[VALUE_NULL] = "null",
	[VALUE_BOOL] = "boolean",
	[VALUE_INT] = "integer",
	[VALUE_FLOAT] = "number",
	[VALUE_STRING] = "string",
	[VALUE_ARRAY] = "array",
	[VALUE_OBJECT] = "object",
};

static struct value *
make(struct arena *a, enum value_type type)
{
	struct value *v = arena_alloc(a, sizeof(*v));

	v->type = type;
	return v;
}

struct value *
value_null(struct arena *a)
{
	return make(a, VALUE_NULL);
}

struct value *
value_bool(struct arena *a, bool b)
{
	struct value *v = make(a, VALUE_BOOL);

	v->u.truth = b;
	return v;
}

struct value *
value_int(struct arena *a, int64_t n)
{
	struct value *v = make(a, VALUE_INT);

	v->u.integer = n;
	return v;
}

struct value *
value_float(struct arena *a, double n)
{
	struct value *v = make(a, VALUE_FLOAT);

	v->u.number = n;
	return v;
}

struct value *
value_string_n(struct arena *a, const char *s, size_t len)
{
	struct value *v = make(a, VALUE_STRING);

	v->u.text.s = arena_memdup(a, s, len);
	v->u.text.len = len;
	return v;
}

struct value *
value_string(struct arena *a, const char *s)
{
	return value_string_n(a, s, strlen(s));
}

struct value *
value_array(struct arena *a)
{
	return make(a, VALUE_ARRAY);
}

struct value *
value_object(struct arena *a)
{
	return make(a, VALUE_OBJECT);
}

bool
value_is(const struct value *v, enum value_type type)
{
	return v != NULL && v->type == type;
}

static bool
has_kids(const struct value *v)
{
	return value_is(v, VALUE_ARRAY) || value_is(v, VALUE_OBJECT);
}

struct value *
value_first(const struct value *v)
{
	return has_kids(v) ? v->u.kids.first : NULL;
}

size_t
value_count(const struct value *v)
{
	return has_kids(v) ? v->u.kids.count : 0;
}

static void
link_last(struct value *parent, struct value *child)
{
	child->parent = parent;
	child->next = NULL;
	if (parent->u.kids.last != NULL)
		parent->u.kids.last->next = child;
	else
		parent->u.kids.first = child;
	parent->u.kids.last = child;
	parent->u.kids.count++;
}

/* The keys and texts of the copy are its own, so it may live in another
 * arena than the original. */
struct value *
value_clone(struct arena *a, const struct value *v)
{
	struct value *copy;

	if (v == NULL)
		return NULL;
	copy = make(a, v->type);
	copy->line = v->line;
	copy->column = v->column;
	if (!has_kids(v)) {
		copy->u = v->u;
		if (v->type == VALUE_STRING)
			copy->u.text.s =
				arena_memdup(a, v->u.text.s, v->u.text.len);
		return copy;
	}
	value_each(child, v) {
		struct value *kid = value_clone(a, child);

		kid->key = arena_strdup(a, child->key);
		link_last(copy, kid);
	}
	return copy;
}

struct value *
value_get(const struct value *v, const char *key)
{
	if (!value_is(v, VALUE_OBJECT))
		return NULL;
	value_each(child, v)
		if (*child->key == *key && strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

struct value *
value_at(const struct value *v, size_t index)
{
	if (!value_is(v, VALUE_ARRAY))
		return NULL;
	value_each(child, v)
		if (index-- == 0)
			return child;
	return NULL;
}

const char *
value_text(const struct value *v)
{
	return value_is(v, VALUE_STRING) ? v->u.text.s : NULL;
}

const char *
value_get_text(const struct value *v, const char *key, const char *other)
{
	const char *s = value_text(value_get(v, key));

	return s != NULL ? s : other;
}

int64_t
value_get_int(const struct value *v, const char *key, int64_t other)
{
	const struct value *child = value_get(v, key);

	return value_is(child, VALUE_INT) ? child->u.integer : other;
}

bool
value_get_bool(const struct value *v, const char *key, bool other)
{
	const struct value *child = value_get(v, key);

	return value_is(child, VALUE_BOOL) ? child->u.truth : other;
}

struct value *
value_set(struct arena *a, struct value *object, const char *key,
	struct value *child)
{
	struct value *old = value_get(object, key);

	if (!value_is(object, VALUE_OBJECT) || child == NULL)
		return child;
	if (old != NULL) {
		value_replace(old, child);
		return child;
	}
	child->key = arena_strdup(a, key);
	link_last(object, child);
	return child;
}

void
value_set_text(
	struct arena *a, struct value *object, const char *key, const char *s)
{
	value_set(a, object, key, value_string(a, s));
}

void
value_set_int(struct arena *a, struct value *object, const char *key, int64_t n)
{
	value_set(a, object, key, value_int(a, n));
}

void
value_set_bool(struct arena *a, struct value *object, const char *key, bool b)
{
	value_set(a, object, key, value_bool(a, b));
}

struct value *
value_append(struct value *array, struct value *child)
{
	if (child == NULL)
		return NULL;
	child->key = NULL;
	if (has_kids(array))
		link_last(array, child);
	return child;
}

void
value_append_text(struct arena *a, struct value *array, const char *s)
{
	value_append(array, value_string(a, s));
}

/* The sibling in front of child; NULL when it is the first. */
static struct value *
before(const struct value *child)
{
	struct value *prev = NULL;

	for (struct value *v = child->parent->u.kids.first; v != child;
		v = v->next)
		prev = v;
	return prev;
}

void
value_remove(struct value *child)
{
	struct value *parent = child->parent;
	struct value *prev;

	if (parent == NULL)
		return;
	prev = before(child);
	if (prev != NULL)
		prev->next = child->next;
	else
		parent->u.kids.first = child->next;
	if (parent->u.kids.last == child)
		parent->u.kids.last = prev;
	parent->u.kids.count--;
	child->next = NULL;
	child->parent = NULL;
}

void
value_replace(struct value *child, struct value *other)
{
	struct value *parent = child->parent;
	struct value *prev;

	if (parent == NULL)
		return;
	prev = before(child);
	other->key = child->key;
	other->parent = parent;
	other->next = child->next;
	if (prev != NULL)
		prev->next = other;
	else
		parent->u.kids.first = other;
	if (parent->u.kids.last == child)
		parent->u.kids.last = other;
	child->next = NULL;
	child->parent = NULL;
}

static bool
numbers_equal(const struct value *x, const struct value *y)
{
	double a, b;

	if (x->type == VALUE_INT && y->type == VALUE_INT)
		return x->u.integer == y->u.integer;
	a = x->type == VALUE_INT ? (double)x->u.integer : x->u.number;
	b = y->type == VALUE_INT ? (double)y->u.integer : y->u.number;
	return a == b || (isnan(a) && isnan(b));
}

static bool
is_number(const struct value *v)
{
	return v->type == VALUE_INT || v->type == VALUE_FLOAT;
}

static bool
kids_equal(const struct value *x, const struct value *y)
{
	const struct value *other = value_first(y);

	if (value_count(x) != value_count(y))
		return false;
	value_each(child, x) {
		const struct value *match = other;

		if (x->type == VALUE_OBJECT &&
			strcmp(child->key, other->key) != 0)
			match = value_get(y, child->key);
		if (match == NULL || !value_equal(child, match))
			return false;
		other = other->next;
	}
	return true;
}

bool
value_equal(const struct value *x, const struct value *y)
{
	if (is_number(x) && is_number(y))
		return numbers_equal(x, y);
	if (x->type != y->type)
		return false;
	switch (x->type) {
	case VALUE_BOOL:
		return x->u.truth == y->u.truth;
	case VALUE_STRING:
		return x->u.text.len == y->u.text.len &&
		       memcmp(x->u.text.s, y->u.text.s, x->u.text.len) == 0;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		return kids_equal(x, y);
	default:
		return true;
	}
}
