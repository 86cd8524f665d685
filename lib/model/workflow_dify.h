/* workflow_dify.h: what is known of a workflow's app in Dify. */
#ifndef WORKFLOW_DIFY_H
#define WORKFLOW_DIFY_H

#include "io/seal.h"
#include "text/value.h"

struct workflow_dify {
	int version;                         /* that is in Dify; 0: not known */
	bool known;                          /* whether seen is set */
	unsigned char seen[SEAL_HASH_BYTES]; /* workflow_dify_hash() */
	int64_t updated_at; /* of the app as Dify says, s; 0: not known */
	int64_t draft_at;   /* likewise of its draft, when last compared */
};

/* workflow_dify_hash: what is known of a draft again: the keyed hash of its
 * dsl_essence(). */
void workflow_dify_hash(
	struct arena *a, const struct value *essence, unsigned char *hash_r);

/* workflow_dify: 1 and *out, or 0 without such a workflow. */
int workflow_dify(const char *id, struct workflow_dify *out);

/* workflow_set_dify: which version is in Dify, and what its draft is like (a
 * hash, or NULL). In a transaction. */
void workflow_set_dify(const char *id, int version, const unsigned char *seen);

/* workflow_set_dify_read: that its draft was read just now. In a transaction.
 */
void workflow_set_dify_read(const char *id);

/* workflow_set_dify_draft: when the draft was saved that was just compared, as
 * Dify says (s). In a transaction. */
void workflow_set_dify_draft(const char *id, int64_t draft_at);

/* When an app of a connection was changed last, as Dify says (s). */
struct workflow_dify_time {
	const char *app_id;
	int64_t updated_at;
};

/* workflow_dify_news: whether any of n rows is newer than what is known of a
 * workflow. workflow_dify_changed: notes one of them; the draft of a newer one
 * counts as unread. In a transaction. */
bool workflow_dify_news(const char *connection_id,
	const struct workflow_dify_time *rows, size_t n);
void workflow_dify_changed(
	const char *connection_id, const struct workflow_dify_time *row);

/*
 * workflow_dify_unread: the workflow of a connection whose draft is unread, or
 * was read longest ago and before then (ms); 1, its id and its app's, or 0.
 * workflow_dify_any: whether the connection has workflows at all.
 */
int workflow_dify_unread(struct arena *a, const char *connection_id,
	int64_t then, char *id_r, const char **app_id_r);
bool workflow_dify_any(const char *connection_id);

/* workflow_found_seen: somebody has seen what was found in Dify, up to that
 * version. In a transaction. */
void workflow_found_seen(const char *id, int version);

#endif
