/* forward.c: a file that was uploaded here goes into a knowledge base of Dify,
 * and is watched until it is indexed (contract.md 4). */
#include "base/nitems.h"
#include "base/str.h"
#include "dify/knowledge.h"
#include "io/metrics.h"
#include "io/seal.h"
#include "kinds.h"
#include "model/upload.h"
#include "servers.h"

#include <string.h>
#include <unistd.h>

enum {
	TRIES = 5,
	LOOK_MS = 1000,
	LONGEST_LOOK_MS = 15000,
	MOST_LOOKS = 3000,
	MOST_SENT_AGAIN = 2
};

struct forward {
	struct upload upload;
	char *key; /* of the datasets */
};

static struct dify *
client(struct task *t)
{
	struct forward *s = t->state;
	struct connection c;
	struct dify *d;
	char *key;

	if (!upload_find(t->arena, value_get_text(t->payload, "upload_id", ""),
		    &s->upload)) {
		task_fail(t, "upload_not_found", "the upload was deleted");
		return NULL;
	}
	d = server_of(t->scratch, s->upload.connection_id, &c);
	if (d == NULL) {
		task_fail(t, "no_connection", "the connection was deleted");
		return NULL;
	}
	if (s->key == NULL) {
		key = connection_dataset_key(t->scratch, c.id);
		if (key != NULL) {
			s->key = strdup(key);
			seal_wipe(key);
		}
	}
	return d;
}

static void
write_upload(struct task *t)
{
	struct forward *s = t->state;

	upload_set(&s->upload);
}

/* ---- the key ---- */

static void
write_key(struct task *t)
{
	struct forward *s = t->state;

	connection_set_dataset_key(s->upload.connection_id, s->key);
}

static void
go_technique(struct task *t)
{
	task_go(t, "technique");
}

static void
have_key(struct task *t, const char *token)
{
	struct forward *s = t->state;

	s->key = strdup(token);
	task_save(t, write_key, go_technique);
}

static void
on_new_key(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *token = value_get_text(answer->body, "token", NULL);

	if (!task_back(t) || task_dify_failed(t, answer, TRIES))
		return;
	if (token == NULL)
		task_fail(t, "dify_refused", "Dify made no dataset API key");
	else
		have_key(t, token);
}

static void
on_keys(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *token = value_get_text(
		value_at(value_get(answer->body, "data"), 0), "token", NULL);
	struct dify *d;

	if (!task_back(t) || task_dify_failed(t, answer, TRIES))
		return;
	if (token != NULL) {
		have_key(t, token);
		return;
	}
	d = client(t);
	if (d != NULL)
		task_dify_calling(t, dify_dataset_key_new(d, on_new_key, t));
}

static void
key(struct task *t)
{
	struct forward *s = t->state;
	struct dify *d = client(t);

	if (d == NULL)
		return;
	if (s->key != NULL)
		task_go(t, "technique");
	else
		task_dify_calling(t, dify_dataset_keys(d, on_keys, t));
}

/* ---- how is the dataset indexed? ---- */

static void
forget_key(struct task *t)
{
	struct forward *s = t->state;

	connection_set_dataset_key(s->upload.connection_id, NULL);
	if (s->key != NULL)
		explicit_bzero(s->key, strlen(s->key));
	free(s->key);
	s->key = NULL;
}

static void
go_key(struct task *t)
{
	task_go(t, "key");
}

static void
on_dataset(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	const char *technique =
		value_get_text(answer->body, "indexing_technique", "economy");

	if (!task_back(t))
		return;
	if (answer->end == DIFY_AUTH &&
		!value_get_bool(t->memo, "rekeyed", false)) {
		value_set_bool(t->arena, t->memo, "rekeyed", true);
		task_save(t, forget_key, go_key); /* it was deleted in Dify */
		return;
	}
	if (answer->end == DIFY_FAILED) {
		task_fail(t, "upload_refused", "%s", answer->message);
		return;
	}
	if (task_dify_failed(t, answer, TRIES))
		return;
	task_memo_set(t, "technique", technique);
	task_go(t, "send");
}

static void
technique(struct task *t)
{
	struct forward *s = t->state;
	struct dify *d = client(t);

	if (d == NULL)
		return;
	if (s->key == NULL)
		task_go(t, "key");
	else
		task_dify_calling(
			t, dify_dataset(d, s->key, s->upload.dataset_id,
				   on_dataset, t));
}

/* ---- sending ---- */

static void
go_index(struct task *t)
{
	task_go(t, "index");
}

static void
on_sent(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct forward *s = t->state;
	const struct value *document = value_get(answer->body, "document");
	const char *batch = value_get_text(answer->body, "batch", NULL);
	const char *labels[] = {NULL};

	if (!task_back(t))
		return;
	if (answer->end == DIFY_FAILED ||
		(answer->end == DIFY_OK && batch == NULL)) {
		task_fail(t, "upload_refused", "%s",
			answer->message == NULL ? "Dify gave no batch"
						: answer->message);
		return;
	}
	if (task_dify_failed(t, answer, TRIES))
		return;
	metrics_add(METRIC_UPLOAD_BYTES, labels, (uint64_t)s->upload.size);
	s->upload.state = UPLOAD_INDEXING;
	s->upload.batch = arena_strdup(t->arena, batch);
	s->upload.document_id =
		arena_strdup(t->arena, value_get_text(document, "id", NULL));
	s->upload.indexing_status = arena_strdup(t->arena,
		value_get_text(document, "indexing_status", "waiting"));
	task_save(t, write_upload, go_index);
}

static void
send_file(struct task *t)
{
	struct forward *s = t->state;
	struct dify *d = client(t);
	char path[1024];

	if (d == NULL)
		return;
	upload_path_r(s->upload.id, path, sizeof(path));
	task_dify_calling(
		t, dify_document_send(d, s->key, s->upload.dataset_id, path,
			   s->upload.filename, task_memo_text(t, "technique"),
			   on_sent, t));
}

static void
start_sending(struct task *t)
{
	struct forward *s = t->state;
	char path[1024];

	if (client(t) == NULL)
		return;
	if (s->key == NULL) {
		task_go(t, "key");
		return;
	}
	upload_path_r(s->upload.id, path, sizeof(path));
	if (access(path, R_OK) != 0) {
		task_fail(t, "upload_not_found", "the uploaded file is gone");
		return;
	}
	s->upload.state = UPLOAD_FORWARDING;
	task_save(t, write_upload, send_file);
}

/* ---- indexing ---- */

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
		task_wait(t, ms > LONGEST_LOOK_MS ? LONGEST_LOOK_MS : ms, look);
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
	if (task_dify_failed(t, answer, TRIES))
		return;
	before = s->upload.indexing_status;
	segments = s->upload.segments;
	take_status(t, line);
	now = s->upload.indexing_status;
	if (strcmp(now, "completed") == 0) {
		task_succeed(t, result_value(t), write_completed);
	} else if (strcmp(now, "error") == 0) {
		task_fail(t, "indexing_failed", "%s",
			value_get_text(
				line, "error", "Dify could not index it"));
	} else {
		if (before == NULL || strcmp(before, now) != 0 ||
			segments != s->upload.segments)
			task_note(t, write_upload);
		look_later(t);
	}
}

static void
look(struct task *t)
{
	struct forward *s = t->state;
	struct dify *d = client(t);

	if (d != NULL)
		task_dify_calling(
			t, dify_indexing(d, s->key, s->upload.dataset_id,
				   s->upload.batch, on_status, t));
}

static void
watch_index(struct task *t)
{
	struct forward *s = t->state;

	if (client(t) == NULL)
		return;
	if (s->key == NULL || s->upload.batch == NULL)
		task_go(t, "key");
	else
		look(t);
}

/* ---- the kind ---- */

static void
write_failed(struct task *t)
{
	struct forward *s = t->state;
	bool cancelled = *task_end_code(t) == '\0';

	if (!upload_find(t->arena, value_get_text(t->payload, "upload_id", ""),
		    &s->upload))
		return;
	s->upload.state = cancelled ? UPLOAD_CANCELLED : UPLOAD_FAILED;
	s->upload.error = task_end_message(t);
	upload_set(&s->upload);
}

static void
release(struct task *t)
{
	struct forward *s = t->state;

	if (s->key != NULL)
		explicit_bzero(s->key, strlen(s->key));
	free(s->key);
}

static const struct task_step steps[] = {
	{"key", key},
	{"technique", technique},
	{"send", start_sending},
	{"index", watch_index},
};

const struct task_kind forward_kind = {
	.kind = JOB_FORWARD,
	.most = 4,
	.size = sizeof(struct forward),
	.steps = steps,
	.nsteps = nitems(steps),
	.fail_hook = write_failed,
	.release = release,
};
