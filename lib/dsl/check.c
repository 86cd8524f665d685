/* check.c: what the checks of a DSL share. */
#include "dsl/check.h"

#include <string.h>

static const char *
pointer_to(struct check *c, const struct value *at, const char *member)
{
	const char *pointer = value_pointer(c->arena, at);

	if (member == NULL)
		return pointer;
	return arena_printf(c->arena, "%s/%s", pointer, member);
}

struct finding *
check_say(struct check *c, const char *code, const struct value *at,
	const char *member, const struct check_node *node, const char *arg1,
	const char *arg2)
{
	const char *id = node != NULL && node->id != NULL ? node->id : "";

	if (c->told >= MOST_FINDINGS)
		return NULL;
	c->told++;
	return finding_add(c->arena, c->out, code, pointer_to(c, at, member),
		id, arg1, arg2, NULL);
}

void
check_tier(struct check *c, struct finding *f, enum finding_tier tier)
{
	if (f == NULL)
		return;
	c->out->count[f->tier]--;
	c->out->count[tier]++;
	f->tier = tier;
}

struct finding *
check_run(struct check *c, const char *code, const struct value *at,
	const char *member, const struct check_node *node, const char *arg1,
	const char *arg2)
{
	struct finding *f = check_say(c, code, at, member, node, arg1, arg2);

	if (f != NULL && node != NULL && !check_surely(c, node))
		check_tier(c, f, TIER_L);
	return f;
}

struct finding *
check_refuse(struct check *c, const char *code, const struct value *at,
	const char *member, const struct check_node *node, const char *arg1,
	const char *arg2)
{
	struct finding *f = check_say(c, code, at, member, node, arg1, arg2);

	if (f != NULL && c->version < VERSION_GRAPH && !node->checked &&
		!check_surely(c, node))
		check_tier(c, f, TIER_L);
	return f;
}

bool
check_leads(struct check *c, size_t from, size_t to)
{
	bool *seen = arena_alloc(c->arena, c->node_count + 1);
	size_t *queue =
		arena_array(c->arena, c->node_count + 1, sizeof(*queue));
	size_t done = 0;
	size_t count = 0;

	queue[count++] = from;
	while (done < count) {
		const struct check_node *n = &c->nodes[queue[done++]];

		for (size_t i = 0; i < n->out_count; i++) {
			size_t next = c->edges[n->out[i]].to;

			if (next == to)
				return true;
			if (!seen[next]) {
				seen[next] = true;
				queue[count++] = next;
			}
		}
	}
	return false;
}

bool
check_type_is(const struct check_node *node, const char *type)
{
	return node->type != NULL && strcmp(node->type->name, type) == 0;
}

bool
check_text_is(const struct value *v, const char *key, const char *text)
{
	const char *s = value_get_text(v, key, NULL);

	return s != NULL && strcmp(s, text) == 0;
}

bool
check_is_falsy(const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		return !v->u.truth;
	case VALUE_INT:
		return v->u.integer == 0;
	case VALUE_FLOAT:
		return v->u.number == 0;
	case VALUE_STRING:
		return v->u.text.len == 0;
	default:
		return value_count(v) == 0;
	}
}
