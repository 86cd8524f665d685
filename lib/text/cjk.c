/* cjk.c: see cjk.h. */
#include "text/cjk.h"
#include "base/nitems.h"

#include <stdint.h>
#include <string.h>

/* Blocks of Unicode 15 whose characters are words of their own. */
static const struct {
	uint32_t first;
	uint32_t last;
} blocks[] = {
	{0x3040, 0x30FF}, /* hiragana, katakana */
	{0x3400, 0x4DBF},
	{0x4E00, 0x9FFF},
	{0xAC00, 0xD7AF}, /* hangul */
	{0xF900, 0xFAFF},
	{0x20000, 0x3FFFF},
};

/* The character at s and its bytes; 1 byte for what is no UTF-8. */
static uint32_t
decode(const char *s, size_t *n_r)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t n = u[0] >= 0xF0 ? 4 : u[0] >= 0xE0 ? 3 : u[0] >= 0xC0 ? 2 : 1;
	uint32_t c = n == 1 ? u[0] : u[0] & (0xFFU >> (n + 1));
	size_t i;

	for (i = 1; i < n; i++) {
		if ((u[i] & 0xC0) != 0x80) {
			*n_r = 1;
			return u[0];
		}
		c = c << 6 | (u[i] & 0x3F);
	}
	*n_r = n;
	return c;
}

static bool
is_cjk(uint32_t c)
{
	size_t i;

	for (i = 0; i < nitems(blocks); i++)
		if (c >= blocks[i].first && c <= blocks[i].last)
			return true;
	return false;
}

/* What the tokenizer takes as part of a word, of what people type. */
static bool
is_word(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || (c >= 0xC0 && c < 0x2000 && c != 0xD7);
}

void
cjk_spread(struct str *out, const char *text)
{
	size_t n;

	for (; *text != '\0'; text += n) {
		bool wide = is_cjk(decode(text, &n));

		if (wide)
			str_putc(out, ' ');
		str_add(out, text, n);
		if (wide)
			str_putc(out, ' ');
	}
}

/* One phrase from text on: a run of CJK, or a word; how many bytes it took. */
static size_t
phrase(struct str *out, const char *text)
{
	const char *p = text;
	size_t n;
	bool wide = is_cjk(decode(text, &n));

	str_puts(out, out->len > 0 ? " AND \"" : "\"");
	while (*p != '\0') {
		uint32_t c = decode(p, &n);

		if (wide ? !is_cjk(c) : !is_word(c))
			break;
		str_add(out, p, n);
		if (wide)
			str_putc(out, ' ');
		p += n;
	}
	str_puts(out, wide ? "\"" : "\"*");
	return (size_t)(p - text);
}

const char *
cjk_query(struct arena *a, const char *text)
{
	struct str out;
	size_t n;

	str_init(&out, a, 8 * strlen(text) + 64);
	while (*text != '\0') {
		uint32_t c = decode(text, &n);

		text += is_cjk(c) || is_word(c) ? phrase(&out, text) : n;
	}
	return out.s;
}

/* A pair of CJK characters, or a word, as one more way to match. */
static void
add_way(struct str *out, const char *text, size_t n, size_t first)
{
	str_puts(out, out->len > 0 ? " OR \"" : "\"");
	str_add(out, text, first);
	if (first < n) {
		str_putc(out, ' ');
		str_add(out, text + first, n - first);
	}
	str_putc(out, '"');
}

/* How many bytes the word or the character at text has; 0: it is neither. */
static size_t
word_bytes(const char *text)
{
	size_t n, size = 0;

	if (is_cjk(decode(text, &n)))
		return n;
	while (text[size] != '\0' && is_word(decode(text + size, &n)))
		size += n;
	return size;
}

const char *
cjk_any(struct arena *a, const char *text, size_t most)
{
	struct str out;
	size_t n, next;

	str_init(&out, a, 8 * strlen(text) + 64);
	while (*text != '\0' && most > 0) {
		bool wide = is_cjk(decode(text, &n));
		bool pair = wide && is_cjk(decode(text + n, &next));

		if (!wide)
			n = word_bytes(text);
		if (pair || (!wide && n > 1)) {
			add_way(&out, text, pair ? n + next : n, n);
			most--;
		}
		text += n > 0 ? n : 1;
	}
	return out.s;
}
