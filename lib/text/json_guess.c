/* json_guess.c: where a string, a name or a container of damaged JSON was
 * meant to end. Well-formed JSON always gets the answer that it gives. */
#include "text/json_scan.h"

/* How far a name reaches at most, in bytes. */
enum { LONGEST_NAME = 100 };

const char *
scan_skip(const struct scan *s, const char *p, bool *new_line)
{
	for (; p < s->end; p++) {
		if (*p == '\n')
			*new_line = true;
		else if (*p != ' ' && *p != '\t' && *p != '\r')
			break;
	}
	return p;
}

static bool
word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* Whether a value follows a name whose colon was lost. */
static bool
value_behind(const struct scan *s, const char *name_end, const char *p)
{
	size_t size;
	char c = scan_mark(s, p, &size);

	return p > name_end && (scan_quote(s, p) || c == '{' || c == '[' ||
				       (*p >= '0' && *p <= '9'));
}

/* Whether "name": or name: stands at p. */
static bool
name_at(const struct scan *s, const char *p)
{
	const char *most =
		s->end - p > LONGEST_NAME ? p + LONGEST_NAME : s->end;
	bool new_line = false, plain = true;
	bool quoted = p < s->end && scan_quote(s, p);
	const char *name_end;
	size_t size;
	char quote = quoted ? *p : '\0';
	size_t wide = (unsigned char)quote < 0x80 ? 1 : 3; /* typographic */

	if (quoted) {
		for (p += wide; p < most && *p != quote && *p != '\n'; p++)
			plain &= word_char(*p);
		if (p < most)
			p += wide;
	} else {
		while (p < most && word_char(*p))
			p++;
	}
	if (p >= s->end)
		return false;
	name_end = p;
	p = scan_skip(s, p, &new_line);
	if (p == s->end)
		return false;
	return scan_mark(s, p, &size) == ':' || *p == '=' ||
	       (quoted && plain && !new_line && value_behind(s, name_end, p));
}

/* Whether a value may begin at p. */
static bool
value_at_place(const struct scan *s, const char *p)
{
	static const char *const words[] = {
		"true", "false", "null", "True", "False", "None"};
	size_t size;
	char c = scan_mark(s, p, &size);

	if (c == '{' || c == '[' || c == '}' || c == ']' || scan_quote(s, p) ||
		*p == '-' || (*p >= '0' && *p <= '9'))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((size_t)(s->end - p) > strlen(words[i]) &&
			memcmp(p, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* Whether the next child of a container may begin at p. */
static bool
child_at(const struct scan *s, const struct level *level, const char *p)
{
	size_t size;
	char c;

	if (p >= s->end || level == NULL || *p == '/' || *p == '#')
		return true;
	c = scan_mark(s, p, &size);
	if (c == '}' || c == ']')
		return true;
	return level->type == VALUE_OBJECT ? name_at(s, p)
					   : value_at_place(s, p);
}

bool
scan_fits(const struct scan *s, const struct level *level, const char *p)
{
	bool new_line = false;
	size_t size;
	char c;

	p = scan_skip(s, p, &new_line);
	if (p == s->end)
		return true;
	if (level == NULL)
		return false;
	c = scan_mark(s, p, &size);
	if (c == '}' || c == ']')
		return (c == '}') == (level->type == VALUE_OBJECT);
	if (c == ',')
		p = scan_skip(s, p + size, &new_line);
	return child_at(s, level, p) &&
	       (level->type == VALUE_OBJECT || !name_at(s, p));
}

bool
scan_value_ends(const struct scan *s, size_t n)
{
	const struct level *level = s->level;
	bool new_line = false, closers = false;
	const char *p = scan_skip(s, s->at + n, &new_line);
	size_t size;

	for (; p < s->end; p = scan_skip(s, p + size, &new_line)) {
		char c = scan_mark(s, p, &size);

		if (c != '}' && c != ']' && c != ')')
			break;
		closers = true;
		if (level == NULL || level->parent == NULL)
			return level == NULL ||
			       (c == '}') == (level->type == VALUE_OBJECT);
		level = level->parent;
	}
	if (p == s->end || level == NULL)
		return true;
	if (scan_mark(s, p, &size) == ',') {
		p = scan_skip(s, p + size, &new_line);
		return child_at(s, level, p);
	}
	if (*p == '+' || *p == '/' || *p == '#')
		return true;
	return (new_line || closers || p > s->at + n) &&
	       scan_mark(s, p, &size) != ':' && child_at(s, level, p);
}

bool
scan_name_ends(const struct scan *s, size_t n, size_t len)
{
	bool new_line = false;
	const char *p = scan_skip(s, s->at + n, &new_line);
	size_t size;
	char c;

	if (p == s->end)
		return true;
	c = scan_mark(s, p, &size);
	if (c == ':' || *p == '=')
		return true;
	return len > 0 && len < LONGEST_NAME &&
	       (c == '{' || c == '[' || value_behind(s, s->at + n, p));
}

/*
 * A quote with a colon behind it closes a name. When the string that is being
 * read swallowed that name, because its own quote was forgotten, it ended with
 * the line before.
 */
const char *
scan_swallowed(const struct scan *s, const char *from)
{
	bool new_line = false;
	const char *p = scan_skip(s, s->at + 1, &new_line), *open = s->at;
	size_t size;

	if (s->level == NULL || s->level->type != VALUE_OBJECT || p == s->end ||
		scan_mark(s, p, &size) != ':')
		return NULL;
	while (open > from && (word_char(open[-1]) || open[-1] == '-') &&
		s->at - open < LONGEST_NAME)
		open--;
	if (open == from || open[-1] != '"')
		return NULL;
	open--;
	for (p = open; p > from && (p[-1] == ' ' || p[-1] == '\t'); p--)
		continue;
	return p > from && p[-1] == '\n' ? open : NULL;
}

bool
scan_left_open(const struct scan *s)
{
	const struct level *level = s->level;
	size_t size;
	char c = scan_mark(s, s->at, &size);

	if (level->type == VALUE_ARRAY)
		return false;
	if (c != '{')
		return false;
	while (level != NULL && level->type != VALUE_ARRAY)
		level = level->parent;
	return level != NULL;
}

bool
scan_member_in_array(const struct scan *s)
{
	return scan_quote(s, s->at) && name_at(s, s->at);
}
