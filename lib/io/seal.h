/* seal.h: secrets at rest, passwords and random tokens; over libsodium. */
#ifndef SEAL_H
#define SEAL_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	SEAL_HASH_BYTES = 32,
	SEAL_TOKEN_SIZE = 44, /* 32 random bytes, base64url, and NUL */
	SEAL_KEY_BYTES = 32
};

/* What a subkey is for; a text sealed for one purpose opens for no other. */
enum seal_purpose {
	SEAL_CONNECTION,
	SEAL_MODEL,
	SEAL_APP_KEY,
	SEAL_DSL,
	SEAL_JWT,
	SEAL_QUEUE,
	SEAL__MAX
};

/*
 * seal_init: the master key from STUDIO_SECRET_KEY or STUDIO_SECRET_KEY_FILE,
 * else from DATA/secret.key, which is made (0600) when make is set. Returns 0,
 * or -1 with *error_r.
 */
int seal_init(bool make, const char **error_r);

/* seal_subkey: the key of a purpose; valid as long as the process. */
const unsigned char *seal_subkey(enum seal_purpose purpose);

/*
 * seal_close: XChaCha20-Poly1305 over a text; nonce in front. The bytes are in
 * a, *n_r of them.
 */
void *seal_close(struct arena *a, enum seal_purpose purpose, const char *text,
	size_t *n_r);

/* seal_open: the text, or NULL when it was not sealed with this key. The
 * caller wipes it with seal_wipe() when done. */
char *seal_open(struct arena *a, enum seal_purpose purpose, const void *sealed,
	size_t n);
void seal_wipe(char *text);

/* seal_hint: "••••" and the characters in the last four bytes; only the dots
 * for a text shorter than twelve. */
const char *seal_hint(struct arena *a, const char *text);

/* seal_token_r: 32 random bytes as base64url. */
void seal_token_r(char out[static SEAL_TOKEN_SIZE]);

/* seal_hash: BLAKE2b-256 of a text, for looking tokens up. */
void seal_hash(const char *text, unsigned char out[static SEAL_HASH_BYTES]);

/* seal_keyed_hash: the same under a purpose's key: equal texts are known again
 * by us alone. */
void seal_keyed_hash(enum seal_purpose purpose, const char *text,
	unsigned char out[static SEAL_HASH_BYTES]);

/* seal_equal: compares n bytes in constant time. */
bool seal_equal(const void *x, const void *y, size_t n);

/* seal_password: the Argon2id string of a password, at the configured cost. */
const char *seal_password(struct arena *a, const char *password);

/* seal_password_ok: whether it is that password; same time for a NULL hash. */
bool seal_password_ok(const char *hash, const char *password);

#endif
