/* queue.h: generations carried over Redis: names, messages and the scripts
 * that both ends run there.
 *
 * PREFIX:jobs      a stream; the group "workers" reads it. An entry has job,
 *                  attempt and sealed: the parcel of a job (model/parcel.h).
 * PREFIX:job:ID    a hash as long as the job is wanted: attempt, entry, owner
 *                  (the worker that has it) and done (the sealed end).
 * PREFIX:back      a stream of what workers tell: job, attempt and sealed.
 *
 * PREFIX is made of the key that both ends share, so that studios with other
 * keys do not meet. Each message is sealed with that key and names its job and
 * attempt inside; one that was changed or moved is not opened.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "io/redis.h"
#include "text/value.h"

/* queue_open: what STUDIO_QUEUE says. 1 opened, 0 unset, -1 with *error_r. */
int queue_open(const char **error_r);

/* queue_name: PREFIX:name; queue_job: PREFIX:job:ID. */
const char *queue_name(struct arena *a, const char *name);
const char *queue_job(struct arena *a, const char *id);

/* queue_seal: a message for that attempt of that job; v gets two members.
 * queue_unseal: the message, or NULL when it is none for them. */
void *queue_seal(struct arena *a, const char *job, int64_t attempt,
	struct value *v, size_t *n_r);
struct value *queue_unseal(struct arena *a, const char *job, int64_t attempt,
	const void *bytes, size_t n);

/* An entry of a stream; texts point into the answer. */
struct queue_entry {
	const char *id;
	const char *job;
	int64_t attempt;
	const char *sealed;
	size_t len;
};

/* queue_entry_read: false when it is none of ours. */
bool queue_entry_read(const struct redis_value *v, struct queue_entry *out);

/*
 * What is run as one in Redis. KEYS are jobs, the job's hash, back; ARGV in
 * the order of the comments. All but SEND, LOOK and DROP answer 0 when the job
 * is not the owner's any more: then nothing was done.
 */
enum queue_script {
	QUEUE_SEND, /* job attempt sealed: 1, 0 when it is there already */
	QUEUE_TAKE, /* owner entry attempt */
	QUEUE_BEAT, /* owner entry */
	QUEUE_TELL, /* owner job attempt sealed */
	QUEUE_DONE, /* owner job attempt sealed entry */
	QUEUE_BACK, /* owner entry: another worker may have it at once */
	QUEUE_DROP, /* nobody wants it any more */
	QUEUE_SCRIPT__MAX
};

/* queue_script: begins such a command; ARGV are to follow. */
void queue_script(struct arena *a, struct redis_command *c,
	enum queue_script script, const char *job);

/* queue_make_group: the group of the workers, where it is not there. */
void queue_make_group(void);

/* queue_lease_ms: a worker that has not beaten for so long has lost its job. */
enum { QUEUE_LEASE_MS = 10000, QUEUE_BEAT_MS = 1000 };

#endif
