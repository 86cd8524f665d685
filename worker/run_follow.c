/* run_follow.c: a run that nobody listens to: find it, follow it by asking,
 * stop it. GET run is the truth, but for a stop (contract.md 3.3). */
#include "base/clock.h"
#include "dify/console.h"
#include "worker/pace.h"
#include "worker/run.h"

#include <stdio.h>
#include <string.h>

enum {
	TRIES = 10,
	LONGEST_LOOK_MS = 10000,
	FOLLOW_MS = 2 * 60 * 60 * 1000,
	FORGOTTEN_MS = 30000,
	STOP_LOOKS = 5,
	PATH_SIZE = 300
};

bool
run_back(struct task *t)
{
	const struct run_state *s = t->state;

	if (!task_back(t))
		return false;
	if (s->stopping)
		task_go(t, "stop");
	return !s->stopping;
}

/* ---- find ---- */

/* Why nothing is known of the run, and when it is sent anew, or else looked
 * for: a Dify that is busy may begin it late. Once for all looks. */
static void
tell_doubt(struct task *t, bool silent, int64_t again_at)
{
	const char *why = task_memo_text(t, "doubt");
	const char *code = silent        ? "dify_slow"
			   : why != NULL ? why
					 : "dify_cut";

	if (t->trouble_code != NULL && strcmp(t->trouble_code, code) == 0)
		return;
	t->again_at = again_at;
	task_tell_trouble(t, code,
		silent ? "Dify took the run, but nothing has happened yet"
		       : "the answer of Dify was lost; it is looked up whether "
			 "the run began");
}

void
run_not_found(struct task *t)
{
	const struct run_state *s = t->state;
	bool silent = value_get_bool(t->memo, "silent", false);
	int64_t most = RUN_FIND_MS + (silent ? RUN_FIRST_MS : 0);
	int64_t sent = value_get_int(t->memo, "sent_at", 0);

	if (clock_now_ms() - sent < most) {
		tell_doubt(t, silent,
			silent || s->what.chat ? clock_now_ms() + RUN_LOOK_MS
					       : sent + most);
		task_wait(t, RUN_LOOK_MS, run_find_step);
	} else if (silent) {
		task_fail(t, "run_not_started",
			"Dify took the run, but nothing happened for %d "
			"seconds; its worker may be down or busy",
			(int)(most / 1000));
	} else if (s->what.chat) {
		task_fail(t, "run_lost",
			"the connection broke before Dify told the run's id");
	} else {
		run_begin_anew(t);
	}
}

static void
go_follow(struct task *t)
{
	task_go(t, "follow");
}

/* Of the runs of its end user, the newest first, the one after those that are
 * known: a name is given again when its run is known. NULL: it is not there. */
static const char *
find_ours(const struct value *entries)
{
	const char *found = NULL;

	value_each(entry, entries) {
		const char *id = value_get_text(
			value_get(entry, "workflow_run"), "id", NULL);

		if (id == NULL || run_known(id))
			break;
		found = id;
	}
	return found;
}

static void
on_find(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct run_state *s = t->state;
	const char *id;

	if (!run_back(t) || task_question_failed(t, answer, TRIES))
		return;
	id = find_ours(value_get(answer->body, "data"));
	if (id == NULL) {
		run_not_found(t);
		return;
	}
	s->run.dify_run_id = arena_strdup(t->arena, id);
	s->run.status = "running";
	if (s->run.started_at == 0)
		s->run.started_at = clock_now_ms();
	task_save(t, run_write, go_follow);
}

void
run_find_step(struct task *t)
{
	struct run_state *s = t->state;
	struct dify *d = run_dify(t);

	if (d != NULL && s->what.chat) /* it is in no log of runs */
		run_find_chat(t);
	else if (d != NULL)
		task_dify_calling(
			t, dify_runs_of(d, s->key, s->user, on_find, t));
}

/* ---- follow ---- */

/*
 * Up to 1.9.1 a run whose listener left says "running" for ever: nothing can be
 * learned of it any more (contract.md 3.6).
 */
static bool
given_up(struct task *t)
{
	struct connection c;
	struct dify *d =
		server_of(t->scratch, task_memo_text(t, "connection_id"), &c);
	int64_t since = value_get_int(t->memo, "followed_since", 0);

	return d != NULL && !dify_profile_of(d)->keeps_running &&
	       clock_now_ms() - since > FORGOTTEN_MS;
}

static void
look_in_turn(struct task *t)
{
	task_wait(t, pace_slot(task_memo_text(t, "connection_id")),
		run_follow_step);
}

static void
look_again(struct task *t)
{
	int64_t looks = value_get_int(t->memo, "looks", 0);
	int64_t ms = looks < 4 ? (int64_t)1000 << looks : LONGEST_LOOK_MS;

	value_set_int(t->arena, t->memo, "looks", looks + 1);
	if (given_up(t))
		task_fail(t, "run_lost",
			"the stream broke, and this version of Dify does not "
			"tell what became of the run");
	else if (clock_now_ms() - value_get_int(t->memo, "sent_at", 0) >
		 FOLLOW_MS)
		task_fail(t, "run_lost",
			"the run says \"running\" for more than two hours");
	else
		task_wait(t, ms > LONGEST_LOOK_MS ? LONGEST_LOOK_MS : ms,
			look_in_turn);
}

/* An unknown run is Dify's own 404, or 200 with nothing but nulls. */
static bool
is_unknown(const struct dify_answer *answer)
{
	return dify_gone(answer) ||
	       (answer->end == DIFY_OK &&
		       value_get_text(answer->body, "status", NULL) == NULL);
}

static void
on_follow(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *status = value_get_text(answer->body, "status", "");
	int64_t sent = value_get_int(t->memo, "sent_at", 0);

	if (!run_back(t))
		return;
	if (is_unknown(answer)) {
		if (clock_now_ms() - sent < RUN_FIND_MS)
			look_again(t);
		else
			task_fail(t, "run_lost",
				"Dify does not know the run any more");
	} else if (!task_question_failed(t, answer, TRIES)) {
		task_heard(t);
		if (!dify_run_ended(status) && strcmp(status, "paused") != 0) {
			look_again(t);
			return;
		}
		run_take(t, answer->body);
		task_go(t, strcmp(status, "paused") == 0 ? "forms" : "nodes");
	}
}

void
run_follow_step(struct task *t)
{
	struct run_state *s = t->state;
	struct dify *d = run_dify(t);

	if (value_get(t->memo, "sent_at") == NULL) /* it was paused */
		value_set_int(t->arena, t->memo, "sent_at", clock_now_ms());
	if (value_get(t->memo, "followed_since") == NULL)
		value_set_int(
			t->arena, t->memo, "followed_since", clock_now_ms());
	if (d != NULL)
		task_dify_calling(t, dify_run_get(d, s->key, s->run.dify_run_id,
					     on_follow, t));
}

/* ---- what the nodes did, which only the stream and the console tell ---- */

static void
on_nodes(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct run_state *s = t->state;

	if (!task_back(t))
		return;
	if (!s->ended) { /* taken up by another worker: ask for the end again */
		task_go(t, "follow");
		return;
	}
	value_each(e, value_get(answer->body, "data"))
		run_take_node(t, e, NULL);
	run_settle(t);
}

void
run_nodes_step(struct task *t)
{
	struct run_state *s = t->state;
	struct dify *d = run_dify(t);
	char path[PATH_SIZE];

	if (d == NULL)
		return;
	snprintf(path, sizeof(path),
		"/apps/%s/workflow-runs/%s/node-executions", s->app_id,
		s->run.dify_run_id);
	task_dify_calling(t, dify_get(d, path, on_nodes, t));
}

/* ---- stop ---- */

/* Some versions say "running" for ever after a stop; then we know better. */
static void
stopped(struct task *t)
{
	struct run_state *s = t->state;

	if (!s->ended)
		s->run.status = "stopped";
	s->ended = true;
	run_settle(t);
}

static void ask_whether_stopped(struct task *t);

static void
on_whether(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *status = value_get_text(answer->body, "status", "");
	int64_t looks = value_get_int(t->memo, "stop_looks", 0);

	if (!task_back(t))
		return;
	if (dify_run_ended(status)) {
		run_take(t, answer->body);
		stopped(t);
	} else if (looks >= STOP_LOOKS) {
		stopped(t);
	} else {
		value_set_int(t->arena, t->memo, "stop_looks", looks + 1);
		task_wait(t, 1000, ask_whether_stopped);
	}
}

static void
ask_whether_stopped(struct task *t)
{
	struct run_state *s = t->state;
	struct dify *d = run_dify(t);

	if (d == NULL)
		return;
	if (s->run.dify_run_id == NULL || !dify_profile_of(d)->stores_stopped) {
		stopped(t);
		return;
	}
	task_dify_calling(
		t, dify_run_get(d, s->key, s->run.dify_run_id, on_whether, t));
}

static void
on_stop(void *context, const struct dify_answer *answer)
{
	struct task *t = context;

	if (task_back(t) && !task_dify_failed(t, answer, TRIES))
		ask_whether_stopped(t);
}

void
run_stop_step(struct task *t)
{
	struct run_state *s = t->state;
	struct dify *d;

	if (s->ended) {
		run_settle(t);
		return;
	}
	d = run_dify(t);
	if (d == NULL)
		return;
	if (s->run.dify_task_id == NULL)
		stopped(t);
	else
		task_dify_calling(t, dify_run_stop(d, &s->what,
					     s->run.dify_task_id, on_stop, t));
}
