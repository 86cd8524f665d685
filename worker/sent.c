/* sent.c: jobs that are sent, and looked after until their end; see sent.h. */
#include "worker/sent.h"
#include "worker/sent_back.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/nitems.h"
#include "io/net.h"
#include "model/fact.h"
#include "model/parcel.h"
#include "worker/kinds.h"
#include "worker/queue.h"
#include "worker/store.h"
#include "worker/tasks.h"

#include <stdlib.h>
#include <string.h>

enum {
	LOOK_MS = 200, /* at what a new Dify has */
	CHECK_MS = 2000,
	PATIENCE_MS = 8000, /* before people are told that nothing happens */
	MOST_SENT = 30,     /* as tasks.c has it */
	MESSAGE_ARENA = 64 << 20
};

static bool open;

/* ---- is it still there? ---- */

/* The job that a check was about, by its attempt. */
struct check {
	char job[ID_SIZE];
	int64_t attempt;
};

static void
send_again(struct task *t)
{
	struct sent *s = t->state;

	log_warn("job_sent_again", log_str("job", t->job.id));
	s->waiting = false;
	if (task_back(t))
		task_go(t, "prepare");
}

/* What people see while nothing comes of it. */
static void
tell_trouble(struct task *t, const char *code, const char *why)
{
	struct sent *s = t->state;

	if (s->told != NULL || clock_mono_ms() - s->since < PATIENCE_MS)
		return;
	s->told = why;
	t->again_at = clock_now_ms() + CHECK_MS;
	task_tell_trouble(t, code, why);
}

static void
on_checked(void *context, const struct redis_value *v)
{
	struct check *check = context;
	struct task *t = sent_waiting(check->job, check->attempt);
	struct arena *a = arena_new(MESSAGE_ARENA);
	const char *done;
	size_t n;

	done = redis_text(redis_item(v, 1), &n);
	if (t != NULL && redis_kind(v) == REDIS_LIST) {
		if (redis_kind(redis_item(v, 0)) == REDIS_NIL)
			send_again(t);
		else if (n > 0)
			sent_take(a, check->job, check->attempt, done, n);
		else if (redis_kind(redis_item(v, 2)) == REDIS_NIL)
			tell_trouble(t, "queue_no_worker",
				"no worker has taken it yet");
	}
	arena_free(&a);
	free(check);
}

static void
check_one(struct task *t)
{
	struct redis_command c = {.count = 0};
	struct check *check = calloc(1, sizeof(*check));
	struct arena *a = arena_new(LIMIT_PATH);

	if (check == NULL)
		fatal("sent: out of memory");
	memcpy(check->job, t->job.id, ID_SIZE);
	check->attempt = sent_attempt(t);
	redis_word(&c, "HMGET");
	redis_word(&c, queue_job(a, t->job.id));
	redis_word(&c, "attempt");
	redis_word(&c, "done");
	redis_word(&c, "owner");
	redis_send(&c, on_checked, check);
	arena_free(&a);
}

static void
write_queue(void *context)
{
	(void)context;
	fact_set_int(FACT_QUEUE_UP, redis_since() >= 0);
}

static void
check_all(void *context)
{
	static int64_t told = -1;
	int64_t up = redis_since() >= 0;
	struct task *t;

	(void)context;
	if (!open || net_stopping())
		return;
	if (up != told)
		store_write(write_queue, NULL, NULL);
	told = up;
	for (t = tasks_next(NULL); t != NULL; t = tasks_next(t)) {
		if (sent_waiting(t->job.id, sent_attempt(t)) != t)
			continue;
		if (up)
			check_one(t);
		else
			tell_trouble(t, "queue_down", "Redis does not answer");
	}
	queue_make_group(); /* also a sign of life, and asks for a connection */
	net_timer(CHECK_MS, check_all, NULL);
}

/* ---- one task ---- */

/* The number of the sending is on disk before it is used. */
static void
prepare(struct task *t)
{
	int64_t attempt = sent_attempt(t) + 1;

	if (generate_waits(t)) {
		task_wait(t, LOOK_MS, prepare);
		return;
	}
	if (attempt > MOST_SENT) {
		task_fail(t, "given_up",
			"the job was sent %d times without reaching an end",
			MOST_SENT);
		return;
	}
	value_set_int(t->arena, t->memo, "attempt", attempt);
	task_go(t, "queued");
}

static void
send_job(struct task *t)
{
	struct redis_command c;
	struct value *parcel = parcel_pack(t->scratch, t->job.id);
	size_t n;
	void *sealed =
		queue_seal(t->scratch, t->job.id, sent_attempt(t), parcel, &n);

	queue_script(t->scratch, &c, QUEUE_SEND, t->job.id);
	redis_word(&c, t->job.id);
	redis_number(&c, sent_attempt(t));
	redis_bytes(&c, sealed, n);
	redis_send(&c, NULL, NULL);
}

static void
let_go(void *context)
{
	task_back(context);
}

static void
stop(void *call)
{
	struct task *t = call;
	struct sent *s = t->state;

	if (!s->stopping)
		net_timer(0, let_go, t);
	s->stopping = true;
}

static void
queued(struct task *t)
{
	struct sent *s = t->state;

	send_job(t);
	s->waiting = true;
	s->since = clock_mono_ms();
	task_calling(t, t, stop);
}

static void
drop_job(const char *id)
{
	struct arena *a = arena_new(LIMIT_PATH);
	struct redis_command c;

	queue_script(a, &c, QUEUE_DROP, id);
	redis_send(&c, NULL, NULL);
	arena_free(&a);
}

static void
cancel(struct task *t)
{
	struct sent *s = t->state;

	if (s->waiting) {
		s->waiting = false;
		if (!task_back(t))
			return;
	}
	task_cancelled(t, NULL);
}

/* Nobody needs it in Redis once its end is on disk. */
static void
release(struct task *t)
{
	if (t->end != NULL && !t->lost)
		drop_job(t->job.id);
}

static const struct task_step steps[] = {
	{"prepare", prepare},
	{"queued", queued},
};

const struct task_kind sent_kind = {
	.kind = JOB_GENERATE,
	.most = 250,
	.size = sizeof(struct sent),
	.steps = steps,
	.nsteps = nitems(steps),
	.cancel = cancel,
	.fail_hook = sent_write_failed,
	.release = release,
};

const struct task_kind *
sent_choose(const struct value *payload)
{
	return open && parcel_fits(payload) ? &sent_kind : NULL;
}

/* ---- beginning and end ---- */

int
sent_start(const char **error_r)
{
	int opened = queue_open(error_r);

	open = opened > 0;
	if (!open)
		return opened;
	sent_listen();
	queue_make_group();
	net_timer(CHECK_MS, check_all, NULL);
	return 0;
}

void
sent_stop(void)
{
	if (open) {
		sent_listen_no_more();
		redis_flush();
		redis_close();
	}
	open = false;
}
