/* yaml_halves.c: see yaml_halves.h. The half D800+n travels as U+10F800+n;
 * the case of its digits stays as it was. */
#include "text/yaml_halves.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { ESCAPE = 6, LONG_ESCAPE = 10, MARK = 4, HALF = 3 };

/* Whether \ud800 ... \udfff stands at s. */
static bool
half_at(const char *s, const char *end)
{
	return end - s >= ESCAPE && s[0] == '\\' && s[1] == 'u' &&
	       (s[2] == 'd' || s[2] == 'D') &&
	       strchr("89abcdefABCDEF", s[3]) != NULL &&
	       isxdigit((unsigned char)s[3]) && isxdigit((unsigned char)s[4]) &&
	       isxdigit((unsigned char)s[5]);
}

bool
yaml_halves_present(const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *s = text; s != NULL && s < end; s++) {
		s = memchr(s, '\\', (size_t)(end - s));
		if (s == NULL)
			return false;
		if (half_at(s, end))
			return true;
	}
	return false;
}

/* A backslash that is itself escaped does not begin an escape. */
const char *
yaml_halves_mark(struct arena *a, const char *text, size_t *len)
{
	const char *end = text + *len;
	struct str out;

	str_init(&out, a, *len * 2);
	while (text < end) {
		if (half_at(text, end)) {
			str_puts(&out, "\\U0010");
			str_putc(&out, text[2] == 'D' ? 'F' : 'f');
			str_add(&out, text + 3, HALF);
			text += ESCAPE;
			continue;
		}
		if (text[0] == '\\' && end - text > 1)
			str_putc(&out, *text++);
		str_putc(&out, *text++);
	}
	*len = out.len;
	return out.s;
}

/* U+10F800 ... U+10FFFF begin with these bytes. */
static bool
mark_at(const char *s, const char *end)
{
	return end - s >= MARK && (unsigned char)s[0] == 0xF4 &&
	       (unsigned char)s[1] == 0x8F && (unsigned char)s[2] >= 0xA0;
}

static size_t
put_half(struct str *out, const char *s)
{
	str_putc(out, (char)0xED);
	str_add(out, s + 2, HALF - 1);
	return MARK;
}

/* What yaml_halves_mark() has put, where nobody read it as an escape. */
static bool
long_escape_at(const char *s, const char *end)
{
	const char *digits = s + LONG_ESCAPE - HALF;

	return end - s >= LONG_ESCAPE &&
	       strncasecmp(s, "\\U0010F", LONG_ESCAPE - HALF) == 0 &&
	       s[1] == 'U' && digits[0] >= '8' &&
	       isxdigit((unsigned char)digits[0]) &&
	       isxdigit((unsigned char)digits[1]) &&
	       isxdigit((unsigned char)digits[2]);
}

static size_t
put_escape(struct str *out, const char *s)
{
	str_puts(out, s[LONG_ESCAPE - HALF - 1] == 'F' ? "\\uD" : "\\ud");
	str_add(out, s + LONG_ESCAPE - HALF, HALF);
	return LONG_ESCAPE;
}

void
yaml_halves_restore(struct arena *a, struct value *v, bool quoted)
{
	const char *s = v->u.text.s;
	const char *end = s + v->u.text.len;
	struct str out;

	str_init(&out, a, v->u.text.len);
	while (s < end) {
		if (quoted && mark_at(s, end))
			s += put_half(&out, s);
		else if (!quoted && long_escape_at(s, end))
			s += put_escape(&out, s);
		else
			str_putc(&out, *s++);
	}
	v->u.text.s = out.s;
	v->u.text.len = out.len;
}
