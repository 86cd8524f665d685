/* profile.h: what differs from one Dify to the next, as data. */
#ifndef DIFY_PROFILE_H
#define DIFY_PROFILE_H

#include <stdbool.h>

enum dify_sign_in {
	SIGN_IN_BEARER,  /* tokens in the body of the login's answer */
	SIGN_IN_COOKIES, /* cookies, and a CSRF header on every call */
	SIGN_IN__MAX
};

extern const char *const dify_sign_in_names[SIGN_IN__MAX];

/* Dify's own maker of workflows (contract.md 2.10). */
enum dify_generator {
	GENERATOR_NONE,
	GENERATOR_WHOLE,  /* answers when all is done */
	GENERATOR_STREAM, /* and can tell its plan before; chooses the mode */
	GENERATOR__MAX
};

/* One row: holds from its version up to the next row (contract.md 1.1). */
struct dify_profile {
	int since; /* 11601: 1.16.1 */
	enum dify_sign_in sign_in;
	bool base64_password;
	bool admin_key;      /* an ADMIN_API_KEY works */
	bool keeps_running;  /* a run goes on when its stream broke */
	bool stores_stopped; /* a stopped run does not say running for ever */
	bool keeps_masked;   /* asterisks sent back stand for the secret */
	const char *dsl;     /* the DSL version that it writes */
	enum dify_generator generator;
};

/*
 * dify_profile: the row that holds for a version ("1.13.3"), the newest one
 * for an unknown (NULL, unreadable or newer) version. Never NULL.
 */
const struct dify_profile *dify_profile(const char *version);

/* dify_version_known: whether the version lies in what the rows were made
 * for; a newer or unreadable one is treated as the newest known. */
bool dify_version_known(const char *version);

/*
 * dify_profile_load: rows out of a JSON file: an array of objects, "since"
 * ("1.17.0") and any other member of a row by its name; what is left out is
 * as in the row that held there. A missing file is fine. Returns 0, or -1
 * with *error_r.
 */
int dify_profile_load(const char *path, const char **error_r);

#endif
