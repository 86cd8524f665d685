/* event.h: what happened, in order, for those who watch. */
#ifndef EVENT_H
#define EVENT_H

#include "base/arena.h"

#include <stdint.h>

enum event_kind {
	EVENT_JOB,
	EVENT_RUN,
	EVENT_NODE,
	EVENT_WORKFLOW,
	EVENT_CONNECTION,
	EVENT_UPLOAD,
	EVENT_GENERATE,
	EVENT__MAX
};

extern const char *const event_kind_names[EVENT__MAX];

struct event {
	int64_t id;
	enum event_kind kind;
	const char *data; /* JSON */
};

/* event_add: in the caller's transaction; data is JSON. */
void event_add(enum event_kind kind, const char *data);

/*
 * event_tell: adds an event of a row, if it is there. sql is EVENT_OF, with the
 * kind's name and the JSON that is told, FROM a table WHERE something = ?1. In
 * the caller's transaction.
 */
#define EVENT_OF(kind, json)                                                   \
	"INSERT INTO events (kind, data, created_at) SELECT '" kind "', " json \
	", ?2 "
void event_tell(const char *sql, const char *id);

/* event_after: at most limit events with a larger id, oldest first. */
int event_after(struct arena *a, int64_t id, int limit, struct event **out_r);

/* event_newest: the largest id, 0 without any. event_oldest likewise. */
int64_t event_newest(void);
int64_t event_oldest(void);

/* event_prune: drops what is older than before (ms) but the newest 1,000. */
void event_prune(int64_t before);

#endif
