/* special.h: checks of single node types; for special*.c only. */
#ifndef SPECIAL_H
#define SPECIAL_H

#include "dsl/check.h"

typedef void special_check(struct check *c, const struct check_node *n);

special_check special_start;
special_check special_end;
special_check special_llm;
special_check special_classifier;
special_check special_extractor;
special_check special_retrieval;
special_check special_code;
special_check special_template;
special_check special_http;
special_check special_tool;
special_check special_if_else;
special_check special_aggregator;
special_check special_document;
special_check special_list;
special_check special_iteration;
special_check special_loop;
special_check special_assigner;
special_check special_human;
special_check special_schedule;

/* special_invalid: finding field_invalid: the server refuses the node because
 * of member (or of at itself, NULL); reason says why, as a word of a table. */
void special_invalid(struct check *c, const struct check_node *n,
	const struct value *at, const char *member, const char *reason);

/* special_repeated: tells members named key of list's items that stand
 * twice, with that code. */
void special_repeated(struct check *c, const struct check_node *n,
	const struct value *list, const char *key, const char *code);

/* special_blank: whether a text is absent or holds white space only. */
bool special_blank(const char *s);

/* special_type: the type of what the selector at key names; "any" when it
 * cannot be told or there is no such thing. */
const char *special_type(
	struct check *c, const struct value *v, const char *key);

#endif
