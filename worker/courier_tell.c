/* courier_tell.c: what happens in the database in memory, told to Redis. */
#include "worker/courier_tell.h"
#include "base/limits.h"
#include "io/db.h"
#include "model/event.h"
#include "model/job.h"
#include "model/parcel.h"
#include "text/json.h"
#include "worker/queue.h"
#include "worker/store.h"
#include "worker/tasks.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_EVENTS = 500, MOST_JOBS = 256, MOST_COUNTS = 512 };

/* What is told of one job at a time. */
struct news {
	struct carried *job;
	struct value *events;
	bool loud; /* watchers of the job were told */
};

static int64_t last_event;
static struct arena *counted_arena;
static struct value *counted;

/* ---- numbers ---- */

void
courier_count(enum metric m, const char *const *labels, size_t count,
	uint64_t n, double seconds)
{
	struct value *v;
	struct value *names;
	size_t i;

	if (m == METRIC_JOBS || m == METRIC_JOB_SECONDS)
		return; /* counted where the end is written down */
	if (counted_arena == NULL)
		counted_arena = arena_new((size_t)16 << 20);
	if (counted == NULL)
		counted = value_array(counted_arena);
	if (value_count(counted) >= MOST_COUNTS)
		return;
	v = value_append(counted, value_object(counted_arena));
	value_set_int(counted_arena, v, "m", (int64_t)m);
	value_set_int(counted_arena, v, "n", (int64_t)n);
	value_set_int(counted_arena, v, "us", (int64_t)(seconds * 1e6));
	names = value_set(
		counted_arena, v, "labels", value_array(counted_arena));
	for (i = 0; i < count; i++)
		value_append_text(counted_arena, names,
			labels[i] == NULL ? "" : labels[i]);
}

static void
take_counts(struct arena *a, struct value *message)
{
	if (counted == NULL)
		return;
	value_set(a, message, "metrics", value_clone(a, counted));
	arena_reset(counted_arena);
	counted = NULL;
}

/* ---- what is new ---- */

static struct news *
news_of(struct arena *a, struct news *list, int *n, const char *job)
{
	struct carried *c = job == NULL ? NULL : courier_find(job);
	int i;

	if (c == NULL || c->parcel != NULL)
		return NULL;
	for (i = 0; i < *n; i++)
		if (list[i].job == c)
			return &list[i];
	if (*n == MOST_JOBS)
		return NULL;
	list[*n] = (struct news){c, value_array(a), false};
	return &list[(*n)++];
}

static void
sort_event(
	struct arena *a, struct news *list, int *n, const struct event *event)
{
	struct jsonx_report report;
	const struct value *v =
		jsonx_read(a, event->data, strlen(event->data), 0, &report);
	bool of_job = event->kind == EVENT_JOB;
	struct news *news = news_of(
		a, list, n, value_get_text(v, of_job ? "id" : "job_id", NULL));

	if (news == NULL)
		return;
	if (of_job)
		news->loud = true;
	else if (event->kind == EVENT_GENERATE)
		value_append_text(a, news->events, event->data);
}

static bool
is_news(const char *progress, const struct carried *c)
{
	return progress != NULL &&
	       (c->progress == NULL || strcmp(c->progress, progress) != 0);
}

static void
add_end(struct arena *a, struct value *message, const struct job *job)
{
	struct value *end = value_set(a, message, "end", value_object(a));

	if (job->result != NULL)
		value_set_text(a, end, "result", job->result);
	if (job->error != NULL)
		value_set_text(a, end, "error", job->error);
	value_set(a, end, "back", parcel_pack_back(a, job->id));
}

static void
write_clear(void *context)
{
	parcel_clear(context);
}

static void
send_message(
	struct arena *a, struct carried *c, struct value *message, bool ended)
{
	struct redis_command command;
	void *sealed;
	size_t n;

	take_counts(a, message);
	sealed = queue_seal(a, c->job, c->attempt, message, &n);
	queue_script(a, &command, ended ? QUEUE_DONE : QUEUE_TELL, c->job);
	redis_word(&command, tasks_owner());
	redis_word(&command, c->job);
	redis_number(&command, c->attempt);
	redis_bytes(&command, sealed, n);
	if (ended)
		redis_word(&command, c->entry);
	redis_send(&command, courier_owned, strdup(c->job));
	if (!ended)
		return;
	store_note(write_clear, free, strdup(c->job));
	courier_drop(c);
}

static void
tell_one(struct arena *a, struct news *news)
{
	struct carried *c = news->job;
	struct value *message = value_object(a);
	struct job job = {.state = JOB_RUNNING};
	bool any = value_count(news->events) > 0;

	if (job_find(a, c->job, &job) == 1 && is_news(job.progress, c)) {
		free(c->progress);
		c->progress = strdup(job.progress);
		value_set_text(a, message, "progress", job.progress);
		value_set_bool(a, message, "loud", news->loud);
		any = true;
	}
	if (job.state == JOB_CANCELLED)
		return;
	if (job_ended(job.state))
		add_end(a, message, &job);
	if (!any && !job_ended(job.state))
		return;
	value_set(a, message, "events", news->events);
	send_message(a, c, message, job_ended(job.state));
}

void
courier_tell(void)
{
	static const char sql_clean[] = "DELETE FROM events";
	struct arena *a = arena_new((size_t)256 << 20);
	struct news *list = arena_array(a, MOST_JOBS, sizeof(*list));
	struct event *events;
	int nnews = 0;
	int n;
	int i;

	do {
		n = event_after(a, last_event, MOST_EVENTS, &events);
		for (i = 0; i < n; i++)
			sort_event(a, list, &nnews, &events[i]);
		if (n > 0)
			last_event = events[n - 1].id;
	} while (n == MOST_EVENTS);
	for (i = 0; i < nnews; i++)
		tell_one(a, &list[i]);
	if (nnews > 0) {
		db_run(db_stmt(sql_clean));
		last_event = 0;
	}
	arena_free(&a);
}
