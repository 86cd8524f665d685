/* diff_parts.h: what the parts of diff share; for diff*.c only. */
#ifndef DIFF_PARTS_H
#define DIFF_PARTS_H

#include "dsl/names.h"
#include "text/value.h"

struct diff {
	struct arena *a;
	const struct value *old_nodes;
	const struct value *new_nodes;
	struct names old_ids;
	struct names new_ids;
	size_t told;
};

/* diff_set_text: a text member; NULL counts as "". */
void diff_set_text(
	struct diff *d, struct value *v, const char *key, const char *s);

/* diff_list_in: a new empty list as a member of object. */
struct value *diff_list_in(
	struct diff *d, struct value *object, const char *key);

/* diff_contract: under key, which items of the list member of nodes of that
 * type came, went or changed. */
void diff_contract(struct diff *d, struct value *result, const char *key,
	const char *type, const char *list);

/* diff_broken: adds the references that lead nowhere any more. */
void diff_broken(struct diff *d, struct value *out);

#endif
