/* redis.c: the two connections; see redis.h. */
#include "io/redis.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/log.h"
#include "io/net.h"
#include "io/redis_address.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 500, ANSWER_MS = 1000, FIRST_PAUSE_MS = 100 };
enum { LONGEST_PAUSE_MS = 2000, LONGEST_WAIT_MS = 10000 };

/* A command on its way, in the form that is sent. */
struct order {
	struct order *next;
	char *bytes;
	size_t len;
	redis_fn *fn;
	void *context;
};

static struct redis_address address;
static redisContext *commands;
static struct order *first;
static struct order **last = &first;
static unsigned timer;
static int64_t pause_ms;
static int64_t since; /* monotonic ms, 0: not connected */

static redisContext *waiting;
static redis_fn *waiting_fn;
static void *waiting_context;
static struct order *waiting_order;
static unsigned waiting_timer;

/* ---- a connection ---- */

static struct timeval
time_of(int ms)
{
	return (struct timeval){ms / 1000, (suseconds_t)(ms % 1000) * 1000};
}

static bool
said_ok(redisContext *c, int argc, const char **argv)
{
	redisReply *r = redisCommandArgv(c, argc, argv, NULL);
	bool ok = r != NULL && r->type != REDIS_REPLY_ERROR;

	if (r != NULL && !ok)
		log_warn("redis_refused", log_str("reason", r->str));
	if (r != NULL)
		freeReplyObject(r);
	return ok;
}

static bool
greet(redisContext *c)
{
	const char *auth[] = {"AUTH", address.user, address.password};
	const char *plain[] = {"AUTH", address.password};
	const char *select[] = {"SELECT", address.db};

	if (*address.password != '\0' &&
		!(*address.user == '\0' ? said_ok(c, 2, plain)
					: said_ok(c, 3, auth)))
		return false;
	return strcmp(address.db, "0") == 0 || said_ok(c, 2, select);
}

static redisContext *
connect_now(void)
{
	redisContext *c = redisConnectWithTimeout(
		address.host, address.port, time_of(CONNECT_MS));

	if (c == NULL)
		fatal("redis: out of memory");
	if (c->err == 0 && redisSetTimeout(c, time_of(ANSWER_MS)) == REDIS_OK &&
		greet(c))
		return c;
	redisFree(c);
	return NULL;
}

static void
drop(redisContext **c)
{
	if (*c != NULL)
		redisFree(*c);
	*c = NULL;
}

/* ---- commands ---- */

static struct order *
order_new(const struct redis_command *c, redis_fn *fn, void *context)
{
	struct order *o = calloc(1, sizeof(*o));
	long long n;

	if (o == NULL)
		fatal("redis: out of memory");
	n = redisFormatCommandArgv(&o->bytes, (int)c->count,
		(const char **)(uintptr_t)c->words, c->lens);
	if (n < 0)
		fatal("redis: out of memory");
	o->len = (size_t)n;
	o->fn = fn;
	o->context = context;
	return o;
}

static void
order_free(struct order *o)
{
	redisFreeCommand(o->bytes);
	free(o);
}

static void on_timer(void *context);

static void
arm(int64_t ms)
{
	if (timer == 0)
		timer = net_timer(ms, on_timer, NULL);
}

static void
broke(void)
{
	if (since != 0)
		log_warn("redis_lost",
			log_str("reason", commands == NULL ? "no connection"
							   : commands->errstr));
	since = 0;
	drop(&commands);
	pause_ms = pause_ms == 0 ? FIRST_PAUSE_MS : pause_ms * 2;
	if (pause_ms > LONGEST_PAUSE_MS)
		pause_ms = LONGEST_PAUSE_MS;
	arm(pause_ms);
}

static bool
ready(void)
{
	if (commands != NULL)
		return true;
	commands = connect_now();
	if (commands == NULL) {
		broke();
		return false;
	}
	since = clock_mono_ms();
	pause_ms = 0;
	log_info("redis_connected", log_str("host", address.host));
	return true;
}

/* One order and its answer; what fails stays at the head. */
static bool
hear(struct order *o)
{
	redisReply *r = NULL;

	if (redisGetReply(commands, (void **)&r) != REDIS_OK || r == NULL)
		return false;
	first = o->next;
	if (first == NULL)
		last = &first;
	if (r->type == REDIS_REPLY_ERROR &&
		strncmp(r->str, "BUSYGROUP", 9) != 0)
		log_warn("redis_error", log_str("reason", r->str));
	if (o->fn != NULL)
		o->fn(o->context, (const struct redis_value *)r);
	freeReplyObject(r);
	order_free(o);
	return true;
}

static void
send_all(void)
{
	struct order *o;
	size_t n = 0;

	if (first == NULL || !ready())
		return;
	for (o = first; o != NULL; o = o->next, n++)
		if (redisAppendFormattedCommand(commands, o->bytes, o->len) !=
			REDIS_OK)
			fatal("redis: out of memory");
	/* What an answer adds comes behind these. */
	while (n-- > 0)
		if (!hear(first)) {
			broke();
			return;
		}
	if (first != NULL)
		arm(0);
}

static void
on_timer(void *context)
{
	(void)context;
	timer = 0;
	send_all();
}

void
redis_send(const struct redis_command *c, redis_fn *fn, void *context)
{
	struct order *o = order_new(c, fn, context);

	*last = o;
	last = &o->next;
	arm(0);
}

int64_t
redis_since(void)
{
	return since == 0 ? -1 : clock_mono_ms() - since;
}

/* ---- waiting ---- */

static void
tell(const struct redis_value *v)
{
	redis_fn *fn = waiting_fn;

	waiting_fn = NULL;
	net_untimer(waiting_timer);
	waiting_timer = 0;
	order_free(waiting_order);
	waiting_order = NULL;
	fn(waiting_context, v);
}

static void
stop_waiting(void)
{
	if (waiting != NULL)
		net_watch(waiting->fd, NULL, NULL);
	drop(&waiting);
}

/* There is no answer, or none that comes in time. */
static void
tell_none(void *context)
{
	(void)context;
	waiting_timer = 0;
	stop_waiting();
	if (waiting_fn != NULL)
		tell(NULL);
}

static void
tell_none_in(int64_t ms)
{
	net_untimer(waiting_timer);
	waiting_timer = net_timer(ms, tell_none, NULL);
}

static void
on_answer(void *context)
{
	redisReply *r = NULL;

	(void)context;
	if (redisBufferRead(waiting) != REDIS_OK ||
		redisGetReplyFromReader(waiting, (void **)&r) != REDIS_OK) {
		stop_waiting();
		tell_none_in(FIRST_PAUSE_MS);
		return;
	}
	if (r == NULL)
		return;
	if (waiting_fn != NULL)
		tell((const struct redis_value *)r);
	freeReplyObject(r);
}

static bool
ask(void)
{
	int done = 0;

	if (waiting == NULL) {
		waiting = connect_now();
		if (waiting == NULL)
			return false;
		net_watch(waiting->fd, on_answer, NULL);
	}
	if (redisAppendFormattedCommand(waiting, waiting_order->bytes,
		    waiting_order->len) != REDIS_OK)
		fatal("redis: out of memory");
	while (done == 0)
		if (redisBufferWrite(waiting, &done) != REDIS_OK)
			return false;
	return true;
}

void
redis_wait(const struct redis_command *c, redis_fn *fn, void *context)
{
	if (waiting_fn != NULL)
		fatal("redis: waits twice");
	waiting_order = order_new(c, fn, context);
	waiting_fn = fn;
	waiting_context = context;
	if (ask())
		tell_none_in(LONGEST_WAIT_MS);
	else
		tell_none_in(LONGEST_PAUSE_MS / 2);
}

/* ---- beginning and end ---- */

int
redis_open(const char *url, const char **error_r)
{
	return redis_address_read(url, &address, error_r);
}

void
redis_flush(void)
{
	pause_ms = 0;
	send_all();
}

void
redis_close(void)
{
	struct order *o;

	while ((o = first) != NULL) {
		first = o->next;
		order_free(o);
	}
	last = &first;
	if (waiting_order != NULL)
		order_free(waiting_order);
	waiting_order = NULL;
	waiting_fn = NULL;
	net_untimer(waiting_timer);
	waiting_timer = 0;
	stop_waiting();
	drop(&commands);
	since = 0;
}
