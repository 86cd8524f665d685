/* run_events.c: what the stream of a run tells (contract.md 3.4). */
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "io/net.h"
#include "worker/run.h"
#include "text/json.h"

#include <string.h>

enum {
	KEEP_JSON = 256 << 10, /* bytes of one node's inputs or outputs */
	KEEP_ERROR = 64 << 10,
	NOTES_ARENA = 64 << 20,
	NOTES_FULL = 48 << 20, /* no more of them */
	SAID_MS = 400          /* between two writes of an answer that comes */
};

struct node_note {
	struct node_note *next;
	struct run_node node;
};

static const char too_large[] =
	"{\"studio_note\":\"too large to be kept here; see Dify\"}";

/* ---- values to texts ---- */

static const char *
json(struct arena *a, const struct value *v, size_t max)
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

/* Dify's outputs are an object, or up to 1.12.1 the text of one, in Python's
 * JSON: that knows NaN, which nobody else reads. */
static const char *
outputs_text(struct task *t, const struct value *v)
{
	const char *text = value_text(v);
	struct jsonx_report report;

	if (text != NULL)
		v = jsonx_read(t->scratch, text, strlen(text), JSONX_TOLERANT,
			&report);
	if (text != NULL && !value_is(v, VALUE_OBJECT))
		return NULL;
	return json(t->arena, v, LIMIT_BODY);
}

static double
number(const struct value *v)
{
	if (value_is(v, VALUE_INT))
		return (double)v->u.integer;
	return value_is(v, VALUE_FLOAT) ? v->u.number : -1;
}

static int64_t
seconds_to_ms(const struct value *v)
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
		return json(a, v, KEEP_JSON);
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
static void
take_round(struct task *t, const struct value *data)
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
		.elapsed_ms = seconds_to_ms(value_get(data, "elapsed_time")),
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

/* ---- what a chat says ---- */

static void
write_said(struct task *t)
{
	struct run_state *s = t->state;

	if (!s->ended)
		run_write(t);
}

static void
on_said(void *context)
{
	struct task *t = context;
	struct run_state *s = t->state;

	s->said_timer = 0;
	if (t->gone || s->ended)
		return;
	s->run.answer = s->said.s;
	task_note(t, write_said);
}

void
run_said(struct task *t, const char *text, bool whole)
{
	struct run_state *s = t->state;

	if (s->said.s == NULL)
		str_init(&s->said, t->arena, LIMIT_BODY);
	if (whole)
		str_reset(&s->said);
	str_puts(&s->said, text);
	if (s->said_timer == 0)
		s->said_timer = net_timer(SAID_MS, on_said, t);
}

/* ---- what it asks of a person ---- */

const char *
run_form_url(struct task *t, const char *token)
{
	struct connection c;

	if (token == NULL ||
		server_of(t->scratch, task_memo_text(t, "connection_id"), &c) ==
			NULL)
		return NULL;
	return arena_printf(t->scratch, "%s/form/%s", c.base_url, token);
}

void
run_forms_keep(struct task *t)
{
	struct run_state *s = t->state;
	struct str text;

	if (s->forms == NULL)
		return;
	str_init(&text, t->arena, LIMIT_BODY);
	jsonx_write(&text, s->forms, 0);
	s->run.forms = text.s;
}

static void
take_form(struct task *t, const struct value *data)
{
	struct run_state *s = t->state;
	struct arena *a = t->scratch;
	struct value *form = value_object(a);
	const char *url =
		run_form_url(t, value_get_text(data, "form_token", NULL));

	value_set_text(a, form, "node_id", value_get_text(data, "node_id", ""));
	value_set_text(
		a, form, "title", value_get_text(data, "node_title", ""));
	value_set_text(
		a, form, "content", value_get_text(data, "form_content", ""));
	value_set(a, form, "url",
		url == NULL ? value_null(a) : value_string(a, url));
	value_set_int(a, form, "expires_at",
		value_get_int(data, "expiration_time", 0) * 1000);
	if (s->forms == NULL)
		s->forms = value_array(t->arena);
	value_append(s->forms, value_clone(t->arena, form));
	run_forms_keep(t);
}

/* ---- the run itself ---- */

/* The end is written with all of this. */
static void
write_begun(struct task *t)
{
	struct run_state *s = t->state;

	if (!s->ended)
		run_write(t);
}

static void
begin(struct task *t, const struct value *v, const struct value *data)
{
	struct run_state *s = t->state;
	const char *run_id = value_get_text(
		v, "workflow_run_id", value_get_text(data, "id", NULL));

	s->run.dify_run_id = arena_strdup(t->arena, run_id);
	s->run.dify_task_id =
		arena_strdup(t->arena, value_get_text(v, "task_id", NULL));
	if (s->conversation == NULL)
		s->conversation = arena_strdup(
			t->arena, value_get_text(v, "conversation_id", NULL));
	s->run.status = "running";
	s->run.started_at = clock_now_ms();
	/* A chat cannot be found again without its id. */
	if (s->what.chat)
		task_write(t, write_begun);
	else
		task_note(t, write_begun);
}

/* The whole answer stands in the outputs; else what was heard of it. */
static const char *
answer_of(struct task *t, const struct value *outputs)
{
	const struct run_state *s = t->state;
	const char *text = value_text(outputs); /* up to 1.12.1 */
	struct jsonx_report report;
	const char *answer;

	if (text != NULL)
		outputs =
			jsonx_read(t->scratch, text, strlen(text), 0, &report);
	answer = value_get_text(outputs, "answer", s->said.s);
	return arena_strdup(t->arena, answer);
}

void
run_take(struct task *t, const struct value *data)
{
	struct run_state *s = t->state;
	struct arena *a = t->arena;
	const char *error = value_get_text(data, "error", NULL);

	s->run.status =
		arena_strdup(a, value_get_text(data, "status", "unknown"));
	s->run.outputs = outputs_text(t, value_get(data, "outputs"));
	if (s->what.chat)
		s->run.answer = answer_of(t, value_get(data, "outputs"));
	if (error != NULL && *error != '\0')
		s->run.error = arena_strdup(a, error);
	s->run.elapsed_ms = seconds_to_ms(value_get(data, "elapsed_time"));
	s->run.total_tokens = value_get_int(data, "total_tokens", -1);
	s->run.total_steps = value_get_int(data, "total_steps", -1);
	s->ended = true;
}

/* The text of an error event counts over whatever follows it. */
static void
take_error(struct task *t, const struct value *v)
{
	struct run_state *s = t->state;
	const char *code;

	s->run.error =
		arena_strdup(t->arena, dify_message(t->scratch, 0, v, &code));
	s->run.status = "failed";
	s->ended = true;
	s->refused = s->run.dify_run_id == NULL;
}

/* What has become of the run is asked of Dify. */
static void
stop_listening(void *context)
{
	struct task *t = context;
	struct run_state *s = t->state;

	s->first_timer = 0;
	if (t->call != NULL)
		t->stop(t->call);
}

/* Nothing comes after a pause: what it waits for is asked of the console, also
 * where the stream told of the form, for it may not tell its page. */
static void
take_pause(struct task *t)
{
	struct run_state *s = t->state;

	if (s->first_timer == 0)
		s->first_timer = net_timer(0, stop_listening, t);
}

/* An end that is none that we know of is not believed. */
static void
take_end(struct task *t, const struct value *data)
{
	if (dify_run_ended(value_get_text(data, "status", "")))
		run_take(t, data);
	else
		take_pause(t);
}

static void
hear(struct task *t, const char *event, const struct value *v)
{
	struct run_state *s = t->state;
	const struct value *data = value_get(v, "data");

	if (strcmp(event, "workflow_started") == 0 &&
		s->run.dify_run_id == NULL)
		begin(t, v, data);
	else if (strcmp(event, "node_started") == 0 ||
		 strcmp(event, "iteration_started") == 0 ||
		 strcmp(event, "loop_started") == 0)
		run_take_node(t, data, "running");
	else if (strcmp(event, "node_finished") == 0 ||
		 strcmp(event, "iteration_completed") == 0 ||
		 strcmp(event, "loop_completed") == 0)
		run_take_node(t, data, NULL);
	else if (strcmp(event, "node_retry") == 0)
		run_take_node(t, data, "retry");
	else if (strcmp(event, "iteration_next") == 0 ||
		 strcmp(event, "loop_next") == 0)
		take_round(t, data);
	else if (strcmp(event, "message") == 0)
		run_said(t, value_get_text(v, "answer", ""), false);
	else if (strcmp(event, "message_replace") == 0)
		run_said(t, value_get_text(v, "answer", ""), true);
	else if (strcmp(event, "human_input_required") == 0)
		take_form(t, data);
	else if (strcmp(event, "workflow_finished") == 0)
		take_end(t, data);
	else if (strcmp(event, "workflow_paused") == 0)
		take_pause(t);
	else if (strcmp(event, "error") == 0)
		take_error(t, v);
}

void
run_event(void *context, const char *event, const struct value *v)
{
	struct task *t = context;
	struct run_state *s = t->state;

	if (t->gone || s->ended || v == NULL || strcmp(event, "ping") == 0)
		return;
	task_heard(t);
	if (!s->begun) {
		s->begun = true;
		net_untimer(s->first_timer);
		s->first_timer = 0;
	}
	if (strncmp(event, "node_", 5) == 0)
		s->seen_nodes = true;
	hear(t, event, v);
	/* 1.13 keeps some streams open for 300 s: what is left of the stream
	 * has until the end is written. */
	if (s->ended)
		run_settle(t);
}
