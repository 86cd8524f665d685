/* task_end.c: how a task ends, and what Dify's answers mean for it. */
#include "base/clock.h"
#include "base/log.h"
#include "io/metrics.h"
#include "io/net.h"
#include "worker/store.h"
#include "worker/tasks.h"

#include <stdarg.h>
#include <string.h>

enum { OVERDUE_MS = 10000, LINGER_MS = 100 };

/* ---- the end ---- */

static void
count_end(struct task *t)
{
	const char *labels[] = {
		job_kind_names[t->job.kind], job_state_names[t->end->state]};
	int64_t ms = clock_now_ms() - t->job.started_at;

	metrics_add(METRIC_JOBS, labels, 1);
	metrics_observe(METRIC_JOB_SECONDS, labels, (double)ms / 1000);
	log_info("job_ended", log_str("job", t->job.id),
		log_str("kind", job_kind_names[t->job.kind]),
		log_str("state", job_state_names[t->end->state]),
		log_str("code", t->end->code), log_int("ms", ms),
		log_int("attempts", t->job.attempts));
}

static void
write_end(void *context)
{
	struct task *t = context;
	struct task_end *e = t->end;

	if (t->gone)
		return;
	if (job_finish(t->job.id, tasks_owner(), e->state, e->result,
		    e->error) != 1) {
		log_warn("lease_lost", log_str("job", t->job.id));
		return;
	}
	if (e->hook != NULL)
		e->hook(t);
	if (e->state != JOB_SUCCEEDED && t->kind->fail_hook != NULL)
		t->kind->fail_hook(t);
	e->ours = true;
}

static void
on_lingered(void *context)
{
	struct task *t = context;

	t->timer = 0;
	task_drop(t);
}

/* A stream that has told the end has a moment to end by itself, since a call
 * that is cancelled takes its connection along. */
static void
ended(void *context)
{
	struct task *t = context;

	if (t->end->ours)
		count_end(t);
	if (t->gone) {
		task_let_go(t);
		return;
	}
	t->holds--;
	t->end->written = true;
	if (t->call == NULL || t->end->state == JOB_CANCELLED) {
		task_drop(t);
		return;
	}
	net_untimer(t->timer);
	t->timer = net_timer(LINGER_MS, on_lingered, t);
}

static void
end(struct task *t, struct task_end e)
{
	if (t->end != NULL || t->gone)
		return;
	t->end = arena_alloc(t->arena, sizeof(e));
	*t->end = e;
	task_hold(t);
	if (t->quick && e.state == JOB_SUCCEEDED)
		store_quick(write_end, ended, t);
	else
		store_write(write_end, ended, t);
}

void
task_succeed(struct task *t, const struct value *result, task_fn *hook)
{
	end(t, (struct task_end){.state = JOB_SUCCEEDED,
		       .result = task_json(t->arena, result),
		       .hook = hook});
}

void
task_cancelled(struct task *t, task_fn *hook)
{
	end(t, (struct task_end){.state = JOB_CANCELLED, .hook = hook});
}

void
task_fail_with(
	struct task *t, const struct value *error, const struct value *result)
{
	end(t, (struct task_end){.state = JOB_FAILED,
		       .result = task_json(t->arena, result),
		       .error = task_json(t->arena, error),
		       .code = value_get_text(error, "code", ""),
		       .message = value_get_text(error, "message", NULL)});
}

static struct value *error_value(struct task *t, const char *code,
	const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));

static struct value *
error_value(struct task *t, const char *code, const char *fmt, va_list ap)
{
	struct value *v = value_object(t->arena);

	value_set_text(t->arena, v, "code", code);
	value_set_text(
		t->arena, v, "message", arena_vprintf(t->arena, fmt, ap));
	return v;
}

const char *
task_end_code(const struct task *t)
{
	return t->end == NULL || t->end->code == NULL ? "" : t->end->code;
}

const char *
task_end_message(const struct task *t)
{
	return t->end == NULL ? NULL : t->end->message;
}

struct value *
task_error(struct task *t, const char *code, const char *fmt, ...)
{
	struct value *v;
	va_list ap;

	va_start(ap, fmt);
	v = error_value(t, code, fmt, ap);
	va_end(ap);
	return v;
}

void
task_fail(struct task *t, const char *code, const char *fmt, ...)
{
	struct value *v;
	va_list ap;

	va_start(ap, fmt);
	v = error_value(t, code, fmt, ap);
	va_end(ap);
	task_fail_with(t, v, NULL);
}

/* ---- Dify ---- */

static void
stop_dify(void *call)
{
	dify_cancel(call);
}

static void
on_overdue(void *context)
{
	struct task *t = context;

	t->overdue = 0;
	if (!t->gone)
		task_tell_trouble(
			t, "dify_slow", "Dify has not answered for a while");
}

void
task_dify_calling(struct task *t, struct dify_call *call)
{
	task_calling(t, call, stop_dify);
	if (dify_is_brief(call))
		t->overdue = net_timer(OVERDUE_MS, on_overdue, t);
}

static const char *
dify_code(enum dify_end end)
{
	switch (end) {
	case DIFY_UNREACHABLE:
	case DIFY_LOST:
	case DIFY_BUSY:
		return "dify_unreachable";
	case DIFY_AUTH:
		return "dify_auth";
	default:
		return "dify_refused";
	}
}

static bool
failed(struct task *t, const struct dify_answer *answer, int most,
	bool question)
{
	bool transient = answer->end == DIFY_UNREACHABLE ||
			 answer->end == DIFY_LOST || answer->end == DIFY_BUSY ||
			 (question && answer->trouble != NULL);
	struct value *error;

	if (answer->end == DIFY_OK)
		return false;
	if (transient && task_again(t, most, answer->retry_after_ms)) {
		task_tell_trouble(t, answer->trouble, answer->message);
		return true;
	}
	error = task_error(t, dify_code(answer->end), "%s", answer->message);
	value_set_text(t->arena, error, "step", t->step->name);
	task_fail_with(t, error, NULL);
	return true;
}

bool
task_dify_failed(struct task *t, const struct dify_answer *answer, int most)
{
	return failed(t, answer, most, false);
}

bool
task_question_failed(struct task *t, const struct dify_answer *answer, int most)
{
	return failed(t, answer, most, true);
}
