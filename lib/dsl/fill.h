/* fill.h: the fields of a step, in whatever words a model found for them,
 * become the data of a Dify node. */
#ifndef FILL_H
#define FILL_H

#include "dsl/ref.h"

/* One step whose node is being filled. */
struct fill {
	struct arena *a;
	struct flow *flow;
	struct reader reader;
	const struct value *fields; /* as they were written */
	struct flow_node *node;     /* its data is filled */
	/* Nodes that must run before, first to last, made on the way. */
	struct flow_node *before[32];
	size_t before_count;
};

/* What a plan calls a type and how its node is filled. */
struct filler {
	const char *type; /* NULL ends the table */
	void (*fill)(struct fill *f);
};

extern const struct filler fillers[];

/* fill_node: fills the node of a step by its type. Members of the field "dify"
 * are data in Dify's own words; with a type among them they are all of it. */
void fill_node(struct fill *f);

/* fill_dify: sets the members of the field "dify". */
void fill_dify(struct fill *f);

/* fill_llm and the others: one node type each. */
void fill_llm(struct fill *f);
void fill_classifier(struct fill *f);
void fill_extractor(struct fill *f);
void fill_code(struct fill *f);
void fill_template(struct fill *f);
void fill_http(struct fill *f);
void fill_knowledge(struct fill *f);
void fill_document(struct fill *f);
void fill_list(struct fill *f);
void fill_tool(struct fill *f);
void fill_assigner(struct fill *f);
void fill_answer(struct fill *f);
void fill_end(struct fill *f);
void fill_cases(struct fill *f);
void fill_human(struct fill *f);

/* fill_field: the first member that has one of the |-separated names. */
const struct value *fill_field(const struct fill *f, const char *names);

/* fill_get: the same on any object. */
const struct value *fill_get(const struct value *object, const char *names);

/* fill_plain: a scalar or a list of texts as text; NULL for anything else. */
const char *fill_plain(struct arena *a, const struct value *v);

/* fill_text: a text with its references as Dify writes them; "" for NULL. */
const char *fill_text(struct fill *f, const struct value *v);

/*
 * fill_selector: the selector that v means: a reference as text, a Dify
 * selector, or the pair [variable, node]. A text with references inside, or
 * none, is carried by a node that runs before. An empty array when v means
 * nothing; a finding names the field then.
 */
struct value *fill_selector(
	struct fill *f, const struct value *v, const char *field);

/* fill_reference: like fill_selector(), but NULL when v is no reference. */
struct value *fill_reference(struct fill *f, const struct value *v);

/* fill_carrier: a new node before this one that makes a text; its selector. */
struct value *fill_carrier(struct fill *f, const char *text, const char *base);

/* fill_pairs: a map, or a list of {name, value} or [name, value], as an
 * object; NULL when v is neither. */
struct value *fill_pairs(struct arena *a, const struct value *v);

/* fill_int: a number out of a number or a text, other when there is none. */
int64_t fill_int(const struct value *v, int64_t other);

/* fill_condition: {left, op, right} as a Dify condition. */
struct value *fill_condition(
	struct fill *f, const struct value *v, const char *id);

/* fill_operator: a comparison operator in one spelling; "=" for all that say
 * so, whatever the type. */
const char *fill_operator(const char *op);

/*
 * fill_conditions: "when" as {logical_operator, conditions}; prefix makes the
 * conditions' ids.
 */
void fill_conditions(struct fill *f, const struct value *when,
	const char *prefix, struct value *out);

/* fill_type: Dify's name of a value type ("list" is array[string]); other
 * when there is none. */
const char *fill_type(const char *type, const char *other);

/* fill_model: sets data.model out of the field "model". */
void fill_model(struct fill *f);

#endif
