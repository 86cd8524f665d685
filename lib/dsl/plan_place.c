/* plan_place.c: see plan_place.h. */
#include "dsl/plan_place.h"

#include "base/nitems.h"

#include <string.h>

enum { SHORT_WORD = 3 };

/* The first text in v that holds what the finding speaks of: the very line. */
static const struct value *
text_with(const struct value *v, const char *words)
{
	const char *text = value_text(v);

	if (text != NULL)
		return v->line > 0 && strstr(text, words) != NULL ? v : NULL;
	value_each(child, v) {
		const struct value *found = text_with(child, words);

		if (found != NULL)
			return found;
	}
	return NULL;
}

static uint32_t
line_in(const struct value *v, const struct finding *f)
{
	for (size_t i = 0; i < nitems(f->args); i++) {
		const struct value *found =
			f->args[i] == NULL || strlen(f->args[i]) < SHORT_WORD
				? NULL
				: text_with(v, f->args[i]);

		if (found != NULL)
			return found->line;
	}
	return v->line;
}

/* The line of what the pointer names, or of the nearest value around it that
 * stands in the text; 0 for the whole plan. */
static uint32_t
line_at(struct arena *a, const struct value *plan, const struct finding *f)
{
	char *path = arena_strdup(a, f->pointer);

	while (*path != '\0') {
		const struct value *v = value_find(plan, path);

		if (v != NULL && v->line > 0)
			return line_in(v, f);
		*strrchr(path, '/') = '\0';
	}
	return 0;
}

/* How well a step's id stands for a node: made of it, or for it. */
static size_t
likeness(const char *id, const char *node)
{
	size_t n = strlen(id);

	if (n == 0 || strncmp(id, node, n) != 0)
		return 0;
	if (node[n] == '\0')
		return n + 1;
	return strncmp(node + n, "__", 2) == 0 || strcmp(node + n, "start") == 0
		       ? n
		       : 0;
}

/* The step that is most like the node. */
static void
find_step(const struct value *v, const char *node, size_t *best,
	const struct value **found)
{
	const struct value *id = value_get(v, "id");
	size_t n = value_text(id) == NULL ? 0 : likeness(value_text(id), node);

	if (n > *best && id->line > 0) {
		*best = n;
		*found = id;
	}
	value_each(child, v)
		find_step(child, node, best, found);
}

static uint32_t
line_of_part(const struct value *plan, const char *part)
{
	const struct value *v = value_get(plan, part);

	return v == NULL ? 0 : v->line;
}

uint32_t
plan_line(struct arena *a, const struct value *plan, const struct finding *f)
{
	const struct value *found = NULL;
	size_t best = 0;
	bool built = strncmp(f->pointer, "/workflow", 9) == 0 ||
		     strncmp(f->pointer, "/app", 4) == 0;

	if (!built && f->pointer[0] == '/')
		return line_at(a, plan, f);
	find_step(plan, f->node, &best, &found);
	if (found != NULL)
		return line_in(found->parent, f) > found->parent->line
			       ? line_in(found->parent, f)
			       : found->line;
	if (strcmp(f->node, "start") == 0)
		return line_of_part(plan, "inputs");
	return strncmp(f->node, "end", 3) == 0 ? line_of_part(plan, "outputs")
					       : 0;
}
