/* uses.h: what a DSL makes use of, and its words, for searching. */
#ifndef USES_H
#define USES_H

#include "base/str.h"
#include "text/value.h"

/* What can be asked for; the names are those of the search filters. */
enum uses_kind {
	USES_NODE,    /* a node type */
	USES_MODEL,   /* a model's name */
	USES_TOOL,    /* provider/tool */
	USES_DATASET, /* a dataset id */
	USES_HOST,    /* the host of an http-request, when it is written out */
	USES__MAX
};

extern const char *const uses_kind_names[USES__MAX];

/* uses_each: calls fn for every use of a DSL, the same one maybe again. */
void uses_each(struct arena *a, const struct value *dsl,
	void (*fn)(void *context, enum uses_kind kind, const char *value),
	void *context);

/* uses_words: appends every text of the nodes that a person may remember:
 * titles, descriptions, prompts, code, templates, addresses. */
void uses_words(struct str *out, const struct value *dsl);

#endif
