/* show_steps.c: a graph as steps that nest, where it is made of such. Each
 * node is written once: one that is come to again is in no single place. */
#include "dsl/ident.h"
#include "dsl/show_parts.h"

enum { LIST_MOST = 20 };

/* Places to go on from: the targets of one handle. */
struct targets {
	struct flow_node *nodes[LIST_MOST];
	size_t count;
};

/* No plan says it: before, a node's id in quotes, after. */
static void
fail(struct show *s, const char *before, const struct flow_node *n,
	const char *after)
{
	if (s->why == NULL)
		s->why = arena_printf(s->a, "%s\"%s\"%s", before, n->id, after);
}

static size_t
index_of(const struct show *s, const struct flow_node *node)
{
	size_t i = 0;

	for (const struct flow_node *n = s->flow->first; n != node; n = n->next)
		i++;
	return i;
}

static struct targets
targets_of(struct show *s, const struct flow_node *n, const char *handle)
{
	struct targets t = {0};

	for (const struct route *r = n->routes; r != NULL; r = r->next) {
		if (strcmp(r->handle, handle) != 0)
			continue;
		if (t.count == LIST_MOST)
			fail(s, "too many ways lead out of ", n, "");
		else
			t.nodes[t.count++] = r->target;
	}
	return t;
}

static bool
comes_to(struct show *s, const struct targets *t, const struct flow_node *n)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->nodes[i] == n || flow_reaches(s->flow, t->nodes[i], n))
			return true;
	return false;
}

/*
 * Where the parts meet: the node that two of them come to and that leads to
 * every other such node. NULL when they never meet.
 */
static struct flow_node *
meeting(struct show *s, const struct targets *parts, size_t count)
{
	struct flow_node *first = NULL;

	for (struct flow_node *n = s->flow->first; n != NULL; n = n->next) {
		size_t ways = 0;

		for (size_t i = 0; i < count; i++)
			ways += comes_to(s, &parts[i], n);
		if (ways > 1 &&
			(first == NULL || flow_reaches(s->flow, n, first)))
			first = n;
	}
	return first;
}

static void walk(struct show *s, struct flow_node *n,
	const struct flow_node *stop, struct value *steps);
static void go_on(struct show *s, const struct targets *t,
	const struct flow_node *stop, struct value *steps);

static struct value *
new_step(struct show *s, const struct flow_node *n, struct value *steps)
{
	struct value *step = value_append(steps, value_object(s->a));
	const char *title = value_get_text(n->data, "title", "");

	value_set_text(s->a, step, "id", n->id);
	value_set_text(s->a, step, "type",
		flow_is(n, "loop-end") ? "break"
				       : value_get_text(n->data, "type", ""));
	if (title[0] != '\0')
		value_set_text(s->a, step, "title", title);
	return step;
}

/* A part of a split: its steps, and what it was come to by. */
struct part {
	struct targets targets;
	struct value *at; /* where do and give go */
};

static void
write_part(struct show *s, struct part *p, const struct flow_node *stop)
{
	struct value *steps = value_set(s->a, p->at, "do", value_array(s->a));

	go_on(s, &p->targets, stop, steps);
}

/* Goes on behind the place where parts met. */
static void
behind(struct show *s, const struct flow_node *split, struct flow_node *join,
	const struct flow_node *stop, struct value *step, struct value *steps)
{
	struct targets t;

	if (join == NULL || join == stop)
		return;
	if (!flow_is(join, "variable-aggregator")) {
		walk(s, join, stop, steps);
		return;
	}
	s->done[index_of(s, join)] = true;
	show_gives(s, split, join, step);
	t = targets_of(s, join, "source");
	go_on(s, &t, stop, steps);
}

/* The objects of a split's parts, the else or timeout behind the others. */
static struct value *
part_at(struct show *s, const struct flow_node *n, struct value *step, size_t i)
{
	struct value *list = show_parts(step);

	if (i < value_count(list))
		return value_at(list, i);
	return value_set(s->a, step,
		flow_is(n, "human-input") ? "timeout" : "else",
		value_object(s->a));
}

static void
write_split(struct show *s, struct flow_node *n, const struct flow_node *stop,
	struct value *step, struct value *steps)
{
	struct value *handles = node_handles(s->a, n->data);
	size_t count = value_count(handles), i = 0;
	struct part *parts = arena_array(s->a, count + 1, sizeof(*parts));
	struct targets *ways = arena_array(s->a, count + 1, sizeof(*ways));
	struct flow_node *join;

	value_each(handle, handles) {
		ways[i] = targets_of(s, n, value_text(handle));
		parts[i].targets = ways[i];
		parts[i].at = part_at(s, n, step, i);
		i++;
	}
	join = meeting(s, ways, count);
	for (i = 0; i < count; i++) {
		if (join != NULL && ways[i].count == 0)
			fail(s, "a branch of ", n, " leads nowhere");
		write_part(s, &parts[i], join != NULL ? join : stop);
	}
	behind(s, n, join, stop, step, steps);
}

/* Side by side, until they meet. */
static void
write_parallel(struct show *s, const struct targets *t,
	const struct flow_node *stop, struct value *steps)
{
	struct targets ways[LIST_MOST];
	struct value *step = value_append(steps, value_object(s->a)), *branches;
	struct flow_node *join;

	for (size_t i = 0; i < t->count; i++)
		ways[i] = (struct targets){{t->nodes[i]}, 1};
	join = meeting(s, ways, t->count);
	value_set_text(s->a, step, "type", "parallel");
	branches = value_set(s->a, step, "branches", value_array(s->a));
	for (size_t i = 0; i < t->count; i++) {
		struct part p = {.targets = ways[i],
			.at = value_append(branches, value_object(s->a))};

		write_part(s, &p, join != NULL ? join : stop);
	}
	if (join != NULL && join != stop)
		walk(s, join, stop, steps);
}

static void
go_on(struct show *s, const struct targets *t, const struct flow_node *stop,
	struct value *steps)
{
	if (t->count == 1)
		walk(s, t->nodes[0], stop, steps);
	else if (t->count > 1)
		write_parallel(s, t, stop, steps);
}

/* "on_error": the part behind the fail branch, which comes back to what
 * follows the step. */
static void
write_error_part(struct show *s, struct flow_node *n,
	const struct targets *failed, const struct targets *next,
	const struct flow_node *stop, struct value *step, struct value *steps)
{
	struct part part = {.targets = *failed};
	struct flow_node *join = next->count == 1 ? next->nodes[0] : NULL;
	struct targets t = *next;

	part.at = value_set(s->a, step, "on_error", value_object(s->a));
	if (join != NULL && !comes_to(s, failed, join))
		join = NULL;
	write_part(s, &part, join);
	if (join != NULL && flow_is(join, "variable-aggregator")) {
		s->done[index_of(s, join)] = true;
		show_error_gives(s, n, join, part.at);
		t = targets_of(s, join, "source");
	}
	go_on(s, &t, stop, steps);
}

static void
write_inside(struct show *s, struct flow_node *n, struct value *step)
{
	struct value *steps = value_array(s->a);

	show_container(s, n, step);
	value_set(s->a, step, "do", steps);
	for (struct flow_node *child = s->flow->first; child != NULL;
		child = child->next) {
		struct targets t;

		if (child->parent != n || child->type == NULL ||
			!(child->type->traits & NODE_CHILD_START))
			continue;
		s->done[index_of(s, child)] = true;
		t = targets_of(s, child, "source");
		go_on(s, &t, NULL, steps);
	}
	show_container_end(s, n, step);
}

static bool
is_split(const struct flow_node *n)
{
	return n->type->handles == HANDLES_CASES ||
	       n->type->handles == HANDLES_CLASSES ||
	       n->type->handles == HANDLES_ACTIONS;
}

static void
write_step(struct show *s, struct flow_node *n, const struct flow_node *stop,
	struct value *steps)
{
	struct value *step = new_step(s, n, steps);
	struct targets next, failed;

	if (n->type->traits & NODE_CONTAINER)
		write_inside(s, n, step);
	else
		show_words(s, n, step);
	if (is_split(n)) {
		write_split(s, n, stop, step, steps);
		return;
	}
	next = targets_of(s, n, "source");
	failed = targets_of(s, n, "fail-branch");
	if (failed.count > 0)
		write_error_part(s, n, &failed, &next, stop, step, steps);
	else
		go_on(s, &next, stop, steps);
}

/* The steps from a node on, up to where the parts around meet. */
static void
walk(struct show *s, struct flow_node *n, const struct flow_node *stop,
	struct value *steps)
{
	if (n == stop || s->why != NULL)
		return;
	if (n->type == NULL || (n->type->prompt == NULL &&
				       !(n->type->traits & NODE_CONTAINER))) {
		fail(s, "a plan has no step for ", n, "");
		return;
	}
	if (s->done[index_of(s, n)]) {
		fail(s, "", n, " is come to in ways that no split joins");
		return;
	}
	s->done[index_of(s, n)] = true;
	write_step(s, n, stop, steps);
}

/* Whether everything that a run could come to has its step. */
static void
check_all(struct show *s)
{
	size_t i = 0;

	for (const struct flow_node *n = s->flow->first; n != NULL; n = n->next)
		if (!s->done[i++] && n->type != NULL)
			fail(s, "nothing leads to ", n, "");
}

/* An end as the last step of all is what the workflow hands out. */
static void
put_outputs(struct show *s, struct value *plan, struct value *steps)
{
	struct value *last = value_at(steps, value_count(steps) - 1);

	if (strcmp(value_get_text(last, "type", ""), "end") != 0 ||
		value_get(last, "dify") != NULL)
		return;
	value_set(s->a, plan, "outputs",
		value_clone(s->a, value_get(last, "outputs")));
	value_remove(last);
}

void
show_steps(struct show *s, struct value *plan)
{
	struct flow_node *start = flow_first_of(s->flow, "start");
	struct value *steps = value_array(s->a);
	struct targets t;

	s->done = arena_array(s->a, s->flow->count + 1, sizeof(*s->done));
	if (start == NULL) {
		s->why = "there is no start";
		return;
	}
	s->done[index_of(s, start)] = true;
	value_set(s->a, plan, "inputs", show_inputs(s, start));
	value_set(s->a, plan, "steps", steps);
	t = targets_of(s, start, "source");
	go_on(s, &t, NULL, steps);
	check_all(s);
	if (s->why == NULL)
		put_outputs(s, plan, steps);
}
