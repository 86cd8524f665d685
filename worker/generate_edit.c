/* generate_edit.c: a generation that changes a workflow: what the model is
 * asked, and what becomes of the operations that it answers. */
#include "worker/generate_edit.h"
#include "dsl/diff.h"
#include "dsl/edit.h"
#include "llm/prompt_edit.h"

#include <string.h>

/* What the job says of the workflow: {dsl, origin, base_version, parent,
 * before}. */
static const struct value *
wanted(const struct task *t)
{
	return value_get(t->payload, "edit");
}

bool
generate_is_edit(const struct task *t)
{
	return value_is(wanted(t), VALUE_OBJECT);
}

size_t
generate_edit_messages(struct task *t, const struct dsl_target *target,
	struct llm_message out[static 4])
{
	const char *answer = generate_said(t);
	const char *mend = task_memo_text(t, "mend");
	const char *request = value_get_text(t->payload, "prompt", "");
	const struct value *dsl = value_get(wanted(t), "dsl");
	struct llm_prompt system;

	llm_edit_prompt(t->scratch, request, dsl, target, &system);
	generate_keep_handles(t, system.handles);
	out[0] = (struct llm_message){"system", system.text};
	out[1] = (struct llm_message){
		"user", llm_edit_request(t->scratch, request, dsl,
				value_get(wanted(t), "before"), target)};
	if (answer == NULL || mend == NULL)
		return 2;
	out[2] = (struct llm_message){"assistant", answer};
	out[3] = (struct llm_message){"user", mend};
	return 4;
}

void
generate_edit_build(struct task *t, const char *answer,
	const struct dsl_target *target, struct dsl_result *r)
{
	struct generate *g = t->state;
	struct edit_result *e = arena_alloc(t->scratch, sizeof(*e));

	dsl_edit_answer(t->scratch, value_get(wanted(t), "dsl"), answer,
		strlen(answer), target, e);
	*r = e->made;
	r->findings = e->fresh;
	r->assumptions = e->assumptions;
	r->questions = e->questions;
	g->edited = e;
}

/* What was mended without asking; the operations were asked for. */
static struct value *
fixes(struct arena *a, const struct repairs *all)
{
	struct value *out = value_array(a);

	value_each(fix, repairs_json(a, all)) {
		const char *code = value_get_text(fix, "code", "");

		if (strncmp(code, "edit_", 5) != 0 ||
			strcmp(code, "edit_alias") == 0)
			value_append(out, value_clone(a, fix));
	}
	return out;
}

void
generate_edit_result(struct task *t, struct value *v)
{
	struct generate *g = t->state;
	struct arena *a = t->scratch;
	const struct edit_result *e = g->edited;
	const struct value *origin = value_get(wanted(t), "origin");
	struct value *diff;

	if (origin == NULL)
		origin = value_get(wanted(t), "dsl");
	value_remove(value_get(v, "plan"));
	value_set(a, v, "fixes", fixes(a, &e->made.repairs));
	value_set(a, v, "findings", findings_json(a, &e->made.findings));
	value_set(a, v, "operations", value_clone(a, e->operations));
	value_set_text(a, v, "summary", e->summary);
	if (e->made.dsl == NULL)
		return;
	diff = value_set(a, v, "diff", dsl_diff(a, origin, e->made.dsl));
	value_set(a, v, "consent", dsl_edit_consent(a, origin, diff));
}

const char *
generate_edit_mend(struct task *t, const struct dsl_result *r)
{
	const struct finding *f = r->findings.first;

	if (f != NULL && strcmp(f->kind->code, "edit_nothing") == 0)
		return "Your answer changes nothing. Answer with the "
		       "operations that the change needs, as one JSON object.";
	return llm_edit_mend_prompt(t->scratch, &r->findings);
}

const char *
generate_edit_failure(struct task *t, const struct dsl_result *r)
{
	struct generate *g = t->state;
	const struct finding *f = r->findings.first;
	const char *said = g->edited->summary;

	if (f == NULL || strcmp(f->kind->code, "edit_nothing") != 0)
		return "the change could not be carried out as the model "
		       "wrote it";
	return said[0] == '\0'
		       ? "the model changed nothing"
		       : arena_printf(t->scratch,
				 "the model changed nothing, and said: %s",
				 said);
}
