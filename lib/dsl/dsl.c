/* dsl.c: the way from an answer or a file to a DSL that was checked. */
#include "dsl/dsl.h"

#include "base/limits.h"
#include "dsl/compile.h"
#include "dsl/dsl_parts.h"
#include "dsl/extract.h"
#include "dsl/flow.h"
#include "dsl/graph.h"
#include "dsl/lower.h"
#include "dsl/plan_schema.h"
#include "dsl/repair.h"

const char *
dsl_name(const struct value *dsl)
{
	return value_get_text(value_get(dsl, "app"), "name", "");
}

const char *
dsl_mode(const struct value *dsl)
{
	return value_get_text(value_get(dsl, "app"), "mode", "");
}

bool
dsl_refused(const struct findings *f)
{
	return f->count[TIER_E] > 0;
}

void
dsl_start(struct arena *a, struct dsl_result *result)
{
	*result = (struct dsl_result){.dialect = ""};
	result->assumptions = value_array(a);
	result->questions = value_array(a);
}

/* Texts of a list, whatever else stands in it. */
static void
take_texts(struct arena *a, const struct value *list, struct value *out)
{
	if (value_text(list) != NULL && value_text(list)[0] != '\0')
		value_append_text(a, out, value_text(list));
	value_each(item, list)
		if (value_text(item) != NULL)
			value_append_text(a, out, value_text(item));
}

void
dsl_check(struct arena *a, const struct dsl_target *target,
	struct dsl_result *result)
{
	dsl_validate(a, result->dsl, target, &result->findings);
	findings_sort(&result->findings);
}

/* Adds what was found before to what is found now. */
static void
join_findings(struct findings *now, const struct findings *before)
{
	if (before->first == NULL)
		return;
	if (now->last != NULL)
		now->last->next = before->first;
	else
		now->first = before->first;
	now->last = before->last;
	for (int tier = 0; tier < TIER__MAX; tier++)
		now->count[tier] += before->count[tier];
	findings_sort(now);
}

/* Validates what was built; what Dify would refuse is mended where it can. */
static void
check_built(struct arena *a, const struct dsl_target *target,
	struct dsl_result *result)
{
	struct findings before = result->findings;

	result->findings = (struct findings){0};
	dsl_check(a, target, result);
	if (dsl_refused(&result->findings) &&
		(target == NULL || !target->as_it_is))
		dsl_fix(a, result, target);
	join_findings(&result->findings, &before);
}

static void
tell(const struct dsl_target *target, const char *phase)
{
	if (target != NULL && target->told != NULL)
		target->told(target->told_context, phase);
}

void
dsl_build_plan(struct arena *a, const struct dsl_target *target,
	struct dsl_result *result)
{
	struct value *v = result->plan;
	enum dialect dialect = dialect_of(v);
	struct flow *f =
		flow_new(a, target, &result->findings, &result->repairs);

	result->dialect = dialect_names[dialect];
	if (dialect == DIALECT_PLAN) {
		plan_relax(a, v);
		plan_name_resources(
			a, v, target == NULL ? NULL : target->resources);
	}
	tell(target, "repair");
	take_texts(a, value_get(v, "assumptions"), result->assumptions);
	take_texts(a, value_get(v, "questions"), result->questions);
	if (dialect == DIALECT_PLAN)
		plan_lower(f, v);
	else
		graph_read(f, v);
	if (target == NULL || !target->as_it_is)
		flow_repair(f);
	tell(target, "validate");
	result->dsl = flow_compile(f);
	check_built(a, target, result);
}

void
dsl_build(struct arena *a, const char *answer, size_t len,
	const struct dsl_target *target, struct dsl_result *result)
{
	dsl_start(a, result);
	tell(target, "extract");
	result->plan = extract_answer(
		a, answer, len, &result->findings, &result->repairs);
	if (result->plan != NULL)
		dsl_build_plan(a, target, result);
}
