/* jsonschema.c: see jsonschema.h; the keywords that count for any value. */
#include "text/jsonschema_parts.h"

#include "base/fatal.h"
#include "base/limits.h"
#include "base/nitems.h"

#include <string.h>

/* Bounds of one check: schemas that are applied, and work for a pattern. */
enum { MOST_STEPS = 200000, MOST_ERRORS = 1000, MATCH_LIMIT = 100000 };

struct schema *
schema_new(struct arena *a, const struct value *document)
{
	struct schema *s = arena_alloc(a, sizeof(*s));

	s->arena = a;
	s->main = document;
	s->limits = pcre2_match_context_create(NULL);
	if (s->limits == NULL)
		fatal("jsonschema: out of memory");
	pcre2_set_match_limit(s->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(s->limits, MATCH_LIMIT);
	schema_add(s, "", document);
	return s;
}

void
schema_free(struct schema **s)
{
	if (*s == NULL)
		return;
	for (struct schema_pattern *p = (*s)->patterns; p != NULL; p = p->next)
		pcre2_code_free(p->code);
	pcre2_match_context_free((*s)->limits);
	*s = NULL;
}

void
schema_add(struct schema *s, const char *uri, const struct value *document)
{
	struct schema_document *d = arena_alloc(s->arena, sizeof(*d));

	d->uri = arena_strdup(s->arena, uri);
	d->root = document;
	d->next = s->documents;
	s->documents = d;
}

bool
schema_fail(struct schema_walk *w, const struct value *schema,
	const char *keyword, const struct value *v, const char *detail)
{
	struct schema_error *e;

	if (w->errors == NULL || w->errors->count >= MOST_ERRORS)
		return false;
	e = arena_alloc(w->arena, sizeof(*e));
	e->pointer = value_pointer(w->arena, v);
	e->schema = arena_printf(
		w->arena, "%s/%s", value_pointer(w->arena, schema), keyword);
	e->keyword = keyword;
	e->detail = arena_strdup(w->arena, detail != NULL ? detail : "");
	if (w->errors->last != NULL)
		w->errors->last->next = e;
	else
		w->errors->first = e;
	w->errors->last = e;
	w->errors->count++;
	return false;
}

bool
schema_limit(const struct value *schema, const char *keyword, double *n_r)
{
	const struct value *v = value_get(schema, keyword);

	if (value_is(v, VALUE_INT))
		*n_r = (double)v->u.integer;
	else if (value_is(v, VALUE_FLOAT))
		*n_r = v->u.number;
	else
		return false;
	return true;
}

/* Whether v fits, without a word about why not. */
static bool
quietly(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	struct schema_errors *errors = w->errors;
	bool fits;

	w->errors = NULL;
	fits = schema_fits(w, schema, v);
	w->errors = errors;
	return fits;
}

static bool
is_type(const char *type, const struct value *v)
{
	static const char *const names[VALUE__MAX] = {
		[VALUE_NULL] = "null",
		[VALUE_BOOL] = "boolean",
		[VALUE_INT] = "integer",
		[VALUE_FLOAT] = "number",
		[VALUE_STRING] = "string",
		[VALUE_ARRAY] = "array",
		[VALUE_OBJECT] = "object",
	};

	if (strcmp(type, "number") == 0)
		return v->type == VALUE_INT || v->type == VALUE_FLOAT;
	if (strcmp(type, "integer") == 0 && v->type == VALUE_FLOAT)
		return v->u.number >= -9e15 && v->u.number <= 9e15 &&
		       v->u.number == (double)(int64_t)v->u.number;
	return strcmp(type, names[v->type]) == 0;
}

static bool
check_type(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const struct value *type = value_get(schema, "type");

	if (type == NULL)
		return true;
	if (value_text(type) != NULL && is_type(value_text(type), v))
		return true;
	value_each(item, type)
		if (value_text(item) != NULL && is_type(value_text(item), v))
			return true;
	return schema_fail(w, schema, "type", v, value_text(type));
}

static bool
check_enum(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const struct value *list = value_get(schema, "enum");
	const struct value *only = value_get(schema, "const");
	bool found = false;

	if (only != NULL && !value_equal(only, v))
		return schema_fail(w, schema, "const", v, NULL);
	if (!value_is(list, VALUE_ARRAY))
		return true;
	value_each(item, list)
		found = found || value_equal(item, v);
	return found ? true : schema_fail(w, schema, "enum", v, NULL);
}

static bool
check_all(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	bool fits = true;

	value_each(item, value_get(schema, "allOf"))
		fits = schema_fits(w, item, v) && fits;
	return fits;
}

static size_t
count_fitting(
	struct schema_walk *w, const struct value *list, const struct value *v)
{
	size_t n = 0;

	value_each(item, list)
		n += quietly(w, item, v);
	return n;
}

static bool
check_choice(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const struct value *any = value_get(schema, "anyOf");
	const struct value *one = value_get(schema, "oneOf");
	const struct value *not_ = value_get(schema, "not");
	bool fits = true;

	if (any != NULL && count_fitting(w, any, v) == 0)
		fits = schema_fail(w, schema, "anyOf", v, NULL);
	if (one != NULL && count_fitting(w, one, v) != 1)
		fits = schema_fail(w, schema, "oneOf", v, NULL);
	if (not_ != NULL && quietly(w, not_, v))
		fits = schema_fail(w, schema, "not", v, NULL);
	return fits;
}

static bool
check_condition(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const struct value *condition = value_get(schema, "if");
	const struct value *next;

	if (condition == NULL)
		return true;
	next = value_get(schema, quietly(w, condition, v) ? "then" : "else");
	return next == NULL || schema_fits(w, next, v);
}

/* Beside a $ref nothing else of the schema counts. */
static bool
check_reference(struct schema_walk *w, const struct value *schema,
	const struct value *v, const char *reference)
{
	const struct value *there = schema_resolve(w, schema, reference);

	if (there == NULL)
		return schema_fail(w, schema, "$ref", v, reference);
	return schema_fits(w, there, v);
}

static bool
check_keywords(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	static bool (*const checks[])(struct schema_walk *,
		const struct value *, const struct value *) = {check_type,
		check_enum, check_all, check_choice, check_condition,
		schema_number, schema_text, schema_list, schema_object};
	bool fits = true;

	for (size_t i = 0; i < nitems(checks); i++)
		fits = checks[i](w, schema, v) && fits;
	return fits;
}

bool
schema_fits(struct schema_walk *w, const struct value *schema,
	const struct value *v)
{
	const char *reference = value_get_text(schema, "$ref", NULL);
	bool fits;

	if (schema->type == VALUE_BOOL)
		return schema->u.truth
			       ? true
			       : schema_fail(w, schema, "false", v, NULL);
	if (schema->type != VALUE_OBJECT)
		return true;
	if (w->depth >= LIMIT_DEPTH || w->steps >= MOST_STEPS)
		return schema_fail(w, schema, "$ref", v, "too deep");
	w->steps++;
	w->depth++;
	fits = reference != NULL ? check_reference(w, schema, v, reference)
				 : check_keywords(w, schema, v);
	w->depth--;
	return fits;
}

bool
schema_check(struct arena *a, struct schema *s, const struct value *v,
	struct schema_errors *errors)
{
	struct schema_walk w = {.arena = a, .s = s, .errors = errors};

	return schema_fits(&w, s->main, v);
}
