/* example.h: requests with the plans that answer them well: what a model is
 * shown. They stand in lib/llm/examples.jsonl, a line each:
 * {"id", "request", "words": more words to be found by, "plan"}. */
#ifndef LLM_EXAMPLE_H
#define LLM_EXAMPLE_H

#include "dsl/catalogue.h"
#include "text/value.h"

/* The types of steps that a request may want or a plan has: one truth for each
 * of node_types, and one more for parallel. */
enum { LLM_MOST_TYPES = 64 };

struct llm_types {
	bool has[LLM_MOST_TYPES];
};

struct llm_example {
	const char *id;
	const char *request;
	const char *words;
	const struct value *plan;
	struct llm_types types;
};

struct llm_examples {
	struct llm_example *items;
	size_t count;
};

extern const char llm_example_text[];

/* llm_examples_read: all of them, in the order of the file. */
void llm_examples_read(struct arena *a, struct llm_examples *out);

/*
 * llm_examples_find: those that share words with a request, most alike first;
 * how many. Chinese is compared by pairs of characters.
 */
size_t llm_examples_find(struct arena *a, const struct llm_examples *all,
	const char *request, const struct llm_example **found_r, size_t most);

/* llm_plan_types: adds the types of all steps of a plan. */
void llm_plan_types(const struct value *plan, struct llm_types *types);

/* llm_route: adds the types that words of the request speak of, and those that
 * every request may want. Returns how many of the former. */
size_t llm_route(const char *request, struct llm_types *types);

#endif
