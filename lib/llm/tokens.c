/* tokens.c: see tokens.h. */
#include "llm/tokens.h"

enum kind { LETTER, DIGIT, MARK, BLANK, LINE_END, WIDE, INNER };

/* Bytes of a run that make one token; 0: each counts, or none. */
static const size_t per_token[] = {
	[LETTER] = 6,
	[DIGIT] = 3,
	[MARK] = 2,
	[LINE_END] = (size_t)-1,
	[WIDE] = 1,
};

static enum kind
kind_of(unsigned char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return LETTER;
	if (c >= '0' && c <= '9')
		return DIGIT;
	if (c == ' ' || c == '\t' || c == '\r')
		return BLANK;
	if (c == '\n')
		return LINE_END;
	if (c < 0x80)
		return MARK;
	return c < 0xC0 ? INNER : WIDE; /* the rest of a UTF-8 character */
}

size_t
llm_tokens(const char *text, size_t len)
{
	size_t tokens = 0, at = 0;

	while (at < len) {
		enum kind kind = kind_of((unsigned char)text[at]);
		size_t begin = at++;

		if (kind == BLANK || kind == INNER)
			continue;
		while (at < len && kind != WIDE &&
			kind_of((unsigned char)text[at]) == kind)
			at++;
		tokens += (at - begin - 1) / per_token[kind] + 1;
	}
	return tokens;
}
