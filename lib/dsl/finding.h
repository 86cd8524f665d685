/* finding.h: what is wrong with a workflow, and what was mended. */
#ifndef FINDING_H
#define FINDING_H

#include "base/arena.h"
#include "text/value.h"

#include <stdbool.h>
#include <stddef.h>

/* How bad it is; design: E Dify refuses it, R a run surely fails, L the
 * editor breaks or complains, W style. */
enum finding_tier { TIER_E, TIER_R, TIER_L, TIER_W, TIER__MAX };

extern const char *const finding_tier_names[TIER__MAX];

/* A kind of finding: one row of the table in finding.c. */
struct finding_kind {
	const char *code; /* stable, lower case with underscores */
	enum finding_tier tier;
	bool fixable;
	const char *en; /* "%1" ... "%3" stand for the arguments */
	const char *zh;
};

/* The kinds in two tables: what reading, building and mending say, and what
 * the checks of a DSL say. */
extern const struct finding_kind finding_kinds[];
extern const size_t finding_kind_count;
extern const struct finding_kind check_kinds[];
extern const size_t check_kind_count;

/* finding_kind_at: the kinds of both tables by number, NULL past the last. */
const struct finding_kind *finding_kind_at(size_t i);

struct finding {
	const struct finding_kind *kind;
	enum finding_tier tier; /* the kind's, or worse for some targets */
	const char *pointer;    /* JSON Pointer into the DSL or the plan */
	const char *node;       /* node id or "" */
	const char *args[3];    /* texts for the message, NULL where unused */
	const char *allowed;    /* allowed values, comma separated, or NULL */
	struct finding *next;
};

struct findings {
	struct finding *first;
	struct finding *last;
	size_t count[TIER__MAX];
};

/*
 * finding_add: appends a finding of that code (unknown: fatal, a bug). All
 * texts are copied. Returns it, so that the caller may set allowed or tier
 * before anything else is added.
 */
struct finding *finding_add(struct arena *a, struct findings *f,
	const char *code, const char *pointer, const char *node,
	const char *arg1, const char *arg2, const char *arg3);

/* finding_message: the text in "en" or "zh" with the arguments filled in. */
const char *finding_message(
	struct arena *a, const struct finding *f, const char *language);

/* finding_json: {code, tier, pointer, node, message_en, message_zh, allowed?,
 * fixable}. findings_json: an array of them. */
struct value *finding_json(struct arena *a, const struct finding *f);
struct value *findings_json(struct arena *a, const struct findings *f);

/* findings_sort: by tier, order of making kept within one. */
void findings_sort(struct findings *f);

/* One thing that was changed without asking. */
struct repair {
	const char *code;    /* the rule's name */
	const char *pointer; /* where, in the plan or DSL that was read */
	const char *before;  /* texts, "" for nothing */
	const char *after;
	const struct finding *why; /* what was mended; NULL: code says it */
	struct repair *next;
};

struct repairs {
	struct repair *first;
	struct repair *last;
	size_t count;
};

/* repair_add: appends; texts are copied, NULL counts as "". */
void repair_add(struct arena *a, struct repairs *r, const char *code,
	const char *pointer, const char *before, const char *after);

/* repairs_json: an array of {code, pointer, before, after}, and message_en and
 * message_zh where it is known what was mended. */
struct value *repairs_json(struct arena *a, const struct repairs *r);

#endif
