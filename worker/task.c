/* task.c: the life of one task, step by step; see task.h. task_write.c has what
 * it writes, task_end.c how it ends, tasks.c all of them. */
#include "base/clock.h"
#include "base/fatal.h"
#include "base/log.h"
#include "io/net.h"
#include "worker/tasks.h"

#include <string.h>

enum { LONGEST_DELAY_MS = 60000, SPREAD_MS = 1000 };

static void boundary(struct task *t);

/* ---- holding and letting go ---- */

void
task_hold(struct task *t)
{
	t->holds++;
}

/* False when the task is over; it is freed with its last hold. */
bool
task_let_go(struct task *t)
{
	t->holds--;
	if (!t->gone)
		return true;
	if (t->holds == 0)
		tasks_remove(t);
	return false;
}

void
task_drop(struct task *t)
{
	if (t->gone)
		return;
	t->gone = true;
	net_untimer(t->timer);
	t->timer = 0;
	if (t->call != NULL)
		t->stop(t->call);
	if (t->holds == 0)
		tasks_remove(t);
}

void
task_calling(struct task *t, void *call, void (*stop)(void *call))
{
	t->call = call;
	t->stop = stop;
	task_hold(t);
}

bool
task_back(struct task *t)
{
	t->call = NULL;
	if (t->overdue != 0)
		net_untimer(t->overdue);
	t->overdue = 0;
	if (!task_let_go(t))
		return false;
	if (t->end != NULL && t->end->written) {
		task_drop(t);
		return false;
	}
	if (t->cancel && t->kind->cancel == NULL &&
		t->kind->cancel_step == NULL) {
		boundary(t);
		return false;
	}
	return true;
}

/* ---- from step to step ---- */

static const struct task_step *
find_step(const struct task_kind *k, const char *name)
{
	size_t i;

	for (i = 0; i < k->nsteps; i++)
		if (strcmp(k->steps[i].name, name) == 0)
			return &k->steps[i];
	return NULL;
}

/* Between two steps: here a cancel is heeded. */
static void
boundary(struct task *t)
{
	if (t->cancel && !t->cancel_seen) {
		t->cancel_seen = true;
		if (t->kind->cancel != NULL)
			t->kind->cancel(t);
		else if (t->kind->cancel_step != NULL)
			task_go(t, t->kind->cancel_step);
		else
			task_cancelled(t, NULL);
		return;
	}
	arena_reset(t->scratch);
	t->step->start(t);
}

struct value *
task_progress(struct task *t)
{
	struct value *v = value_object(t->scratch);
	int64_t at = t->step - t->kind->steps;

	value_set_text(t->scratch, v, "phase", t->step->name);
	value_set_int(
		t->scratch, v, "percent", at * 100 / (int64_t)t->kind->nsteps);
	value_each(m, value_get(t->memo, "progress"))
		value_set(t->scratch, v, m->key, value_clone(t->scratch, m));
	return v;
}

static void
show_step(struct task *t)
{
	t->progress = task_json(t->arena, task_progress(t));
}

static void
set_step(struct task *t, const char *step)
{
	const struct task_step *s = find_step(t->kind, step);

	if (s == NULL)
		fatal("job %s has no step %s", t->job.id, step);
	if (s != t->step) {
		value_set_int(t->arena, t->memo, "tries", 0);
		t->trouble = t->trouble_code = NULL;
	}
	t->step = s;
	value_set_text(t->arena, t->memo, "step", step);
	show_step(t);
}

void
task_go(struct task *t, const char *step)
{
	set_step(t, step);
	task_save(t, NULL, boundary);
}

void
task_slip(struct task *t, const char *step)
{
	set_step(t, step);
	boundary(t);
}

void
task_begin(struct task *t)
{
	const char *name =
		value_get_text(t->memo, "step", t->kind->steps[0].name);

	t->step = find_step(t->kind, name);
	if (t->step == NULL)
		t->step = &t->kind->steps[0];
	show_step(t);
	if (!t->kind->early) /* tasks_claim.c knows whether that is needed */
		task_note(t, NULL);
	boundary(t);
}

static void
on_timer(void *context)
{
	struct task *t = context;

	t->timer = 0;
	if (t->cancel && !t->cancel_seen) {
		boundary(t);
		return;
	}
	arena_reset(t->scratch);
	t->then(t);
}

void
task_wait(struct task *t, int64_t ms, task_fn *then)
{
	t->then = then;
	t->timer = net_timer(ms, on_timer, t);
}

void
task_ask_cancel(struct task *t)
{
	if (t->cancel || t->gone || t->end != NULL)
		return;
	t->cancel = true;
	if (t->kind->cancel != NULL && t->call != NULL) {
		t->cancel_seen = true;
		t->kind->cancel(t);
	} else if (t->call != NULL && t->kind->cancel_step == NULL) {
		t->stop(t->call);
	} else if (t->timer != 0) {
		net_untimer(t->timer);
		on_timer(t);
	}
}

/* The step in hand, and what is in its way. */
static struct value *
troubled_progress(struct task *t)
{
	struct value *v = task_progress(t);

	if (t->trouble != NULL)
		value_set_text(t->scratch, v, "trouble", t->trouble);
	if (t->trouble_code != NULL)
		value_set_text(t->scratch, v, "trouble_code", t->trouble_code);
	return v;
}

/* The trouble is told until something is heard. */
static void
repeat(struct task *t)
{
	t->progress = task_json(t->arena, troubled_progress(t));
	task_save(t, NULL, boundary);
}

void
task_tell_trouble(struct task *t, const char *code, const char *why)
{
	struct value *v;

	t->trouble = why == NULL ? NULL : arena_strdup(t->arena, why);
	t->trouble_code = code == NULL ? NULL : arena_strdup(t->arena, code);
	v = troubled_progress(t);
	if (t->call == NULL)
		value_set_int(t->scratch, v, "again_at", t->again_at);
	t->progress = task_json(t->arena, v);
	task_note(t, NULL);
}

void
task_heard(struct task *t)
{
	if (t->trouble == NULL && t->trouble_code == NULL)
		return;
	t->trouble = t->trouble_code = NULL;
	show_step(t);
	task_note(t, NULL);
}

bool
task_again(struct task *t, int most, int64_t at_least)
{
	int64_t tries = value_get_int(t->memo, "tries", 0);
	int64_t delay = tries < 6 ? (int64_t)1000 << tries : LONGEST_DELAY_MS;
	unsigned char jitter;

	if (tries >= most)
		return false;
	value_set_int(t->arena, t->memo, "tries", tries + 1);
	random_bytes(&jitter, 1);
	delay += delay * jitter / 1024;
	if (delay < at_least)
		delay = at_least;
	log_info("step_again", log_str("job", t->job.id),
		log_str("step", t->step->name), log_int("delay_ms", delay));
	t->again_at = clock_now_ms() + delay;
	task_wait(t, delay, repeat);
	return true;
}

void
task_again_at(struct task *t, int64_t at, const char *code, const char *why)
{
	unsigned char jitter;

	random_bytes(&jitter, 1);
	t->again_at = at + (int64_t)jitter * SPREAD_MS / 256;
	task_wait(t, t->again_at - clock_now_ms(), repeat);
	task_tell_trouble(t, code, why);
}

/* ---- the memo ---- */

const char *
task_memo_text(const struct task *t, const char *key)
{
	return value_get_text(t->memo, key, NULL);
}

void
task_memo_set(struct task *t, const char *key, const char *text)
{
	if (text == NULL) {
		struct value *old = value_get(t->memo, key);

		if (old != NULL)
			value_remove(old);
		return;
	}
	value_set_text(t->arena, t->memo, key, text);
}
