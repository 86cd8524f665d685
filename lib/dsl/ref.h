/* ref.h: references in all spellings, resolved to selectors of a flow. */
#ifndef REF_H
#define REF_H

#include "dsl/flow.h"

/*
 * What a head may be at one place: steps by the names that they were given,
 * innermost scope first. gives maps names to selectors and counts before the
 * node's own outputs; NULL when there are none.
 */
struct scope_entry {
	const char *head;
	struct flow_node *node;
	struct value *gives;
	struct scope_entry *next;
};

struct scope {
	const struct scope *parent;
	struct scope_entry *entries;
};

/* Who reads, and what is in sight there. */
struct reader {
	struct flow *flow;
	const struct scope *scope;
	const struct flow_node *node; /* for findings; NULL: the flow itself */
	const char *pointer;
};

/* scope_add: names a node in the innermost scope. Returns the entry. */
struct scope_entry *scope_add(struct arena *a, struct scope *s,
	const char *head, struct flow_node *node);

/* scope_find: the innermost entry of that name (n bytes), or NULL. */
struct scope_entry *scope_find(
	const struct scope *s, const char *head, size_t n);

/*
 * ref_selector: the selector that n bytes of text mean: "head.name.part", with
 * or without {{ }}, {{# #}} and quotes around the head. NULL when it is no
 * reference; when only its head is unknown a finding is added too.
 */
struct value *ref_selector(const struct reader *r, const char *text, size_t n);

/* ref_whole: like ref_selector() for a text that is one {{ reference }} and
 * nothing else; NULL without a finding when it is not. */
struct value *ref_whole(const struct reader *r, const char *text);

/*
 * ref_text: the text with every {{ REF }} as Dify's {{#id.name#}}. Other
 * braces stay; \{{ becomes {{.
 */
const char *ref_text(const struct reader *r, const char *text);

/*
 * ref_jinja: a Jinja template for Dify: each distinct reference in an
 * expression is bound to a variable (appended to bindings as {variable,
 * value_selector}) and replaced by its name. Names that the template sets
 * itself shadow.
 */
const char *ref_jinja(
	const struct reader *r, const char *text, struct value *bindings);

/* ref_raw: text as a Jinja template that renders to exactly that text. */
const char *ref_raw(struct arena *a, const char *text);

/* ref_has: whether the text holds a reference that can be resolved. */
bool ref_has(const struct reader *r, const char *text);

/* ref_type: Dify's type of what a selector means; "any" when unknown. */
const char *ref_type(const struct flow *f, const struct value *selector);

/* ref_split: the selector of n bytes "id.name.part". */
struct value *ref_split(struct arena *a, const char *text, size_t n);

/* ref_join: "id.name.part" of a selector. */
const char *ref_join(struct arena *a, const struct value *selector);

#endif
