/* special_code.c: programs and templates that run in the sandbox. */
#include "dsl/special.h"

#include <ctype.h>
#include <string.h>

enum { MOST_BRACKETS = 200 };

/* One parameter of main(). */
struct parameter {
	const char *name;
	size_t len;
	bool optional;
	bool rest; /* *args or **kwargs */
	struct parameter *next;
};

static bool
name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' ||
	       (unsigned char)c >= 0x80;
}

/* Behind the string that begins at s; NULL when it does not end. */
static const char *
skip_string(const char *s)
{
	char quote = *s;
	bool triple = s[1] == quote && s[2] == quote;

	s += triple ? 3 : 1;
	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0') {
			s++;
		} else if (*s == quote) {
			if (!triple)
				return s + 1;
			if (s[1] == quote && s[2] == quote)
				return s + 3;
		} else if (*s == '\n' && !triple) {
			return NULL;
		}
	}
	return NULL;
}

/* Whether quotes and brackets of a Python program close; that much can be
 * told without a parser. */
static bool
closes(const char *s)
{
	char open[MOST_BRACKETS];
	size_t depth = 0;

	while (*s != '\0') {
		const char *pair = strchr(")(][}{", *s);

		if (*s == '#') {
			s += strcspn(s, "\n");
			continue;
		}
		if (*s == '"' || *s == '\'') {
			s = skip_string(s);
			if (s == NULL)
				return false;
			continue;
		}
		if (pair != NULL && (*s == '(' || *s == '[' || *s == '{')) {
			if (depth == MOST_BRACKETS)
				return true;
			open[depth++] = pair[-1];
		} else if (pair != NULL &&
			   (depth == 0 || open[--depth] != *s)) {
			return false;
		}
		s++;
	}
	return depth == 0;
}

/* Where the parameters of a top-level main() begin; NULL: there is none. */
static const char *
find_main(const char *code)
{
	const char *s = code;

	while ((s = strstr(s, "def")) != NULL) {
		bool first =
			s == code || s[-1] == '\n' ||
			(s - code >= 6 && strncmp(s - 6, "async ", 6) == 0);

		s += 3;
		if (!first || (*s != ' ' && *s != '\t'))
			continue;
		s += strspn(s, " \t");
		if (strncmp(s, "main", 4) != 0 || name_char(s[4]))
			continue;
		s += 4;
		s += strspn(s, " \t");
		if (*s == '(')
			return s + 1;
	}
	return NULL;
}

/* Behind the annotation and default at s, at the comma or the end. */
static const char *
skip_rest(const char *s, bool *optional)
{
	int depth = 0;

	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\'') {
			const char *end = skip_string(s);

			if (end == NULL)
				return s + strlen(s);
			s = end - 1;
		} else if (strchr("([{", *s) != NULL) {
			depth++;
		} else if (strchr(")]}", *s) != NULL) {
			if (depth-- == 0)
				return s;
		} else if (*s == ',' && depth == 0) {
			return s;
		} else if (*s == '=' && depth == 0) {
			*optional = true;
		} else if (*s == '#') {
			s += strcspn(s, "\n");
			if (*s == '\0')
				return s;
		}
	}
	return s;
}

static struct parameter *
read_parameters(struct check *c, const char *s)
{
	struct parameter *first = NULL;
	struct parameter **last = &first;

	while (*s != '\0' && *s != ')') {
		struct parameter *p;

		s += strspn(s, " \t\r\n,");
		if (*s == '#') {
			s += strcspn(s, "\n");
			continue;
		}
		if (*s == ')' || *s == '\0')
			break;
		p = arena_alloc(c->arena, sizeof(*p));
		p->rest = *s == '*';
		s += strspn(s, "*/ ");
		p->name = s;
		while (name_char(*s))
			s++;
		p->len = (size_t)(s - p->name);
		s = skip_rest(s, &p->optional);
		if (p->len == 0 && !p->rest)
			continue;
		*last = p;
		last = &p->next;
	}
	return first;
}

static bool
is_bound(const struct value *variables, const struct parameter *p)
{
	value_each(item, variables) {
		const char *name = value_get_text(item, "variable", "");

		if (strlen(name) == p->len &&
			memcmp(name, p->name, p->len) == 0)
			return true;
	}
	return false;
}

static bool
takes(const struct parameter *list, const char *name)
{
	for (; list != NULL; list = list->next)
		if (list->rest ||
			(strlen(name) == list->len &&
				memcmp(name, list->name, list->len) == 0))
			return true;
	return false;
}

static void
check_parameters(struct check *c, const struct check_node *n, const char *at)
{
	const struct value *variables = value_get(n->data, "variables");
	struct parameter *list = read_parameters(c, at);

	for (struct parameter *p = list; p != NULL; p = p->next)
		if (!p->rest && !p->optional && !is_bound(variables, p))
			check_run(c, "code_argument_missing", n->data, "code",
				n, arena_memdup(c->arena, p->name, p->len),
				NULL);
	value_each(item, variables) {
		const char *name = value_get_text(item, "variable", NULL);

		if (name != NULL && !takes(list, name))
			check_run(c, "code_argument_extra", item, "variable", n,
				name, NULL);
	}
}

void
special_code(struct check *c, const struct check_node *n)
{
	const char *code = value_get_text(n->data, "code", NULL);
	const char *at;

	if (value_is(value_get(n->data, "outputs"), VALUE_OBJECT) &&
		value_count(value_get(n->data, "outputs")) == 0)
		check_say(c, "code_outputs_empty", n->data, "outputs", n, NULL,
			NULL);
	if (code == NULL)
		return;
	if (check_text_is(n->data, "code_language", "javascript")) {
		if (strstr(code, "main") == NULL)
			check_run(c, "code_no_main", n->data, "code", n, NULL,
				NULL);
		return;
	}
	at = find_main(code);
	if (at == NULL)
		check_run(c, "code_no_main", n->data, "code", n, NULL, NULL);
	else if (!closes(code))
		check_run(c, "code_syntax", n->data, "code", n, NULL, NULL);
	else
		check_parameters(c, n, at);
}

void
special_template(struct check *c, const struct check_node *n)
{
	const char *template = value_get_text(n->data, "template", NULL);
	const char *error;

	if (template == NULL)
		return;
	if (strstr(template, "{{#") != NULL) {
		check_run(c, "template_reference", n->data, "template", n, NULL,
			NULL);
		return;
	}
	error = check_jinja(c->arena, template);
	if (error != NULL)
		check_run(c, "template_syntax", n->data, "template", n, error,
			NULL);
}
