/* dsl.c: the way from an answer or a file to a DSL that was checked. */
#include "dsl/dsl.h"

#include "base/limits.h"
#include "dsl/compile.h"
#include "dsl/dsl_parts.h"
#include "dsl/extract.h"
#include "dsl/flow.h"
#include "dsl/graph.h"
#include "dsl/lower.h"
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

void
dsl_build(struct arena *a, const char *answer, size_t len,
	const struct dsl_target *target, struct dsl_result *result)
{
	struct value *v;
	struct flow *f;
	enum dialect dialect;

	dsl_start(a, result);
	v = extract_answer(a, answer, len, &result->findings, &result->repairs);
	if (v == NULL)
		return;
	dialect = dialect_of(v);
	result->plan = v;
	result->dialect = dialect_names[dialect];
	take_texts(a, value_get(v, "assumptions"), result->assumptions);
	take_texts(a, value_get(v, "questions"), result->questions);
	f = flow_new(a, target, &result->findings, &result->repairs);
	if (dialect == DIALECT_PLAN)
		plan_lower(f, v);
	else
		graph_read(f, v);
	if (target == NULL || !target->as_it_is)
		flow_repair(f);
	result->dsl = flow_compile(f);
	dsl_check(a, target, result);
}
