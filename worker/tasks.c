/* tasks.c: the tasks there are, the leases of their jobs, giving them back.
 * tasks_claim.c takes them. */
#include "worker/tasks.h"
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

enum { BEAT_MS = LIMIT_LEASE_MS / 3, SCRATCH_MAX = 256 << 20 };

static const struct task_kind *const *kinds;
static struct task *tasks;
static char owner[64];

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

bool
tasks_room(int room[static JOB_KIND__MAX])
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

static struct task **
end_of_list(void)
{
	struct task **at = &tasks;

	while (*at != NULL)
		at = &(*at)->next;
	return at;
}

struct task *
tasks_add(struct arena *a, const struct job *job)
{
	struct task *t = *end_of_list() = arena_alloc(a, sizeof(*t));

	t->arena = a;
	t->scratch = arena_new(SCRATCH_MAX);
	t->job = *job;
	t->payload = read_object(a, job->payload);
	t->kind = choose_kind(job->kind, t->payload);
	t->state = arena_alloc(a, t->kind->size);
	t->memo = read_object(a, job->memo);
	t->cancel = job->cancel;
	return t;
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
	claim_more();
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
	claim_start();
}

static void
released_for_others(void *context)
{
	(void)context;
	wake_touch(WAKE_JOB);
}

static void
begin(const struct task_kind *const *list, void (*then)(void *context))
{
	char host[32] = "host";
	char id[ID_SIZE];

	gethostname(host, sizeof(host) - 1);
	id_new_r(id);
	host[strcspn(host, ":")] = '\0';
	snprintf(owner, sizeof(owner), "%.31s:%d:%s", host, (int)getpid(), id);
	kinds = list;
	store_write(release_dead, then, NULL);
	net_timer(BEAT_MS, on_beat, NULL);
}

void
tasks_start(const struct task_kind *const *list)
{
	begin(list, released);
}

void
tasks_start_given(const struct task_kind *const *list)
{
	begin(list, released_for_others);
	claim_heed();
}

const char *
tasks_offer(enum job_kind kind)
{
	int room[JOB_KIND__MAX];

	tasks_room(room);
	return room[kind] > 0 && !job_waits(kind) ? owner : NULL;
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
	claim_stop();
}
