/* courier_tell.h: what courier.c and courier_tell.c share. */
#ifndef COURIER_TELL_H
#define COURIER_TELL_H

#include "base/id.h"
#include "io/metrics.h"
#include "io/redis.h"
#include "text/value.h"

/* A job that this worker has of Redis. */
struct carried {
	struct carried *next;
	struct arena *arena;
	char job[ID_SIZE];
	int64_t attempt;
	const char *entry;    /* of the stream */
	struct value *parcel; /* until it is in the database */
	bool refused;
	char *progress; /* that was told last */
};

/* courier_find: NULL when it is not here. courier_drop: forgets it.
 * courier_lost: it is somebody else's, or nobody's. */
struct carried *courier_find(const char *job);
void courier_drop(struct carried *c);
void courier_lost(struct carried *c);

/* courier_owned: takes the answer of a script and a job's id from malloc(); 0
 * is the loss of the job. */
void courier_owned(void *context, const struct redis_value *v);

/* courier_tell: tells Redis what is new in the database; after each commit.
 * courier_count: for metrics_divert(). */
void courier_tell(void);
void courier_count(enum metric m, const char *const *labels, size_t count,
	uint64_t n, double seconds);

#endif
