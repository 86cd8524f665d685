/* tasks_claim.c: taking jobs from the queue, and when. */
#include "worker/tasks.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "base/log.h"
#include "io/net.h"
#include "io/wake.h"
#include "worker/store.h"

enum {
	LOOK_MS = 1000,
	CLAIM_MOST = 4,
	HEED_MS = 50, /* a cancel is looked for, after who woke us was served */
	MOST_ATTEMPTS = 30, /* a job that ends its worker each time */
	TASK_ARENA = 256 << 20
};

static bool taking; /* what is in the queue */
static bool claiming;
static enum job_look look; /* of the claim under way */
static bool again;         /* woken while claiming */
static bool some_left;     /* after the last look at the queue, maybe */
static bool found;         /* something in that look */
static unsigned soon;      /* the timer of an early look */
static unsigned heed_timer;
static int wake_fd = -1;

static void
begin_one(struct task *t)
{
	t->step = t->kind->steps;
	log_info("job_taken", log_str("job", t->job.id),
		log_str("kind", job_kind_names[t->job.kind]),
		log_int("attempt", t->job.attempts));
	if (t->job.attempts > MOST_ATTEMPTS)
		task_fail(t, "given_up",
			"the job was begun %d times without reaching an end",
			t->job.attempts - 1);
	else
		task_begin(t);
}

/* In the transaction in which it became ours. */
static void
add_one(struct arena *a, const struct job *job)
{
	struct task *t = tasks_add(a, job);

	if (!t->kind->early)
		return;
	begin_one(t);
	if (t->call != NULL || t->timer != 0) /* else it saves at once */
		task_note(t, NULL);
}

static void
claim_one(const char *id)
{
	struct arena *a = arena_new(TASK_ARENA);
	struct job job;

	if (job_take(a, tasks_owner(), id, &job) != 1) {
		arena_free(&a);
		return;
	}
	if (some_left)
		job_turn(&job);
	add_one(a, &job);
}

void
tasks_give(const char *id)
{
	struct arena *a = arena_new(TASK_ARENA);
	struct job job;

	if (!job_find(a, id, &job))
		fatal("there is no job %s", id);
	add_one(a, &job);
}

/*
 * Some at a time: while Dify or a model is at work on the first of a crowd, the
 * next ones are taken.
 */
static void
claim_some(void *context)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	int room[JOB_KIND__MAX];
	const char **ids;
	int n;
	int i;

	(void)context;
	tasks_room(room);
	n = job_pick(a, room, look, &ids, &some_left);
	some_left |= n > CLAIM_MOST;
	found = n > 0;
	for (i = 0; i < n && i < CLAIM_MOST; i++)
		claim_one(ids[i]);
	arena_free(&a);
}

static void
begin_all(void *context)
{
	(void)context;
	claiming = false;
	for (;;) {
		struct task *t = tasks_next(NULL);

		while (t != NULL && t->step != NULL)
			t = tasks_next(t);
		if (t == NULL)
			break;
		begin_one(t);
	}
	if (again || (some_left && found)) /* else what is left has no room */
		tasks_look();
	again = false;
}

static void
claim(enum job_look what)
{
	int room[JOB_KIND__MAX];

	again |= claiming;
	if (claiming || net_stopping())
		return;
	if (!tasks_room(room)) {
		some_left = true;
		return;
	}
	claiming = true;
	look = what;
	store_quick(claim_some, begin_all, NULL);
}

void
tasks_look(void)
{
	int64_t due = claiming ? 0 : job_next_due();

	if (due != 0 && due <= clock_now_ms())
		claim(JOB_LOOK_ALL);
}

/* ---- when ---- */

static void
heed_cancels(void *context)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	const char **ids;
	int n = job_cancel_asked(a, tasks_owner(), &ids);
	int i;

	(void)context;
	heed_timer = 0;
	for (i = 0; i < n; i++) {
		struct task *t = tasks_find(ids[i]);

		if (t != NULL)
			task_ask_cancel(t);
	}
	arena_free(&a);
}

static void
on_wake(void *context)
{
	(void)context;
	wake_drain(wake_fd);
	if (taking)
		claim(JOB_LOOK_QUEUED); /* as a rule there is a job that we
					   are woken for */
	if (heed_timer == 0 && tasks_next(NULL) != NULL)
		heed_timer = net_timer(HEED_MS, heed_cancels, NULL);
}

static void
on_look(void *context)
{
	(void)context;
	if (taking)
		tasks_look();
	net_untimer(heed_timer);
	if (tasks_next(NULL) != NULL)
		heed_cancels(NULL);
	if (!net_stopping())
		net_timer(LOOK_MS, on_look, NULL);
}

static void
on_soon(void *context)
{
	(void)context;
	soon = 0;
	tasks_look();
}

void
claim_more(void)
{
	if (soon == 0 && some_left)
		soon = net_timer(0, on_soon, NULL);
}

void
claim_start(void)
{
	taking = true;
	claim_heed();
}

void
claim_heed(void)
{
	wake_fd = wake_watch(1U << WAKE_JOB);
	if (wake_fd >= 0)
		net_watch(wake_fd, on_wake, NULL);
	net_timer(0, on_look, NULL);
}

void
claim_stop(void)
{
	if (wake_fd >= 0)
		net_watch(wake_fd, NULL, NULL);
}
