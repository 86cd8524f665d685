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

static bool
is_branch(const struct check_node *node)
{
	return node->type != NULL &&
	       (node->type->handles == HANDLES_CASES ||
		       node->type->handles == HANDLES_CLASSES ||
		       node->type->handles == HANDLES_ACTIONS);
}

/* Whether the node may leave by two ways, of which it takes one. */
static bool
splits(const struct check_node *node)
{
	return is_branch(node) ||
	       check_text_is(node->data, "error_strategy", "fail-branch");
}

enum { UNKNOWN, BUSY, NO, YES };

struct sure {
	struct check *c;
	size_t target;
	unsigned char *state;
};

static bool leads(struct sure *s, size_t at, int depth);

/* Whether some edge of that handle surely leads to the target. */
static bool
handle_leads(struct sure *s, const struct check_node *node, const char *handle,
	int depth)
{
	for (size_t i = 0; i < node->out_count; i++) {
		const struct check_edge *e = &s->c->edges[node->out[i]];

		if (e->dead || (handle != NULL && e->handle != NULL &&
				       strcmp(e->handle, handle) != 0))
			continue;
		if (leads(s, e->to, depth))
			return true;
	}
	return false;
}

/* A node that splits must lead there by each of its ways. */
static bool
leads_on(struct sure *s, const struct check_node *node, int depth)
{
	if (!splits(node))
		return handle_leads(s, node, NULL, depth);
	value_each(handle, node_handles(s->c->arena, node->data))
		if (!handle_leads(s, node, value_text(handle), depth))
			return false;
	return node->out_count > 0;
}

static bool
leads(struct sure *s, size_t at, int depth)
{
	enum { MOST_DEPTH = 2000 };

	if (at == s->target)
		return true;
	if (s->state[at] != UNKNOWN || depth > MOST_DEPTH)
		return s->state[at] == YES;
	s->state[at] = BUSY;
	s->state[at] = leads_on(s, &s->c->nodes[at], depth + 1) ? YES : NO;
	return s->state[at] == YES;
}

/* A child is looked at when its container surely is; then it counts as a
 * step of a small run of its own. */
bool
check_surely(struct check *c, const struct check_node *node)
{
	struct sure s = {.c = c, .target = (size_t)(node - c->nodes)};
	size_t from = c->root;

	if (node->parent < c->node_count) {
		const struct check_node *outer = &c->nodes[node->parent];
		const char *start =
			value_get_text(outer->data, "start_node_id", NULL);

		if (outer == node || !check_surely(c, outer))
			return false;
		from = names_get(&c->ids, start);
	}
	if (from >= c->node_count)
		return false;
	s.state = arena_alloc(c->arena, c->node_count + 1);
	return leads(&s, from, 0);
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
