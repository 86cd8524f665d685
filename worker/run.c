/* run.c: a run of a deployed workflow: start it, listen to it. A run whose
 * stream broke is looked for and followed in run_follow.c. */
#include "worker/run.h"
#include "base/clock.h"
#include "base/nitems.h"
#include "io/net.h"
#include "io/seal.h"
#include "worker/forms.h"
#include "worker/kinds.h"
#include "model/conversation.h"
#include "model/workflow.h"
#include "text/json.h"

#include <string.h>

/* A Dify that is away for a minute or two is sat out. */
enum { TRIES = 7, MOST_STARTS = 2 };

/* ---- what all steps need ---- */

/* The row, the workflow, the key; false: the task failed. */
static bool
load(struct task *t)
{
	struct run_state *s = t->state;
	const char *id = value_get_text(t->payload, "run_id", "");
	struct conversation c;
	struct workflow w;
	char *key;

	if (s->key != NULL)
		return true;
	if (!run_find(t->arena, id, &s->run) ||
		!workflow_find(t->scratch, s->run.workflow_id, &w)) {
		task_fail(t, "run_not_found",
			"the run or its workflow was deleted");
		return false;
	}
	key = workflow_app_key(t->scratch, w.id);
	if (key == NULL && w.dify_app_id != NULL && s->new_key == NULL) {
		if (s->stopping)
			task_cancelled(t, NULL);
		else
			task_go(t, "key");
		return false;
	}
	if (key == NULL || w.connection_id == NULL || w.dify_app_id == NULL) {
		task_fail(t, "not_deployed",
			"the workflow is not deployed; deploy it first");
		return false;
	}
	s->key = strdup(key);
	seal_wipe(key);
	run_set_user(t);
	if (s->run.conversation_id != NULL &&
		conversation_find(t->arena, s->run.conversation_id, &c) == 1)
		s->conversation = c.dify_id;
	s->app_id = arena_strdup(t->arena, w.dify_app_id);
	s->version = w.dify_version;
	task_memo_set(t, "connection_id", w.connection_id);
	s->what = (struct dify_run){
		.key = s->key,
		.chat = strcmp(w.mode, "advanced-chat") == 0,
		.inputs = s->run.inputs,
		.query = s->run.query != NULL
				 ? s->run.query
				 : value_get_text(t->payload, "query", NULL),
		.user = s->user,
		.conversation = s->conversation,
	};
	return true;
}

struct dify *
run_dify(struct task *t)
{
	struct connection c;
	struct dify *d;

	if (!load(t))
		return NULL;
	d = server_of(t->scratch, task_memo_text(t, "connection_id"), &c);
	if (d == NULL)
		task_fail(t, "no_connection", "the connection was deleted");
	return d;
}

void
run_write(struct task *t)
{
	struct run_state *s = t->state;

	run_set(&s->run);
	if (s->run.conversation_id != NULL && s->conversation != NULL)
		conversation_set_dify(s->run.conversation_id, s->conversation);
}

/* ---- before: does it fit the form? ---- */

/* What is wrong with the inputs, NULL when they fit. */
static const char *
input_problem(struct task *t, const struct value *parameters)
{
	struct run_state *s = t->state;
	struct jsonx_report report;
	const struct value *inputs = jsonx_read(
		t->scratch, s->run.inputs, strlen(s->run.inputs), 0, &report);

	return dify_input_problem(t->scratch, parameters, inputs);
}

static void
on_parameters(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct run_state *s = t->state;
	const char *problem;

	if (!task_back(t))
		return;
	if (answer->end == DIFY_FAILED && answer->status < 500) {
		task_fail(t, "run_refused", "%s", answer->message);
		return;
	}
	if (task_question_failed(t, answer, TRIES))
		return;
	forms_keep(s->app_id, s->version, answer->body);
	problem = input_problem(t, answer->body);
	if (problem != NULL)
		task_fail(t, "input_invalid", "%s", problem);
	else
		task_slip(t, run_has_files(t) ? "files" : "start");
}

static void
check(struct task *t)
{
	struct run_state *s = t->state;
	const struct value *form;
	struct dify *d;

	if (!load(t))
		return;
	if (s->run.dify_run_id != NULL) {
		task_slip(t, "start");
		return;
	}
	form = forms_find(s->app_id, s->version);
	if (form != NULL && input_problem(t, form) == NULL) {
		task_slip(t, run_has_files(t) ? "files" : "start");
		return;
	}
	d = run_dify(t);
	if (d != NULL)
		task_dify_calling(
			t, dify_parameters(d, s->key, on_parameters, t));
}

/* ---- the stream ---- */

/* The stream is over; was the run? */
static void
on_stream_end(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct run_state *s = t->state;
	bool sent = answer->end != DIFY_UNREACHABLE && answer->end != DIFY_AUTH;

	net_untimer(s->first_timer);
	s->first_timer = 0;
	if (!task_back(t) || s->ended)
		return;
	if (s->stopping) {
		task_go(t, "stop");
	} else if (answer->end == DIFY_FAILED) {
		task_fail(t, "run_refused", "%s", answer->message);
	} else if (!sent || answer->end == DIFY_BUSY) {
		task_memo_set(t, "sent_at", NULL);
		value_set_int(t->arena, t->memo, "starts",
			value_get_int(t->memo, "starts", 1) - 1);
		task_dify_failed(t, answer, TRIES);
	} else {
		value_set_bool(t->arena, t->memo, "silent", s->silent);
		task_memo_set(t, "doubt",
			answer->end == DIFY_OK ? "dify_garbled"
					       : answer->trouble);
		task_go(t, s->run.dify_run_id != NULL ? "follow" : "find");
	}
}

/* Pings do not count (contract.md 3.3): some failed starts send only those. */
static void
on_first(void *context)
{
	struct task *t = context;
	struct run_state *s = t->state;

	s->first_timer = 0;
	s->silent = true;
	if (t->call != NULL)
		t->stop(t->call);
}

static void
send_run(struct task *t)
{
	struct run_state *s = t->state;
	struct dify *d = run_dify(t);

	if (d == NULL)
		return;
	s->what.inputs = run_inputs_to_send(t);
	s->first_timer = net_timer(RUN_FIRST_MS, on_first, t);
	task_dify_calling(
		t, dify_run(d, &s->what, run_event, on_stream_end, t));
}

/* A run that another worker began is not begun again. */
static void
start(struct task *t)
{
	struct run_state *s = t->state;

	if (!load(t))
		return;
	if (s->run.dify_run_id != NULL) {
		task_go(t, "follow");
	} else if (value_get(t->memo, "sent_at") != NULL) {
		task_go(t, "find");
	} else if (value_get_int(t->memo, "starts", 0) == MOST_STARTS) {
		task_fail(t, "run_lost",
			"the run was sent to Dify twice and did not appear");
	} else {
		value_set_int(t->arena, t->memo, "sent_at", clock_now_ms());
		value_set_int(t->arena, t->memo, "starts",
			value_get_int(t->memo, "starts", 0) + 1);
		/* Without a chat it is looked for: job_doubt_sent(). */
		if (s->what.chat)
			task_save(t, NULL, send_run);
		else
			task_save_quick(t, NULL, send_run);
	}
}

/* ---- the end ---- */

static struct value *
result_value(struct task *t)
{
	struct run_state *s = t->state;
	struct value *v = value_object(t->arena);
	struct jsonx_report report;
	struct value *outputs = NULL;

	if (s->run.outputs != NULL)
		outputs = jsonx_read(t->arena, s->run.outputs,
			strlen(s->run.outputs), 0, &report);
	value_set_text(t->arena, v, "run_id", s->run.id);
	value_set_text(t->arena, v, "status", s->run.status);
	value_set(t->arena, v, "outputs",
		outputs == NULL ? value_null(t->arena) : outputs);
	value_set_int(t->arena, v, "elapsed_ms", s->run.elapsed_ms);
	value_set_int(t->arena, v, "total_tokens", s->run.total_tokens);
	value_set_int(t->arena, v, "total_steps", s->run.total_steps);
	return v;
}

void
run_settle(struct task *t)
{
	struct run_state *s = t->state;
	const char *error = s->run.error;

	s->run.finished_at = clock_now_ms();
	if (strcmp(s->run.status, "stopped") == 0) {
		task_cancelled(t, NULL);
	} else if (strcmp(s->run.status, "failed") == 0) {
		task_fail_with(t,
			task_error(t, s->refused ? "run_refused" : "run_failed",
				"%s", error == NULL ? "the run failed" : error),
			result_value(t));
	} else {
		if (strcmp(s->run.status, "paused") == 0)
			s->run.finished_at = 0;
		t->quick = s->run.dify_run_id != NULL;
		task_succeed(t, result_value(t), run_write);
	}
}

/* A job that ended otherwise than its run leaves the row with what is known. */
static void
write_failed(struct task *t)
{
	struct run_state *s = t->state;
	const char *code = task_end_code(t);
	bool unknown = strcmp(code, "run_lost") == 0 ||
		       (strncmp(code, "dify_", 5) == 0 &&
			       value_get(t->memo, "sent_at") != NULL);

	if (s->run.id[0] == '\0' &&
		!run_find(t->arena, value_get_text(t->payload, "run_id", ""),
			&s->run))
		return;
	if (!s->ended) {
		s->run.status = *code == '\0' ? "stopped"
				: unknown     ? "unknown"
					      : "failed";
		s->run.error = task_end_message(t);
		s->run.finished_at = clock_now_ms();
	}
	if (*code != '\0' && strcmp(code, "run_failed") != 0)
		s->run.error_code = code;
	run_set(&s->run);
}

static void
cancel(struct task *t)
{
	struct run_state *s = t->state;

	s->stopping = true;
	if (t->call != NULL)
		t->stop(t->call);
	else
		task_go(t, "stop");
}

static void
release(struct task *t)
{
	struct run_state *s = t->state;

	net_untimer(s->first_timer);
	net_untimer(s->said_timer);
	if (s->key != NULL)
		explicit_bzero(s->key, strlen(s->key));
	free(s->key);
	if (s->new_key != NULL)
		explicit_bzero(s->new_key, strlen(s->new_key));
	free(s->new_key);
	arena_free(&s->notes_arena);
}

static const struct task_step steps[] = {
	{"check", check},
	{"key", run_key_step},
	{"files", run_files_step},
	{"start", start},
	{"find", run_find_step},
	{"follow", run_follow_step},
	{"forms", run_forms_step},
	{"nodes", run_nodes_step},
	{"stop", run_stop_step},
};

const struct task_kind run_kind = {
	.kind = JOB_RUN,
	.most = 64,
	.early = true,
	.size = sizeof(struct run_state),
	.steps = steps,
	.nsteps = nitems(steps),
	.cancel = cancel,
	.fail_hook = write_failed,
	.release = release,
};
