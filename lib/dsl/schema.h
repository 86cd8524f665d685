/* schema.h: what the tables of the engine say, for other programs. */
#ifndef DSL_SCHEMA_H
#define DSL_SCHEMA_H

#include "dsl/catalogue.h"

/* node_schema: a JSON Schema (draft-07) for the data of a node of that type,
 * as a Dify of that version reads it. */
struct value *node_schema(
	struct arena *a, const struct node_type *type, int version);

/* findings_schema: every kind of finding: {code: {tier, fixable, en, zh}}. */
struct value *findings_schema(struct arena *a);

#endif
