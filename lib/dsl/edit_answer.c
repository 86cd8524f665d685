/* edit_answer.c: from a model's answer to a changed DSL, and what of it a
 * person has to agree to. */
#include "dsl/catalogue.h"
#include "dsl/diff.h"
#include "dsl/edit.h"

#include <string.h>

enum { MOST_MENDS = 20, MANY_PERCENT = 30 };

/* ---- what is wrong with the new DSL alone ---- */

static bool
same_text(const char *x, const char *y)
{
	return x == y || (x != NULL && y != NULL && strcmp(x, y) == 0);
}

static bool
same_finding(const struct finding *x, const struct finding *y)
{
	if (x->kind != y->kind || !same_text(x->node, y->node))
		return false;
	for (int i = 0; i < 3; i++)
		if (!same_text(x->args[i], y->args[i]))
			return false;
	return true;
}

static bool
had(const struct findings *before, const struct finding *f)
{
	for (const struct finding *b = before->first; b != NULL; b = b->next)
		if (same_finding(b, f))
			return true;
	return false;
}

/* A node that the edit cut off: nobody asked for that. */
static bool
is_lost(const struct finding *f)
{
	return strcmp(f->kind->code, "node_unreachable") == 0;
}

static bool
matters(const struct finding *f)
{
	return f->tier == TIER_E || f->tier == TIER_R || is_lost(f);
}

static void
set_tier(struct findings *all, struct finding *f, enum finding_tier tier)
{
	all->count[f->tier]--;
	f->tier = tier;
	all->count[tier]++;
}

static void
copy_finding(struct arena *a, struct findings *out, const struct finding *f)
{
	struct finding *copy = finding_add(a, out, f->kind->code, f->pointer,
		f->node, f->args[0], f->args[1], f->args[2]);

	copy->allowed = f->allowed;
	set_tier(out, copy, f->tier);
}

static void
collect_fresh(
	struct arena *a, const struct findings *before, struct edit_result *out)
{
	out->fresh = (struct findings){0};
	for (const struct finding *f = out->made.findings.first; f != NULL;
		f = f->next)
		if (matters(f) && !had(before, f)) {
			copy_finding(a, &out->fresh, f);
			if (is_lost(f))
				set_tier(&out->fresh, out->fresh.last, TIER_R);
		}
}

/* ---- mending what the edit broke ---- */

/* The next one to mend that was not tried; those of nodes alone. */
static const struct finding *
to_mend(const struct edit_result *out, const struct findings *before,
	const struct findings *tried)
{
	for (const struct finding *f = out->made.findings.first; f != NULL;
		f = f->next)
		if (f->kind->fixable && f->tier != TIER_W && !had(before, f) &&
			!had(tried, f))
			return f;
	return NULL;
}

/* Findings of refused operations are no findings of the DSL: kept aside. */
static void
mend(struct arena *a, const struct findings *before,
	const struct dsl_target *target, struct edit_result *out)
{
	struct findings tried = {0}, refused = {0};
	const struct finding *f;

	for (f = out->made.findings.first; f != NULL; f = f->next)
		if (strcmp(f->kind->code, "edit_refused") == 0)
			copy_finding(a, &refused, f);
	for (int i = 0; i < MOST_MENDS; i++) {
		f = to_mend(out, before, &tried);
		if (f == NULL)
			break;
		copy_finding(a, &tried, f);
		dsl_fix_only(a, &out->made, target, f->kind->code, f->pointer);
	}
	if (tried.first == NULL)
		return;
	for (f = refused.first; f != NULL; f = f->next)
		copy_finding(a, &out->made.findings, f);
	findings_sort(&out->made.findings);
}

static void
tell(const struct dsl_target *target, const char *phase)
{
	if (target != NULL && target->told != NULL)
		target->told(target->told_context, phase);
}

void
dsl_edit_answer(struct arena *a, const struct value *dsl, const char *answer,
	size_t len, const struct dsl_target *target, struct edit_result *out)
{
	struct findings before = {0};
	struct value *read;

	memset(out, 0, sizeof(*out));
	out->summary = "";
	out->made.dialect = "edit";
	tell(target, "extract");
	read = edit_read(
		a, answer, len, &out->made.findings, &out->made.repairs);
	out->operations =
		read != NULL ? value_get(read, "operations") : value_array(a);
	out->questions =
		read != NULL ? value_get(read, "questions") : value_array(a);
	out->assumptions =
		read != NULL ? value_get(read, "assumptions") : value_array(a);
	if (read == NULL) {
		collect_fresh(a, &before, out);
		return;
	}
	out->summary = value_get_text(read, "summary", "");
	tell(target, "repair");
	dsl_validate(a, dsl, target, &before);
	out->made.dsl = value_clone(a, dsl);
	dsl_edit(a, &out->made, out->operations, target);
	tell(target, "validate");
	mend(a, &before, target, out);
	if (out->made.findings.first == NULL ||
		strcmp(out->made.findings.first->kind->code, "edit_refused") !=
			0)
		if (value_equal(out->made.dsl, dsl))
			finding_add(a, &out->made.findings, "edit_nothing", "",
				"", NULL, NULL, NULL);
	collect_fresh(a, &before, out);
}

/* ---- what a person has to agree to ---- */

static size_t
count_nodes(const struct value *dsl)
{
	size_t n = 0;

	value_each(node, value_find(dsl, "/workflow/graph/nodes"))
		n += strcmp(value_get_text(node, "type", ""), "custom-note") !=
		     0;
	return n;
}

static void
removes_many(struct arena *a, struct value *out, const struct value *old,
	const struct value *diff)
{
	const struct value *gone = value_find(diff, "/nodes/removed");
	size_t of = count_nodes(old), n = 0;
	struct value *reason;

	value_each(node, gone)
		n += value_get_text(node, "type", "")[0] != '\0';
	if (n * 100 <= of * MANY_PERCENT)
		return;
	reason = value_append(out, value_object(a));
	value_set_text(a, reason, "code", "removes_many");
	value_set_int(a, reason, "removed", (int64_t)n);
	value_set_int(a, reason, "of", (int64_t)of);
	value_set(a, reason, "nodes", value_clone(a, gone));
}

static void
changes_contract(struct arena *a, struct value *out, const struct value *diff,
	const char *member, const char *code)
{
	const struct value *names = value_get(diff, member);
	struct value *reason;
	size_t n = 0;

	value_each(list, names)
		n += value_count(list);
	if (n == 0)
		return;
	reason = value_append(out, value_clone(a, names));
	value_set_text(a, reason, "code", code);
}

struct value *
dsl_edit_consent(
	struct arena *a, const struct value *old, const struct value *diff)
{
	struct value *out = value_array(a);

	removes_many(a, out, old, diff);
	changes_contract(a, out, diff, "inputs", "inputs_change");
	changes_contract(a, out, diff, "outputs", "outputs_change");
	return out;
}
