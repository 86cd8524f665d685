/* fix_document.c: mends of the document, the app and the variables. */
#include "dsl/fix.h"

#include "base/str.h"

#include <stdlib.h>

enum { MOST_LETTERS = 255 };

bool
fix_version(struct fix *f)
{
	return fix_put_text(f, dsl_format(f->version));
}

bool
fix_kind(struct fix *f)
{
	return fix_put_text(f, "app");
}

bool
fix_name(struct fix *f)
{
	return fix_put_text(f, "Workflow");
}

bool
fix_long_text(struct fix *f)
{
	const char *s = value_text(f->at);
	size_t letters = 0;
	size_t n = 0;

	for (; s != NULL && s[n] != '\0'; n++) {
		letters += ((unsigned char)s[n] & 0xC0) != 0x80;
		if (letters > MOST_LETTERS)
			break;
	}
	return s != NULL && fix_put_text(f, arena_memdup(f->arena, s, n));
}

/* The code unit that three bytes ED A0 80 ... stand for; 0: none there. */
static unsigned
half_at(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] != 0xED || u[1] < 0xA0)
		return 0;
	return 0xD000u | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
}

static void
put_letter(struct str *out, unsigned letter)
{
	str_putc(out, (char)(0xF0 | letter >> 18));
	str_putc(out, (char)(0x80 | (letter >> 12 & 0x3F)));
	str_putc(out, (char)(0x80 | (letter >> 6 & 0x3F)));
	str_putc(out, (char)(0x80 | (letter & 0x3F)));
}

/* Pairs become the character that they mean, single halves U+FFFD. */
bool
fix_halves(struct fix *f)
{
	const char *s = value_text(f->at);
	struct str out;

	if (s == NULL)
		return false;
	str_init(&out, f->arena, strlen(s) + 1);
	while (*s != '\0') {
		unsigned high = half_at(s);
		unsigned low = high ? half_at(s + 3) : 0;

		if (high >= 0xD800 && high < 0xDC00 && low >= 0xDC00) {
			put_letter(&out, 0x10000u + ((high - 0xD800) << 10) +
						 (low - 0xDC00));
			s += 6;
		} else if (high != 0) {
			str_puts(&out, "\xEF\xBF\xBD");
			s += 3;
		} else {
			str_putc(&out, *s++);
		}
	}
	return fix_put_text(f, out.s);
}

/* An edge is told by one of its ends, and goes as a whole. */
bool
fix_remove(struct fix *f)
{
	static const char edges[] = "/workflow/graph/edges/";

	if (strncmp(f->finding->pointer, edges, sizeof(edges) - 1) != 0)
		return fix_drop(f);
	while (f->at != NULL && f->at->parent != f->edges)
		f->at = f->at->parent;
	return fix_drop(f);
}

static const char *
type_of(const struct value *v)
{
	switch (v->type) {
	case VALUE_STRING:
		return "string";
	case VALUE_INT:
	case VALUE_FLOAT:
		return "number";
	case VALUE_BOOL:
		return "boolean";
	case VALUE_OBJECT:
		return "object";
	default:
		return NULL;
	}
}

/* The type that the value has; a list's is that of all its items. */
bool
fix_variable_type(struct fix *f)
{
	const struct value *v = value_get(f->parent, "value");
	const char *type;

	if (v == NULL)
		return false;
	if (v->type != VALUE_ARRAY)
		return fix_put_text(f, type_of(v));
	type = value_first(v) != NULL ? type_of(value_first(v)) : NULL;
	value_each(item, v)
		if (type == NULL || type_of(item) == NULL ||
			strcmp(type, type_of(item)) != 0)
			return false;
	return type != NULL &&
	       fix_put_text(f, arena_printf(f->arena, "array[%s]", type));
}

static struct value *
empty_of(struct arena *a, const char *type)
{
	if (list_has("string|secret", type))
		return value_string(a, "");
	if (list_has("number|integer|float", type))
		return value_int(a, 0);
	if (strcmp(type, "boolean") == 0)
		return value_bool(a, false);
	if (strcmp(type, "object") == 0)
		return value_object(a);
	return strncmp(type, "array", 5) == 0 ? value_array(a) : NULL;
}

/* A number that was quoted, or a text that was not. */
static struct value *
converted(struct arena *a, const struct value *v, const char *type)
{
	const char *s = value_text(v);
	char *end;
	double number;

	if (s != NULL && list_has("number|integer|float", type)) {
		number = strtod(s, &end);
		if (end == s || *end != '\0')
			return NULL;
		return number == (double)(int64_t)number
			       ? value_int(a, (int64_t)number)
			       : value_float(a, number);
	}
	if (v->type == VALUE_INT && list_has("string|secret", type))
		return value_string(
			a, arena_printf(a, "%lld", (long long)v->u.integer));
	if (s != NULL && strcmp(type, "boolean") == 0 &&
		list_has("true|false", s))
		return value_bool(a, strcmp(s, "true") == 0);
	if (s != NULL && s[0] == '\0')
		return empty_of(a, type);
	return NULL;
}

bool
fix_variable_value(struct fix *f)
{
	const char *type = value_get_text(f->parent, "value_type", "");

	if (f->at == NULL || f->at->type == VALUE_NULL)
		return fix_put(f, empty_of(f->arena, type));
	return fix_put(f, converted(f->arena, f->at, type));
}
