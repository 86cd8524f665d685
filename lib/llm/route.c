/* route.c: which types of steps the words of a request speak of. */
#include "llm/example.h"
#include "llm/prompt_text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Words up to this long must be whole; longer ones may go on. */
enum { SHORT_WORD = 3 };

static bool
letter(unsigned char c)
{
	return isalnum(c) || c == '_';
}

/* Whether the word of n bytes stands in text; CJK anywhere, other words where
 * a word begins. */
static bool
speaks_of(const char *text, const char *word, size_t n)
{
	bool latin = (unsigned char)word[0] < 0x80;

	for (const char *p = text; *p != '\0'; p++) {
		if (strncasecmp(p, word, n) != 0)
			continue;
		if (!latin)
			return true;
		if (p > text && letter((unsigned char)p[-1]))
			continue;
		if (n > SHORT_WORD || !letter((unsigned char)p[n]))
			return true;
	}
	return false;
}

static bool
any_word(const char *text, const char *words)
{
	while (*words != '\0') {
		size_t n = strcspn(words, "|");

		if (speaks_of(text, words, n))
			return true;
		words += n + (words[n] == '|');
	}
	return false;
}

size_t
llm_route(const char *request, struct llm_types *types)
{
	size_t told = 0;

	for (size_t i = 0; i <= node_type_count; i++) {
		const char *words = i == node_type_count ? prompt_parallel_words
							 : node_types[i]->words;

		if (words == NULL)
			continue;
		if (strcmp(words, "*") == 0)
			types->has[i] = true;
		else if (any_word(request, words))
			types->has[i] = ++told > 0;
	}
	return told;
}
