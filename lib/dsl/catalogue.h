/* catalogue.h: every node type of Dify as data; lib/dsl/types/ holds the rows.
 */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "base/arena.h"
#include "text/value.h"

#include <stdbool.h>
#include <stddef.h>

/* What a data field holds. */
enum data_kind {
	DATA_ANY,      /* anything, never looked at */
	DATA_TEXT,     /* plain text */
	DATA_TEMPLATE, /* text with {{#node.var#}} */
	DATA_JINJA,    /* a Jinja2 template over the node's own variables */
	DATA_CODE,     /* a program over the node's own variables */
	DATA_INT,
	DATA_NUMBER,
	DATA_BOOL,
	DATA_ENUM,     /* a text out of allowed */
	DATA_LITERAL,  /* text, number, truth value or list of texts */
	DATA_SELECTOR, /* ["node", "var", ...] */
	DATA_OBJECT,   /* members, a row each */
	DATA_LIST,     /* of item */
	DATA_EITHER,   /* a list of item, or an object with members */
	DATA_MAP,      /* free names to item */
	DATA__MAX
};

extern const char *const data_kind_names[DATA__MAX];

enum {
	DATA_REQUIRED = 1 << 0,  /* the server refuses its absence */
	DATA_NULLABLE = 1 << 1,  /* null is as good as absent */
	DATA_EDITOR = 1 << 2,    /* the editor reads it unguarded */
	DATA_CHECKLIST = 1 << 3, /* the editor wants it there and not empty */
	DATA_NOT_EMPTY = 1 << 4, /* an empty one surely fails at run */
	DATA_SOFT = 1 << 5,      /* its content is no matter of the server */
	DATA_WRITES = 1 << 6,    /* a selector that is written, not read */
	DATA_STRICT = 1 << 7,    /* reading an absent variable fails the run */
	DATA_OR_TEXT = 1 << 8,   /* a text is as good, whatever the kind */
	DATA_FALSY = 1 << 9      /* what Python takes for nothing is, too */
};

/*
 * One member of a node's data. A name may have several rows whose version
 * ranges do not overlap; since and until are Dify versions as dsl_version()
 * writes them, 0 leaves that side open, until is the first version that no
 * longer has the row.
 */
struct data_field {
	const char *name; /* NULL in an item, and ends a list of rows */
	enum data_kind kind;
	unsigned flags;
	const char *allowed;  /* enum: the values, separated by | */
	const char *fallback; /* what a new node gets, as JSON; NULL: nothing */
	const struct data_field *members; /* DATA_OBJECT */
	const struct data_field *item;    /* DATA_LIST, DATA_MAP */
	int since;
	int until;
};

/* What a node hands on. */
struct output {
	const char *name; /* NULL ends a list */
	const char *type; /* Dify's: string, number, array[object], any ... */
	int since;
};

/* Where the rest of the outputs comes from. */
enum output_rule {
	OUTPUTS_FIXED,
	OUTPUTS_START,      /* data.variables */
	OUTPUTS_CODE,       /* the names of data.outputs */
	OUTPUTS_LLM,        /* structured_output when it is enabled */
	OUTPUTS_PARAMETERS, /* data.parameters of an extractor */
	OUTPUTS_LOOP,       /* data.loop_variables by label */
	OUTPUTS_ITERATION,  /* output: an array of what output_selector names */
	OUTPUTS_GROUPS,     /* data.advanced_settings.groups, else output */
	OUTPUTS_FORM,       /* data.inputs of a human-input */
	OUTPUTS_WEBHOOK,    /* data.headers, params and body */
	OUTPUTS_ASSIGNED,   /* nothing of its own; writes variables */
	OUTPUTS_SCHEMA,     /* data.output_schema.properties */
	OUTPUTS_FREE        /* cannot be known; every name is taken */
};

/* Which source handles a node has. */
enum handle_rule {
	HANDLES_SOURCE,  /* "source" alone */
	HANDLES_NONE,    /* nothing may follow */
	HANDLES_CASES,   /* each case_id and "false" */
	HANDLES_CLASSES, /* each class id */
	HANDLES_ACTIONS  /* each action id and "__timeout" */
};

enum { MODE_WORKFLOW = 1, MODE_CHAT = 2, MODE_PIPELINE = 4, MODE_FLOWS = 3 };

enum {
	NODE_START = 1 << 0,       /* a root of the graph */
	NODE_TRIGGER = 1 << 1,     /* a root that an event starts */
	NODE_CONTAINER = 1 << 2,   /* holds children */
	NODE_CHILD_START = 1 << 3, /* the first node inside a container */
	NODE_TERMINAL = 1 << 4,    /* counts as an output of the run */
	NODE_FAIL_BRANCH = 1 << 5, /* the editor offers error handling */
	NODE_RETRY = 1 << 6,       /* the editor offers retries */
	NODE_NEVER_MADE = 1 << 7,  /* read and kept, but not generated */
	NODE_EDITOR_ONLY = 1 << 8, /* the server knows nothing of it */
	NODE_SANDBOX = 1 << 9      /* runs in the code sandbox */
};

/* A name and what it stands for; {NULL, NULL} ends a list. */
struct alias {
	const char *from;
	const char *to;
};

struct plan_field; /* plan_field.h */

struct node_type {
	const char *name;           /* data.type */
	const char *const *aliases; /* other spellings, NULL at the end */
	const char *title;          /* of a new node */
	const char *purpose;        /* one line for a prompt or a help text */
	const char *wrapper; /* node.type: custom, custom-loop-start ... */
	unsigned modes;
	unsigned traits;
	int since;
	int until;
	const struct data_field
		*fields; /* what is its own; see common_fields */
	const struct output *outputs;
	enum output_rule output_rule;
	const char *main_output; /* what a bare reference to the node means */
	enum handle_rule handles;
	const char *container; /* child starts: the type that they start */

	/* The plan's side. Wrong names of outputs that models use, or NULL;
	 * what a model is told of the type, NULL: a plan cannot name it. */
	const struct alias *output_aliases;
	const char *prompt;
	const char *words; /* |-separated, zh and en, of requests that may
			    * want it; "*": every request does */
	const struct plan_field *plan; /* its own members in a plan */
};

/* All types in a fixed order. */
extern const struct node_type *const node_types[];
extern const size_t node_type_count;

/* common_fields: the rows that every node's data has. */
extern const struct data_field common_fields[];

/* node_type_find: the type of exactly that data.type, or NULL. */
const struct node_type *node_type_find(const char *name);

/*
 * node_type_guess: like node_type_find(), but takes other spellings as well:
 * capitals, underscores and blanks for hyphens, and the aliases.
 */
const struct node_type *node_type_guess(const char *name);

/* node_type_word: what a plan calls a type that it can name: "break" for
 * loop-end, else the name. */
const char *node_type_word(struct arena *a, const struct node_type *type);

/* in_versions: whether version lies in [since, until); 0 leaves open. */
bool in_versions(int version, int since, int until);

/* node_type_in: whether a Dify of that version has the type. */
bool node_type_in(const struct node_type *type, int version);

/* field_find: the row of that name that counts at version, or NULL. */
const struct data_field *field_find(
	const struct data_field *fields, const char *name, int version);

/* node_field: the type's own row, else the common one, else NULL. */
const struct data_field *node_field(
	const struct node_type *type, const char *name, int version);

/*
 * node_rows: the rows that a node with this data is read by: the type's own,
 * but for an assigner of version 1 (contract.md 5.6).
 */
const struct data_field *node_rows(
	const struct node_type *type, const struct value *data, int version);

/* list_has: whether text (NULL allowed) is one of the |-separated words of
 * list. */
bool list_has(const char *list, const char *text);

/*
 * node_data_new: the data of a new node: type, title, desc and every field
 * with a fallback, in the order of the rows.
 */
struct value *node_data_new(
	struct arena *a, const struct node_type *type, int version);

/* node_output_type: the type of an output of a node with this data, "any"
 * when it cannot be told, NULL when the node has no such output. */
const char *node_output_type(struct arena *a, const struct value *data,
	const char *name, int version);

/* node_outputs: all of them, as an object {name: type}. */
struct value *node_outputs(
	struct arena *a, const struct value *data, int version);

/* node_handles: the source handles of a node with this data, an array of
 * texts in the order in which the editor shows them. */
struct value *node_handles(struct arena *a, const struct value *data);

/* input_type: the type of the value that a start variable of that form type
 * (text-input, select, file-list ...) holds; NULL when there is no such. */
const char *input_type(const char *form_type);

#endif
