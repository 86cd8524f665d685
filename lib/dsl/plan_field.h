/* plan_field.h: what a plan says of each step, as data: the rows behind the
 * schema for constrained output and behind its two ways of writing. */
#ifndef PLAN_FIELD_H
#define PLAN_FIELD_H

#include <stdbool.h>

enum plan_kind {
	PLAN_TEXT,
	PLAN_INT,
	PLAN_NUMBER,
	PLAN_BOOL,
	PLAN_WORD,   /* a text out of allowed */
	PLAN_VALUE,  /* text, number, truth value or a list of texts */
	PLAN_OBJECT, /* members, a row each */
	PLAN_LIST,   /* of item */
	PLAN_MAP,    /* free names to item */
	PLAN_EITHER, /* one of the rows in members */
	PLAN_SHAPE,  /* what item says; it has a name of its own */
	PLAN_STEPS,  /* steps one after the other */
	PLAN__MAX
};

/* One member of a step, of a part of it, or of the plan. */
struct plan_field {
	const char *name; /* NULL in an item; ends a list of rows */
	enum plan_kind kind;
	bool needed;
	const char *allowed; /* PLAN_WORD: the words, separated by | */
	const struct plan_field *members;
	const struct plan_field *item;
};

#define PLAN_ROW(row_name, row_kind, ...)                              \
	{                                                              \
		.name = row_name, .kind = PLAN_##row_kind, __VA_ARGS__ \
	}

/* The types of a value that a program or a model hands on. */
#define PLAN_TYPES                                                  \
	"string|number|boolean|object|array[string]|array[number]|" \
	"array[object]|array[boolean]"

extern const struct plan_field plan_fields[];      /* of the plan itself */
extern const struct plan_field plan_step_fields[]; /* of every step */
extern const struct plan_field plan_parallel_fields[];

/* Shapes with names, and items that several types share. */
extern const struct plan_field plan_part;     /* {do, give} */
extern const struct plan_field plan_when;     /* {all: []} or {any: []} */
extern const struct plan_field plan_on_error; /* stop, default or a part */
extern const struct plan_field plan_retry;    /* {times, seconds} */
extern const struct plan_field plan_texts;    /* names to texts */
extern const struct plan_field plan_types;    /* names to types */
extern const struct plan_field plan_values;   /* names to values */
extern const struct plan_field plan_text;     /* an item */
extern const struct plan_field plan_output;   /* an item: {name, from} */

#endif
