/* secret.c: see secret.h. */
#include "dsl/secret.h"
#include "base/nitems.h"
#include "base/str.h"
#include "dsl/secret_parts.h"

#include <string.h>

struct walk {
	struct arena *a;
	const char *(*ask)(void *context, struct arena *a, const char *text);
	void *context;
	size_t count;
};

/* How a text is looked through. */
enum how {
	HOW_TEXT = 0,
	HOW_WHOLE = 1 << 0,    /* it is a secret */
	HOW_LINES = 1 << 1,    /* name:value */
	HOW_ASSIGNED = 1 << 2, /* code, JSON */
	HOW_PAIRS = 1 << 3,    /* name=value&... */
	HOW_MAYBE = 1 << 4,    /* it is a secret if it looks like one */
};

/* ---- one text ---- */

static const char *
sealed(struct walk *w, const struct spans *s)
{
	struct str out;
	size_t at = 0;
	size_t i;

	str_init(&out, w->a,
		strlen(s->text) + s->n * (strlen(SECRET_PREFIX) + 64) + 1);
	for (i = 0; i < s->n; i++) {
		const struct span *p = &s->at[i];
		const char *secret =
			arena_memdup(w->a, s->text + p->from, p->to - p->from);

		str_add(&out, s->text + at, p->from - at);
		str_puts(&out, SECRET_PREFIX);
		str_puts(&out, w->ask(w->context, w->a, secret));
		at = p->to;
		w->count++;
	}
	str_puts(&out, s->text + at);
	return out.s;
}

static void
take(struct walk *w, struct value *v, unsigned how)
{
	const char *text = value_text(v);
	struct spans s;

	if (text == NULL || *text == '\0')
		return;
	spans_init(&s, w->a, text);
	if ((how & HOW_MAYBE) && secret_looks(text, strlen(text)))
		how |= HOW_WHOLE;
	if (how & HOW_WHOLE)
		spans_value(&s, 0, strlen(text), 1, false);
	if (how & HOW_LINES)
		spans_lines(&s);
	if (how & HOW_ASSIGNED)
		spans_assigned(&s);
	if (how & HOW_PAIRS)
		spans_pairs(&s, 0, strlen(text));
	spans_urls(&s);
	spans_shapes(&s);
	spans_sort(&s);
	if (s.n > 0)
		value_replace(v, value_string(w->a, sealed(w, &s)));
}

/* ---- where ---- */

static unsigned
named(const char *name, enum secret_place place)
{
	static const unsigned hows[] = {
		[SECRET_NO] = HOW_TEXT,
		[SECRET_MAYBE] = HOW_MAYBE,
		[SECRET_YES] = HOW_WHOLE,
	};

	return name == NULL ? HOW_TEXT
			    : hows[secret_name(name, strlen(name), place)];
}

/* What the name of an object says: {"name": "api_key", "value": ...}. */
static unsigned
said_by_name(const struct value *object)
{
	if (strcmp(value_get_text(object, "value_type", ""), "secret") == 0)
		return HOW_WHOLE;
	return named(value_get_text(object, "name", NULL), SECRET_MEMBER) |
	       named(value_get_text(object, "variable", NULL), SECRET_MEMBER) |
	       named(value_get_text(object, "key", NULL), SECRET_QUERY);
}

static bool
is_among(const char *word, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; word != NULL && i < n; i++)
		if (*word == *list[i] && strcmp(word, list[i]) == 0)
			return true;
	return false;
}

/* How the text that is the member v of parent is looked through. */
static unsigned
how_of(const struct value *v, unsigned inside)
{
	static const char *const lines[] = {"headers", "params"};
	static const char *const written[] = {"code", "template"};
	static const char *const given[] = {"value", "data", "default", "body"};
	static const char *const words[] = {"id", "type", "name", "provider"};
	unsigned how = inside;

	if (is_among(v->key, words, nitems(words)))
		return HOW_TEXT;
	if (is_among(v->key, lines, nitems(lines)))
		how |= HOW_LINES;
	if (is_among(v->key, written, nitems(written)))
		how |= HOW_ASSIGNED;
	if (is_among(v->key, given, nitems(given)))
		how |= HOW_ASSIGNED | HOW_PAIRS;
	return how | named(v->key, SECRET_MEMBER);
}

static void visit(struct walk *w, struct value *v, unsigned inside);

/* What is said of an object is meant for its "value" and "default". */
static unsigned
of_named(const struct value *v, unsigned said)
{
	static const char *const values[] = {"value", "default"};

	return is_among(v->key, values, nitems(values)) ? said : HOW_TEXT;
}

/* The body of an http-request before Dify had lists for it: lines, too. */
static unsigned
of_body(const struct value *body, const struct value *v)
{
	const char *type = value_get_text(body, "type", "");
	bool form = strcmp(type, "form-data") == 0 ||
		    strcmp(type, "x-www-form-urlencoded") == 0;

	return form && v->key != NULL && strcmp(v->key, "data") == 0 ? HOW_LINES
								     : HOW_TEXT;
}

static void
visit_object(struct walk *w, struct value *object, unsigned inside)
{
	const char *key = object->key == NULL ? "" : object->key;
	unsigned said =
		said_by_name(object) | named(object->key, SECRET_MEMBER);
	struct value *next;
	struct value *v;

	if (strcmp(key, "credentials") == 0)
		inside |= HOW_WHOLE;
	for (v = value_first(object); v != NULL; v = next) {
		unsigned how = inside | of_named(v, said);

		next = v->next;
		if (strcmp(key, "body") == 0)
			how |= of_body(object, v);
		visit(w, v, how);
	}
}

static void
visit(struct walk *w, struct value *v, unsigned inside)
{
	struct value *next;
	struct value *child;

	if (v->type == VALUE_STRING) {
		take(w, v, how_of(v, inside));
	} else if (v->type == VALUE_OBJECT) {
		visit_object(w, v, inside & HOW_WHOLE);
	} else if (v->type == VALUE_ARRAY) {
		for (child = value_first(v); child != NULL; child = next) {
			next = child->next;
			if (child->type != VALUE_STRING)
				visit(w, child, HOW_TEXT);
			else
				take(w, child, HOW_TEXT);
		}
	}
}

size_t
secret_take(struct arena *a, struct value *dsl,
	const char *(*keep)(void *context, struct arena *a, const char *secret),
	void *context)
{
	struct walk w = {a, keep, context, 0};

	if (dsl != NULL)
		visit(&w, dsl, HOW_TEXT);
	return w.count;
}

/* ---- the way back ---- */

static const char *
opened(struct walk *w, const char *text)
{
	const char *mark;
	struct str out;

	str_init(&out, w->a, (size_t)64 << 20);
	while ((mark = strstr(text, SECRET_PREFIX)) != NULL) {
		const char *id = mark + strlen(SECRET_PREFIX);
		const char *behind = secret_skip(mark);
		const char *secret = w->ask(w->context, w->a,
			arena_memdup(w->a, id, (size_t)(behind - id)));

		w->count += secret == NULL;
		str_add(&out, text, (size_t)(mark - text));
		if (secret != NULL)
			str_puts(&out, secret);
		else
			str_add(&out, mark, (size_t)(behind - mark));
		text = behind;
	}
	str_puts(&out, text);
	return out.s;
}

static void
put(struct walk *w, struct value *v)
{
	const char *text = value_text(v);
	struct value *next;
	struct value *child;

	if (text != NULL && strstr(text, SECRET_PREFIX) != NULL)
		value_replace(v, value_string(w->a, opened(w, text)));
	if (v->type != VALUE_OBJECT && v->type != VALUE_ARRAY)
		return;
	for (child = value_first(v); child != NULL; child = next) {
		next = child->next;
		put(w, child);
	}
}

size_t
secret_put(struct arena *a, struct value *dsl,
	const char *(*find)(void *context, struct arena *a, const char *id),
	void *context)
{
	struct walk w = {a, find, context, 0};

	if (dsl != NULL)
		put(&w, dsl);
	return w.count;
}
