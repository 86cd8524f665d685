/* repair_text.c: what is wrong inside of texts: names without a node, web
 * addresses without a scheme, a main() whose arguments differ. */
#include "base/limits.h"
#include "base/str.h"
#include "dsl/flow_refs.h"
#include "dsl/ref.h"
#include "dsl/repair.h"

/* What a name without a node means to a reader; NULL when that is not sure. */
static struct value *
selector_of(struct flow *f, const struct flow_node *reader, const char *name)
{
	const struct flow_node *found = NULL;

	for (const struct flow_node *p = reader->parent; p != NULL;
		p = p->parent)
		if (flow_is(p, "iteration") &&
			(strcmp(name, "item") == 0 ||
				strcmp(name, "index") == 0))
			return flow_selector(f->arena, p->id, name);
	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		if ((!flow_is(n, "start") && !flow_is(n, "code") &&
			    !flow_is(n, "parameter-extractor")) ||
			flow_output(f, n, name) == NULL || n == reader ||
			(!flow_is(n, "start") && !flow_reaches(f, n, reader)))
			continue;
		if (found != NULL)
			return NULL;
		found = n;
	}
	return found == NULL ? NULL : flow_selector(f->arena, found->id, name);
}

static bool
name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* {{name}} or {{#name#}} at p; its length, the name in *name_r. */
static size_t
bare_braces(struct arena *a, const char *p, const char **name_r)
{
	const char *start = p, *name;

	p += 2;
	p += *p == '#';
	p += strspn(p, " ");
	name = p;
	while (name_char(*p))
		p++;
	*name_r = arena_memdup(a, name, (size_t)(p - name));
	p += strspn(p, " ");
	p += *p == '#';
	if (p == name || strncmp(p, "}}", 2) != 0)
		return 0;
	return (size_t)(p + 2 - start);
}

static void
fix_text(struct flow *f, struct flow_node *n, const struct data_field *field,
	struct value *text)
{
	const char *p = value_text(text);
	bool changed = false;
	struct str out;

	(void)field;
	if (strstr(p, "{{") == NULL)
		return;
	str_init(&out, f->arena, LIMIT_DOCUMENT);
	while (*p != '\0') {
		const char *brace = strstr(p, "{{"), *name = "";
		struct value *selector = NULL;
		size_t size;

		if (brace == NULL)
			break;
		str_add(&out, p, (size_t)(brace - p));
		p = brace;
		size = bare_braces(f->arena, p, &name);
		if (size > 0 && strcmp(name, "context") != 0)
			selector = selector_of(f, n, name);
		if (selector == NULL) {
			str_puts(&out, "{{");
			p += 2;
			continue;
		}
		repair_add(f->arena, f->repairs, "bare_name", n->pointer, name,
			ref_join(f->arena, selector));
		str_printf(&out, "{{#%s#}}", ref_join(f->arena, selector));
		p += size;
		changed = true;
	}
	str_puts(&out, p);
	if (changed) {
		text->u.text.s = out.s;
		text->u.text.len = out.len;
	}
}

static bool
bound(const struct value *bindings, const char *name)
{
	value_each(b, bindings)
		if (strcmp(value_get_text(b, "variable", ""), name) == 0)
			return true;
	return false;
}

/* Whether the template makes the name itself. */
static bool
made_in(const char *template, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = template; (p = strstr(p, "{%")) != NULL; p += 2) {
		const char *end = strstr(p, "%}");
		const char *hit = strstr(p, name);

		if (end != NULL && hit != NULL && hit < end &&
			!name_char(hit[-1]) && !name_char(hit[n]) &&
			(strstr(p, "for ") == p + 3 ||
				strstr(p, "set ") == p + 3))
			return true;
	}
	return false;
}

/* A name in a template that nothing is bound to. */
static void
bind_names(struct flow *f, struct flow_node *n)
{
	const char *template = value_get_text(n->data, "template", "");
	struct value *bindings = value_get(n->data, "variables");

	if (!value_is(bindings, VALUE_ARRAY))
		return;
	for (const char *p = template; (p = strstr(p, "{{")) != NULL; p += 2) {
		const char *from = p + 2 + strspn(p + 2, " -"), *to = from;
		const char *name;
		struct value *selector, *b;

		while (name_char(*to))
			to++;
		name = arena_memdup(f->arena, from, (size_t)(to - from));
		if (to == from || bound(bindings, name) ||
			made_in(template, name) ||
			(*from >= '0' && *from <= '9'))
			continue;
		selector = selector_of(f, n, name);
		if (selector == NULL)
			continue;
		b = value_append(bindings, value_object(f->arena));
		value_set_text(f->arena, b, "variable", name);
		value_set(f->arena, b, "value_selector", selector);
		repair_add(f->arena, f->repairs, "name_bound", n->pointer, name,
			ref_join(f->arena, selector));
	}
}

void
repair_bare_names(struct flow *f)
{
	flow_texts(f, fix_text);
	for (struct flow_node *n = f->first; n != NULL; n = n->next)
		if (flow_is(n, "template-transform"))
			bind_names(f, n);
}

void
repair_url(struct flow *f)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		const char *url = value_get_text(n->data, "url", "");
		size_t host = strcspn(url, "/{: ");

		if (!flow_is(n, "http-request") || strstr(url, "://") != NULL ||
			host < 4 || memchr(url, '.', host) == NULL)
			continue;
		value_set_text(f->arena, n->data, "url",
			arena_printf(f->arena, "https://%s", url));
		repair_add(f->arena, f->repairs, "url_scheme", n->pointer, url,
			value_get_text(n->data, "url", ""));
	}
}

/* The names of the arguments of a Python main(), without types and defaults.
 */
static struct value *
main_arguments(struct arena *a, const char *code)
{
	const char *p = strstr(code, "def main("), *end;
	struct value *names = value_array(a);
	int depth = 0;

	if (p == NULL)
		return NULL;
	p += strlen("def main(");
	for (end = p; *end != '\0' && (*end != ')' || depth > 0); end++)
		depth += *end == '(' || *end == '['
				 ? 1
				 : -(*end == ')' || *end == ']');
	while (p < end) {
		const char *from = p + strspn(p, " \n\t"), *to = from;

		while (name_char(*to))
			to++;
		if (*from == '*' || *from == '\0')
			return NULL;
		if (to > from)
			value_append(names,
				value_string_n(a, from, (size_t)(to - from)));
		for (depth = 0; p < end && (*p != ',' || depth > 0); p++)
			depth += *p == '[' || *p == '('
					 ? 1
					 : -(*p == ']' || *p == ')');
		p++;
	}
	return names;
}

static bool
has_text(const struct value *list, const char *text)
{
	value_each(item, list)
		if (strcmp(value_text(item), text) == 0)
			return true;
	return false;
}

/* One variable that main() does not take, and one argument that nothing is
 * bound to, are the same thing. */
static void
fix_main(struct flow *f, struct flow_node *n, const struct value *arguments)
{
	struct value *variables = value_get(n->data, "variables");
	struct value *lost = NULL;
	const char *wanted = NULL;
	size_t extra = 0, missing = 0;

	value_each(v, variables)
		if (!has_text(arguments, value_get_text(v, "variable", ""))) {
			lost = v;
			extra++;
		}
	value_each(argument, arguments)
		if (!bound(variables, value_text(argument))) {
			wanted = value_text(argument);
			missing++;
		}
	if (extra != 1 || missing != 1)
		return;
	repair_add(f->arena, f->repairs, "main_signature", n->pointer,
		value_get_text(lost, "variable", ""), wanted);
	value_set_text(f->arena, lost, "variable", wanted);
}

void
repair_main(struct flow *f)
{
	for (struct flow_node *n = f->first; n != NULL; n = n->next) {
		const struct value *arguments;

		if (!flow_is(n, "code") ||
			strcmp(value_get_text(
				       n->data, "code_language", "python3"),
				"python3") != 0)
			continue;
		arguments = main_arguments(
			f->arena, value_get_text(n->data, "code", ""));
		if (arguments != NULL)
			fix_main(f, n, arguments);
	}
}
