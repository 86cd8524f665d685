/* run_nodes.c: what the nodes of a run did, kept until it can be written. */
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "worker/run.h"
#include "text/json.h"

#include <string.h>

enum {
	KEEP_JSON = 256 << 10, /* bytes of one node's inputs or outputs */
	KEEP_ERROR = 64 << 10,
	NOTES_ARENA = 64 << 20,
	NOTES_FULL = 48 << 20 /* no more of them */
};

struct node_note {
	struct node_note *next;
	struct run_node node;
};

static const char too_large[] =
	"{\"studio_note\":\"too large to be kept here; see Dify\"}";

/* ---- values to texts ---- */

const char *
run_json(struct arena *a, const struct value *v, size_t max)
{
	struct str out;

	if (v == NULL || value_is(v, VALUE_NULL))
		return NULL;
	str_init(&out, a, max);
	jsonx_write(&out, v, 0);
	if (!out.full)
		return out.s;
	return too_large;
}

static double
number(const struct value *v)
{
	if (value_is(v, VALUE_INT))
		return (double)v->u.integer;
	return value_is(v, VALUE_FLOAT) ? v->u.number : -1;
}

int64_t
run_ms(const struct value *v)
{
	double s = number(v);

	return s < 0 ? -1 : (int64_t)(s * 1000 + 0.5);
}

/* ---- nodes ---- */

static void
write_notes(struct task *t)
{
	struct run_state *s = t->state;
	struct node_note *n;

	for (n = s->notes; n != NULL; n = n->next)
		run_node_set(s->run.id, &n->node);
	s->notes = NULL;
	arena_free(&s->notes_arena);
}

/* While nothing can be written notes pile up: inputs and outputs are kept in
 * the first half of their arena, no more of them in the last quarter. */
static const char *
note_json(struct arena *a, const struct value *v)
{
	if (v == NULL || arena_used(a) < NOTES_ARENA / 2)
		return run_json(a, v, KEEP_JSON);
	return value_is(v, VALUE_NULL) ? NULL : too_large;
}

static const char *
text_of(struct arena *a, const struct value *data, const char *key, size_t max)
{
	return arena_strcut(a, value_get_text(data, key, ""), max);
}

/* The note of an execution: one that is not yet written serves again. */
static struct node_note *
note_of(struct run_state *s, const char *execution)
{
	struct node_note *n;

	for (n = s->notes; n != NULL; n = n->next)
		if (strcmp(n->node.execution, execution) == 0)
			return n;
	if (s->notes == NULL) {
		s->notes_arena = arena_new(NOTES_ARENA);
		s->last_note = &s->notes;
	}
	n = arena_alloc(s->notes_arena, sizeof(*n));
	*s->last_note = n;
	s->last_note = &n->next;
	return n;
}

/* ---- rounds of iterations and loops ---- */

struct run_round {
	struct run_round *next;
	const char *container;
	int64_t index;
};

static struct run_round *
round_of(const struct run_state *s, const char *container)
{
	struct run_round *r = s->rounds;

	while (r != NULL && strcmp(r->container, container) != 0)
		r = r->next;
	return r;
}

/* "iteration_next", "loop_next": what starts from now on is of that round. */
void
run_take_round(struct task *t, const struct value *data)
{
	struct run_state *s = t->state;
	const char *id = value_get_text(data, "node_id", NULL);
	struct run_round *r = id == NULL ? NULL : round_of(s, id);

	if (id == NULL || strlen(id) > LIMIT_NAME)
		return;
	if (r == NULL) {
		r = arena_alloc(t->arena, sizeof(*r));
		r->container = arena_strdup(t->arena, id);
		r->next = s->rounds;
		s->rounds = r;
	}
	r->index = value_get_int(data, "index", r->index + 1);
}

/*
 * An execution that has ended says its round; one that has just begun is in
 * the round that was told last, which parallel rounds may prove wrong.
 */
static void
place(const struct run_state *s, const struct value *data, struct run_node *n)
{
	const struct value *meta = value_get(data, "execution_metadata");
	const char *in_iteration = value_get_text(data, "iteration_id",
		value_get_text(meta, "iteration_id", NULL));
	const char *in_loop = value_get_text(
		data, "loop_id", value_get_text(meta, "loop_id", NULL));
	const struct run_round *r;

	n->tokens = value_get_int(
		meta, "total_tokens", value_get_int(data, "total_tokens", -1));
	n->parent = in_loop != NULL ? in_loop : in_iteration;
	n->round = -1;
	if (n->parent == NULL)
		return;
	r = round_of(s, n->parent);
	n->round = value_get_int(
		meta, in_loop != NULL ? "loop_index" : "iteration_index", -1);
	if (n->round < 0 && strcmp(n->status, "running") == 0)
		n->round = r == NULL ? 0 : r->index;
}

/* Events call an iteration or loop by its node, lists by a uuid: once is
 * enough. */
static const char *
execution_of(const struct value *data, const char *node)
{
	const char *type = value_get_text(data, "node_type", "");
	bool container =
		strcmp(type, "iteration") == 0 || strcmp(type, "loop") == 0;

	return container ? node : value_get_text(data, "id", NULL);
}

/* A list of executions has times in seconds, an event too. */
static int64_t
started_at(const struct value *data)
{
	double s = number(value_get(data, "created_at"));

	return s > 0 ? (int64_t)(s * 1000) : clock_now_ms();
}

void
run_take_node(struct task *t, const struct value *data, const char *status)
{
	struct run_state *s = t->state;
	const char *node = value_get_text(data, "node_id", NULL);
	const char *id = execution_of(data, node);
	bool first = s->notes == NULL;
	const char *inputs;
	struct node_note *n;
	int64_t told;
	struct arena *a;

	if (id == NULL || node == NULL || strlen(id) > LIMIT_NAME ||
		strlen(node) > LIMIT_NAME ||
		(!first && arena_used(s->notes_arena) > NOTES_FULL))
		return;
	n = note_of(s, id);
	told = n->node.execution == NULL ? -1 : n->node.round;
	a = s->notes_arena;
	inputs = note_json(a, value_get(data, "inputs"));
	if (status == NULL)
		status = value_get_text(data, "status", "succeeded");
	n->node = (struct run_node){
		.execution = arena_strdup(a, id),
		.node_id = arena_strdup(a, node),
		.title = text_of(a, data, "title", LIMIT_NAME),
		.type = text_of(a, data, "node_type", LIMIT_NAME),
		.status = arena_strcut(a, status, LIMIT_NAME),
		.inputs = inputs == NULL ? n->node.inputs : inputs,
		.outputs = note_json(a, value_get(data, "outputs")),
		.error = value_text(value_get(data, "error")) == NULL
				 ? NULL
				 : text_of(a, data, "error", KEEP_ERROR),
		.elapsed_ms = run_ms(value_get(data, "elapsed_time")),
		.started_at = started_at(data),
	};
	place(s, data, &n->node);
	if (n->node.parent != NULL)
		n->node.parent = arena_strcut(a, n->node.parent, LIMIT_NAME);
	if (n->node.round < 0)
		n->node.round = told;
	if (first)
		task_note(t, write_notes);
}
