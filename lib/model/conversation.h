/* conversation.h: conversations with chats; their messages are runs. */
#ifndef CONVERSATION_H
#define CONVERSATION_H

#include "base/arena.h"
#include "base/id.h"

#include <stdbool.h>
#include <stdint.h>

struct conversation {
	char id[ID_SIZE];
	const char *workflow_id;
	const char *app_id;  /* the app of Dify that knows it */
	const char *dify_id; /* NULL until Dify has named it */
	const char *title;
	int64_t created_at;
};

/* conversation_add: a new one, called by the beginning of what is said first.
 * In a transaction. */
void conversation_add(
	struct conversation *c, const char *said, const char *user_id);
int conversation_find(
	struct arena *a, const char *id, struct conversation *out);

/* conversation_list: of one workflow, the newest first; after: the last id of
 * the page before. */
int conversation_list(struct arena *a, const char *workflow_id,
	const char *after, int limit, struct conversation **out_r);

/* conversation_set_dify: what Dify calls it; the first name stays. In a
 * transaction. */
void conversation_set_dify(const char *id, const char *dify_id);

/* conversation_busy: whether an answer is under way to another request than
 * the one of that Idempotency-Key (NULL: to any). */
bool conversation_busy(const char *id, const char *key);

#endif
