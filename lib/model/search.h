/* search.h: finding workflows by their words and by what they use. */
#ifndef SEARCH_H
#define SEARCH_H

#include "base/arena.h"

#include <stdint.h>

/*
 * search_index: takes the words and uses of a workflow's newest DSL into the
 * index, in the place of those before. In a transaction.
 */
void search_index(const char *workflow_id);

/* search_forget: takes a workflow out of the index, before it is deleted. */
void search_forget(const char *workflow_id);

/* search_tidy: leaves nothing in the index's files of what it forgot. In one.
 */
void search_tidy(void);

/* search_catch_up: indexes every workflow that is not in the index. In one. */
void search_catch_up(void);

/* A value in use, and by how many workflows. */
struct use_count {
	const char *value;
	int64_t count;
};

/* search_uses: the values of one kind (uses.h), the most used first. */
int search_uses(struct arena *a, const char *kind, struct use_count **out_r);

#endif
