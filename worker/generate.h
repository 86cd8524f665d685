/* generate.h: the parts of the generate job. Only generate_db.c knows of a
 * database: the others run where there is none. */
#ifndef GENERATE_H
#define GENERATE_H

#include "dsl/dsl.h"
#include "llm/chat.h"
#include "model/llm_model.h"
#include "worker/task.h"

/* Bytes of a model's reasoning that people see while it thinks. */
enum { GENERATE_THOUGHT = 1200 };

/* What one generation keeps in memory; all that matters is in the memo. */
struct generate {
	struct llm_call *call;
	struct edit_result *edited; /* of an edit, as long as a step */
	struct llm_model model;
	const char *phase;
	struct value *events; /* texts that are not yet on disk */
	bool keep;            /* so is what people see of the job */
	char thought[GENERATE_THOUGHT + 1]; /* the end of the reasoning */
	size_t thought_len;                 /* bytes of the whole */
	int64_t told_at;                    /* the last event, monotonic ms */
	int looks;                          /* at what a new Dify has */
	bool learnt; /* an answer showed something new of the model: */
	enum llm_model_output found;
	const char *quirks;
	const struct value *made;          /* what Dify's generator answered */
	const char *dify_dsl;              /* the DSL version of that Dify */
	const struct resource *dify_model; /* the one that it was to use */
};

/* The longest that a plan is mended by asking the model again. */
enum { GENERATE_ROUNDS = 2 };

/*
 * generate_tell: an event of the phase (NULL: the same), with the steps that
 * can be seen in text (NULL: as before). Often called; tells not too often.
 * Phases: assemble, ask, extract, repair, validate, then ask again in another
 * round or build and preview, and done. Round, phases with their begin and
 * length in ms since the job's start (and, where it is asked again, how many
 * findings are open), and the steps stand in the job's progress as well.
 * generate_phases: the phases so far, for the result.
 */
void generate_tell(
	struct task *t, const char *phase, const char *text, size_t len);
struct value *generate_phases(struct task *t, struct arena *a);

/* generate_show: the steps that there will be, as {id, type, title}. */
void generate_show(struct task *t, const struct value *steps);

/* generate_dify: the step that asks the generator of Dify in the place of a
 * model. generate_by_dify: whether that is the engine. */
void generate_dify(struct task *t);
bool generate_by_dify(const struct task *t);

/* generate_said: the answer that is to be mended, as the model is shown it: of
 * one that held no plan only the beginning. NULL: there is none. */
const char *generate_said(struct task *t);

/* generate_read: the step that makes a workflow of the answer. */
void generate_read(struct task *t);

/* generate_fail: the job's error, with the best there is. */
void generate_fail(struct task *t, const char *reason, const char *message);

/* ---- what it needs to know, and what it leaves behind ---- */

/* generate_waits: the Dify was connected a moment ago: what it has is about to
 * be known, and without it a workflow would name no model. */
bool generate_waits(struct task *t);

/* generate_target: for which Dify, out of payload and connection; with the
 * short handles that the first prompt gave. generate_keep_handles: those. */
void generate_target(
	struct task *t, struct arena *a, struct dsl_target *target);
void generate_keep_handles(struct task *t, const struct value *handles);

/* generate_model: state->model, by the memo, the payload, or the default.
 * false: there is none. generate_endpoint: how it is asked; the caller wipes
 * it with planner_wipe(). */
bool generate_model(struct task *t);
void generate_endpoint(struct task *t, struct llm_endpoint *out);

/* generate_paused: until when (ms UTC) the model is to be left alone, and why;
 * 0 when it may be asked. */
int64_t generate_paused(struct task *t, const char **why_r);

/* What task_note() takes: the events that wait, what the model did, and that it
 * is to be left alone until task_again() goes on. */
void generate_write_events(struct task *t);
void generate_write_used(struct task *t);
void generate_write_pause(struct task *t);

/* generate_write_row: the end of the job as a row of the generations, and
 * counted; for the transaction of that end. */
void generate_write_row(struct task *t);

#endif
