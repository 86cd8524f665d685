/* ident.c: checks names and makes allowed ones. */
#include "dsl/ident.h"

#include "base/nitems.h"
#include "base/str.h"

enum { MAX_NAME = 30 };

/* Heads with a meaning of their own. */
static const char *const heads[] = {"inputs", "env", "sys", "conversation",
	"rag", "item", "index", "loop", "start", "end"};

static const char *const words[] = {"and", "as", "assert", "async", "await",
	"block", "break", "call", "caller", "class", "continue", "cycler",
	"def", "defined", "del", "dict", "do", "elif", "else", "endfor",
	"endif", "except", "extends", "false", "filter", "finally", "for",
	"from", "global", "if", "import", "in", "include", "is", "joiner",
	"lambda", "lipsum", "list", "macro", "namespace", "none", "nonlocal",
	"not", "or", "pass", "raise", "range", "raw", "recursive", "return",
	"self", "set", "super", "true", "try", "varargs", "while", "with",
	"yield", "None", "True", "False", "main"};

static bool
in(const char *const *list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], s) == 0)
			return true;
	return false;
}

static bool
letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
ident_word(const char *s)
{
	return in(words, nitems(words), s);
}

bool
ident_name(const char *s)
{
	size_t n = 0;

	if (!letter(s[0]) && s[0] != '_')
		return false;
	while (letter(s[n]) || digit(s[n]) || s[n] == '_')
		n++;
	return n <= MAX_NAME && s[n] == '\0';
}

bool
ident_step(const char *s)
{
	if (!ident_name(s) || s[0] == '_' || in(heads, nitems(heads), s) ||
		ident_word(s))
		return false;
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			return false;
	return true;
}

/* What of s is allowed; runs of anything else become one underscore. */
static const char *
clean(struct arena *a, const char *s, bool lower)
{
	struct str out;

	str_init(&out, a, MAX_NAME);
	for (; *s != '\0' && !out.full; s++) {
		char c = *s;

		if (lower && c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (letter(c) || (digit(c) && out.len > 0))
			str_putc(&out, c);
		else if (out.len > 0 && out.s[out.len - 1] != '_')
			str_putc(&out, '_');
	}
	while (out.len > 0 && out.s[out.len - 1] == '_')
		str_cut(&out, out.len - 1);
	return out.s;
}

const char *
ident_step_of(struct arena *a, const char *s, const char *other)
{
	const char *name = clean(a, s, true);

	if (name[0] == '\0')
		return digit(s[0]) ? arena_printf(a, "n%.20s", s) : other;
	return ident_step(name) ? name : arena_printf(a, "%.24s_step", name);
}

const char *
ident_name_of(struct arena *a, const char *s, const char *other)
{
	const char *name = clean(a, s, false);

	return name[0] == '\0' ? other : name;
}
