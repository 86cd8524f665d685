/* ref_jinja.c: references inside Jinja templates become bound variables. */
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "dsl/ident.h"
#include "dsl/ref.h"

/* A template that is being rewritten. */
struct jinja {
	const struct reader *r;
	struct value *bindings;
	struct value *own; /* names that the template sets itself */
	struct str out;
	const char *p;
	const char *end;
};

/* Jinja's names may be of any script; so may the heads that models invent. */
static bool
word_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static bool
word_char(char c)
{
	return word_start(c) || (c >= '0' && c <= '9');
}

static size_t
word(const char *p, const char *end)
{
	size_t n = 0;

	if (p == end || !word_start(*p))
		return 0;
	while (p + n < end && word_char(p[n]))
		n++;
	return n;
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n'))
		p++;
	return p;
}

static bool
is_word(const char *p, size_t n, const char *what)
{
	return strlen(what) == n && memcmp(p, what, n) == 0;
}

/* Notes names up to a word or mark that ends the list of what is set. */
static void
note_names(struct jinja *j, const char *p, const char *end)
{
	while (p < end && *p != '%' && *p != '=') {
		size_t n = word(p, end);

		if (is_word(p, n, "in"))
			return;
		if (n > 0)
			value_set_bool(j->r->flow->arena, j->own,
				arena_memdup(j->r->flow->arena, p, n), true);
		p += n > 0 ? n : 1;
	}
}

/* for X in, set X =, macro X(Y), with X = make names of their own. */
static void
find_own_names(struct jinja *j)
{
	const char *p = j->p;

	while ((p = strstr(p, "{%")) != NULL) {
		size_t n;

		p += 2;
		if (p < j->end && (*p == '-' || *p == '+'))
			p++;
		p = skip_blanks(p, j->end);
		n = word(p, j->end);
		if (is_word(p, n, "for") || is_word(p, n, "set") ||
			is_word(p, n, "macro") || is_word(p, n, "with"))
			note_names(j, p + n, j->end);
	}
}

/* The name that a selector is bound to, bound now if need be. */
static const char *
bind(struct jinja *j, struct value *selector)
{
	struct arena *a = j->r->flow->arena;
	const char *base, *name;
	struct value *item;
	bool taken = true;

	value_each(b, j->bindings)
		if (value_equal(value_get(b, "value_selector"), selector))
			return value_get_text(b, "variable", "");
	base = value_text(value_at(selector, value_count(selector) - 1));
	if (value_count(selector) == 3)
		base = value_text(value_at(selector, 1));
	base = word(base, base + strlen(base)) == strlen(base) ? base : "value";
	name = arena_printf(a, "%.30s", base);
	for (int i = 2; taken; i++) {
		taken = value_get(j->own, name) != NULL || ident_word(name);
		value_each(b, j->bindings)
			if (strcmp(value_get_text(b, "variable", ""), name) ==
				0)
				taken = true;
		if (taken)
			name = arena_printf(a, "%.26s_%d", base, i);
	}
	item = value_append(j->bindings, value_object(a));
	value_set_text(a, item, "variable", name);
	value_set(a, item, "value_selector", selector);
	return name;
}

/* Whether a head is to be looked up. A name that nothing gives to a template
 * ends its run when a member of it is read, so a head that is unknown is looked
 * up as well, for the finding; but not what Jinja itself has. */
static bool
looked_up(const struct jinja *j, const char *head)
{
	static const char *const words[] = {"loop", "self", "super", "caller",
		"varargs", "kwargs", "cycler", "joiner", "namespace", "dict"};

	if (value_get(j->own, head) != NULL)
		return false;
	for (size_t i = 0; i < nitems(words); i++)
		if (strcmp(head, words[i]) == 0)
			return false;
	return true;
}

/* The bytes of the head at j->p: a word, or a step's name as the model wrote
 * it ("Make-Summary"), which Jinja would take for a sum. */
static size_t
head_size(const struct jinja *j)
{
	size_t best = word(j->p, j->end);

	for (const struct scope *s = j->r->scope; s != NULL; s = s->parent)
		for (const struct scope_entry *e = s->entries; e != NULL;
			e = e->next) {
			size_t n = strlen(e->head);

			if (n > best && (size_t)(j->end - j->p) > n &&
				memcmp(j->p, e->head, n) == 0 && j->p[n] == '.')
				best = n;
		}
	return best;
}

/*
 * A reference at j->p, as far as Dify binds it: HEAD.NAME, and for a file the
 * member too, because a template cannot hold a file.
 */
static bool
reference(struct jinja *j)
{
	size_t head = head_size(j), n;
	const char *dot = j->p + head;
	struct value *selector;
	char *own;

	if (head == 0 || dot + 1 >= j->end || *dot != '.')
		return false;
	n = word(dot + 1, j->end);
	own = arena_memdup(j->r->flow->arena, j->p, head);
	if (n == 0 || !looked_up(j, own))
		return false;
	n += head + 1;
	selector = ref_selector(j->r, j->p, n);
	if (selector == NULL)
		return false;
	if (strcmp(ref_type(j->r->flow, selector), "file") == 0 &&
		j->p + n + 1 < j->end && j->p[n] == '.') {
		n += 1 + word(j->p + n + 1, j->end);
		selector = ref_selector(j->r, j->p, n);
	}
	str_puts(&j->out, bind(j, selector));
	j->p += n;
	return true;
}

static void
string_literal(struct jinja *j)
{
	char quote = *j->p;

	do {
		if (*j->p == '\\' && j->p + 1 < j->end)
			str_putc(&j->out, *j->p++);
		str_putc(&j->out, *j->p++);
	} while (j->p < j->end && *j->p != quote);
	if (j->p < j->end)
		str_putc(&j->out, *j->p++);
}

/* {{#id.name#}} has no place in a template; it is bound like the rest. */
static bool
dify_reference(struct jinja *j)
{
	const char *close = strstr(j->p, "#}}");
	struct value *selector;

	if (strncmp(j->p, "{{#", 3) != 0 || close == NULL)
		return false;
	selector = ref_selector(j->r, j->p, (size_t)(close + 3 - j->p));
	if (selector == NULL)
		return false;
	str_printf(&j->out, "{{ %s }}", bind(j, selector));
	j->p = close + 3;
	return true;
}

/* An expression or a statement up to its closing marks. */
static void
expression(struct jinja *j, const char *close)
{
	str_add(&j->out, j->p, 2);
	j->p += 2;
	while (j->p < j->end && strncmp(j->p, close, 2) != 0) {
		size_t n = word(j->p, j->end);

		if (*j->p == '"' || *j->p == '\'') {
			string_literal(j);
		} else if (*j->p == '.' && word(j->p + 1, j->end) > 0) {
			n = 1 + word(j->p + 1, j->end);
			str_add(&j->out, j->p, n);
			j->p += n;
		} else if (!reference(j)) {
			str_add(&j->out, j->p, n > 0 ? n : 1);
			j->p += n > 0 ? n : 1;
		}
	}
}

/* {% raw %} ... {% endraw %} and comments pass as they are. */
static bool
verbatim(struct jinja *j)
{
	const char *p = j->p + 2, *to = NULL;

	if (j->p[1] == '#')
		to = strstr(p, "#}");
	if (j->p[1] == '%') {
		p = skip_blanks(*p == '-' ? p + 1 : p, j->end);
		if (is_word(p, word(p, j->end), "raw"))
			to = strstr(p, "endraw");
	}
	if (to == NULL)
		return false;
	str_add(&j->out, j->p, (size_t)(to - j->p) + 2);
	j->p = to + 2;
	return true;
}

const char *
ref_jinja(const struct reader *r, const char *text, struct value *bindings)
{
	struct jinja j = {.r = r,
		.bindings = bindings,
		.p = text,
		.end = text + strlen(text)};

	j.own = value_object(r->flow->arena);
	str_init(&j.out, r->flow->arena, LIMIT_DOCUMENT);
	find_own_names(&j);
	value_each(b, bindings)
		value_set_bool(r->flow->arena, j.own,
			value_get_text(b, "variable", ""), true);
	while (j.p < j.end) {
		const char *brace = strchr(j.p, '{');

		if (brace == NULL)
			brace = j.end;
		str_add(&j.out, j.p, (size_t)(brace - j.p));
		j.p = brace;
		if (j.p == j.end)
			break;
		if (dify_reference(&j) || verbatim(&j))
			continue;
		if (j.p[1] == '{' || j.p[1] == '%')
			expression(&j, j.p[1] == '{' ? "}}" : "%}");
		else
			str_putc(&j.out, *j.p++);
	}
	return j.out.s;
}

/* A brace that could open something, also with what is put behind it. */
static bool
opens(const char *p)
{
	return *p == '{' &&
	       (p[1] == '\0' || p[1] == '{' || p[1] == '%' || p[1] == '#');
}

const char *
ref_raw(struct arena *a, const char *text)
{
	struct str out;

	str_init(&out, a, LIMIT_DOCUMENT);
	for (const char *p = text; *p != '\0'; p++) {
		if (opens(p))
			str_puts(&out, "{{ '{' }}");
		else if (*p == '\n' && p[1] == '\0')
			str_puts(&out, "{{ '\\n' }}");
		else
			str_putc(&out, *p);
	}
	return out.s;
}
