/* courier.c: taking jobs out of Redis and keeping them; courier_tell.c tells
 * what comes of them. */
#include "worker/courier.h"
#include "base/fatal.h"
#include "base/limits.h"
#include "base/log.h"
#include "io/db.h"
#include "io/metrics.h"
#include "io/net.h"
#include "model/parcel.h"
#include "worker/courier_tell.h"
#include "worker/queue.h"
#include "worker/store.h"
#include "worker/tasks.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST = 250,
	MOST_WAITING = 4, /* of those that are here */
	READ_MS = 1000,
	TRIM_MS = 30000,
	LOOK_AGAIN_MS = 100
};

static struct carried *list;

struct carried *
courier_find(const char *job)
{
	struct carried *c = list;

	while (c != NULL && strcmp(c->job, job) != 0)
		c = c->next;
	return c;
}

static int
count(void)
{
	const struct carried *c;
	int n = 0;

	for (c = list; c != NULL; c = c->next)
		n++;
	return n;
}

void
courier_drop(struct carried *c)
{
	struct carried **at = &list;
	struct arena *a = c->arena;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	free(c->progress);
	arena_free(&a);
}

/* ---- no longer ours ---- */

static const char sql_cancel[] = "UPDATE jobs SET cancel = 1 WHERE id = ?1";

static void
write_cancel(void *context)
{
	struct db_stmt *s = db_stmt(sql_cancel);

	db_bind(s, "t", (const char *)context);
	db_run(s);
}

/* Somebody called it off, or another worker has it: it ends here unheard. */
void
courier_lost(struct carried *c)
{
	log_info("job_lost", log_str("job", c->job));
	store_write(write_cancel, free, strdup(c->job));
	courier_drop(c);
}

void
courier_owned(void *context, const struct redis_value *v)
{
	char *job = context;
	struct carried *c = courier_find(job);

	if (c != NULL && redis_kind(v) == REDIS_NUMBER && redis_int(v) == 0)
		courier_lost(c);
	free(job);
}

static void
send_owned(struct carried *c, enum queue_script script)
{
	struct arena *a = arena_new(LIMIT_PATH);
	struct redis_command command;

	queue_script(a, &command, script, c->job);
	redis_word(&command, tasks_owner());
	redis_word(&command, c->entry);
	redis_send(&command, courier_owned, strdup(c->job));
	arena_free(&a);
}

static void
beat(void *context)
{
	struct carried *c;

	(void)context;
	if (redis_since() >= 0)
		for (c = list; c != NULL; c = c->next)
			send_owned(c, QUEUE_BEAT);
	if (!net_stopping())
		net_timer(QUEUE_BEAT_MS, beat, NULL);
}

/* ---- taking ---- */

/* A job on its way into the database. */
static void
write_parcel(void *context)
{
	struct carried *c = context;

	if (!parcel_unpack(c->parcel)) {
		log_error("parcel_refused", log_str("job", c->job));
		c->refused = true;
	}
}

static void
unpacked(void *context)
{
	struct carried *c = context;

	c->parcel = NULL;
	if (c->refused) {
		courier_drop(c); /* another one has it when the lease is over */
		return;
	}
	tasks_look();
}

static void
on_taken(void *context, const struct redis_value *v)
{
	struct carried *c = context;
	struct arena *a = c->arena;

	if (redis_kind(v) != REDIS_NUMBER || redis_int(v) == 0 ||
		courier_find(c->job) != NULL) {
		arena_free(&a);
		return;
	}
	c->next = list;
	list = c;
	log_info("job_brought", log_str("job", c->job),
		log_int("attempt", c->attempt));
	store_write(write_parcel, unpacked, c);
}

static void
forget_entry(struct arena *a, const char *verb, const char *id)
{
	struct redis_command c = {.count = 0};

	redis_word(&c, verb);
	redis_word(&c, queue_name(a, "jobs"));
	if (strcmp(verb, "XACK") == 0)
		redis_word(&c, "workers");
	redis_word(&c, id);
	redis_send(&c, NULL, NULL);
}

/* Who can't open it throws it away: nobody else can, and it is sent anew. */
static void
refuse(const struct queue_entry *e)
{
	struct arena *a = arena_new(LIMIT_PATH);
	struct redis_command c;

	log_warn("message_refused", log_str("job", e->job));
	queue_script(a, &c, QUEUE_DROP, e->job);
	redis_send(&c, NULL, NULL);
	forget_entry(a, "XACK", e->id);
	forget_entry(a, "XDEL", e->id);
	arena_free(&a);
}

static void
take(const struct queue_entry *e)
{
	struct arena *a = arena_new((size_t)64 << 20);
	struct carried *c = arena_alloc(a, sizeof(*c));
	struct redis_command command;

	c->arena = a;
	c->attempt = e->attempt;
	memcpy(c->job, e->job, ID_SIZE);
	c->entry = arena_strdup(a, e->id);
	c->parcel = queue_unseal(a, e->job, e->attempt, e->sealed, e->len);
	if (c->parcel == NULL) {
		refuse(e);
		arena_free(&a);
		return;
	}
	queue_script(a, &command, QUEUE_TAKE, e->job);
	redis_word(&command, tasks_owner());
	redis_word(&command, e->id);
	redis_number(&command, e->attempt);
	redis_send(&command, on_taken, c);
}

static void
take_all(const struct redis_value *entries)
{
	size_t i;

	for (i = 0; i < redis_count(entries); i++) {
		struct queue_entry e;

		if (queue_entry_read(redis_item(entries, i), &e) &&
			courier_find(e.job) == NULL)
			take(&e);
	}
}

static int
room(void)
{
	int there = count();
	int waiting = there - tasks_count();
	int n = MOST_WAITING - (waiting < 0 ? 0 : waiting);

	return there + n > MOST ? MOST - there : n;
}

static void read_on(void *context);

static void
on_entries(void *context, const struct redis_value *v)
{
	(void)context;
	if (redis_kind(v) == REDIS_ERROR)
		queue_make_group(); /* Redis forgot it */
	take_all(redis_item(redis_item(v, 0), 1));
	net_timer(v == NULL || redis_kind(v) == REDIS_ERROR ? LOOK_AGAIN_MS : 0,
		read_on, NULL);
}

static void
read_on(void *context)
{
	struct redis_command c = {.count = 0};
	struct arena *a;

	(void)context;
	if (net_stopping())
		return;
	if (room() <= 0) {
		net_timer(LOOK_AGAIN_MS, read_on, NULL);
		return;
	}
	a = arena_new(LIMIT_PATH);
	redis_word(&c, "XREADGROUP");
	redis_word(&c, "GROUP");
	redis_word(&c, "workers");
	redis_word(&c, tasks_owner());
	redis_word(&c, "COUNT");
	redis_number(&c, room());
	redis_word(&c, "BLOCK");
	redis_number(&c, READ_MS);
	redis_word(&c, "STREAMS");
	redis_word(&c, queue_name(a, "jobs"));
	redis_word(&c, ">");
	redis_wait(&c, on_entries, NULL);
	arena_free(&a);
}

/* ---- what a dead worker left ---- */

static void
on_left(void *context, const struct redis_value *v)
{
	(void)context;
	take_all(redis_item(v, 1));
}

/* After a break of the connection all look dead for a while. */
static void
look_after(void *context)
{
	struct redis_command c = {.count = 0};
	struct arena *a = arena_new(LIMIT_PATH);

	(void)context;
	if (redis_since() > QUEUE_LEASE_MS && room() > 0) {
		redis_word(&c, "XAUTOCLAIM");
		redis_word(&c, queue_name(a, "jobs"));
		redis_word(&c, "workers");
		redis_word(&c, tasks_owner());
		redis_number(&c, QUEUE_LEASE_MS);
		redis_word(&c, "0");
		redis_word(&c, "COUNT");
		redis_number(&c, room());
		redis_send(&c, on_left, NULL);
	} else if (redis_since() < 0) {
		queue_make_group(); /* asks for a connection */
	}
	arena_free(&a);
	if (!net_stopping())
		net_timer(QUEUE_BEAT_MS, look_after, NULL);
}

/* ---- beginning and end ---- */

static void
trim(void *context)
{
	(void)context;
	if (list == NULL)
		malloc_trim(0);
	if (!net_stopping())
		net_timer(TRIM_MS, trim, NULL);
}

int
courier_start(const char **error_r)
{
	int opened = queue_open(error_r);

	if (opened == 0)
		*error_r = "STUDIO_QUEUE: a worker without a data folder "
			   "needs it";
	if (opened <= 0)
		return -1;
	metrics_divert(courier_count);
	store_after(courier_tell);
	queue_make_group();
	net_timer(0, read_on, NULL);
	net_timer(0, beat, NULL);
	net_timer(0, look_after, NULL);
	net_timer(TRIM_MS, trim, NULL);
	return 0;
}

void
courier_stop(void)
{
	courier_tell();
	while (list != NULL) {
		send_owned(list, QUEUE_BACK);
		courier_drop(list);
	}
	redis_flush();
	redis_close();
}
