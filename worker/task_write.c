/* task_write.c: what one task writes, and that its job is still ours. */
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "worker/store.h"
#include "worker/tasks.h"
#include "text/json.h"

const char *
task_json(struct arena *a, const struct value *v)
{
	struct str out;

	if (v == NULL)
		return NULL;
	str_init(&out, a, LIMIT_DOCUMENT * 4);
	jsonx_write(&out, v, 0);
	return out.s;
}

/* What became of a write: 0 says that the job is no longer ours. */
static void
heed(struct task *t, int result)
{
	if (result == 0 && !t->gone) {
		log_warn("lease_lost", log_str("job", t->job.id));
		t->gone = true;
	}
}

static void
write_note(void *context)
{
	struct task *t = context;

	if (t->gone)
		return;
	heed(t, job_save(t->job.id, tasks_owner(),
			task_json(t->scratch, t->memo), t->progress));
	t->progress = NULL;
	if (!t->gone && t->write != NULL)
		t->write(t);
}

static void
saved(void *context)
{
	struct task *t = context;
	task_fn *then = t->then;

	t->write = NULL;
	if (t->gone && t->call != NULL)
		t->stop(t->call);
	if (task_let_go(t))
		then(t);
}

static void
hold_for(struct task *t, task_fn *fn, task_fn *then)
{
	t->write = fn;
	t->then = then;
	task_hold(t);
}

void
task_save(struct task *t, task_fn *fn, task_fn *then)
{
	hold_for(t, fn, then);
	store_write(write_note, saved, t);
}

void
task_save_quick(struct task *t, task_fn *fn, task_fn *then)
{
	hold_for(t, fn, then);
	store_quick(write_note, saved, t);
}

/* A note has a function of its own, since a save may be under way. */
struct note {
	struct task *task;
	task_fn *fn;
	struct arena *arena;
};

static void
write_beside(void *context)
{
	struct note *n = context;
	struct task *t = n->task;

	if (t->gone)
		return;
	if (t->progress != NULL && t->end == NULL)
		heed(t, job_set_progress(
				t->job.id, tasks_owner(), t->progress));
	t->progress = NULL;
	if (!t->gone && n->fn != NULL)
		n->fn(t);
}

static void
beside_written(void *context)
{
	struct note *n = context;
	struct task *t = n->task;
	struct arena *a = n->arena;

	arena_free(&a);
	if (t->gone && t->call != NULL)
		t->stop(t->call);
	task_let_go(t);
}

static struct note *
note_new(struct task *t, task_fn *fn)
{
	struct arena *a = arena_new(LIMIT_PATH);
	struct note *n = arena_alloc(a, sizeof(*n));

	*n = (struct note){t, fn, a};
	task_hold(t);
	return n;
}

void
task_note(struct task *t, task_fn *fn)
{
	store_note_of(t, write_beside, beside_written, note_new(t, fn));
}

void
task_write(struct task *t, task_fn *fn)
{
	store_write(write_beside, beside_written, note_new(t, fn));
}

void
task_keep_progress(struct task *t)
{
	heed(t, job_keep_progress(t->job.id, tasks_owner(),
			task_json(t->scratch, task_progress(t))));
}
