/* outline.c: one pass over half a JSON text, an object at a time. */
#include "llm/outline.h"
#include "base/limits.h"
#include "dsl/catalogue.h"

#include <string.h>

enum { MAX_STEPS = 100, MAX_TEXT = 120 };

/* An object that is open, and what of a step it has shown. */
struct level {
	struct value *step; /* in the result, once id and type are there */
	const char *id;
	const char *type;
	const char *title;
};

struct scan {
	struct arena *arena;
	const char *at;
	const char *end;
	struct level levels[LIMIT_DEPTH];
	size_t depth;
	struct value *steps;
};

static const char *const plan_only[] = {"parallel", "break", NULL};

static bool
is_step_type(const char *type)
{
	size_t i;

	for (i = 0; plan_only[i] != NULL; i++)
		if (strcmp(plan_only[i], type) == 0)
			return true;
	return node_type_guess(type) != NULL;
}

/* The string at s->at, which is a quote; NULL when it is not yet whole. */
static const char *
take_string(struct scan *s)
{
	const char *from = ++s->at;
	size_t n;

	while (s->at < s->end && *s->at != '"') {
		if (*s->at == '\\')
			s->at++;
		s->at++;
	}
	if (s->at >= s->end) {
		s->at = s->end;
		return NULL;
	}
	n = (size_t)(s->at++ - from);
	return arena_memdup(s->arena, from, n > MAX_TEXT ? MAX_TEXT : n);
}

static void
skip_blanks(struct scan *s)
{
	while (s->at < s->end && strchr(" \t\r\n", *s->at) != NULL)
		s->at++;
}

static void
take_member(struct scan *s, const char *name)
{
	struct level *l = &s->levels[s->depth - 1];
	const char **slot = strcmp(name, "id") == 0      ? &l->id
			    : strcmp(name, "type") == 0  ? &l->type
			    : strcmp(name, "title") == 0 ? &l->title
							 : NULL;

	const char *text = take_string(s);

	if (slot == NULL || *slot != NULL)
		return;
	*slot = text;
	if (l->step == NULL && l->id != NULL && l->type != NULL &&
		is_step_type(l->type) && value_count(s->steps) < MAX_STEPS) {
		l->step = value_append(s->steps, value_object(s->arena));
		value_set_text(s->arena, l->step, "id", l->id);
		value_set_text(s->arena, l->step, "type", l->type);
		value_set_text(s->arena, l->step, "title",
			l->title == NULL ? "" : l->title);
	} else if (l->step != NULL && slot == &l->title && l->title != NULL) {
		value_set_text(s->arena, l->step, "title", l->title);
	}
}

/* A string is a member's name when a colon follows; only text values matter. */
static void
take_quoted(struct scan *s)
{
	const char *name = take_string(s);

	skip_blanks(s);
	if (name == NULL || s->at >= s->end || *s->at != ':' || s->depth == 0)
		return;
	s->at++;
	skip_blanks(s);
	if (s->at < s->end && *s->at == '"')
		take_member(s, name);
}

struct value *
llm_outline(struct arena *a, const char *text, size_t len)
{
	struct scan *s = arena_alloc(a, sizeof(*s));

	s->arena = a;
	s->at = text;
	s->end = text + len;
	s->steps = value_array(a);
	while (s->at < s->end) {
		if (*s->at == '"') {
			take_quoted(s);
			continue;
		}
		if (*s->at == '{' && s->depth < LIMIT_DEPTH)
			s->levels[s->depth++] = (struct level){0};
		else if (*s->at == '}' && s->depth > 0)
			s->depth--;
		s->at++;
	}
	return s->steps;
}
