/* tokens.h: how long a text is for a language model. */
#ifndef LLM_TOKENS_H
#define LLM_TOKENS_H

#include <stddef.h>

/*
 * llm_tokens: about how many tokens a text has, rather too many than too few.
 * The rule: a run of ASCII letters counts one for each 6 begun, of digits one
 * for each 3, of punctuation one for each 2; every other character but a blank
 * counts one, and a run of line ends one. Real vocabularies of 100,000 words
 * and more need a tenth to a third less for the prompts here.
 */
size_t llm_tokens(const char *text, size_t len);

#endif
