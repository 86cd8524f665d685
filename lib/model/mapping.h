/* mapping.h: what was chosen to stand for models, knowledge bases and tools in
 * a Dify that has not the same ones; dsl/need.h says what a mapping is. */
#ifndef MAPPING_H
#define MAPPING_H

#include "base/id.h"
#include "text/value.h"

/*
 * mapping_remember: keeps a mapping for the next time, for what comes from
 * source (NULL: from wherever) and goes to target. Secrets in it are left out:
 * the workflow there has them. In a transaction.
 */
void mapping_remember(
	const char *source, const char *target, const struct value *mapping);

/* mapping_known: a mapping: what is kept for target whatever the source, then
 * what is kept for source (NULL: nothing). */
struct value *mapping_known(
	struct arena *a, const char *source, const char *target);

/* promotion_of: the workflow that a workflow became at a connection: 1 and its
 * id, or 0. promotion_link: id was made out of source. In a transaction. */
int promotion_of(const char *workflow_id, const char *connection_id,
	char out[static ID_SIZE]);
void promotion_link(const char *id, const char *source);

#endif
