/* yaml_event.c: events and scalars of the YAML reader. */
#include "text/yaml_reader.h"

#include "base/fatal.h"
#include "base/limits.h"
#include "text/yaml_halves.h"
#include "text/yaml_members.h"

#include <string.h>

#define TAG "tag:yaml.org,2002:"

void *
reader_fail(struct reader *r, const char *error, yaml_mark_t mark)
{
	if (r->report->error == NULL) {
		r->report->error = error;
		r->report->line = (uint32_t)mark.line + 1;
		r->report->column = (uint32_t)mark.column + 1;
	}
	return NULL;
}

/* Tabs are for quoted and block texts, and comments, only. */
static bool
tabs_fit(struct reader *r)
{
	const yaml_event_t *e = &r->event;
	yaml_mark_t mark = e->start_mark;
	bool free = e->type == YAML_SCALAR_EVENT &&
		    e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;

	if (!yaml_tabs_clear(&r->tabs, free ? mark.index : e->end_mark.index)) {
		mark.line = r->tabs.line - 1;
		mark.column = 0;
		reader_fail(r, "found a tab that cannot start any token", mark);
		return false;
	}
	if (free)
		yaml_tabs_skip(&r->tabs, e->end_mark.index);
	return true;
}

/* Where reading stopped; bad bytes are told by their offset alone. */
static yaml_mark_t
problem_mark(const struct reader *r)
{
	yaml_mark_t mark = r->parser.problem_mark;

	if (r->parser.error != YAML_READER_ERROR)
		return mark;
	memset(&mark, 0, sizeof(mark));
	for (size_t i = 0; i < r->parser.problem_offset; i++) {
		mark.column++;
		if (r->text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		}
	}
	return mark;
}

bool
reader_next(struct reader *r)
{
	if (r->has_event)
		yaml_event_delete(&r->event);
	r->has_event = yaml_parser_parse(&r->parser, &r->event) != 0;
	if (r->has_event)
		return tabs_fit(r);
	if (r->parser.error == YAML_MEMORY_ERROR)
		fatal("yaml: out of memory");
	reader_fail(
		r, arena_strdup(r->arena, r->parser.problem), problem_mark(r));
	return false;
}

struct value *
reader_place(struct reader *r, struct value *v)
{
	if (++r->values > LIMIT_VALUES)
		return reader_fail(r, "too many values", r->event.start_mark);
	v->line = (uint32_t)r->event.start_mark.line + 1;
	v->column = (uint32_t)r->event.start_mark.column + 1;
	return v;
}

/* The kind that an explicit tag asks for; YAML__MAX for a tag without one. */
static enum yaml_kind
tagged(const char *tag)
{
	static const char *const names[YAML__MAX] = {
		[YAML_STR] = "str",
		[YAML_BOOL] = "bool",
		[YAML_FLOAT] = "float",
		[YAML_INT] = "int",
		[YAML_NULL] = "null",
		[YAML_DATE] = "timestamp",
	};

	if (strncmp(tag, TAG, strlen(TAG)) != 0)
		return YAML__MAX;
	for (int i = 0; i < YAML__MAX; i++)
		if (names[i] != NULL &&
			strcmp(names[i], tag + strlen(TAG)) == 0)
			return (enum yaml_kind)i;
	return YAML__MAX;
}

enum yaml_kind
reader_kind(const yaml_event_t *e)
{
	const char *tag = (const char *)e->data.scalar.tag;
	const char *s = (const char *)e->data.scalar.value;

	if (tag != NULL && strcmp(tag, "!") != 0)
		return tagged(tag);
	if (tag == NULL && e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return YAML_STR;
	return yaml_scalar_kind(s, e->data.scalar.length);
}

/* Whether what an explicit tag promises is there. */
static bool
fits(enum yaml_kind kind, const yaml_event_t *e)
{
	const char *s = (const char *)e->data.scalar.value;
	enum yaml_kind plain = yaml_scalar_kind(s, e->data.scalar.length);

	if (kind == YAML_FLOAT)
		return plain == YAML_FLOAT || plain == YAML_INT;
	return kind == YAML_STR || kind == YAML_NULL || plain == kind;
}

static struct value *
text_value(struct reader *r, const char *s, size_t n)
{
	struct value *v = value_string_n(r->arena, s, n);

	if (r->halves)
		yaml_halves_restore(r->arena, v,
			r->event.data.scalar.style ==
				YAML_DOUBLE_QUOTED_SCALAR_STYLE);
	return v;
}

static struct value *
int_value(struct reader *r, const char *s, size_t n)
{
	int64_t whole;
	double number;

	if (yaml_scalar_int(s, n, &whole, &number))
		return value_int(r->arena, whole);
	return value_float(r->arena, number);
}

struct value *
reader_scalar(struct reader *r)
{
	const yaml_event_t *e = &r->event;
	const char *s = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;
	enum yaml_kind kind = reader_kind(e);

	if (kind != YAML__MAX && !fits(kind, e))
		return reader_fail(
			r, "the text does not fit its tag", e->start_mark);
	switch (kind) {
	case YAML_BOOL:
		return reader_place(
			r, value_bool(r->arena, yaml_scalar_bool(s)));
	case YAML_NULL:
		return reader_place(r, value_null(r->arena));
	case YAML_INT:
		return reader_place(r, int_value(r, s, n));
	case YAML_FLOAT:
		return reader_place(
			r, value_float(r->arena, yaml_scalar_float(s, n)));
	case YAML_DATE:
		if (r->report->date == 0)
			r->report->date = (uint32_t)e->start_mark.line + 1;
		return reader_place(r, text_value(r, s, n));
	case YAML_STR:
		return reader_place(r, text_value(r, s, n));
	case YAML_MERGE:
	case YAML_VALUE:
		return reader_fail(
			r, "a plain << or = has no value", e->start_mark);
	case YAML__MAX:
		break;
	}
	return reader_fail(r, "unknown tag", e->start_mark);
}

struct anchor *
reader_anchor(const struct reader *r, const char *name)
{
	struct anchor *a = r->anchors;

	while (a != NULL && strcmp(a->name, name) != 0)
		a = a->next;
	return a;
}

/* Remembers v under the event's anchor; NULL result with an error is told by
 * the report. */
struct anchor *
reader_keep(struct reader *r, const yaml_char_t *name, struct value *v)
{
	struct anchor *a;

	if (name == NULL || v == NULL)
		return NULL;
	if (reader_anchor(r, (const char *)name) != NULL)
		return reader_fail(
			r, "found duplicate anchor", r->event.start_mark);
	if (++r->anchor_count > LIMIT_ALIASES)
		return reader_fail(r, "too many anchors", r->event.start_mark);
	a = arena_alloc(r->arena, sizeof(*a));
	a->name = arena_strdup(r->arena, (const char *)name);
	a->value = v;
	a->open = true;
	a->next = r->anchors;
	r->anchors = a;
	return a;
}

void
reader_keep_closed(struct reader *r, const yaml_char_t *name, struct value *v)
{
	struct anchor *a = reader_keep(r, name, v);

	if (a != NULL)
		a->open = false;
}

/* A copy of a tree of this document; texts and names are shared. */
struct value *
reader_copy(struct reader *r, const struct value *v)
{
	struct value *mine;

	if (++r->values > LIMIT_VALUES)
		return reader_fail(r, "too many values", r->event.start_mark);
	mine = value_null(r->arena);
	*mine = *v;
	mine->next = NULL;
	mine->parent = NULL;
	if (v->type != VALUE_ARRAY && v->type != VALUE_OBJECT)
		return mine;
	mine->u.kids.first = NULL;
	mine->u.kids.last = NULL;
	mine->u.kids.count = 0;
	value_each(child, v) {
		struct value *kid = reader_copy(r, child);

		if (kid == NULL)
			return NULL;
		members_add(mine, kid);
	}
	return mine;
}
