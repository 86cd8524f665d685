/* search.h: finding workflows by their words and by what they use. */
#ifndef SEARCH_H
#define SEARCH_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The index follows the workflows a little later: what changes one says so,
 * and whoever searches, or the worker when nobody does, takes in first what is
 * due.
 */

/* search_index: the words and uses of a workflow's newest DSL are due, in the
 * place of those before. In a transaction. */
void search_index(const char *workflow_id);

/* search_missing: so are those of every workflow that is not in the index. In
 * one. */
void search_missing(void);

/* search_is_due: whether something is due. */
bool search_is_due(void);

/* search_some: takes in what is due, of at most so many workflows. In one. */
void search_some(int most);

/* search_catch_up: takes in all that is due; in transactions of its own. While
 * another process holds the lock for long, the search does without. */
void search_catch_up(void);

/* search_forget: takes a workflow out of the index, before it is deleted. */
void search_forget(const char *workflow_id);

/* search_tidy: leaves nothing in the index's files of what it forgot. In one.
 */
void search_tidy(void);

/* A value in use, and by how many workflows. */
struct use_count {
	const char *value;
	int64_t count;
};

/* search_uses: the values of one kind (uses.h), the most used first. */
int search_uses(struct arena *a, const char *kind, struct use_count **out_r);

#endif
