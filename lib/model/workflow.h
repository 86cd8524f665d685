/* workflow.h: the workflows that are kept here, and their tags. */
#ifndef WORKFLOW_H
#define WORKFLOW_H

#include "base/arena.h"
#include "base/id.h"
#include "dsl/uses.h"
#include "model/version.h"

#include <stddef.h>
#include <stdint.h>

/* Run states are Dify's words; the others are ours. */
enum workflow_status {
	STATUS_DRAFT, /* not in Dify */
	STATUS_DEPLOYING,
	STATUS_DEPLOYED, /* in Dify, never run from here */
	STATUS_RUNNING,
	STATUS_SUCCEEDED,
	STATUS_FAILED,
	STATUS_STOPPED,
	STATUS_PARTIAL,
	STATUS_PAUSED,
	STATUS_UNKNOWN, /* Dify could not be asked */
	STATUS__MAX
};

extern const char *const workflow_status_names[STATUS__MAX];

struct workflow {
	char id[ID_SIZE];
	const char *name;
	const char *description;
	const char *mode;
	const char *connection_id; /* NULL: none */
	const char *dify_app_id;   /* NULL: not deployed */
	enum workflow_status last_status;
	int64_t last_status_at;
	const char *last_run_id;
	const char *prompt;
	int64_t created_at;
	int64_t updated_at;
	int version;      /* number of the newest DSL */
	int dify_version; /* of the one that is in Dify; 0: not known */
	int found; /* the newest one, when it was found in Dify and nobody has
		      said yet that it is to stay; else 0 */
	bool scratch; /* of a test run: in no list, and gone after it */
	const char **tags;
	size_t ntags;
};

/* workflow_add: inserts w (id, times and version are set here) with its tags
 * and its first DSL, whose secrets are taken out. In the caller's transaction.
 */
void workflow_add(struct workflow *w, struct value *dsl,
	enum version_origin origin, const char *user_id);

/* workflow_scratch_left: ids of the scratch workflows that no open job is
 * about, at most 20 at *ids_r; their number. */
int workflow_scratch_left(struct arena *a, const char ***ids_r);

/* workflow_find: 1 and *out, or 0. */
int workflow_find(struct arena *a, const char *id, struct workflow *out);

struct workflow_filter {
	const char *text; /* words in names, texts and DSLs; NULL: any */
	const char *uses[USES__MAX]; /* what they use, by kind; NULL: any */
	const char *tag;             /* NULL: any */
	const char *after;           /* id of the last row of the page before */
	int limit;
};

/* workflow_list: most recently changed first; the number of rows. */
int workflow_list(struct arena *a, const struct workflow_filter *f,
	struct workflow **out_r);

/* workflow_tag_counts: every tag in use and how often, by name. */
struct tag_count {
	const char *tag;
	int64_t count;
};
int workflow_tag_counts(struct arena *a, struct tag_count **out_r);

/* workflow_update: name and description (NULL: keep), tags (NULL: keep). In the
 * caller's transaction. 1, or 0 when there is no such workflow. */
int workflow_update(const char *id, const char *name, const char *description,
	const char *const *tags, size_t ntags);

/* workflow_delete: with versions and runs. 1 or 0. In a transaction. */
int workflow_delete(const char *id);

/* workflow_set_status: and an event. In a transaction. run_id NULL: keep. */
void workflow_set_status(
	const char *id, enum workflow_status status, const char *run_id);

/* workflow_tell: an event that it changed. In a transaction. */
void workflow_tell(const char *id);

/* workflow_set_app: what a deploy made: connection, app id, API key (sealed
 * here; NULL keeps the one there). In a transaction. */
void workflow_set_app(const char *id, const char *connection_id,
	const char *app_id, const char *app_key);

/* workflow_of_app: whether an app of that Dify (by this connection, or another
 * one to the same address) is kept here: 1 and the workflow's id, or 0. */
int workflow_of_app(
	const char *connection_id, const char *app_id, char id[static ID_SIZE]);

/* workflow_app_key: the clear API key, or NULL; the caller wipes it. */
char *workflow_app_key(struct arena *a, const char *id);

#endif
