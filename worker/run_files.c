/* run_files.c: the files among a run's inputs: those that were uploaded here
 * go into Dify before the run begins (contract.md 3.3, files). What has gone is
 * in the run's row, so that another worker goes on with the rest. */
#include "base/id.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "base/str.h"
#include "model/spool.h"
#include "model/upload.h"
#include "text/json.h"
#include "worker/run.h"

#include <string.h>
#include <unistd.h>

enum { TRIES = 6 };

static struct value *
read_inputs(struct arena *a, const char *text)
{
	struct jsonx_report report;

	return jsonx_read(a, text, strlen(text), 0, &report);
}

/* The next value that satisfies is() among the inputs and their items. */
static struct value *
find_value(const struct value *inputs, bool (*is)(const struct value *v))
{
	value_each(input, inputs) {
		if (is(input))
			return input;
		if (!value_is(input, VALUE_ARRAY))
			continue;
		value_each(item, input)
			if (is(item))
				return item;
	}
	return NULL;
}

static bool
is_here(const struct value *v)
{
	return value_get_text(v, "upload_id", NULL) != NULL;
}

bool
run_has_files(struct task *t)
{
	const struct run_state *s = t->state;

	return strstr(s->run.inputs, "\"upload_id\"") != NULL &&
	       find_value(read_inputs(t->scratch, s->run.inputs), is_here) !=
		       NULL;
}

/* One that was made here: "studio-" and an id. */
static bool
has_user(const struct value *v)
{
	const char *user = value_get_text(v, "user", "");

	return value_get_text(v, "upload_file_id", NULL) != NULL &&
	       strncmp(user, "studio-", 7) == 0 && id_valid(user + 7);
}

const char *
run_files_user(struct arena *a, const char *inputs)
{
	if (strstr(inputs, "\"upload_file_id\"") == NULL)
		return NULL;
	return value_get_text(
		find_value(read_inputs(a, inputs), has_user), "user", NULL);
}

/* ---- one file ---- */

static void
write_sent(struct task *t)
{
	struct run_state *s = t->state;

	run_set_inputs(s->run.id, s->run.inputs);
	upload_delete(s->file.id);
}

static void
next_file(struct task *t)
{
	struct run_state *s = t->state;

	spool_remove(s->file.id);
	run_files_step(t);
}

static void
on_sent(void *context, const struct dify_answer *answer)
{
	struct task *t = context;
	struct run_state *s = t->state;
	const char *id = value_get_text(answer->body, "id", NULL);
	struct value *inputs;
	struct value *file;
	struct str text;

	if (!task_back(t))
		return;
	if (s->stopping) {
		task_cancelled(t, NULL);
		return;
	}
	if (answer->end == DIFY_FAILED ||
		(answer->end == DIFY_OK && id == NULL)) {
		task_fail(t, "file_refused", "Dify does not take %s: %s",
			s->file.filename,
			answer->message == NULL ? "it gave no id"
						: answer->message);
		return;
	}
	if (task_dify_failed(t, answer, TRIES))
		return;
	inputs = read_inputs(t->scratch, s->run.inputs);
	file = find_value(inputs, is_here);
	value_remove(value_get(file, "upload_id"));
	value_set_text(t->scratch, file, "upload_file_id", id);
	value_set_text(t->scratch, file, "user", s->user);
	str_init(&text, t->arena, LIMIT_BODY);
	jsonx_write(&text, inputs, 0);
	s->run.inputs = text.s;
	task_save(t, write_sent, next_file);
}

/* A name as every version takes it (contract.md 3.3). */
static const char *
plain_name(struct arena *a, const char *name)
{
	char *out = arena_strdup(a, name);
	char *p;

	for (p = out; (p = strpbrk(p, "/\\:*?\"<>|")) != NULL;)
		*p = '_';
	return out;
}

void
run_files_step(struct task *t)
{
	struct run_state *s = t->state;
	struct dify *d = run_dify(t);
	const struct value *file;
	char path[LIMIT_PATH];

	if (d == NULL)
		return;
	file = find_value(read_inputs(t->scratch, s->run.inputs), is_here);
	if (file == NULL) {
		task_go(t, "start");
		return;
	}
	if (upload_find(t->arena, value_get_text(file, "upload_id", ""),
		    &s->file) != 1) {
		task_fail(t, "upload_not_found",
			"a file of the inputs is gone; choose it again");
		return;
	}
	upload_path_r(s->file.id, path, sizeof(path));
	if (access(path, R_OK) != 0) {
		task_fail(t, "upload_not_found",
			"the file %s is gone; choose it again",
			s->file.filename);
		return;
	}
	task_dify_calling(t, dify_file_send(d, s->key, path,
				     plain_name(t->scratch, s->file.filename),
				     s->user, on_sent, t));
}

/* ---- what Dify is told ---- */

static bool
is_sent(const struct value *v)
{
	return value_get_text(v, "upload_file_id", NULL) != NULL &&
	       (value_get(v, "name") != NULL || value_get(v, "size") != NULL ||
		       value_get(v, "user") != NULL);
}

/* Names and sizes are for people. */
const char *
run_inputs_to_send(struct task *t)
{
	static const char *const ours[] = {"name", "size", "user"};
	struct run_state *s = t->state;
	struct value *inputs;
	struct value *file;
	struct str text;
	size_t i;

	if (strstr(s->run.inputs, "\"upload_file_id\"") == NULL)
		return s->run.inputs;
	inputs = read_inputs(t->scratch, s->run.inputs);
	while ((file = find_value(inputs, is_sent)) != NULL)
		for (i = 0; i < nitems(ours); i++) {
			struct value *v = value_get(file, ours[i]);

			if (v != NULL)
				value_remove(v);
		}
	str_init(&text, t->arena, LIMIT_BODY);
	jsonx_write(&text, inputs, 0);
	return text.s;
}
