/* http_cache.c: JSON answers that are as good as new while the database is. */
#include "io/db.h"
#include "io/http_req.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 8, LARGEST = 32 << 10 };

/* An answer to a request target; version is the database's before it was made,
 * so a write meanwhile makes it old at once. */
struct slot {
	char *target;
	char *body;
	size_t len;
	int64_t version;
};

static struct slot slots[SLOTS];

static struct slot *
slot_of(const char *target)
{
	uint32_t hash = 2166136261U; /* FNV-1a */
	const char *p;

	for (p = target; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619U;
	return &slots[hash % SLOTS];
}

static bool
is_cached(const struct req *r)
{
	return (r->route->flags & ROUTE_CACHED) != 0 &&
	       http_env(r, "REQUEST_URI") != NULL;
}

bool
http_cache_answer(struct req *r)
{
	const char *target = http_env(r, "REQUEST_URI");
	const struct slot *s;

	if (!is_cached(r))
		return false;
	r->database_version = db_data_version();
	s = slot_of(target);
	if (s->target == NULL || s->version != r->database_version ||
		strcmp(s->target, target) != 0)
		return false;
	http_send(r, 200, "application/json", s->body, s->len);
	return true;
}

void
http_cache_keep(struct req *r)
{
	struct slot *s;

	if (!is_cached(r) || r->status != 200 || r->out.len > LARGEST)
		return;
	s = slot_of(http_env(r, "REQUEST_URI"));
	free(s->target);
	free(s->body);
	s->target = strdup(http_env(r, "REQUEST_URI"));
	s->body = malloc(r->out.len + 1);
	if (s->target == NULL || s->body == NULL) {
		free(s->target);
		s->target = NULL;
		return;
	}
	memcpy(s->body, r->out.s, r->out.len);
	s->len = r->out.len;
	s->version = r->database_version;
}

void
http_cache_clear(void)
{
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		free(slots[i].target);
		free(slots[i].body);
		slots[i].target = slots[i].body = NULL;
	}
}
