/* forward_index.c: watching Dify index a document. */
#include "dify/knowledge.h"
#include "worker/forward.h"
#include "worker/pace.h"

#include <string.h>
#include <unistd.h>

enum {
	LOOK_MS = 1000,
	LONGEST_LOOK_MS = 15000,
	MOST_LOOKS = 3000,
	MOST_SENT_AGAIN = 2
};

static struct value *
result_value(struct task *t)
{
	struct forward *s = t->state;
	struct value *v = value_object(t->arena);

	value_set_text(t->arena, v, "document_id",
		s->upload.document_id == NULL ? "" : s->upload.document_id);
	value_set_text(t->arena, v, "batch", s->upload.batch);
	value_set_text(
		t->arena, v, "indexing_status", s->upload.indexing_status);
	value_set_int(t->arena, v, "segments", s->upload.segments);
	value_set_int(t->arena, v, "total_segments", s->upload.total_segments);
	return v;
}

static void
write_completed(struct task *t)
{
	struct forward *s = t->state;
	char path[1024];

	s->upload.state = UPLOAD_COMPLETED;
	upload_set(&s->upload);
	upload_path_r(s->upload.id, path, sizeof(path));
	unlink(path);
}

static void look(struct task *t);

static void
look_in_turn(struct task *t)
{
	const struct forward *s = t->state;

	task_wait(t, pace_slot(s->upload.connection_id), look);
}

static void
look_later(struct task *t)
{
	int64_t looks = value_get_int(t->memo, "looks", 0);
	int64_t ms = (looks + 1) * LOOK_MS;

	value_set_int(t->arena, t->memo, "looks", looks + 1);
	if (looks > MOST_LOOKS)
		task_fail(t, "indexing_failed",
			"Dify does not finish indexing; is its worker "
			"running?");
	else
		task_wait(t, ms > LONGEST_LOOK_MS ? LONGEST_LOOK_MS : ms,
			look_in_turn);
}

/* The document's line of the batch; a batch has but one. */
static void
take_status(struct task *t, const struct value *line)
{
	struct forward *s = t->state;

	s->upload.indexing_status = arena_strdup(
		t->arena, value_get_text(line, "indexing_status", "waiting"));
	s->upload.segments = value_get_int(line, "completed_segments", -1);
	s->upload.total_segments = value_get_int(line, "total_segments", -1);
}

/* A batch that is not known any more: the same file came once more, from a
 * worker that was killed, and took the document's place. */
static bool
send_again(struct task *t)
{
	int64_t times = value_get_int(t->memo, "sent_again", 0);

	if (times == MOST_SENT_AGAIN)
		return false;
	value_set_int(t->arena, t->memo, "sent_again", times + 1);
	task_go(t, "send");
	return true;
}

static const char *
indexing_status(const struct forward *s)
{
	const char *status = s->upload.indexing_status;

	return status == NULL ? "" : status;
}

static void
on_status(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct forward *s = t->state;
	const struct value *line = value_at(value_get(answer->body, "data"), 0);
	const char *before;
	const char *now;
	int64_t segments;

	if (!task_back(t))
		return;
	if (answer->status == 404 && send_again(t))
		return;
	if (task_question_failed(t, answer, FORWARD_TRIES))
		return;
	before = indexing_status(s);
	segments = s->upload.segments;
	take_status(t, line);
	now = indexing_status(s);
	if (strcmp(now, "completed") == 0) {
		task_succeed(t, result_value(t), write_completed);
	} else if (strcmp(now, "error") == 0) {
		task_fail(t, "indexing_failed", "%s",
			value_get_text(
				line, "error", "Dify could not index it"));
	} else {
		if (strcmp(before, now) != 0 || segments != s->upload.segments)
			task_note(t, forward_write);
		look_later(t);
	}
}

static void
look(struct task *t)
{
	struct forward *s = t->state;
	struct dify *d = forward_client(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_indexing(d, s->key, s->upload.dataset_id,
				   s->upload.batch, on_status, t));
}

void
forward_index(struct task *t)
{
	struct forward *s = t->state;

	if (forward_client(t) == NULL)
		return;
	if (s->key == NULL || s->upload.batch == NULL)
		task_go(t, "key");
	else
		look(t);
}
