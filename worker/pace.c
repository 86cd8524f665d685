/* pace.c: see pace.h. */
#include "worker/pace.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/id.h"
#include "io/conf.h"

#include <stdlib.h>
#include <string.h>

struct pace {
	struct pace *next;
	char id[ID_SIZE];
	int64_t free_at; /* monotonic ms */
};

static struct pace *paces;

static struct pace *
find(const char *id)
{
	struct pace *p = paces;

	while (p != NULL && strcmp(p->id, id) != 0)
		p = p->next;
	if (p != NULL)
		return p;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		fatal("pace: out of memory");
	memcpy(p->id, id, ID_SIZE);
	p->next = paces;
	paces = p;
	return p;
}

int64_t
pace_slot(const char *connection_id)
{
	struct pace *p = find(connection_id);
	int64_t now = clock_mono_ms();
	int64_t at = p->free_at > now ? p->free_at : now;

	p->free_at = at + 1000 / conf_int(CONF_DIFY_POLL_RATE);
	return at - now;
}

int64_t
pace_rest(int64_t ms, int64_t retry_after_ms)
{
	return ms < retry_after_ms ? retry_after_ms : ms;
}

void
pace_release(void)
{
	struct pace *p;

	while ((p = paces) != NULL) {
		paces = p->next;
		free(p);
	}
}
