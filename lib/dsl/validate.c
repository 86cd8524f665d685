/* validate.c: all checks of a DSL, one after the other. */
#include "dsl/check.h"

#include <string.h>

/* The document alone says whether there is a graph to look at. */
void
dsl_validate(struct arena *a, const struct value *dsl,
	const struct dsl_target *target, struct findings *out)
{
	struct check c = {
		.arena = a,
		.out = out,
		.dsl = dsl,
		.version = target != NULL && target->version > 0
				   ? target->version
				   : DSL_VERSION_NEWEST,
		.resources = target != NULL ? target->resources : NULL,
	};

	names_init(&c.ids, a);
	names_init(&c.env, a);
	names_init(&c.conversation, a);
	if (check_document(&c)) {
		check_features(&c);
		check_variables(&c);
		if (check_nodes(&c) && check_edges(&c)) {
			check_data(&c);
			check_flow(&c);
			check_containers(&c);
			check_references(&c);
			check_editor(&c);
		}
	}
	findings_sort(out);
}
