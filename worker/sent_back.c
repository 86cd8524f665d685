/* sent_back.c: what workers elsewhere tell of the jobs that were sent, written
 * down once; see sent.h. */
#include "worker/sent_back.h"
#include "base/limits.h"
#include "base/log.h"
#include "io/metrics.h"
#include "io/net.h"
#include "model/parcel.h"
#include "text/json.h"
#include "worker/kinds.h"
#include "worker/queue.h"
#include "worker/tasks.h"

#include <string.h>

enum { READ_MS = 2000, MOST_READ = 100, MESSAGE_ARENA = 64 << 20 };

static bool listening;
static char last_id[64]; /* of the stream back */

int64_t
sent_attempt(const struct task *t)
{
	return value_get_int(t->memo, "attempt", 0);
}

struct task *
sent_waiting(const char *job, int64_t attempt)
{
	struct task *t = tasks_find(job);
	const struct sent *s = t == NULL ? NULL : t->state;

	if (t == NULL || t->gone || t->kind != &sent_kind || !s->waiting ||
		sent_attempt(t) != attempt)
		return NULL;
	return t;
}

static void
take_metrics(const struct value *list)
{
	value_each(m, list) {
		const char *labels[METRIC_LABELS] = {NULL};
		int64_t which = value_get_int(m, "m", METRIC__MAX);
		int64_t n = value_get_int(m, "n", 0);
		size_t i = 0;

		value_each(label, value_get(m, "labels"))
			if (i < METRIC_LABELS)
				labels[i++] = value_text(label);
		if (which < 0 || which >= METRIC__MAX)
			continue;
		if (n > 0)
			metrics_add((enum metric)which, labels, (uint64_t)n);
		else
			metrics_observe((enum metric)which, labels,
				(double)value_get_int(m, "us", 0) / 1e6);
	}
}

static struct value *
parse(struct arena *a, const char *text)
{
	struct jsonx_report report;

	return text == NULL ? NULL
			    : jsonx_read(a, text, strlen(text), 0, &report);
}

/* What people see of it stands in the memo as well, so that it is there when
 * another worker waits for the job. */
static void
take_progress(struct task *t, const char *progress, bool loud)
{
	struct generate *g = t->state;
	struct value *v = parse(t->arena, progress);

	if (v == NULL)
		return;
	value_set(t->arena, t->memo, "progress", v);
	if (loud)
		t->progress = arena_strdup(t->arena, progress);
	else
		g->keep = true;
}

static void
take_events(struct task *t, const struct value *message)
{
	struct generate *g = t->state;
	const char *progress = value_get_text(message, "progress", NULL);
	const struct value *events = value_get(message, "events");

	take_progress(t, progress, value_get_bool(message, "loud", false));
	if (value_count(events) > 0 && g->events == NULL)
		g->events = value_array(t->arena);
	value_each(e, events)
		value_append_text(t->arena, g->events, value_text(e));
	if (progress != NULL || value_count(events) > 0)
		task_note(t, generate_write_events);
}

static void
write_back(struct task *t)
{
	const struct sent *s = t->state;

	parcel_take_back(parse(t->scratch, s->back));
}

void
sent_write_failed(struct task *t)
{
	const struct sent *s = t->state;

	if (s->back != NULL)
		write_back(t);
	else
		generate_write_row(t);
}

static void
take_end(struct task *t, const struct value *end)
{
	struct sent *s = t->state;
	struct value *result;
	struct value *error;

	s->waiting = false;
	if (!task_back(t))
		return;
	arena_reset(t->scratch);
	result = parse(t->scratch, value_get_text(end, "result", NULL));
	error = parse(t->scratch, value_get_text(end, "error", NULL));
	s->back = task_json(t->arena, value_get(end, "back"));
	if (error == NULL) {
		task_succeed(t, result, write_back);
		return;
	}
	task_fail_with(t, error, result);
}

void
sent_take(struct arena *a, const char *job, int64_t attempt, const void *sealed,
	size_t n)
{
	struct task *t = sent_waiting(job, attempt);
	struct value *message;

	if (t == NULL)
		return;
	message = queue_unseal(a, job, attempt, sealed, n);
	if (message == NULL) {
		log_warn("message_refused", log_str("job", job));
		return;
	}
	((struct sent *)t->state)->told = NULL;
	take_metrics(value_get(message, "metrics"));
	take_events(t, message);
	if (value_get(message, "end") != NULL)
		take_end(t, value_get(message, "end"));
}

static void read_on(void *context);

static void
on_back(void *context, const struct redis_value *v)
{
	const struct redis_value *entries =
		redis_item(redis_item(redis_item(v, 0), 1), 0) == NULL
			? NULL
			: redis_item(redis_item(v, 0), 1);
	struct arena *a = arena_new(MESSAGE_ARENA);
	size_t i;

	(void)context;
	for (i = 0; i < redis_count(entries); i++) {
		struct queue_entry e;

		if (queue_entry_read(redis_item(entries, i), &e))
			sent_take(a, e.job, e.attempt, e.sealed, e.len);
		if (strlen(e.id) < sizeof(last_id))
			memcpy(last_id, e.id, strlen(e.id) + 1);
		arena_reset(a);
	}
	arena_free(&a);
	read_on(NULL);
}

static void
read_on(void *context)
{
	struct arena *a;
	struct redis_command c = {.count = 0};

	(void)context;
	if (!listening || net_stopping())
		return;
	a = arena_new(LIMIT_PATH);
	redis_word(&c, "XREAD");
	redis_word(&c, "COUNT");
	redis_number(&c, MOST_READ);
	redis_word(&c, "BLOCK");
	redis_number(&c, READ_MS);
	redis_word(&c, "STREAMS");
	redis_word(&c, queue_name(a, "back"));
	redis_word(&c, last_id);
	redis_wait(&c, on_back, NULL);
	arena_free(&a);
}

/* From the newest message on; what came before is in the hashes. */
static void
on_newest(void *context, const struct redis_value *v)
{
	size_t n;
	const char *id = redis_text(redis_item(redis_item(v, 0), 0), &n);

	(void)context;
	memcpy(last_id, "0", 2);
	if (n > 0 && n < sizeof(last_id))
		memcpy(last_id, id, n + 1);
	read_on(NULL);
}

void
sent_listen(void)
{
	struct redis_command c = {.count = 0};
	struct arena *a = arena_new(LIMIT_PATH);

	listening = true;
	redis_word(&c, "XREVRANGE");
	redis_word(&c, queue_name(a, "back"));
	redis_word(&c, "+");
	redis_word(&c, "-");
	redis_word(&c, "COUNT");
	redis_word(&c, "1");
	redis_send(&c, on_newest, NULL);
	arena_free(&a);
}

void
sent_listen_no_more(void)
{
	listening = false;
}
