/* job.h: what dify-dsl was asked to do, and one input of it. */
#ifndef DSL_JOB_H
#define DSL_JOB_H

#include "dsl/dsl.h"

enum { EXIT_CLEAN, EXIT_FINDINGS, EXIT_USAGE, EXIT_UNREADABLE };

enum output_form {
	OUTPUT_YAML,
	OUTPUT_JSON,
	OUTPUT_PLAN,
	OUTPUT_FLOW,
	OUTPUT_PAIRS, /* a plan as constrained output writes it */
	OUTPUT__MAX
};

extern const char *const output_form_names[OUTPUT__MAX];

struct options {
	struct dsl_target target;
	bool json;            /* report as JSON, one line a file */
	bool jsonl;           /* inputs are lines {"id", "turn", "answer"} */
	const char *language; /* "en" or "zh" */
	const char *edit;     /* what a model answered, or operations alone */
	const char *folder;   /* where results go; NULL: standard output */
	enum output_form form;
};

/* One text to work on. */
struct input {
	const char *name; /* as it is reported */
	const char *stem; /* of the file that is written */
	const char *text;
	size_t len;
	bool answered; /* false: a line without an answer */
};

/*
 * input_each: calls work for each input of a file, "-" is standard input.
 * Everything of an input is in an arena that is reset after it. Returns the
 * worst exit status, EXIT_UNREADABLE when the file cannot be read.
 */
int input_each(struct arena *a, const struct options *o, const char *path,
	int (*work)(struct arena *a, const struct options *o,
		const struct input *in));

/* input_text: all bytes of a file in a; NULL when it cannot be read, *error_r
 * says why. */
char *input_text(
	struct arena *a, const char *path, size_t *len_r, const char **error_r);

/* report: writes what was found and mended. Returns the exit status. */
int report(struct arena *a, const struct options *o, const struct input *in,
	const struct dsl_result *result);

/* output: writes a DSL or a plan where the options say. Returns 0, or -1 when
 * it cannot be written; the reason went to standard error. */
int output(struct arena *a, const struct options *o, const struct input *in,
	const struct value *v);

/* json_read: the value in a JSON file; NULL, and why, when there is none. */
struct value *json_read(
	struct arena *a, const char *path, const char **error_r);

/* resources_read: the models, knowledge bases and tools of a JSON file, an
 * array of {kind, handle, id, name, provider, mode}. 0, or -1. */
int resources_read(struct arena *a, const char *path,
	struct resources *resources_r, const char **error_r);

#endif
