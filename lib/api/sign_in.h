/* sign_in.h: the cookies of a signed-in browser. */
#ifndef SIGN_IN_H
#define SIGN_IN_H

#include "io/http.h"
#include "io/seal.h"
#include "model/user.h"

/* sign_in_cookies: sets the session's JWT and its refresh token. */
void sign_in_cookies(struct req *r, const struct user *u,
	const char *session_id, const char *refresh);

/* sign_in_refresh_token: the refresh token that the browser sent, or NULL. */
const char *sign_in_refresh_token(struct req *r);

/* sign_in_forget: tells the browser to drop both. */
void sign_in_forget(struct req *r);

/*
 * sign_in_wait: seconds until a name may try another password, 0: now. After
 * five wrong ones in a row it has to wait, longer each time; this process
 * remembers. sign_in_tried: what came of a try.
 */
int sign_in_wait(const char *name);
void sign_in_tried(const char *name, bool ok);

#endif
