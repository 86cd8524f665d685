/* client.h: the parts of a Dify client, for the files that make it up. */
#ifndef DIFY_CLIENT_H
#define DIFY_CLIENT_H

#include "dify/dify.h"

enum { DIFY_CALL_MS = 30000 };

struct dify {
	struct arena *arena; /* of the configuration */
	struct dify_config config;
	void (*save)(void *context, const char *session);
	void *context;
	char version[32]; /* "" before the first answer */
	char *workspace;  /* malloc'd, or NULL */
	char *access;     /* the session, malloc'd, or NULL */
	char *refresh;
	char *csrf;
	char *stale; /* an access token that Dify refused, or NULL */
	const struct dify_turn *turn; /* NULL: nobody else signs in */
	bool in_turn;
	bool host_prefix; /* cookies are called __Host-... */
	bool signing_in;
	bool sent_coded; /* the password went as base64 */
	enum { FORM_BY_PROFILE, FORM_PLAIN, FORM_CODED } form;
	char *refused;             /* why the password was refused, malloc'd */
	struct dify_call *waiting; /* for a session */
	struct net_transfer *transfer; /* of the sign-in */
	struct arena *scratch;         /* of the sign-in */
	int calls;                     /* under way */
	bool freed;
};

struct dify_call {
	struct dify *dify;
	struct arena *arena;
	struct dify_request request;
	dify_fn *fn;
	void *context;
	struct net_transfer *transfer;
	struct sse *sse;
	struct arena *scratch; /* of one event */
	char *used_access;     /* the token that it was sent with */
	bool renewed;          /* a 401 was answered with a new session once */
	bool cancelled;
	struct dify_call *next;
};

/* client.c. client_take_session: what save() was given once. */
void client_take_session(struct dify *d, const char *text);

/* client.c. secret_forget: overwrites a secret and frees it. secret_replace:
 * puts n bytes in its place. */
void secret_forget(char **secret);
void secret_replace(char **slot, const char *text, size_t n);

/* session.c. session_ready: whether a console call can be sent now.
 * session_begin: starts to sign in; waiting calls go on when it is over.
 * session_stale: the session that a call used is refused by Dify.
 * session_headers: what a console call carries; the number of headers. */
bool session_ready(const struct dify *d);
void session_begin(struct dify *d);
void session_stale(struct dify *d, const char *used_access);
size_t session_headers(
	const struct dify *d, struct arena *a, struct net_header *out);

/* session_keep.c. session_keep: gives the session to save(),
 * session_keep_refusal why there is none. session_take_turn: what another
 * process was given meanwhile will do, but for the token that Dify refused a
 * moment ago. */
void session_keep(struct dify *d);
void session_keep_refusal(struct dify *d);
void session_take_turn(struct dify *d);

/* call.c. call_send: a call whose session is there. call_end: its end. */
void call_send(struct dify_call *c);
void call_end(struct dify_call *c, const struct dify_answer *answer);

/* call.c. note_version: what every answer of Dify says. */
void note_version(struct dify *d, const struct net_answer *n);

/* answer_read: what an HTTP answer means. */
void answer_read(
	struct arena *a, const struct net_answer *n, struct dify_answer *out);

#endif
