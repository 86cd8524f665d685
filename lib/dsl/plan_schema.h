/* plan_schema.h: the plan as constrained output wants it: its JSON Schema, and
 * the two ways of writing a plan. */
#ifndef PLAN_SCHEMA_H
#define PLAN_SCHEMA_H

#include "dsl/resource.h"
#include "text/value.h"

/*
 * plan_schema: the JSON Schema of a plan for a Dify of that version, in the
 * subset that OpenAI's strict json_schema takes and other servers compile:
 * every member required and no other allowed, what is optional may be null,
 * maps are lists of {key, value}, steps nest by $ref. To be sent as
 * response_format {type: json_schema, json_schema: {name: "plan", strict:
 * true, schema}}; what comes back is read like any other plan.
 */
struct value *plan_schema(struct arena *a, int version);

/*
 * plan_strict: a plan (plan.md) in the form of that schema. Members that it
 * does not name are left out, and of a JSON Schema in "json" only the names
 * and types of the members stay. NULL gives NULL.
 */
struct value *plan_strict(struct arena *a, const struct value *plan);

/* plan_relax: the way back, in place: pairs become maps, nulls go. A plan in
 * the usual form stays as it is. */
void plan_relax(struct arena *a, struct value *plan);

/* plan_name_resources: puts the lasting handles of models, knowledge bases and
 * tools in the place of the short ones that only a prompt knows. */
void plan_name_resources(
	struct arena *a, struct value *plan, const struct resources *resources);

#endif
