/* token.h: the short-lived JWT of a signed-in browser (HS256, RFC 7519). */
#ifndef TOKEN_H
#define TOKEN_H

#include "base/arena.h"
#include "base/id.h"

#include <stdint.h>

enum { TOKEN_SECONDS = 900, TOKEN_ROLE_SIZE = 8, TOKEN_NAME_SIZE = 201 };

struct token {
	char user_id[ID_SIZE];
	char session_id[ID_SIZE];
	char role[TOKEN_ROLE_SIZE];
	char name[TOKEN_NAME_SIZE];
	int64_t expires_at; /* seconds */
};

/* token_make: the signed text, good for TOKEN_SECONDS from now (seconds). */
const char *token_make(struct arena *a, const struct token *t, int64_t now);

/*
 * token_read: checks text: the header equals ours byte for byte, the
 * signature, iss, aud, nbf and exp at now (seconds; 30 s of clock skew).
 * Returns 1 and fills *out, or 0.
 */
int token_read(
	struct arena *a, const char *text, int64_t now, struct token *out);

#endif
