/* version.h: the DSLs that a workflow had. Each text is kept once, in its
 * canonical form (dsl_canon), packed, and without secrets (dsl_secret.h). */
#ifndef VERSION_H
#define VERSION_H

#include "text/value.h"

/* Why a version is there. */
enum version_origin {
	VERSION_CREATED,   /* made by a person, by hand or from a file */
	VERSION_GENERATED, /* written by a model */
	VERSION_EDITED,    /* changed in the studio */
	VERSION_UPLOADED,  /* a file took the place of the one before */
	VERSION_IMPORTED,  /* came out of Dify with its workflow */
	VERSION_FOUND,     /* somebody had changed the app in Dify itself */
	VERSION_ROLLBACK,  /* an old one again */
	VERSION_RESTORED,  /* out of a backup */
	VERSION_SECRETS,   /* secrets were entered */
	VERSION_MAPPED,    /* fitted to what the Dify it goes to has */
	VERSION_PROMOTED,  /* came from the workflow it was promoted from */
	VERSION__MAX
};

extern const char *const version_origin_names[VERSION__MAX];

struct version_new {
	const char *workflow_id;
	/* Its secrets are taken out and kept. Variables whose values Dify
	 * shows as asterisks get what the newest version has for them. */
	struct value *dsl;
	enum version_origin origin;
	int from;            /* of a rollback: the number it brings back; 0 */
	const char *note;    /* in somebody's own words; NULL */
	const char *user_id; /* NULL: the studio itself */
};

struct version {
	int number;
	enum version_origin origin;
	int from;
	const char *note;
	const char *created_by; /* a user's name, or NULL */
	int64_t created_at;
	int64_t bytes;    /* of the text */
	const char *hash; /* 64 hexadecimal digits: equal for equal texts */
};

/*
 * version_add: the next version. 1, or 0 when the newest one says the same
 * already: then nothing is added. *number_r is the newest one's number after
 * it. In a transaction.
 */
int version_add(struct arena *a, const struct version_new *v, int *number_r);

/* version_dsl: the JSON text of a version (0: the newest), or NULL. */
const char *version_dsl(struct arena *a, const char *workflow_id, int number);

/* version_value: the same as a tree of its own, or NULL. */
struct value *version_value(
	struct arena *a, const char *workflow_id, int number);

/* version_list: the thousand newest, newest first. */
int version_list(
	struct arena *a, const char *workflow_id, struct version **out_r);

/*
 * version_catch_up: moves what an earlier Dify Studio kept as plain text; the
 * number of versions moved. Where it is not 0, db_vacuum() after the commit
 * wipes what they said. In a transaction.
 */
int version_catch_up(void);

#endif
