/* connection.h: the Dify servers, their secrets and what they have. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "base/arena.h"
#include "base/id.h"
#include "dsl/resource.h"

#include <stdbool.h>
#include <stdint.h>

enum connection_auth { AUTH_ADMIN_KEY, AUTH_PASSWORD, AUTH__MAX };
enum connection_state {
	CONNECTION_UP,
	CONNECTION_SLOW,
	CONNECTION_REFUSED,
	CONNECTION_UNKNOWN,
	CONNECTION_STATE__MAX
};

extern const char *const connection_auth_names[AUTH__MAX];
extern const char *const connection_state_names[CONNECTION_STATE__MAX];

struct connection {
	char id[ID_SIZE];
	const char *name;
	const char *base_url; /* without a slash at the end */
	enum connection_auth auth;
	const char *email;
	const char *workspace_id;
	const char *secret_hint;
	const char *ca;     /* PEM, trusted besides the system's; or NULL */
	const char *proxy;  /* NULL: none */
	bool insecure;      /* its certificate is not checked */
	const char *colour; /* a word, or NULL */
	bool generator;     /* it can make workflows itself */
	bool is_default;
	bool is_sandbox;
	bool from_environment;
	enum connection_state state;
	const char *version; /* of Dify, NULL: never seen */
	const char *error;
	const char *error_code; /* why, for the pages to say; NULL: fine */
	int failures;
	int64_t seen_at;
	int64_t checked_at;
	int64_t next_check_at;
	int64_t created_at;
	int64_t updated_at;
};

/* connection_add: inserts c (id and times are set here) with its secret; the
 * first one becomes the default. In a transaction. 1, or 0: name taken. */
int connection_add(struct connection *c, const char *secret);

int connection_find(struct arena *a, const char *id, struct connection *out);
int connection_default(struct arena *a, struct connection *out);
int connection_list(struct arena *a, struct connection **out_r);

/* connection_update: writes all of c; secret NULL keeps the one there. A new
 * address or secret forgets the session. 1, 0: none such, -1: name taken. */
int connection_update(const struct connection *c, const char *secret);
int connection_delete(const char *id);

/* connection_from_environment: the connection that the settings describe is
 * there as they say (added or changed); without settings nothing happens.
 * In a transaction. */
void connection_from_environment(bool sandbox);

/* connection_secret: the clear secret; the caller wipes it. */
char *connection_secret(struct arena *a, const char *id);

/* connection_session, connection_dataset_key: sealed things that the Dify
 * client keeps (JSON text, key); NULL without. The setters need a transaction;
 * text NULL forgets. */
char *connection_session(struct arena *a, const char *id);
void connection_set_session(const char *id, const char *text);
char *connection_dataset_key(struct arena *a, const char *id);
void connection_set_dataset_key(const char *id, const char *text);

/* connection_set_state: what a check found, with an event when it changed. In
 * a transaction. version and error may be NULL (version NULL: keep). */
void connection_set_state(const char *id, enum connection_state state,
	const char *version, const char *error, int64_t next_check_at);

/* connection_set_trouble: the code of its error, or NULL. Before
 * connection_set_state(), which tells. In a transaction. */
void connection_set_trouble(const char *id, const char *code);

/* connection_set_generator: what its version says. In a transaction. */
void connection_set_generator(const char *id, bool generator);

/* connection_set_resources: replaces those of one kind. In a transaction. */
void connection_set_resources(const char *id, enum resource_kind kind,
	const struct resource *items, size_t count);

/* connection_resources: all of them, models first, in Dify's order. */
const struct resources *connection_resources(struct arena *a, const char *id);

#endif
