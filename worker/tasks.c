/* tasks.c: taking jobs, keeping their leases, giving them back. */
#include "worker/tasks.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "base/log.h"
#include "io/net.h"
#include "io/wake.h"
#include "worker/boot.h"
#include "worker/store.h"
#include "text/json.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LOOK_MS = 1000,
	CLAIM_MOST = 4,
	BEAT_MS = LIMIT_LEASE_MS / 3,
	HEED_MS = 50, /* a cancel is looked for, after who woke us was served */
	MOST_ATTEMPTS = 30, /* a job that ends its worker each time */
	TASK_ARENA = 256 << 20
};

static const struct task_kind *const *kinds;
static struct task *tasks;
static char owner[64];
static bool claiming;
static enum job_look look; /* of the claim under way */
static bool again;         /* woken while claiming */
static bool some_left;     /* after the last look at the queue, maybe */
static unsigned soon;      /* the timer of an early look */
static unsigned heed_timer;
static int wake_fd = -1;

const char *
tasks_owner(void)
{
	return owner;
}

int
tasks_count(void)
{
	const struct task *t;
	int n = 0;

	for (t = tasks; t != NULL; t = t->next)
		n++;
	return n;
}

static int
count_kind(const struct task_kind *k)
{
	const struct task *t;
	int n = 0;

	for (t = tasks; t != NULL; t = t->next)
		n += t->job.kind == k->kind;
	return n;
}

/* How many more of each kind there is room for; false: of none. */
static bool
find_room(int room[static JOB_KIND__MAX])
{
	bool any = false;
	size_t i;

	memset(room, 0, JOB_KIND__MAX * sizeof(*room));
	for (i = 0; kinds[i] != NULL; i++) {
		room[kinds[i]->kind] = kinds[i]->most - count_kind(kinds[i]);
		any |= room[kinds[i]->kind] > 0;
	}
	return any;
}

static const struct task_kind *
find_kind(enum job_kind kind)
{
	size_t i;

	for (i = 0; kinds[i] != NULL; i++)
		if (kinds[i]->kind == kind)
			return kinds[i];
	fatal("no kind %d", (int)kind);
}

/* ---- one task's memory ---- */

static struct value *
read_object(struct arena *a, const char *text)
{
	struct jsonx_report report;
	struct value *v = NULL;

	if (text != NULL)
		v = jsonx_read(a, text, strlen(text), 0, &report);
	return value_is(v, VALUE_OBJECT) ? v : value_object(a);
}

static const struct task_kind *
choose_kind(enum job_kind kind, const struct value *payload)
{
	const struct task_kind *usual = find_kind(kind);
	const struct task_kind *other =
		usual->choose == NULL ? NULL : usual->choose(payload);

	return other == NULL ? usual : other;
}

static struct task *
task_new(struct arena *a, const struct job *job)
{
	struct task *t = arena_alloc(a, sizeof(*t));

	t->arena = a;
	t->scratch = arena_new(TASK_ARENA);
	t->job = *job;
	t->payload = read_object(a, job->payload);
	t->kind = choose_kind(job->kind, t->payload);
	t->state = arena_alloc(a, t->kind->size);
	t->memo = read_object(a, job->memo);
	t->cancel = job->cancel;
	return t;
}

static void
on_soon(void *context)
{
	(void)context;
	soon = 0;
	tasks_look();
}

void
tasks_remove(struct task *t)
{
	struct task **at = &tasks;
	struct arena *a = t->arena;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	if (t->kind->release != NULL)
		t->kind->release(t);
	arena_free(&t->scratch);
	arena_free(&a);
	if (soon == 0 && some_left)
		soon = net_timer(0, on_soon, NULL);
}

/* ---- claiming ---- */

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

static struct task **
end_of_list(void)
{
	struct task **at = &tasks;

	while (*at != NULL)
		at = &(*at)->next;
	return at;
}

static void
claim_one(const char *id)
{
	struct arena *a = arena_new(TASK_ARENA);
	struct task *t;
	struct job job;

	if (job_take(a, owner, id, &job) != 1) {
		arena_free(&a);
		return;
	}
	if (some_left)
		job_turn(&job);
	t = *end_of_list() = task_new(a, &job);
	if (!t->kind->early)
		return;
	begin_one(t);
	if (t->call != NULL || t->timer != 0) /* else it saves at once */
		task_note(t, NULL);
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
	find_room(room);
	n = job_pick(a, room, look, &ids, &some_left);
	some_left |= n > CLAIM_MOST;
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
		struct task *t = tasks;

		while (t != NULL && t->step != NULL)
			t = t->next;
		if (t == NULL)
			break;
		begin_one(t);
	}
	if (again || some_left)
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
	if (!find_room(room)) {
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

struct task *
tasks_find(const char *id)
{
	struct task *t = tasks;

	while (t != NULL && strcmp(t->job.id, id) != 0)
		t = t->next;
	return t;
}

struct task *
tasks_next(const struct task *t)
{
	return t == NULL ? tasks : t->next;
}

static void
heed_cancels(void *context)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	const char **ids;
	int n = job_cancel_asked(a, owner, &ids);
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
	claim(JOB_LOOK_QUEUED); /* as a rule there is a job that we are woken
				   for */
	if (heed_timer == 0)
		heed_timer = net_timer(HEED_MS, heed_cancels, NULL);
}

static void
on_look(void *context)
{
	(void)context;
	tasks_look();
	net_untimer(heed_timer);
	heed_cancels(NULL);
	if (!net_stopping())
		net_timer(LOOK_MS, on_look, NULL);
}

/* ---- leases ---- */

static void
beat_all(void *context)
{
	struct task *t;

	(void)context;
	for (t = tasks; t != NULL; t = t->next)
		if (!t->gone && t->end == NULL &&
			job_beat(t->job.id, owner) == 0) {
			log_warn("lease_lost", log_str("job", t->job.id));
			t->lost = true;
		}
}

static void
drop_lost(void *context)
{
	struct task *t = tasks;

	(void)context;
	while (t != NULL) {
		struct task *next = t->next;

		if (t->lost)
			task_drop(t);
		t = next;
	}
}

static void
on_beat(void *context)
{
	(void)context;
	if (tasks != NULL)
		store_write(beat_all, drop_lost, NULL);
	if (!net_stopping())
		net_timer(BEAT_MS, on_beat, NULL);
}

/* ---- beginning and end ---- */

/* The pid of a worker on this host, out of its owner name; 0 for others. */
static pid_t
local_pid(const char *name)
{
	size_t host = strcspn(owner, ":") + 1;

	return strncmp(name, owner, host) == 0
		       ? (pid_t)strtol(name + host, NULL, 10)
		       : 0;
}

/* The jobs of a worker that was killed are not made to wait for the end of
 * its lease. */
static void
release_dead(void *context)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	const char **owners;
	int n = job_owners(a, &owners);
	pid_t pid;

	(void)context;
	if (boot_is_new())
		job_doubt_sent();
	while (n-- > 0) {
		pid = local_pid(owners[n]);
		if (pid > 0 && (pid == getpid() ||
				       (kill(pid, 0) != 0 && errno == ESRCH)))
			job_release(owners[n]);
	}
	arena_free(&a);
}

static void
released(void *context)
{
	(void)context;
	net_timer(0, on_look, NULL);
}

void
tasks_start(const struct task_kind *const *list)
{
	char host[32] = "host";
	char id[ID_SIZE];

	gethostname(host, sizeof(host) - 1);
	id_new_r(id);
	host[strcspn(host, ":")] = '\0';
	snprintf(owner, sizeof(owner), "%.31s:%d:%s", host, (int)getpid(), id);
	kinds = list;
	wake_fd = wake_watch(1U << WAKE_JOB);
	if (wake_fd >= 0)
		net_watch(wake_fd, on_wake, NULL);
	store_write(release_dead, released, NULL);
	net_timer(BEAT_MS, on_beat, NULL);
}

static void
give_back(void *context)
{
	struct task *t;

	(void)context;
	for (t = tasks; t != NULL; t = t->next)
		if (!t->gone && t->end == NULL) {
			job_retry(t->job.id, owner, 0);
			t->lost = true;
		}
}

void
tasks_stop(void)
{
	store_write(give_back, drop_lost, NULL);
	store_flush();
	if (wake_fd >= 0)
		net_watch(wake_fd, NULL, NULL);
}
