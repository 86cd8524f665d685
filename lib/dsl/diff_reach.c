/* diff_reach.c: what a change means to those outside: what a caller gives and
 * gets, and who still reads what is gone. */
#include "base/nitems.h"
#include "dsl/diff_parts.h"

#include <string.h>

enum { MOST_DEPTH = 60 };

/* The items of a list member of all nodes of a type, by name. */
static struct value *
contract(struct diff *d, const struct value *nodes, const char *type,
	const char *list)
{
	struct value *out = value_object(d->a);

	value_each(node, nodes) {
		const struct value *data = value_get(node, "data");

		if (strcmp(value_get_text(data, "type", ""), type) != 0)
			continue;
		value_each(item, value_get(data, list)) {
			const char *name =
				value_get_text(item, "variable", NULL);

			if (name != NULL)
				value_set(d->a, out, name,
					value_clone(d->a, item));
		}
	}
	return out;
}

static bool
promises_the_same(const struct value *x, const struct value *y)
{
	static const char *const keys[] = {
		"type", "required", "options", "value_type", "max_length"};

	for (size_t i = 0; i < nitems(keys); i++) {
		const struct value *p = value_get(x, keys[i]);
		const struct value *q = value_get(y, keys[i]);

		if ((p == NULL) != (q == NULL) ||
			(p != NULL && !value_equal(p, q)))
			return false;
	}
	return true;
}

void
diff_contract(struct diff *d, struct value *result, const char *key,
	const char *type, const char *list)
{
	struct value *before = contract(d, d->old_nodes, type, list);
	struct value *after = contract(d, d->new_nodes, type, list);
	struct value *out = value_set(d->a, result, key, value_object(d->a));
	struct value *added = diff_list_in(d, out, "added");
	struct value *removed = diff_list_in(d, out, "removed");
	struct value *changed = diff_list_in(d, out, "changed");

	value_each(item, before) {
		const struct value *other = value_get(after, item->key);

		if (other == NULL)
			value_append_text(d->a, removed, item->key);
		else if (!promises_the_same(item, other))
			value_append_text(d->a, changed, item->key);
	}
	value_each(item, after)
		if (value_get(before, item->key) == NULL)
			value_append_text(d->a, added, item->key);
}

/* Heads of selectors that named a node and do no longer. */
static void
in_selectors(struct diff *d, struct value *out, const char *node,
	const struct value *v, int depth)
{
	const char *head = value_text(value_at(v, 0));

	if (depth > MOST_DEPTH)
		return;
	if (value_count(v) > 1 && v->type == VALUE_ARRAY && head != NULL &&
		value_text(value_at(v, 1)) != NULL &&
		names_get(&d->old_ids, head) != NAMES_NONE &&
		names_get(&d->new_ids, head) == NAMES_NONE) {
		struct value *entry = value_append(out, value_object(d->a));

		diff_set_text(d, entry, "node", node);
		diff_set_text(d, entry, "reference",
			arena_printf(d->a, "%s.%s", head,
				value_text(value_at(v, 1))));
	}
	value_each(child, v)
		in_selectors(d, out, node, child, depth + 1);
}

/* References in texts. */
static void
in_texts(struct diff *d, struct value *out, const char *node,
	const struct value *v, int depth)
{
	const char *s = value_text(v);

	while (s != NULL && (s = strstr(s, "{{#")) != NULL) {
		size_t n = strcspn(s + 3, ".#");
		const char *head = arena_memdup(d->a, s + 3, n);

		s += 3;
		if (names_get(&d->old_ids, head) != NAMES_NONE &&
			names_get(&d->new_ids, head) == NAMES_NONE) {
			struct value *entry =
				value_append(out, value_object(d->a));

			diff_set_text(d, entry, "node", node);
			diff_set_text(d, entry, "reference",
				arena_memdup(d->a, s, strcspn(s, "#")));
		}
	}
	if (depth < MOST_DEPTH)
		value_each(child, v)
			in_texts(d, out, node, child, depth + 1);
}

void
diff_broken(struct diff *d, struct value *out)
{
	value_each(node, d->new_nodes) {
		const char *id = value_get_text(node, "id", "");

		in_selectors(d, out, id, value_get(node, "data"), 0);
		in_texts(d, out, id, value_get(node, "data"), 0);
	}
}
