/* found.h: what somebody changed in Dify itself becomes a version here. */
#ifndef FOUND_H
#define FOUND_H

#include "model/workflow_dify.h"
#include "text/value.h"

/* found_workflow: what a version holds of a draft's answer: {"workflow":
 * {graph, features, variables}}. */
struct value *found_workflow(struct arena *a, const struct value *draft);

/* found_is_masked: whether it has secrets that Dify does not show. */
bool found_is_masked(struct arena *a, const struct value *found);

/*
 * found_fill: gives them the values that are in an export (dify_export()'s
 * answer, or NULL), else those that the version in Dify has. Whether one of
 * them is another than that version's.
 */
bool found_fill(struct arena *a, const char *workflow_id, struct value *found,
	const struct value *export);

/* found_differs: whether a draft is otherwise than what is known of it. Its
 * hash goes into hash_r. */
bool found_differs(struct arena *a, const char *workflow_id,
	const struct value *draft, unsigned char *hash_r);

/* found_keep: the version that it becomes; its number. In a transaction. */
int found_keep(struct arena *a, const char *workflow_id,
	const struct value *found, const unsigned char *hash);

/* found_hash_text, found_hash_read: a hash as hexadecimal digits and back;
 * NULL, or a text that is none, gives false. */
const char *found_hash_text(struct arena *a, const unsigned char *hash);
bool found_hash_read(const char *text, unsigned char *hash_r);

#endif
