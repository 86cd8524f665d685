/* yaml_write.c: writes values as YAML that reads back as the same values. */
#include "text/yaml.h"

#include "text/yaml_scalar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A longer name is no simple key for PyYAML. */
enum { STEP = 2, NUMBER_ROOM = 40, KEY_MAX = 250 };

enum style { PLAIN, SINGLE, DOUBLE, LITERAL };

static void write_value(
	struct str *out, const struct value *v, int level, bool in_list);

static void
indent(struct str *out, int level)
{
	for (int i = 0; i < level * STEP; i++)
		str_putc(out, ' ');
}

/* Whether the byte can stand in a plain text wherever that stands. */
static bool
plain_byte(unsigned char c)
{
	return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("_-./+()@$%;^=~", c) != NULL);
}

static bool
plain_start(unsigned char c)
{
	return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '$' ||
	       c == '(';
}

/* What neither a plain, a single quoted nor a literal text may hold: control
 * characters, C1 controls, the separators U+2028 and U+2029, a byte order
 * mark, halves of surrogates. Line feeds and tabs are told apart. */
static bool
needs_escape(const unsigned char *s, size_t left)
{
	if (s[0] < 0x20 || s[0] == 0x7F)
		return s[0] != '\n' && s[0] != '\t';
	if (s[0] == 0xC2 && left > 1)
		return s[1] < 0xA0;
	if (left < 3)
		return false;
	if (s[0] == 0xE2 && s[1] == 0x80)
		return s[2] == 0xA8 || s[2] == 0xA9;
	if (s[0] == 0xED)
		return s[1] >= 0xA0;
	if (s[0] == 0xEF)
		return (s[1] == 0xBB && s[2] == 0xBF) ||
		       (s[1] == 0xBF && s[2] >= 0xBE);
	return false;
}

static bool
plain_fits(const char *s, size_t n)
{
	if (n == 0 || !plain_start((unsigned char)s[0]) || s[n - 1] == ' ')
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] != ' ' && !plain_byte((unsigned char)s[i]))
			return false;
	return yaml_scalar_kind(s, n) == YAML_STR &&
	       strncmp(s, "---", 3) != 0 && strncmp(s, "...", 3) != 0;
}

static enum style
style_of(const char *s, size_t n, bool block_allowed)
{
	bool lines = false;
	bool tabs = false;

	for (size_t i = 0; i < n; i++) {
		const unsigned char *at = (const unsigned char *)s + i;

		if (needs_escape(at, n - i))
			return DOUBLE;
		lines = lines || s[i] == '\n';
		tabs = tabs || s[i] == '\t';
	}
	if (lines)
		return block_allowed ? LITERAL : DOUBLE;
	if (tabs)
		return DOUBLE;
	return plain_fits(s, n) ? PLAIN : SINGLE;
}

static void
write_single(struct str *out, const char *s, size_t n)
{
	str_putc(out, '\'');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'')
			str_putc(out, '\'');
		str_putc(out, s[i]);
	}
	str_putc(out, '\'');
}

/* Writes the character at s as an escape; its length in bytes. */
static size_t
write_escape(struct str *out, const unsigned char *s)
{
	if (s[0] < 0x80) {
		str_printf(out, "\\x%02X", s[0]);
		return 1;
	}
	if (s[0] == 0xC2) {
		str_printf(out, "\\x%02X", s[1]);
		return 2;
	}
	str_printf(out, "\\u%04X",
		((s[0] & 0x0Fu) << 12) | ((s[1] & 0x3Fu) << 6) |
			(s[2] & 0x3Fu));
	return 3;
}

static void
write_double(struct str *out, const char *s, size_t n)
{
	str_putc(out, '"');
	for (size_t i = 0; i < n;) {
		const unsigned char *at = (const unsigned char *)s + i;

		if (*at == '\n' || *at == '\t') {
			str_puts(out, *at == '\n' ? "\\n" : "\\t");
			i++;
		} else if (needs_escape(at, n - i)) {
			i += write_escape(out, at);
		} else {
			if (*at == '"' || *at == '\\')
				str_putc(out, '\\');
			str_putc(out, s[i++]);
		}
	}
	str_putc(out, '"');
}

/* A literal block; a digit tells the indent when the text begins with blanks
 * or an empty line, a sign what happens to the line feeds at the end. */
static void
write_literal(struct str *out, const char *s, size_t n, int level)
{
	bool open = s[n - 1] != '\n';
	bool more = n > 1 && s[n - 1] == '\n' && s[n - 2] == '\n';

	str_putc(out, '|');
	if (s[0] == ' ' || s[0] == '\n' || s[0] == '\t')
		str_printf(out, "%d", STEP);
	if (open)
		str_putc(out, '-');
	else if (more || n == 1)
		str_putc(out, '+');
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || s[i - 1] == '\n') {
			str_putc(out, '\n');
			if (s[i] != '\n')
				indent(out, level);
		}
		if (s[i] != '\n')
			str_putc(out, s[i]);
	}
}

static void
write_text(struct str *out, const char *s, size_t n, int level, bool block)
{
	switch (style_of(s, n, block)) {
	case PLAIN:
		str_add(out, s, n);
		break;
	case SINGLE:
		write_single(out, s, n);
		break;
	case DOUBLE:
		write_double(out, s, n);
		break;
	case LITERAL:
		write_literal(out, s, n, level);
		break;
	}
}

/* The shortest digits that read back the same, with a point and, in an
 * exponent, a sign, as YAML 1.1 asks for. */
static void
write_float(struct str *out, double d)
{
	char text[NUMBER_ROOM];
	char *exponent;
	int digits = 15;

	if (isnan(d) || isinf(d)) {
		str_puts(out, isnan(d) ? ".nan" : d > 0 ? ".inf" : "-.inf");
		return;
	}
	do {
		snprintf(text, sizeof(text), "%.*g", digits, d);
	} while (digits++ < 17 && strtod(text, NULL) != d);
	exponent = strchr(text, 'e');
	if (strchr(text, '.') != NULL) {
		str_puts(out, text);
		return;
	}
	str_add(out, text,
		exponent != NULL ? (size_t)(exponent - text) : strlen(text));
	str_puts(out, ".0");
	if (exponent != NULL)
		str_puts(out, exponent);
}

static void
write_scalar(struct str *out, const struct value *v, int level)
{
	switch (v->type) {
	case VALUE_NULL:
		str_puts(out, "null");
		break;
	case VALUE_BOOL:
		str_puts(out, v->u.truth ? "true" : "false");
		break;
	case VALUE_INT:
		str_printf(out, "%lld", (long long)v->u.integer);
		break;
	case VALUE_FLOAT:
		write_float(out, v->u.number);
		break;
	default:
		write_text(out, v->u.text.s, v->u.text.len, level, true);
		break;
	}
	str_putc(out, '\n');
}

static void
write_key(struct str *out, const char *key, int level)
{
	size_t n = strlen(key);

	if (n <= KEY_MAX) {
		write_text(out, key, n, 0, false);
	} else {
		str_puts(out, "? ");
		write_text(out, key, n, 0, false);
		str_putc(out, '\n');
		indent(out, level);
	}
	str_putc(out, ':');
}

/* Members stand on lines of their own; only the first one behind the dash of
 * a list shares its line. */
static void
write_object(struct str *out, const struct value *v, int level, bool in_list)
{
	bool first = in_list;

	value_each(child, v) {
		if (!first)
			indent(out, level);
		first = false;
		write_key(out, child->key, level);
		if (value_count(child) > 0) {
			str_putc(out, '\n');
			write_value(out, child,
				child->type == VALUE_ARRAY ? level : level + 1,
				false);
			continue;
		}
		str_putc(out, ' ');
		write_value(out, child, level + 1, false);
	}
}

static void
write_array(struct str *out, const struct value *v, int level, bool in_list)
{
	bool first = in_list;

	value_each(child, v) {
		if (!first)
			indent(out, level);
		first = false;
		str_puts(out, "- ");
		write_value(out, child, level + 1, true);
	}
}

static void
write_value(struct str *out, const struct value *v, int level, bool in_list)
{
	if (v->type == VALUE_OBJECT && value_count(v) > 0)
		write_object(out, v, level, in_list);
	else if (v->type == VALUE_ARRAY && value_count(v) > 0)
		write_array(out, v, level, in_list);
	else if (v->type == VALUE_OBJECT || v->type == VALUE_ARRAY)
		str_puts(out, v->type == VALUE_OBJECT ? "{}\n" : "[]\n");
	else
		write_scalar(out, v, level > 0 ? level : 1);
}

void
yamlx_write(struct str *out, const struct value *v)
{
	write_value(out, v, 0, false);
}
