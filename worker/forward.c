/* forward.c: a file that was uploaded here goes into a knowledge base of Dify,
 * and is watched until it is indexed (contract.md 4). */
#include "base/nitems.h"
#include "base/str.h"
#include "dify/knowledge.h"
#include "io/metrics.h"
#include "io/seal.h"
#include "worker/kinds.h"
#include "worker/forward.h"

#include <string.h>
#include <unistd.h>

struct dify *
forward_client(struct task *t)
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

void
forward_write(struct task *t)
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

	if (!task_back(t) || task_dify_failed(t, answer, FORWARD_TRIES))
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

	if (!task_back(t) || task_dify_failed(t, answer, FORWARD_TRIES))
		return;
	if (token != NULL) {
		have_key(t, token);
		return;
	}
	d = forward_client(t);
	if (d != NULL)
		task_dify_calling(t, dify_dataset_key_new(d, on_new_key, t));
}

static void
key(struct task *t)
{
	struct forward *s = t->state;
	struct dify *d = forward_client(t);

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
	if (answer->end == DIFY_FAILED && answer->status < 500) {
		task_fail(t, "upload_refused", "%s", answer->message);
		return;
	}
	if (task_question_failed(t, answer, FORWARD_TRIES))
		return;
	task_memo_set(t, "technique", technique);
	task_go(t, "send");
}

static void
technique(struct task *t)
{
	struct forward *s = t->state;
	struct dify *d = forward_client(t);

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
	if (task_dify_failed(t, answer, FORWARD_TRIES))
		return;
	metrics_add(METRIC_UPLOAD_BYTES, labels, (uint64_t)s->upload.size);
	s->upload.state = UPLOAD_INDEXING;
	s->upload.batch = arena_strdup(t->arena, batch);
	s->upload.document_id =
		arena_strdup(t->arena, value_get_text(document, "id", NULL));
	s->upload.indexing_status = arena_strdup(t->arena,
		value_get_text(document, "indexing_status", "waiting"));
	task_save(t, forward_write, go_index);
}

static void
send_file(struct task *t)
{
	struct forward *s = t->state;
	struct dify *d = forward_client(t);
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

	if (forward_client(t) == NULL)
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
	task_save(t, forward_write, send_file);
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
	{"index", forward_index},
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
