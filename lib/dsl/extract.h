/* extract.h: the workflow inside of what a model answered. */
#ifndef EXTRACT_H
#define EXTRACT_H

#include "dsl/finding.h"

#include <stdbool.h>

/* The forms in which a workflow may come. */
enum dialect {
	DIALECT_NONE,
	DIALECT_PLAN,  /* steps that nest (plan.md) */
	DIALECT_FLOW,  /* nodes that carry their own routes */
	DIALECT_GRAPH, /* lists of nodes and of edges */
	DIALECT_DIFY,  /* a Dify DSL */
	DIALECT__MAX
};

extern const char *const dialect_names[DIALECT__MAX];

/* dialect_of: what form the value has. */
enum dialect dialect_of(const struct value *v);

/*
 * extract_answer: the workflow in a raw answer: reasoning, prose, fences and
 * tags are passed over; of several candidates the last good one counts; JSON
 * is read tolerantly, YAML too. What was forgiven is a repair. NULL when
 * there is none; a finding says why.
 */
struct value *extract_answer(struct arena *a, const char *answer, size_t len,
	struct findings *findings, struct repairs *repairs);

/* What extract_with() looks for: the wanted value in or below v, else NULL. */
typedef struct value *extract_fn(struct arena *a, struct value *v);

/* extract_with: the same for whatever unwrap() finds; wanted is what the
 * finding says is missing. */
struct value *extract_with(struct arena *a, const char *answer, size_t len,
	extract_fn *unwrap, const char *wanted, struct findings *findings,
	struct repairs *repairs);

#endif
