/* pointer.c: JSON Pointers (RFC 6901) to and from places in a tree. */
#include "base/limits.h"
#include "base/str.h"
#include "text/value.h"

static void
add_escaped(struct str *out, const char *key)
{
	for (; *key != '\0'; key++) {
		if (*key == '~')
			str_puts(out, "~0");
		else if (*key == '/')
			str_puts(out, "~1");
		else
			str_putc(out, *key);
	}
}

static size_t
place(const struct value *child)
{
	size_t n = 0;

	for (const struct value *v = value_first(child->parent); v != child;
		v = v->next)
		n++;
	return n;
}

static void
add_path(struct str *out, const struct value *v)
{
	if (v->parent == NULL)
		return;
	add_path(out, v->parent);
	str_putc(out, '/');
	if (v->key != NULL)
		add_escaped(out, v->key);
	else
		str_printf(out, "%zu", place(v));
}

const char *
value_pointer(struct arena *a, const struct value *v)
{
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	add_path(&out, v);
	return out.s;
}

/* Whether the first n bytes of token, unescaped, are the key. */
static bool
token_is(const char *token, size_t n, const char *key)
{
	size_t i = 0;

	for (; i < n; i++, key++) {
		char c = token[i];

		if (c == '~' && i + 1 < n)
			c = token[++i] == '1' ? '/' : '~';
		if (*key != c || *key == '\0')
			return false;
	}
	return *key == '\0';
}

/* The item whose index the n digits of token are. */
static struct value *
item(const struct value *v, const char *token, size_t n)
{
	size_t index = 0;

	if (n == 0 || n > 9 || (n > 1 && token[0] == '0'))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (token[i] < '0' || token[i] > '9')
			return NULL;
		index = index * 10 + (size_t)(token[i] - '0');
	}
	return value_at(v, index);
}

static struct value *
member(const struct value *v, const char *token, size_t n)
{
	if (value_is(v, VALUE_ARRAY))
		return item(v, token, n);
	value_each(child, v)
		if (token_is(token, n, child->key))
			return child;
	return NULL;
}

struct value *
value_find(const struct value *root, const char *pointer)
{
	const struct value *v = root;

	while (v != NULL && *pointer == '/') {
		size_t n = strcspn(++pointer, "/");

		v = member(v, pointer, n);
		pointer += n;
	}
	return *pointer == '\0' ? (struct value *)(uintptr_t)v : NULL;
}
