/* value.h: a tree of values, as JSON and YAML hold them, in an arena. */
#ifndef VALUE_H
#define VALUE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_type {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_FLOAT,
	VALUE_STRING,
	VALUE_ARRAY,
	VALUE_OBJECT,
	VALUE__MAX
};

extern const char *const value_type_names[VALUE__MAX];

/*
 * One value. Members of an object and items of an array are its children, in
 * the order of the text. A value belongs to one parent at most; it lives as
 * long as the arena it came from. line and column (from 1, 0 = made by us)
 * say where it stood in the text.
 */
struct value {
	enum value_type type;
	uint32_t line;
	uint32_t column;
	const char *key; /* name inside an object, else NULL */
	union {
		bool truth;
		int64_t integer;
		double number;
		struct {
			const char *s; /* NUL behind len bytes */
			size_t len;
		} text;
		struct {
			struct value *first;
			struct value *last;
			size_t count;
		} kids;
	} u;
	struct value *next; /* the next sibling */
	struct value *parent;
};

/* value_each: visits the children of v; body must not remove them. */
#define value_each(child, v)                                      \
	for (struct value *child = value_first(v); child != NULL; \
		child = child->next)

/* Makers. Texts are copied. */
struct value *value_null(struct arena *a);
struct value *value_bool(struct arena *a, bool b);
struct value *value_int(struct arena *a, int64_t n);
struct value *value_float(struct arena *a, double n);
struct value *value_string(struct arena *a, const char *s);
struct value *value_string_n(struct arena *a, const char *s, size_t len);
struct value *value_array(struct arena *a);
struct value *value_object(struct arena *a);

/* value_clone: a deep copy without a parent; NULL gives NULL. */
struct value *value_clone(struct arena *a, const struct value *v);

/* value_is: whether v (NULL allowed) is of that type. */
bool value_is(const struct value *v, enum value_type type);

/* value_first, value_count: children of v; none for NULL and scalars. */
struct value *value_first(const struct value *v);
size_t value_count(const struct value *v);

/* value_get: the member of that name, NULL when v is no object or lacks it. */
struct value *value_get(const struct value *v, const char *key);

/* value_at: the item at that place, NULL when there is none. */
struct value *value_at(const struct value *v, size_t index);

/* value_text: the text of a string; NULL for any other type and for NULL. */
const char *value_text(const struct value *v);

/* value_get_text, value_get_int, value_get_bool: a member's content, or other
 * when it is absent or of another type. */
const char *value_get_text(
	const struct value *v, const char *key, const char *other);
int64_t value_get_int(const struct value *v, const char *key, int64_t other);
bool value_get_bool(const struct value *v, const char *key, bool other);

/*
 * value_set: gives object a member, in the place of one of the same name or
 * at the end. The key is copied; child must not have a parent. Returns child.
 * Nothing happens when object is none, or child is NULL.
 */
struct value *value_set(struct arena *a, struct value *object, const char *key,
	struct value *child);

/* Shorthands for value_set(). */
void value_set_text(
	struct arena *a, struct value *object, const char *key, const char *s);
void value_set_int(
	struct arena *a, struct value *object, const char *key, int64_t n);
void value_set_bool(
	struct arena *a, struct value *object, const char *key, bool b);

/* value_append: adds child (without a parent) to an array; nothing happens when
 * it is none, or child is NULL. Returns child. */
struct value *value_append(struct value *array, struct value *child);
void value_append_text(struct arena *a, struct value *array, const char *s);

/* value_remove: takes child out of its parent; it can be put elsewhere. */
void value_remove(struct value *child);

/* value_replace: puts other (without a parent) in the place of child. */
void value_replace(struct value *child, struct value *other);

/*
 * value_equal: same type and content; the order of members does not count,
 * 1 equals 1.0, and what is no number equals itself.
 */
bool value_equal(const struct value *x, const struct value *y);

/* value_pointer: the JSON Pointer (RFC 6901) of v from the root of its tree. */
const char *value_pointer(struct arena *a, const struct value *v);

/* value_find: what a JSON Pointer names below root, or NULL. */
struct value *value_find(const struct value *root, const char *pointer);

#endif
