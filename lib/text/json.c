/* json.c: reads JSON, strictly or as people and models write it. */
#include "text/json.h"

#include "base/limits.h"
#include "text/json_scan.h"

/* How far behind a wrong closer is looked. */
enum { LOOK_AHEAD = 4096 };

static struct value *read_value(struct scan *s);

/* Whether what stands behind a closer can go on in a container of that type.
 */
static bool
fits(struct scan *s, const struct level *level)
{
	struct scan ahead = *s;
	struct jsonx_report ignored = {0};
	size_t size;
	char c;

	ahead.report = &ignored;
	ahead.last_note = NULL;
	if (s->end - s->at > LOOK_AHEAD)
		ahead.end = s->at + LOOK_AHEAD;
	scan_blank(&ahead);
	if (ahead.at == ahead.end)
		return true;
	if (level == NULL)
		return false;
	c = scan_mark(&ahead, ahead.at, &size);
	if (c == '}' || c == ']')
		return (c == '}') == (level->type == VALUE_OBJECT);
	if (c == ',') {
		ahead.at += size;
		scan_blank(&ahead);
	}
	if (scan_quote(&ahead, ahead.at)) {
		if (scan_string(&ahead) == NULL)
			return false;
		scan_blank(&ahead);
		return (scan_mark(&ahead, ahead.at, &size) == ':') ==
		       (level->type == VALUE_OBJECT);
	}
	return level->type == VALUE_ARRAY;
}

/* The nearest container around that a closer belongs to, or NULL. */
static const struct level *
owner(const struct level *level, char c)
{
	enum value_type type = c == '}' ? VALUE_OBJECT : VALUE_ARRAY;

	while (level != NULL && level->type != type)
		level = level->parent;
	return c == ')' ? NULL : level;
}

/*
 * Meets a closer of the wrong kind. Either the right ones were left out, then
 * this one belongs to a container around (it stays), or it was written for
 * the right one (it is taken). What follows decides.
 */
static void
wrong_closer(struct scan *s, char c, size_t size)
{
	const struct level *outer = s->level->parent;
	const struct level *owned = owner(outer, c);
	struct scan ahead = *s;

	ahead.at += size;
	if (owned != NULL &&
		(fits(&ahead, owned->parent) || !fits(&ahead, outer))) {
		scan_note(s, "missing_closer");
		return;
	}
	scan_note(s, "wrong_closer");
	s->at += size;
}

/* Whether the container ends here; takes its closer. */
static bool
closed(struct scan *s, char closer)
{
	size_t size;
	char c;

	scan_blank(s);
	if (scan_take(s, closer))
		return true;
	if (!s->tolerant)
		return false;
	if (s->at == s->end) {
		s->report->cut = true;
		return true;
	}
	c = scan_mark(s, s->at, &size);
	if (c != '}' && c != ']' && c != ')')
		return false;
	wrong_closer(s, c, size);
	return true;
}

/* Between two children: a comma, or what is forgiven in its place. */
static bool
comma(struct scan *s)
{
	scan_blank(s);
	if (scan_take(s, ',')) {
		scan_blank(s);
		while (s->tolerant && scan_take(s, ',')) {
			scan_note(s, "extra_comma");
			scan_blank(s);
		}
		return true;
	}
	if (!s->tolerant || s->at == s->end)
		return s->tolerant;
	scan_note(s, "missing_comma");
	return true;
}

static struct value *
read_array(struct scan *s)
{
	struct value *v = value_array(s->arena);
	bool behind_comma = false;

	while (!closed(s, ']')) {
		struct value *child;

		if (v->u.kids.count > 0 && !behind_comma) {
			if (!comma(s))
				return scan_fail(s, "expected , or ]");
			behind_comma = true;
			if (s->tolerant)
				continue;
			scan_blank(s);
		}
		child = read_value(s);
		if (child == NULL)
			return NULL;
		value_append(v, child);
		behind_comma = false;
	}
	if (behind_comma && !s->report->cut)
		scan_note(s, "trailing_comma");
	return v;
}

static void
link_member(struct value *object, const char *key, struct value *child)
{
	value_append(object, child);
	child->key = key;
}

static int
by_key(const void *x, const void *y)
{
	const struct value *const *a = x, *const *b = y;
	int order = strcmp((*a)->key, (*b)->key);

	if (order != 0)
		return order;
	return (*a)->line != (*b)->line ? ((*a)->line < (*b)->line ? -1 : 1)
	       : (*a)->column < (*b)->column ? -1
					     : (*a)->column > (*b)->column;
}

/*
 * Looks for repeated names. Strict: an error. Tolerant: the first place keeps
 * the last value, which is what Python's and JavaScript's readers do.
 */
static struct value *
settle_members(struct scan *s, struct value *object)
{
	size_t n = object->u.kids.count, i = 0;
	struct value **all;

	if (n < 2)
		return object;
	all = arena_array(s->arena, n, sizeof(struct value *));
	value_each(child, object)
		all[i++] = child;
	qsort(all, n, sizeof(struct value *), by_key);
	for (i = 0; i + 1 < n; i++) {
		if (strcmp(all[i]->key, all[i + 1]->key) != 0)
			continue;
		if (!s->tolerant)
			return scan_fail(s, "repeated member");
		scan_note(s, "repeated_member");
		value_remove(all[i + 1]);
		value_replace(all[i], all[i + 1]);
	}
	return object;
}

/* One "name": value. A name at the very end of a cut text is left out. */
static bool
read_member(struct scan *s, struct value *object)
{
	const char *key = scan_key(s);
	struct value *child;

	if (key == NULL)
		return false;
	scan_blank(s);
	if (s->tolerant && s->at == s->end) {
		s->report->cut = true;
		return true;
	}
	if (!scan_take(s, ':')) {
		if (!s->tolerant || !scan_take(s, '='))
			return scan_fail(s, "expected :") != NULL;
		scan_note(s, "equals_for_colon");
	}
	scan_blank(s);
	if (s->tolerant && s->at == s->end) {
		s->report->cut = true;
		return true;
	}
	child = read_value(s);
	if (child == NULL)
		return false;
	link_member(object, key, child);
	return true;
}

static struct value *
read_object(struct scan *s)
{
	struct value *v = value_object(s->arena);
	bool first = true, behind_comma = false;

	while (!closed(s, '}')) {
		if (!first && !behind_comma) {
			if (!comma(s))
				return scan_fail(s, "expected , or }");
			behind_comma = true;
			if (s->tolerant)
				continue;
			scan_blank(s);
		}
		if (!read_member(s, v))
			return NULL;
		first = false;
		behind_comma = false;
	}
	if (behind_comma && !s->report->cut)
		scan_note(s, "trailing_comma");
	return settle_members(s, v);
}

static struct value *
read_container(struct scan *s, enum value_type type)
{
	struct level level = {type, s->level};
	struct value *v;

	if (++s->depth > LIMIT_DEPTH)
		return scan_fail(s, "nested too deeply");
	s->level = &level;
	v = type == VALUE_OBJECT ? read_object(s) : read_array(s);
	s->level = level.parent;
	s->depth--;
	return v;
}

static struct value *
read_value(struct scan *s)
{
	uint32_t line, column;
	struct value *v;

	scan_blank(s);
	line = s->line;
	column = scan_column(s, s->at);
	if (s->at == s->end)
		return scan_fail(s, "unexpected end");
	if (scan_take(s, '{'))
		v = read_container(s, VALUE_OBJECT);
	else if (scan_take(s, '['))
		v = read_container(s, VALUE_ARRAY);
	else if (scan_quote(s, s->at))
		v = scan_string(s);
	else
		v = scan_scalar(s);
	return v != NULL ? scan_new(s, v, line, column) : NULL;
}

static bool
check_utf8(struct scan *s)
{
	while (s->at < s->end) {
		size_t n = scan_utf8(s->at, s->end);

		if (n == 0)
			return false;
		if (*s->at == '\n') {
			s->line++;
			s->line_start = s->at + 1;
		}
		s->at += n;
	}
	return true;
}

struct value *
jsonx_read(struct arena *a, const char *text, size_t len, unsigned flags,
	struct jsonx_report *report)
{
	struct scan s = {.arena = a,
		.report = report,
		.start = text,
		.at = text,
		.end = text + len,
		.line_start = text,
		.line = 1,
		.tolerant = (flags & JSONX_TOLERANT) != 0};
	struct value *v;

	*report = (struct jsonx_report){0};
	if (!s.tolerant) {
		if (!check_utf8(&s))
			return scan_fail(&s, "not UTF-8");
		s.at = s.line_start = text;
		s.line = 1;
	} else if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		s.at += 3;
	}
	v = read_value(&s);
	if (v == NULL)
		return NULL;
	report->end = (size_t)(s.at - text);
	if (s.tolerant)
		return v;
	scan_blank(&s);
	report->end = (size_t)(s.at - text);
	if (s.at != s.end)
		return scan_fail(&s, "unexpected text behind the value");
	return v;
}
