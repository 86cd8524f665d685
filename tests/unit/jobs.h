/* jobs.h: jobs in the database of folder.h, made and claimed. */
#ifndef JOBS_H
#define JOBS_H

#include "folder.h"

#include "model/job.h"

enum { ALL_KINDS = (1 << JOB_KIND__MAX) - 1 };

static char last[ID_SIZE];

/* added: the id of a new job, which is in last as well. */
static inline const char *
added(enum job_kind kind)
{
	struct job_new n = {.kind = kind, .payload = "{\"a\":1}"};

	IN_TRANSACTION(assert_int_equal(job_add(&n, last), 1));
	return arena_strdup(arena, last);
}

/* found: the job of an id, which has to be there. */
static inline struct job
found(const char *id)
{
	struct job j;

	assert_int_equal(job_find(arena, id, &j), 1);
	return j;
}

/* claim: as job_take() of the first one that is next, of the kinds whose bits
 * are set; 0 when none is. */
static inline int
claim(const char *owner, unsigned kinds, struct job *out)
{
	int room[JOB_KIND__MAX];
	const char **ids;
	bool more;
	int k;

	for (k = 0; k < JOB_KIND__MAX; k++)
		room[k] = (kinds & (1U << k)) != 0;
	if (job_pick(arena, room, JOB_LOOK_ALL, &ids, &more) == 0)
		return 0;
	return job_take(arena, owner, ids[0], out);
}

/* claimed: the same of any kind; there has to be one. */
static inline struct job
claimed(const char *owner)
{
	struct job j;

	assert_int_equal(claim(owner, ALL_KINDS, &j), 1);
	return j;
}

#endif
