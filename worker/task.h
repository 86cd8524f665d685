/* task.h: a job in the hands of this worker: its steps, one at a time. */
#ifndef TASK_H
#define TASK_H

#include "dify/dify.h"
#include "model/job.h"
#include "text/value.h"

#include <stdbool.h>
#include <stddef.h>

struct task;
typedef void task_fn(struct task *t);

/*
 * One step of a kind. Where a task is (the step's name) is on disk before the
 * step starts, so that another worker goes on with the same step; every step
 * must bear to be done twice.
 */
struct task_step {
	const char *name;
	task_fn *start;
};

struct task_kind {
	enum job_kind kind;
	int most;    /* of these at once */
	bool early;  /* begins inside the transaction that takes the job: its
			first steps read the database and write with
			task_save() and task_save_quick() alone */
	size_t size; /* bytes of state, zeroed at the start */
	const struct task_step *steps; /* the first one is the beginning */
	size_t nsteps;
	/* Another way to do a job of that payload, or NULL; may be NULL. */
	const struct task_kind *(*choose)(const struct value *payload);
	/*
	 * What a cancel does. cancel: called at once. Else cancel_step: where
	 * to go instead of the next step, when the one in hand is over. Else
	 * the call in flight is dropped and the task ends.
	 */
	task_fn *cancel;
	const char *cancel_step;
	task_fn *fail_hook; /* inside the transaction of a failed or cancelled
			       end, or NULL */
	task_fn *release;   /* of what state owns, or NULL */
};

struct task {
	struct job job;
	const struct task_kind *kind;
	const struct task_step *step;
	struct arena *arena;   /* as long as the task */
	struct arena *scratch; /* as long as a step */
	const struct value *payload;
	struct value *memo; /* an object; on disk with every task_go() */
	void *state;
	bool cancel; /* somebody asked for it */
	bool quick;  /* how it succeeded can be asked again: the end need not
			be on disk at once (store_note()) */

	/* task.c's own */
	bool cancel_seen;
	bool gone; /* ended, or taken away: nothing more happens */
	bool lost; /* about to be taken away */
	int holds; /* calls and writes under way */
	void *call;
	void (*stop)(void *call);
	unsigned timer;
	unsigned overdue; /* the timer of a call of Dify that takes long */
	int64_t again_at; /* when task_again() goes on */
	const char *trouble;
	const char *trouble_code;
	task_fn *then;
	const char *progress;
	task_fn *write;
	struct task_end *end;
	struct task *next;
};

/* task_go: to the step of that name, once that is on disk. People see the step
 * as the phase, and over it the members of the memo's object "progress". */
void task_go(struct task *t, const char *step);

/* task_slip: the same at once, from a step that bears to be done again. */
void task_slip(struct task *t, const char *step);

/* task_save: the memo and what fn writes (NULL: nothing) go to disk in one
 * transaction, then the task goes on with then. */
void task_save(struct task *t, task_fn *fn, task_fn *then);

/* task_save_quick: the same, only as safe as store_note(): for what is found
 * out again after a loss of power. */
void task_save_quick(struct task *t, task_fn *fn, task_fn *then);

/* task_write: fn writes to disk beside whatever else the task does; task_note:
 * soon, and only as safe as store_note(). */
void task_write(struct task *t, task_fn *fn);
void task_note(struct task *t, task_fn *fn);

/* task_wait: goes on with then in ms. */
void task_wait(struct task *t, int64_t ms, task_fn *then);

/*
 * task_again: the present step once more, after 1, 2, 4 ... 60 s (or after
 * at_least ms). False when it was tried most times; nothing happens then.
 */
bool task_again(struct task *t, int most, int64_t at_least);

/* task_again_at: the present step once more at that time (ms UTC) or a little
 * later, as no try of its own; why stands in the job's progress until then. */
void task_again_at(
	struct task *t, int64_t at, const char *code, const char *why);

/* task_tell_trouble: after task_again(): why (in words, and by a stable code),
 * and when it is tried again, stand in the job's progress until then; why until
 * there is an answer. During a call: that it takes long. */
void task_tell_trouble(struct task *t, const char *code, const char *why);

/* task_heard: of what goes on in the same step: the trouble that was told is
 * over. */
void task_heard(struct task *t);

/* task_keep_progress: writes what people see of the job, from inside of what
 * task_note() takes; without an event, for what has events of its own. */
void task_keep_progress(struct task *t);

/*
 * task_calling: a call is under way; stop cancels it. task_back: its end was
 * heard. False: the task is over, and may be freed by now; do nothing.
 */
void task_calling(struct task *t, void *call, void (*stop)(void *call));
bool task_back(struct task *t);

/* The one end. hook (or NULL) writes in the same transaction. */
void task_succeed(struct task *t, const struct value *result, task_fn *hook);
void task_cancelled(struct task *t, task_fn *hook);

/* task_fail: error {code, message}; the format makes the message. */
void task_fail(struct task *t, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* task_fail_with: a whole error object, and what there is of a result. */
void task_fail_with(
	struct task *t, const struct value *error, const struct value *result);

/* task_error: {code, message}, to be added to. */
struct value *task_error(struct task *t, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* task_end_code, task_end_message: of the error that it ends with; "" and NULL
 * without. */
const char *task_end_code(const struct task *t);
const char *task_end_message(const struct task *t);

/* ---- Dify ---- */

/* task_dify_calling: task_calling() for a call of dify.h; when that should be
 * brief and is not, the trouble is told. */
void task_dify_calling(struct task *t, struct dify_call *call);

/*
 * task_dify_failed: deals with an answer that is not DIFY_OK: a transient one
 * repeats the step up to most times, else the task fails with dify_unreachable,
 * dify_auth or dify_refused. False for DIFY_OK. task_question_failed: of a
 * question that changes nothing: an error of Dify's own is transient, too, and
 * what something else than Dify says in its place.
 */
bool task_dify_failed(
	struct task *t, const struct dify_answer *answer, int most);
bool task_question_failed(
	struct task *t, const struct dify_answer *answer, int most);

/* task_memo_text, task_memo_set: a member of the memo. */
const char *task_memo_text(const struct task *t, const char *key);
void task_memo_set(struct task *t, const char *key, const char *text);

/* ---- all of them ---- */

/* tasks_start: begins to take jobs. list ends with NULL. */
void tasks_start(const struct task_kind *const *list);

/*
 * tasks_start_given: takes none by itself. tasks_offer: in a transaction, the
 * owner that a new job of a kind may have from the start; NULL when there is no
 * room, or others of its kind wait for their turn. tasks_give: the job that was
 * added with it, in the same transaction; its kind begins early.
 */
void tasks_start_given(const struct task_kind *const *list);
const char *tasks_offer(enum job_kind kind);
void tasks_give(const char *id);

/* tasks_stop: gives every task back to the queue; the loop ends when their
 * calls are over. */
void tasks_stop(void);

/* tasks_count: how many are in hand. */
int tasks_count(void);

#endif
