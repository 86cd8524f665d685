/* queue.c: see queue.h. */
#include "worker/queue.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/str.h"
#include "io/conf.h"
#include "io/seal.h"
#include "text/json.h"

#include <stdlib.h>
#include <string.h>

enum { PREFIX_BYTES = 8 };

static char prefix[32];

#define IF_OWNED                                                   \
	"if redis.call('HGET', KEYS[2], 'owner') ~= ARGV[1] then " \
	"return 0 end "
#define FORGET_ENTRY(entry)                                  \
	"redis.call('XACK', KEYS[1], 'workers', " entry ") " \
	"redis.call('XDEL', KEYS[1], " entry ") "
#define SAY_BACK                                                  \
	"redis.call('XADD', KEYS[3], 'MAXLEN', '~', 20000, '*', " \
	"'job', ARGV[2], 'attempt', ARGV[3], 'sealed', ARGV[4]) "

static const char *const scripts[QUEUE_SCRIPT__MAX] = {
	[QUEUE_SEND] =
		"if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end "
		"local e = redis.call('XADD', KEYS[1], '*', 'job', ARGV[1], "
		"'attempt', ARGV[2], 'sealed', ARGV[3]) "
		"redis.call('HSET', KEYS[2], 'attempt', ARGV[2], 'entry', e) "
		"redis.call('EXPIRE', KEYS[2], 86400) return 1",
	[QUEUE_TAKE] =
		"if redis.call('HGET', KEYS[2], 'attempt') ~= ARGV[3] or "
		"redis.call('HEXISTS', KEYS[2], 'done') == 1 "
		"then " FORGET_ENTRY("ARGV[2]") "return 0 end "
						"redis.call('HSET', KEYS[2], "
						"'owner', ARGV[1], "
						"'entry', ARGV[2]) return 1",
	[QUEUE_BEAT] =
		IF_OWNED "redis.call('XCLAIM', KEYS[1], 'workers', ARGV[1], 0, "
			 "ARGV[2], 'JUSTID') return 1",
	[QUEUE_TELL] = IF_OWNED SAY_BACK "return 1",
	[QUEUE_DONE] = IF_OWNED
	"if redis.call('HEXISTS', KEYS[2], 'done') == 1 then "
	"return 1 end "
	"redis.call('HSET', KEYS[2], 'done', ARGV[4]) " SAY_BACK FORGET_ENTRY(
		"ARGV[5]") "return 1",
	[QUEUE_BACK] =
		IF_OWNED "redis.call('HDEL', KEYS[2], 'owner') "
			 "redis.call('XCLAIM', KEYS[1], 'workers', ARGV[1], 0, "
			 "ARGV[2], 'IDLE', 3600000, 'JUSTID') return 1",
	[QUEUE_DROP] = "local e = redis.call('HGET', KEYS[2], 'entry') "
		       "if e then " FORGET_ENTRY(
			       "e") "end "
				    "return redis.call('DEL', KEYS[2])",
};

static void
make_prefix(void)
{
	unsigned char hash[SEAL_HASH_BYTES];
	struct arena *a = arena_new(LIMIT_PATH);
	struct str s;
	size_t i;

	seal_keyed_hash(SEAL_QUEUE, "queue", hash);
	str_init(&s, a, sizeof(prefix));
	str_puts(&s, "studio:");
	for (i = 0; i < PREFIX_BYTES; i++)
		str_printf(&s, "%02x", hash[i]);
	memcpy(prefix, s.s, s.len + 1);
	arena_free(&a);
}

int
queue_open(const char **error_r)
{
	const char *url = conf_text(CONF_QUEUE);

	if (url == NULL)
		return 0;
	if (redis_open(url, error_r) != 0)
		return -1;
	make_prefix();
	return 1;
}

const char *
queue_name(struct arena *a, const char *name)
{
	return arena_printf(a, "%s:%s", prefix, name);
}

const char *
queue_job(struct arena *a, const char *id)
{
	return arena_printf(a, "%s:job:%s", prefix, id);
}

void *
queue_seal(struct arena *a, const char *job, int64_t attempt, struct value *v,
	size_t *n_r)
{
	struct str out;

	value_set_text(a, v, "job", job);
	value_set_int(a, v, "attempt", attempt);
	str_init(&out, a, LIMIT_DOCUMENT * 4);
	jsonx_write(&out, v, 0);
	return seal_close(a, SEAL_QUEUE, out.s, n_r);
}

struct value *
queue_unseal(struct arena *a, const char *job, int64_t attempt,
	const void *bytes, size_t n)
{
	struct jsonx_report report;
	char *text = seal_open(a, SEAL_QUEUE, bytes, n);
	struct value *v = NULL;

	if (text != NULL)
		v = jsonx_read(a, text, strlen(text), 0, &report);
	if (v == NULL || strcmp(value_get_text(v, "job", ""), job) != 0 ||
		value_get_int(v, "attempt", -1) != attempt)
		return NULL;
	return v;
}

bool
queue_entry_read(const struct redis_value *v, struct queue_entry *out)
{
	const struct redis_value *fields = redis_item(v, 1);
	size_t n;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->id = redis_text(redis_item(v, 0), &n);
	for (i = 0; i + 1 < redis_count(fields); i += 2) {
		const char *name = redis_text(redis_item(fields, i), &n);
		const struct redis_value *at = redis_item(fields, i + 1);

		if (strcmp(name, "job") == 0)
			out->job = redis_text(at, &n);
		else if (strcmp(name, "attempt") == 0)
			out->attempt = redis_int(at);
		else if (strcmp(name, "sealed") == 0)
			out->sealed = redis_text(at, &out->len);
	}
	return id_valid(out->job) && out->sealed != NULL;
}

void
queue_script(struct arena *a, struct redis_command *c, enum queue_script script,
	const char *job)
{
	memset(c, 0, sizeof(*c));
	redis_word(c, "EVAL");
	redis_word(c, scripts[script]);
	redis_word(c, "3");
	redis_word(c, queue_name(a, "jobs"));
	redis_word(c, queue_job(a, job));
	redis_word(c, queue_name(a, "back"));
}

void
queue_make_group(void)
{
	struct arena *a = arena_new(LIMIT_PATH);
	struct redis_command c = {.count = 0};

	redis_word(&c, "XGROUP");
	redis_word(&c, "CREATE");
	redis_word(&c, queue_name(a, "jobs"));
	redis_word(&c, "workers");
	redis_word(&c, "0");
	redis_word(&c, "MKSTREAM");
	redis_send(&c, NULL, NULL);
	arena_free(&a);
}
