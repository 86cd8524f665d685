/* json_write.c: values as JSON text. */
#include "text/json.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>

static unsigned
code_point(const char *s, size_t n)
{
	unsigned c = (unsigned char)*s & (0xFFU >> (n + 1));

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3F);
	return c;
}

static void
put_escaped(struct str *out, unsigned c)
{
	if (c >= 0x10000) {
		c -= 0x10000;
		str_printf(out, "\\u%04x\\u%04x", 0xD800U + (c >> 10),
			0xDC00U + (c & 0x3FF));
	} else {
		str_printf(out, "\\u%04x", c);
	}
}

/* A byte that may not stand as it is; the escape, or a \u one. */
static void
put_control(struct str *out, char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *hit = c == '\0' ? NULL : strchr(from, c);

	if (hit == NULL) {
		put_escaped(out, (unsigned char)c);
		return;
	}
	str_putc(out, '\\');
	str_putc(out, to[hit - from]);
}

static bool
plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7F &&
	       c != '"' && c != '\\';
}

static void
quote(struct str *out, const char *s, size_t n, bool ascii)
{
	const char *end = s + n;

	str_putc(out, '"');
	while (s < end) {
		const char *from = s;
		size_t size;

		while (s < end && plain(*s))
			s++;
		str_add(out, from, (size_t)(s - from));
		if (s == end)
			break;
		size = utf8_length(s, end);
		if (size > 1 && ascii)
			put_escaped(out, code_point(s, size));
		else if (size > 1)
			str_add(out, s, size);
		else if (size == 0 && *s != '\0')
			str_puts(out, ascii ? "\\ufffd" : "\xEF\xBF\xBD");
		else
			put_control(out, *s);
		s += size == 0 ? 1 : size;
	}
	str_putc(out, '"');
}

void
jsonx_quote(struct str *out, const char *s, size_t n)
{
	quote(out, s, n, false);
}

/* The shortest text that reads back as the same number. */
static void
put_number(struct str *out, double d)
{
	char text[32];
	int precision = 15;

	if (!isfinite(d)) {
		str_puts(out, "null");
		return;
	}
	do {
		snprintf(text, sizeof(text), "%.*g", precision, d);
	} while (strtod(text, NULL) != d && ++precision <= 17);
	str_puts(out, text);
	if (strpbrk(text, ".e") == NULL)
		str_puts(out, ".0");
}

static void
put_break(struct str *out, unsigned flags, int depth)
{
	if ((flags & JSONX_PRETTY) == 0)
		return;
	str_putc(out, '\n');
	for (int i = 0; i < depth; i++)
		str_puts(out, "  ");
}

static void write_value(
	struct str *out, const struct value *v, unsigned flags, int depth);

static void
write_kids(struct str *out, const struct value *v, unsigned flags, int depth)
{
	bool object = v->type == VALUE_OBJECT;

	str_putc(out, object ? '{' : '[');
	value_each(child, v) {
		put_break(out, flags, depth + 1);
		if (object) {
			quote(out, child->key, strlen(child->key),
				flags & JSONX_ASCII);
			str_puts(out, flags & JSONX_PRETTY ? ": " : ":");
		}
		write_value(out, child, flags, depth + 1);
		if (child->next != NULL)
			str_putc(out, ',');
	}
	if (value_count(v) > 0)
		put_break(out, flags, depth);
	str_putc(out, object ? '}' : ']');
}

static void
write_value(struct str *out, const struct value *v, unsigned flags, int depth)
{
	switch (v->type) {
	case VALUE_BOOL:
		str_puts(out, v->u.truth ? "true" : "false");
		break;
	case VALUE_INT:
		str_printf(out, "%" PRId64, v->u.integer);
		break;
	case VALUE_FLOAT:
		put_number(out, v->u.number);
		break;
	case VALUE_STRING:
		quote(out, v->u.text.s, v->u.text.len, flags & JSONX_ASCII);
		break;
	case VALUE_ARRAY:
	case VALUE_OBJECT:
		write_kids(out, v, flags, depth);
		break;
	default:
		str_puts(out, "null");
	}
}

void
jsonx_write(struct str *out, const struct value *v, unsigned flags)
{
	write_value(out, v, flags, 0);
}
