/* example.c: see example.h. */
#include "llm/example.h"
#include "base/fatal.h"
#include "base/str.h"
#include "io/db_texts.h"
#include "text/cjk.h"
#include "text/json.h"

#include <string.h>

enum { MOST_WORDS = 150, MOST_TEXT = 16384 };

static size_t
type_index(const struct node_type *type)
{
	size_t i = 0;

	while (i < node_type_count && node_types[i] != type)
		i++;
	return i;
}

void
llm_plan_types(const struct value *plan, struct llm_types *types)
{
	const char *word = value_get_text(plan, "type", NULL);

	if (word != NULL && value_get(plan, "id") != NULL) {
		const struct node_type *type = node_type_guess(word);

		if (type != NULL || strcmp(word, "parallel") == 0)
			types->has[type_index(type)] = true;
	}
	value_each(child, plan)
		llm_plan_types(child, types);
}

static void
read_line(
	struct arena *a, const char *line, size_t len, struct llm_example *out)
{
	struct jsonx_report report;
	const struct value *v = jsonx_read(a, line, len, 0, &report);

	if (v == NULL)
		fatal("examples: %s", report.error);
	out->id = value_get_text(v, "id", "");
	out->request = value_get_text(v, "request", "");
	out->words = value_get_text(v, "words", "");
	out->plan = value_get(v, "plan");
	llm_plan_types(out->plan, &out->types);
}

void
llm_examples_read(struct arena *a, struct llm_examples *out)
{
	const char *at = llm_example_text;
	size_t lines = 0;

	for (const char *p = at; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	out->items = arena_array(a, lines, sizeof(*out->items));
	for (out->count = 0; out->count < lines; out->count++) {
		size_t len = strcspn(at, "\n");

		read_line(a, at, len, &out->items[out->count]);
		at += len + 1;
	}
}

static struct db_texts *
index_of(struct arena *a, const struct llm_examples *all)
{
	struct db_texts *t = db_texts_new();
	struct str text;

	for (size_t i = 0; i < all->count; i++) {
		str_init(&text, a, MOST_TEXT);
		cjk_spread(&text, all->items[i].request);
		str_putc(&text, ' ');
		cjk_spread(&text, all->items[i].words);
		db_texts_add(t, text.s);
	}
	return t;
}

size_t
llm_examples_find(struct arena *a, const struct llm_examples *all,
	const char *request, const struct llm_example **found_r, size_t most)
{
	struct db_texts *t = index_of(a, all);
	size_t *numbers = arena_array(a, most, sizeof(*numbers));
	size_t n = db_texts_find(
		t, cjk_any(a, request, MOST_WORDS), numbers, most);

	for (size_t i = 0; i < n; i++)
		found_r[i] = &all->items[numbers[i]];
	db_texts_free(&t);
	return n;
}
