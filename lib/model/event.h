/* event.h: what happened, in order, for those who watch. */
#ifndef EVENT_H
#define EVENT_H

#include "base/arena.h"

#include <stdbool.h>
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
 * event_add_row: adds the JSON that is the one column of a bound statement's
 * first row; without a row nothing happens, and it returns false. In the
 * caller's transaction.
 */
struct db_stmt;
bool event_add_row(enum event_kind kind, struct db_stmt *s);

/* event_after: at most limit events with a larger id, oldest first. */
int event_after(struct arena *a, int64_t id, int limit, struct event **out_r);

/* event_newest: the largest id, 0 without any. event_oldest likewise. */
int64_t event_newest(void);
int64_t event_oldest(void);

/* event_prune: drops what is older than before (ms) but the newest 1,000. */
void event_prune(int64_t before);

#endif
