/* request_key.h: the Idempotency-Key of a request: a repeated one makes nothing
 * new. */
#ifndef REQUEST_KEY_H
#define REQUEST_KEY_H

#include "base/id.h"
#include "io/seal.h"

#include <stdint.h>

/* How long a key is remembered. */
#define REQUEST_KEY_KEPT_MS ((int64_t)24 * 60 * 60 * 1000)

struct request_key {
	const char *user_id; /* or NULL; each user's keys are their own */
	const char *key;     /* NULL: the request has none */
	unsigned char hash[SEAL_HASH_BYTES]; /* of all that was asked */
};

/*
 * request_key_take: inside the caller's transaction, with made the id of what
 * is about to be made. 1: go on (also without a key); 0: the same request was
 * made before, and made is what it made then; -1: the key belongs to another
 * request. Keys older than REQUEST_KEY_KEPT_MS are forgotten.
 */
int request_key_take(const struct request_key *k, char made[static ID_SIZE]);

#endif
