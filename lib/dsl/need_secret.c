/* need_secret.c: the secrets of a DSL that goes to another Dify; see need.h. */
#include "base/str.h"
#include "dsl/need.h"
#include "dsl/secret.h"

#include <string.h>

enum { ID_BYTES = 20, MOST_BYTES = 1 << 20 };

/* One walk over the places; see() gets each with its key. */
struct walk {
	struct arena *a;
	void (*see)(struct walk *w, struct value *text, const char *key,
		const char *name, const char *title);
	void *context;
};

static bool
is_masked(const char *text)
{
	return *text != '\0' && text[strspn(text, "*")] == '\0';
}

static bool
is_sealed(const char *text)
{
	return text != NULL && strstr(text, SECRET_PREFIX) != NULL;
}

static void
in_node(struct walk *w, struct value *v, const char *id, const char *title,
	const char *path)
{
	struct value *next;
	struct value *m;
	size_t i = 0;

	if (is_sealed(value_text(v))) {
		w->see(w, v, arena_printf(w->a, "%s %s", id, path),
			strrchr(path, '/') + 1, title);
		return;
	}
	for (m = value_first(v); m != NULL; m = next, i++) {
		next = m->next; /* see() may put another in its place */
		in_node(w, m, id, title,
			m->key != NULL
				? arena_printf(w->a, "%s/%s", path, m->key)
				: arena_printf(w->a, "%s/%zu", path, i));
	}
}

static void
walk(struct walk *w, const struct value *dsl)
{
	const struct value *workflow = value_get(dsl, "workflow");
	const struct value *graph = value_get(workflow, "graph");

	value_each(v, value_get(workflow, "environment_variables")) {
		struct value *text = value_get(v, "value");
		const char *name = value_get_text(v, "name", "");

		if (strcmp(value_get_text(v, "value_type", ""), "secret") ==
				0 &&
			value_text(text) != NULL && *value_text(text) != '\0')
			w->see(w, text, arena_printf(w->a, "env %s", name),
				name, NULL);
	}
	value_each(n, value_get(graph, "nodes")) {
		struct value *data = value_get(n, "data");

		if (data != NULL)
			in_node(w, data, value_get_text(n, "id", ""),
				value_get_text(data, "title", ""), "");
	}
}

/* ---- the list ---- */

static void
list(struct walk *w, struct value *text, const char *key, const char *name,
	const char *title)
{
	struct value *need = value_append(w->context, value_object(w->a));
	struct value *nodes;

	value_set_text(w->a, need, "kind", need_kind_names[NEED_SECRET]);
	value_set_text(w->a, need, "key", key);
	value_set_text(w->a, need, "name", name);
	nodes = value_set(w->a, need, "nodes", value_array(w->a));
	if (title != NULL)
		value_append_text(w->a, nodes, title);
	if (is_masked(value_text(text)))
		value_set_bool(w->a, need, "masked", true);
}

struct value *
need_secrets(struct arena *a, const struct value *dsl)
{
	struct walk w = {a, list, value_array(a)};

	walk(&w, dsl);
	return w.context;
}

/* ---- writing it ---- */

struct search {
	const char *key;
	const char *text;
};

static void
compare(struct walk *w, struct value *text, const char *key, const char *name,
	const char *title)
{
	struct search *s = w->context;

	(void)name;
	(void)title;
	if (strcmp(key, s->key) == 0)
		s->text = value_text(text);
}

static const char *
text_there(struct arena *a, const struct value *there, const char *key)
{
	struct search s = {key, NULL};
	struct walk w = {a, compare, &s};

	walk(&w, there);
	return s.text;
}

/* The text with its secrets replaced by another one. */
static const char *
with_secret(struct arena *a, const char *text, const char *to)
{
	const size_t n = strlen(SECRET_PREFIX);
	const char *at;
	struct str out;

	if (is_masked(text))
		return to;
	str_init(&out, a, MOST_BYTES);
	while ((at = strstr(text, SECRET_PREFIX)) != NULL) {
		str_add(&out, text, (size_t)(at - text));
		str_puts(&out, to);
		text = at + n;
		text += strnlen(text, ID_BYTES);
	}
	str_puts(&out, text);
	return out.s;
}

struct change {
	const struct value *mapping;
	const struct value *there;
	size_t count;
};

static void
change(struct walk *w, struct value *text, const char *key, const char *name,
	const char *title)
{
	struct change *c = w->context;
	const char *to =
		need_find(c->mapping, need_kind_names[NEED_SECRET], key);
	const char *now = NULL;

	(void)name;
	(void)title;
	if (to == NULL || strcmp(to, NEED_SAME) == 0)
		return;
	if (strcmp(to, NEED_KEEP) == 0)
		now = text_there(w->a, c->there, key);
	else if (strncmp(to, SECRET_PREFIX, strlen(SECRET_PREFIX)) == 0)
		now = with_secret(w->a, value_text(text), to);
	if (now == NULL)
		return;
	c->count++;
	value_replace(text, value_string(w->a, now));
}

size_t
need_apply_secrets(struct arena *a, struct value *dsl,
	const struct value *mapping, const struct value *there)
{
	struct change c = {mapping, there, 0};
	struct walk w = {a, change, &c};

	walk(&w, dsl);
	return c.count;
}
