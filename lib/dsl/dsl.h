/* dsl.h: the workflow language from outside: build, read, check, mend, write.
 */
#ifndef DSL_H
#define DSL_H

#include "dsl/canon.h"
#include "dsl/finding.h"
#include "dsl/resource.h"
#include "text/value.h"

/* For whom a DSL is made or judged. */
struct dsl_target {
	int version; /* of Dify, as dsl_version(): 11601 is 1.16.1 */
	const struct resources
		*resources; /* what that Dify has; NULL: unknown */
	bool as_it_is;      /* dsl_build() mends nothing in what it has read */
	/* Hears of each phase of dsl_build() as it begins: extract, repair,
	 * validate. NULL: nobody does. */
	void (*told)(void *context, const char *phase);
	void *told_context;
};

/* dsl_version: 11601 for "1.16.1"; 0 when the text is no version. */
int dsl_version(const char *text);

/* dsl_format: the version member of a DSL that a Dify of this version writes,
 * "0.6.0" for 11303 (contract.md 1.2). */
const char *dsl_format(int version);

/* The newest Dify that is known here. */
#define DSL_VERSION_NEWEST 11701

/* What became of an answer or a file. */
struct dsl_result {
	struct value *dsl;   /* NULL when nothing could be built or read */
	struct value *plan;  /* what was understood, in the plan's words */
	const char *dialect; /* "plan", "flow", "graph", "dify" */
	struct findings findings;
	struct repairs repairs;
	struct value *assumptions; /* arrays of texts, never NULL */
	struct value *questions;
};

/*
 * dsl_build: turns a model's raw answer into a complete Dify DSL: extract,
 * read in whatever dialect, repair, lower, compile, lay out, validate. Never
 * fails otherwise than by findings: result->dsl is NULL only when no plan was
 * found in the answer (finding answer_no_json and its like say why).
 */
void dsl_build(struct arena *a, const char *answer, size_t len,
	const struct dsl_target *target, struct dsl_result *result);

/* dsl_build_plan: the same for result->plan, whatever its dialect; findings and
 * repairs are added to what is there. */
void dsl_build_plan(struct arena *a, const struct dsl_target *target,
	struct dsl_result *result);

/*
 * dsl_read: reads a DSL file in YAML or JSON (also Dify's export answer
 * {"data": "..."}) and validates it. Unreadable text: dsl is NULL and a
 * finding says where.
 */
void dsl_read(struct arena *a, const char *text, size_t len,
	const struct dsl_target *target, struct dsl_result *result);

/* dsl_read_value: the same for JSON that was read already, and is a part of the
 * DSL from now on; text is what it was read from, NULL: a part of another. */
void dsl_read_value(struct arena *a, struct value *v, const char *text,
	size_t len, const struct dsl_target *target, struct dsl_result *result);

/* dsl_validate: all findings of a DSL for a target, most severe first. */
void dsl_validate(struct arena *a, const struct value *dsl,
	const struct dsl_target *target, struct findings *out);

/* dsl_fix: mends what has exactly one mend, logs it, and validates anew. */
void dsl_fix(struct arena *a, struct dsl_result *result,
	const struct dsl_target *target);

/* dsl_fix_only: the same for findings of that code, at that pointer; NULL is
 * any, and "" none: then only what was wrong with the file that was read, and
 * is not with the DSL, is taken for mended. */
void dsl_fix_only(struct arena *a, struct dsl_result *result,
	const struct dsl_target *target, const char *code, const char *pointer);

/* dsl_name, dsl_mode: what the app member says; "" when it says nothing. */
const char *dsl_name(const struct value *dsl);
const char *dsl_mode(const struct value *dsl);

/* dsl_refused: whether a finding of tier E is among them. */
bool dsl_refused(const struct findings *f);

#endif
