/* run_find.c: what the stream did not tell: which run of a chat ours is, and
 * where a person answers a run that waits. Both are asked of the console
 * (contract.md 2.8 and 3.7). */
#include "base/clock.h"
#include "dify/console.h"
#include "worker/run.h"

#include <stdio.h>
#include <string.h>

enum {
	TRIES = 10,
	CANDIDATES = 20,     /* runs of the app that may be ours */
	SKEW_MS = 2 * 60000, /* between Dify's clock and this one */
	PATH_SIZE = 300
};

/* ---- a message whose run has no name yet ---- */

static void
go_follow(struct task *t)
{
	task_go(t, "follow");
}

static void
found(struct task *t, const struct value *run)
{
	struct run_state *s = t->state;

	s->run.dify_run_id =
		arena_strdup(t->arena, value_get_text(run, "id", ""));
	if (s->conversation == NULL)
		s->conversation = arena_strdup(
			t->arena, value_get_text(run, "conversation_id", NULL));
	s->run.status = "running";
	if (s->run.started_at == 0)
		s->run.started_at = clock_now_ms();
	task_save(t, run_write, go_follow);
}

static bool
may_be_ours(struct task *t, const struct value *run)
{
	const struct run_state *s = t->state;
	const char *id = value_get_text(run, "id", NULL);
	int64_t sent = value_get_int(t->memo, "sent_at", 0);

	return id != NULL && !run_known(id) &&
	       value_get_int(run, "created_at", 0) * 1000 > sent - SKEW_MS &&
	       (s->conversation == NULL ||
		       strcmp(s->conversation,
			       value_get_text(run, "conversation_id", "")) ==
			       0);
}

static void ask_for_user(struct task *t);

/* A conversation that has no name either is known by its end user. */
static void
on_detail(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct run_state *s = t->state;
	struct value *run = value_first(s->candidates);
	const char *user =
		value_get_text(value_get(answer->body, "created_by_end_user"),
			"session_id", "");

	if (!run_back(t) || task_question_failed(t, answer, TRIES))
		return;
	if (strcmp(user, s->user) == 0) {
		found(t, run);
		return;
	}
	value_remove(run);
	ask_for_user(t);
}

static void
ask_for_user(struct task *t)
{
	struct run_state *s = t->state;
	const struct value *run = value_first(s->candidates);
	struct dify *d;
	char path[PATH_SIZE];

	if (run == NULL) {
		run_not_found(t);
		return;
	}
	d = run_dify(t);
	if (d == NULL)
		return;
	snprintf(path, sizeof(path), "/apps/%s/workflow-runs/%.64s", s->app_id,
		value_get_text(run, "id", ""));
	task_dify_calling(t, dify_get(d, path, on_detail, t));
}

static void
on_chat_runs(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct run_state *s = t->state;

	if (!run_back(t) || task_question_failed(t, answer, TRIES))
		return;
	s->candidates = value_array(t->arena);
	value_each(run, value_get(answer->body, "data"))
		if (may_be_ours(t, run))
			value_append(s->candidates, value_clone(t->arena, run));
	if (s->conversation != NULL && value_first(s->candidates) != NULL)
		found(t, value_first(s->candidates));
	else
		ask_for_user(t);
}

void
run_find_chat(struct task *t)
{
	struct run_state *s = t->state;
	struct dify *d = run_dify(t);
	char path[PATH_SIZE];

	if (d == NULL)
		return;
	snprintf(path, sizeof(path),
		"/apps/%s/advanced-chat/workflow-runs?limit=%d"
		"&triggered_from=app-run",
		s->app_id, CANDIDATES);
	task_dify_calling(t, dify_get(d, path, on_chat_runs, t));
}

/* ---- the forms of a run that waits ---- */

/* The form of a node that lacks what a person needs to see, or NULL. */
static struct value *
form_of(struct run_state *s, const char *node_id)
{
	value_each(form, s->forms)
		if (strcmp(value_get_text(form, "node_id", ""), node_id) == 0)
			return form;
	return NULL;
}

static struct value *
blank_form(struct task *t, const struct value *node)
{
	struct run_state *s = t->state;
	struct value *form;

	if (s->forms == NULL)
		s->forms = value_array(t->arena);
	form = value_append(s->forms, value_object(t->arena));
	value_set_text(
		t->arena, form, "node_id", value_get_text(node, "node_id", ""));
	value_set_text(t->arena, form, "title",
		value_get_text(node, "node_title", ""));
	value_set_text(t->arena, form, "content", "");
	value_set(t->arena, form, "url", value_null(t->arena));
	value_set_int(t->arena, form, "expires_at", 0);
	return form;
}

/* What Dify's own page of the form shows. */
static void ask_for_form(struct task *t);

static void
on_form(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct run_state *s = t->state;
	struct value *form = value_first(s->unread);

	if (!task_back(t))
		return;
	form = form_of(s, value_get_text(form, "node_id", ""));
	if (answer->end == DIFY_OK) {
		value_set_text(t->arena, form, "content",
			value_get_text(answer->body, "form_content", ""));
		value_set_int(t->arena, form, "expires_at",
			value_get_int(answer->body, "expiration_time", 0) *
				1000);
	}
	value_remove(value_first(s->unread));
	ask_for_form(t);
}

static void
ask_for_form(struct task *t)
{
	struct run_state *s = t->state;
	const struct value *form = value_first(s->unread);
	const char *url = value_get_text(form, "url", "");
	const char *token = strrchr(url, '/');
	struct dify *d;

	if (form == NULL || token == NULL) {
		run_forms_keep(t);
		task_go(t, "nodes");
		return;
	}
	d = run_dify(t);
	if (d != NULL)
		task_dify_calling(t, dify_form_get(d, token + 1, on_form, t));
}

static void
take_page(struct task *t, const struct value *node)
{
	struct run_state *s = t->state;
	const char *id = value_get_text(node, "node_id", "");
	const char *page = value_get_text(
		value_get(node, "pause_type"), "backstage_input_url", NULL);
	const char *token = page == NULL ? NULL : strrchr(page, '/');
	struct value *form = form_of(s, id);
	bool known = form != NULL;

	if (!known)
		form = blank_form(t, node);
	if (token == NULL || value_get_text(form, "url", NULL) != NULL)
		return;
	value_set_text(t->arena, form, "url", run_form_url(t, token + 1));
	if (!known)
		value_append(s->unread, value_clone(t->arena, form));
}

static void
on_pause(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct run_state *s = t->state;

	if (!run_back(t))
		return;
	s->unread = value_array(t->arena);
	if (answer->end == DIFY_OK)
		value_each(node, value_get(answer->body, "paused_nodes"))
			take_page(t, node);
	ask_for_form(t);
}

void
run_forms_step(struct task *t)
{
	struct run_state *s = t->state;
	struct dify *d = run_dify(t);
	char path[PATH_SIZE];

	if (d == NULL)
		return;
	snprintf(path, sizeof(path), "/workflow/%.64s/pause-details",
		s->run.dify_run_id);
	task_dify_calling(t, dify_get(d, path, on_pause, t));
}
