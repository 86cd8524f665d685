/* secret.c: see secret.h. */
#include "dsl/secret.h"
#include "base/nitems.h"
#include "base/str.h"

#include <string.h>
#include <strings.h>

/* One walk over all places; change() returns what to write there, or NULL. */
struct walk {
	struct arena *a;
	const char *(*change)(struct walk *w, const char *text);
	const char *(*ask)(void *context, struct arena *a, const char *text);
	void *context;
	size_t count;
};

static bool
is_reference(const char *text)
{
	return strstr(text, "{{#") != NULL;
}

static const char *
take(struct walk *w, const char *text)
{
	if (text[strspn(text, "*")] == '\0' || is_reference(text) ||
		strncmp(text, SECRET_PREFIX, strlen(SECRET_PREFIX)) == 0)
		return NULL;
	w->count++;
	return arena_printf(
		w->a, "%s%s", SECRET_PREFIX, w->ask(w->context, w->a, text));
}

static const char *
put(struct walk *w, const char *text)
{
	const char *secret;

	if (strncmp(text, SECRET_PREFIX, strlen(SECRET_PREFIX)) != 0)
		return NULL;
	secret = w->ask(w->context, w->a, text + strlen(SECRET_PREFIX));
	w->count += secret == NULL;
	return secret;
}

/* Whether a name is one under which people keep secrets. */
static bool
names_secret(const char *name)
{
	static const char *const words[] = {"authorization", "api_key",
		"api-key", "apikey", "token", "secret", "password", "passwd",
		"cookie", "credential", "access_key", "access-key",
		"private_key", "signature"};
	size_t i;

	for (i = 0; name != NULL && i < nitems(words); i++)
		if (strcasestr(name, words[i]) != NULL)
			return true;
	return false;
}

static void
at_text(struct walk *w, struct value *v)
{
	const char *text = value_text(v);
	const char *changed = text == NULL ? NULL : w->change(w, text);

	if (changed != NULL)
		value_replace(v, value_string(w->a, changed));
}

/* A line "name:value" of headers or params. */
static void
at_line(struct walk *w, struct str *out, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	const char *changed = NULL;
	size_t blanks;

	if (colon != NULL && names_secret(arena_memdup(
				     w->a, line, (size_t)(colon - line)))) {
		blanks = strspn(colon + 1, " \t");
		colon += 1 + blanks;
		if (colon < line + n)
			changed = w->change(
				w, arena_memdup(w->a, colon,
					   (size_t)(line + n - colon)));
	}
	if (changed == NULL) {
		str_add(out, line, n);
		return;
	}
	str_add(out, line, (size_t)(colon - line));
	str_puts(out, changed);
}

static void
at_lines(struct walk *w, struct value *v)
{
	const char *text = value_text(v);
	const char *line = text;
	struct str out;

	if (text == NULL)
		return;
	str_init(&out, w->a, strlen(text) * 4 + 4096);
	while (*line != '\0') {
		size_t n = strcspn(line, "\n");

		at_line(w, &out, line, n);
		line += n;
		if (*line == '\n')
			str_putc(&out, *line++);
	}
	if (strcmp(out.s, text) != 0)
		value_replace(v, value_string(w->a, out.s));
}

static void
at_http(struct walk *w, struct value *data)
{
	struct value *authorization = value_get(data, "authorization");

	at_text(w, value_get(value_get(authorization, "config"), "api_key"));
	at_lines(w, value_get(data, "headers"));
	at_lines(w, value_get(data, "params"));
}

/* Members are texts, or objects that hold their text under "value". */
static void
at_parameters(struct walk *w, struct value *parameters)
{
	struct value *next;
	struct value *v;

	for (v = value_first(parameters); v != NULL; v = next) {
		next = v->next;
		if (!names_secret(v->key))
			continue;
		at_text(w, v->type == VALUE_OBJECT ? value_get(v, "value") : v);
	}
}

static void
at_node(struct walk *w, struct value *data)
{
	static const char *const parameters[] = {"tool_parameters",
		"tool_configurations", "agent_parameters", "event_parameters",
		"datasource_parameters", "datasource_configurations"};
	size_t i;

	if (strcmp(value_get_text(data, "type", ""), "http-request") == 0)
		at_http(w, data);
	for (i = 0; i < nitems(parameters); i++)
		at_parameters(w, value_get(data, parameters[i]));
}

static size_t
walk(struct walk *w, struct value *dsl)
{
	struct value *workflow = value_get(dsl, "workflow");
	struct value *nodes = value_get(value_get(workflow, "graph"), "nodes");

	value_each(v, value_get(workflow, "environment_variables"))
		if (strcmp(value_get_text(v, "value_type", ""), "secret") == 0)
			at_text(w, value_get(v, "value"));
	value_each(node, nodes)
		at_node(w, value_get(node, "data"));
	return w->count;
}

size_t
secret_take(struct arena *a, struct value *dsl,
	const char *(*keep)(void *context, struct arena *a, const char *secret),
	void *context)
{
	struct walk w = {a, take, keep, context, 0};

	return walk(&w, dsl);
}

size_t
secret_put(struct arena *a, struct value *dsl,
	const char *(*find)(void *context, struct arena *a, const char *id),
	void *context)
{
	struct walk w = {a, put, find, context, 0};

	return walk(&w, dsl);
}
