/* rename.c: see rename.h. */
#include "dsl/rename.h"

#include "base/str.h"
#include "dsl/catalogue.h"

#include <string.h>

struct renaming {
	struct arena *arena;
	const char *from;
	const char *to;
	const char *mark; /* "{{#from." */
};

#define NAMING                                                       \
	"source|target|parentId|start_node_id|iteration_id|loop_id|" \
	"parent_loop_id|parent_iteration_id"

static void
put(struct renaming *r, struct value *v, const char *s)
{
	v->u.text.s = arena_strdup(r->arena, s);
	v->u.text.len = strlen(s);
}

/* Every {{#from. in a text. */
static void
in_text(struct renaming *r, struct value *v)
{
	const char *s = v->u.text.s;
	const char *hit = strstr(s, r->mark);
	struct str out;

	if (hit == NULL)
		return;
	str_init(&out, r->arena, v->u.text.len * 8 + 100);
	for (; hit != NULL; hit = strstr(s, r->mark)) {
		str_add(&out, s, (size_t)(hit - s));
		str_printf(&out, "{{#%s.", r->to);
		s = hit + strlen(r->mark);
	}
	str_puts(&out, s);
	put(r, v, out.s);
}

static bool
is_old(const struct renaming *r, const struct value *v)
{
	return value_text(v) != NULL && strcmp(value_text(v), r->from) == 0;
}

static void
walk(struct renaming *r, struct value *v)
{
	struct value *first = value_first(v);

	if (v->type == VALUE_ARRAY && value_count(v) > 1 && is_old(r, first))
		put(r, first, r->to);
	value_each(child, v) {
		if (child->type != VALUE_STRING)
			walk(r, child);
		else if (child->key != NULL && list_has(NAMING, child->key) &&
			 is_old(r, child))
			put(r, child, r->to);
		else
			in_text(r, child);
	}
}

void
rename_node(
	struct arena *a, struct value *dsl, const char *from, const char *to)
{
	struct renaming r = {.arena = a, .from = from, .to = to};
	struct value *graph = value_get(value_get(dsl, "workflow"), "graph");

	r.mark = arena_printf(a, "{{#%s.", from);
	value_each(node, value_get(graph, "nodes"))
		if (is_old(&r, value_get(node, "id")))
			put(&r, value_get(node, "id"), to);
	if (graph != NULL)
		walk(&r, graph);
}
