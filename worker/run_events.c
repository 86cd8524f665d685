/* run_events.c: what the stream of a run tells (contract.md 3.4). */
#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "io/net.h"
#include "worker/run.h"
#include "text/json.h"

#include <string.h>

enum { SAID_MS = 400 }; /* between two writes of an answer that comes */

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
	return run_json(t->arena, v, LIMIT_BODY);
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
	s->run.elapsed_ms = run_ms(value_get(data, "elapsed_time"));
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
		run_take_round(t, data);
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
