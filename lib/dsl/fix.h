/* fix.h: mends single findings of a DSL; what the fix*.c files share. */
#ifndef FIX_H
#define FIX_H

#include "dsl/catalogue.h"
#include "dsl/dsl.h"

#include <string.h>

/* One DSL that is being mended. */
struct fix {
	struct arena *arena;
	struct value *dsl;
	struct value *nodes; /* NULL when there is no such list */
	struct value *edges;
	int version;
	const struct resources *resources;
	struct repairs *repairs;
	const struct finding *finding; /* the one at hand */
	struct value *node;            /* that it belongs to, NULL for none */
	struct value *at; /* what its pointer names, NULL when it is absent */
	struct value *parent; /* the object or list around it */
	const char *key;      /* the last part of the pointer */
};

/* A mend of one kind of finding; false when there is not exactly one. */
typedef bool fix_rule(struct fix *f);

/* fix_log: notes what was done at the finding's place; texts of values. */
void fix_log(
	struct fix *f, const struct value *before, const struct value *after);

/* fix_put: gives the place of the finding this value, and logs it. True. */
bool fix_put(struct fix *f, struct value *v);
bool fix_put_text(struct fix *f, const char *s);

/* fix_drop: removes what stands there, and logs it. True. */
bool fix_drop(struct fix *f);

/* fix_find: the node of that id, or NULL. */
struct value *fix_find(struct fix *f, const char *id);

/* fix_row: the row of the catalogue for the finding's place, or NULL. */
const struct data_field *fix_row(struct fix *f);

/* fix_default: what a row's field gets when it is made anew; NULL when that
 * would be a guess. */
struct value *fix_default(struct fix *f, const struct data_field *row);

/* fix_exists: whether there is a rule for findings of that code. */
bool fix_exists(const char *code);

/* The rules, by file; see fix.c for what each is for. fix_document.c: */
fix_rule fix_version, fix_kind, fix_name, fix_long_text, fix_halves, fix_remove,
	fix_variable_type, fix_variable_value;
/* fix_graph.c: */
fix_rule fix_id_type, fix_id_shape, fix_end_type, fix_edge_id, fix_handle,
	fix_handle_source, fix_into_start, fix_edge_drawing, fix_wrapper,
	fix_position, fix_viewport;
/* fix_container.c: */
fix_rule fix_container_start, fix_start_outside, fix_child_parent,
	fix_child_mark;
/* fix_field.c: */
fix_rule fix_type_missing, fix_type_unknown, fix_missing, fix_null, fix_type,
	fix_value;
/* fix_value.c: */
fix_rule fix_file_types, fix_loop_count, fix_parallel, fix_prompt_shape,
	fix_url, fix_model, fix_template;

#endif
