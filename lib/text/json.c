/* json.c: reads JSON, strictly or as people and models write it. */
#include "text/json.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "text/json_scan.h"

enum { FEW = 24 }; /* members, that are compared each with each */

static struct value *read_value(struct scan *s);
static struct value *read_container(struct scan *s, struct value *v);

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
	const char *next = s->at + size;

	if (owned != NULL && (scan_fits(s, owned->parent, next) ||
				     !scan_fits(s, outer, next))) {
		scan_note(s, "missing_closer");
		return;
	}
	scan_note(s, "wrong_closer");
	s->at += size;
}

/* Whether the next item of a list may be an object. */
static bool
takes_objects(const struct value *list)
{
	return list->u.kids.last == NULL ||
	       list->u.kids.last->type == VALUE_OBJECT;
}

/* Whether an array was not closed before the name of a member here. */
static bool
array_left_open(const struct scan *s)
{
	const struct level *level = s->level;

	return level->type == VALUE_ARRAY && level->parent != NULL &&
	       level->parent->type == VALUE_OBJECT &&
	       !takes_objects(level->value) && scan_member_in_array(s);
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
	if (c == '}' || c == ']' || c == ')') {
		wrong_closer(s, c, size);
		return true;
	}
	if (scan_left_open(s) || array_left_open(s)) {
		scan_note(s, "missing_closer");
		return true;
	}
	return false;
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

/* Whether an object of a list begins here without its brace. */
static bool
lost_brace(struct scan *s, const struct value *list)
{
	if (!s->tolerant || !takes_objects(list) || !scan_member_in_array(s))
		return false;
	scan_note(s, "missing_opener");
	return true;
}

static struct value *
read_array(struct scan *s, struct value *v)
{
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
		child = lost_brace(s, v)
				? read_container(s, value_object(s->arena))
				: read_value(s);
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

/* Whether a few members have names of their own, without sorting them. */
static bool
few_and_unlike(const struct value *object)
{
	if (object->u.kids.count > FEW)
		return false;
	value_each(child, object)
		for (const struct value *v = child->next; v != NULL;
			v = v->next)
			if (*v->key == *child->key &&
				strcmp(v->key, child->key) == 0)
				return false;
	return true;
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

	if (few_and_unlike(object))
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
		if (!s->tolerant)
			return scan_fail(s, "expected :") != NULL;
		scan_note(s, scan_take(s, '=') ? "equals_for_colon"
					       : "missing_colon");
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

/*
 * A second value behind a member's value. The bracket of a list was lost: what
 * was read becomes its first item. Or the list was closed too early: it goes
 * on.
 */
static bool
lost_bracket(struct scan *s, struct value *object, bool *good_r)
{
	struct value *last = object->u.kids.last, *list = last;
	size_t size;
	char c = scan_mark(s, s->at, &size);
	enum value_type type = c == '[' ? VALUE_ARRAY : VALUE_OBJECT;

	if (!s->tolerant || last == NULL || (c != '[' && c != '{'))
		return false;
	/* The list that was made for a lost bracket stands nowhere; another one
	 * around it, again and again, would pass LIMIT_DEPTH. */
	if (last->type == VALUE_ARRAY && last->u.kids.first != NULL &&
		(last->line == 0 || last->u.kids.last->type == type)) {
		scan_note(s, "early_closer");
	} else if (last->type == type) {
		scan_note(s, "missing_opener");
		list = value_array(s->arena);
		value_replace(last, list);
		value_append(list, last);
	} else {
		return false;
	}
	*good_r = read_container(s, list) != NULL;
	return true;
}

static struct value *
read_object(struct scan *s, struct value *v)
{
	bool behind_comma = false, good = true;

	while (!closed(s, '}')) {
		if (v->u.kids.count > 0 && !behind_comma) {
			if (!comma(s))
				return scan_fail(s, "expected , or }");
			behind_comma = true;
			if (s->tolerant)
				continue;
			scan_blank(s);
		}
		if (!lost_bracket(s, v, &good))
			good = read_member(s, v);
		if (!good)
			return NULL;
		behind_comma = false;
		if (s->tolerant && s->at == s->end)
			s->report->cut = true;
	}
	if (behind_comma && !s->report->cut)
		scan_note(s, "trailing_comma");
	return settle_members(s, v);
}

/* Reads the children of a container behind its opening mark. */
static struct value *
read_container(struct scan *s, struct value *v)
{
	struct level level = {v->type, s->level, v};

	if (++s->depth > LIMIT_DEPTH) {
		s->report->limit = true;
		return scan_fail(s, "nested too deeply");
	}
	s->level = &level;
	v = v->type == VALUE_OBJECT ? read_object(s, v) : read_array(s, v);
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
		v = read_container(s, value_object(s->arena));
	else if (scan_take(s, '['))
		v = read_container(s, value_array(s->arena));
	else if (scan_quote(s, s->at))
		v = scan_string(s);
	else
		v = scan_scalar(s);
	return v != NULL ? scan_new(s, v, line, column) : NULL;
}

static bool
check_utf8(struct scan *s)
{
	const char *bad = utf8_end(s->at, s->end);

	if (bad == s->end)
		return true;
	for (; s->at < bad; s->at++)
		if (*s->at == '\n') {
			s->line++;
			s->line_start = s->at + 1;
		}
	return false;
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
	if (!s.tolerant && !check_utf8(&s))
		return scan_fail(&s, "not UTF-8");
	if (s.tolerant && len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		s.at += 3;
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
