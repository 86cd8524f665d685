/* dify.h: a Dify server as one sees it: who we are there, and calls to it. */
#ifndef DIFY_H
#define DIFY_H

#include "dify/profile.h"
#include "io/net.h"
#include "text/value.h"

/* What came of a call. */
enum dify_end {
	DIFY_OK,          /* 2xx */
	DIFY_FAILED,      /* Dify said no; message tells why */
	DIFY_AUTH,        /* it does not let us in */
	DIFY_BUSY,        /* 429 or 5xx: another try may do */
	DIFY_UNREACHABLE, /* nothing was sent */
	DIFY_LOST,        /* sent, but no whole answer came: nobody knows */
	DIFY_CANCELLED,
	DIFY__MAX
};

extern const char *const dify_end_names[DIFY__MAX];

struct dify_answer {
	enum dify_end end;
	int status;               /* HTTP, 0: none */
	const struct value *body; /* NULL when it is no JSON */
	const char *code;         /* Dify's, "" without */
	const char *message;      /* for people, never HTML; NULL when fine */
	const char *trouble;      /* what a second try may mend, by a stable
				     code ("dify_slow"); NULL: nothing such */
	int64_t retry_after_ms;   /* -1: not told; at most 300 s */
	struct arena *arena;      /* where all this lives */
};

/* The answer, and what it points to, is valid during the call of fn. */
typedef void dify_fn(void *context, const struct dify_answer *answer);

struct dify_request {
	const char *method;
	const char *path; /* behind /console/api, or behind /v1 with a key */
	const char *key;  /* an app's or dataset's key; NULL: the console; "":
			     none, what anybody may ask for behind /api */
	const char *body; /* JSON text, or NULL; copied */
	int total_ms;     /* 0: 30 s; -1: no limit (streams) */
	int idle_ms;      /* 0: no limit */
	bool once;        /* must not be sent twice */
	/* An event of a stream: its name (of the JSON, or "ping") and JSON. Of
	 * "text_chunk" nothing is told. */
	void (*on_event)(
		void *context, const char *event, const struct value *v);
	const char *file_path; /* multipart; copied, as all below */
	const char *file_name;
	const char *file_type;
	const struct net_header *parts;
	size_t nparts;
};

struct dify;
struct dify_call;

/* dify_trouble: why an answer is not DIFY_OK, by a stable code: that of
 * trouble, else "dify_auth" or "dify_refused". NULL for DIFY_OK. */
const char *dify_trouble(const struct dify_answer *answer);

/* Where it is and how to get in. Texts are copied. */
struct dify_config {
	const char *base_url;
	bool admin_key; /* secret is an ADMIN_API_KEY, else a password */
	const char *email;
	const char *secret;
	const char *workspace_id; /* NULL: the first one */
	const char *version;      /* seen last, or NULL */
	const char *session;      /* what save() was given last, or NULL */
	struct net_way way;
};

/*
 * dify_new: a client. save is called whenever the session changes, with JSON
 * text to keep under seal (NULL: forget it). dify_free() sets *d to NULL; calls
 * in flight go on to their end first. Any number of calls may be under way;
 * signing in and renewing a session happens once for all that wait.
 */
struct dify *dify_new(const struct dify_config *config,
	void (*save)(void *context, const char *session), void *context);
void dify_free(struct dify **d);

/*
 * What several processes that use one account share, with the context of
 * dify_new(). take: the turn to sign in; false: another process has it, and
 * this is called again soon. session: what was given to save() last, by
 * whichever process, in a; NULL: nothing. give: ends the turn; what save() got
 * before must be there for the next one.
 */
struct dify_turn {
	bool (*take)(void *context);
	char *(*session)(void *context, struct arena *a);
	void (*give)(void *context);
};

/* dify_share: signs in by turns; turn must live as long as d. */
void dify_share(struct dify *d, const struct dify_turn *turn);

/* dify_version: as Dify's answers say, NULL before the first one. */
const char *dify_version(const struct dify *d);
const struct dify_profile *dify_profile_of(const struct dify *d);
const char *dify_workspace(const struct dify *d);

/*
 * dify_forgive: a password that was refused is not tried again until this is
 * called (wrong tries lock the account, contract.md 2.3).
 */
void dify_forgive(struct dify *d);

/* dify_send: makes the call. fn comes exactly once, from the loop. */
struct dify_call *dify_send(struct dify *d, const struct dify_request *request,
	dify_fn *fn, void *context);
void dify_cancel(struct dify_call *call);

/* dify_is_brief: whether a call in flight is one that Dify answers at once: no
 * stream, no file, no time limit of many minutes. */
bool dify_is_brief(const struct dify_call *call);

/*
 * dify_message: one English sentence out of any of Dify's error bodies
 * (contract.md 2.11); code_r gets its code or "". body may be NULL.
 */
const char *dify_message(struct arena *a, int status, const struct value *body,
	const char **code_r);

/* dify_gone: whether Dify says that there is no such thing: a 404 with a code
 * of its own (contract.md 2.11), not the page of a proxy that has no Dify. */
bool dify_gone(const struct dify_answer *answer);

#endif
