/* str.c: see str.h. */
#include "base/str.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

void
str_init(struct str *s, struct arena *a, size_t max)
{
	s->room = max < FIRST_ROOM ? max + 1 : FIRST_ROOM;
	s->s = arena_alloc(a, s->room);
	s->len = 0;
	s->max = max;
	s->full = false;
	s->arena = a;
}

void
str_reset(struct str *s)
{
	s->len = 0;
	s->full = false;
	s->s[0] = '\0';
}

static bool
reserve(struct str *s, size_t more)
{
	size_t room = s->room;

	if (s->full || more > s->max - s->len) {
		s->full = true;
		return false;
	}
	if (s->len + more < room)
		return true;
	while (room <= s->len + more)
		room *= 2;
	s->s = arena_grow(s->arena, s->s, s->room, room);
	s->room = room;
	return true;
}

void
str_add(struct str *s, const void *bytes, size_t n)
{
	if (n == 0 || !reserve(s, n))
		return;
	memcpy(s->s + s->len, bytes, n);
	s->len += n;
	s->s[s->len] = '\0';
}

void
str_puts(struct str *s, const char *text)
{
	str_add(s, text, strlen(text));
}

void
str_putc(struct str *s, char c)
{
	str_add(s, &c, 1);
}

void
str_printf(struct str *s, const char *fmt, ...)
{
	size_t left = s->room - s->len;
	va_list ap;
	va_list again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(s->s + s->len, left, fmt, ap);
	va_end(ap);
	if (n > 0 && reserve(s, (size_t)n)) {
		if ((size_t)n >= left)
			vsnprintf(s->s + s->len, (size_t)n + 1, fmt, again);
		s->len += (size_t)n;
	} else {
		s->s[s->len] = '\0';
	}
	va_end(again);
}

void
str_cut(struct str *s, size_t len)
{
	if (len >= s->len)
		return;
	s->len = len;
	s->s[len] = '\0';
}
