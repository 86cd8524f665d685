/* job_answer.c: see job_answer.h. */
#include "api/job_answer.h"
#include "api/run_start.h"
#include "base/limits.h"
#include "io/wake.h"
#include "model/run.h"
#include "text/json.h"

#include <string.h>

void
job_json(struct str *out, const char *key, const struct job *j)
{
	jsonw_open(out, key, '{');
	jsonw_text(out, "id", j->id);
	jsonw_text(out, "kind", job_kind_names[j->kind]);
	jsonw_text(out, "state", job_state_names[j->state]);
	jsonw_raw(out, "request", j->payload);
	jsonw_raw(out, "progress", j->progress);
	jsonw_raw(out, "result", j->result);
	jsonw_raw(out, "error", j->error);
	jsonw_int(out, "attempts", j->attempts);
	jsonw_bool(out, "cancel", j->cancel);
	jsonw_text(out, "workflow_id", j->workflow_id);
	jsonw_int(out, "created_at", j->created_at);
	jsonw_since(out, "started_at", j->started_at, 1);
	jsonw_since(out, "finished_at", j->finished_at, 1);
	jsonw_close(out, '}');
}

const struct value *
job_value(struct arena *a, const char *json)
{
	struct jsonx_report report;

	return json == NULL ? NULL
			    : jsonx_read(a, json, strlen(json), 0, &report);
}

static bool
is_visible(const char *s)
{
	while (*s > ' ' && *s <= '~')
		s++;
	return *s == '\0';
}

/* All that is asked; a repeated request has the same hash. */
static void
hash_request(struct req *r, unsigned char out[static SEAL_HASH_BYTES])
{
	const char *query = http_header(r, "QUERY_STRING");
	size_t n;
	size_t i;
	const char *body = http_body(r, &n);
	struct str text;

	seal_hash(n == 0 ? "" : body, out);
	str_init(&text, http_arena(r), LIMIT_BODY);
	str_printf(&text, "%s %s?%s\n", http_header(r, "REQUEST_METHOD"),
		http_path(r), query == NULL ? "" : query);
	for (i = 0; i < SEAL_HASH_BYTES; i++)
		str_printf(&text, "%02x", out[i]);
	seal_hash(text.s, out);
}

int
job_key(struct req *r, struct request_key *key_r)
{
	const char *key = http_header(r, "HTTP_IDEMPOTENCY_KEY");

	key_r->user_id = http_user(r);
	key_r->key = key;
	if (key == NULL)
		return 0;
	hash_request(r, key_r->hash);
	if (*key != '\0' && strlen(key) <= LIMIT_NAME && is_visible(key))
		return 0;
	return http_refuse(r, 400, "idempotency_key_invalid",
		"Idempotency-Key has 1 to %zu visible ASCII characters.",
		LIMIT_NAME);
}

int
job_key_reused(struct req *r)
{
	return http_problem(r, 422, "idempotency_key_reused",
		"This Idempotency-Key belongs to another request of yours; "
		"take a new key for a new request.");
}

void
job_wake(void)
{
	wake_touch(WAKE_JOB);
	wake_touch(WAKE_EVENT);
}

void
job_headers(struct req *r, const char *id)
{
	http_set(
		r, "Location", arena_printf(http_arena(r), "/api/jobs/%s", id));
	http_set(r, "X-Job-Id", id);
}

void
job_name_run(struct req *r, const char *job_id)
{
	const char *id = NULL;
	struct job job;
	struct run run;

	if (job_find(http_arena(r), job_id, &job) == 1)
		id = value_get_text(
			job_value(http_arena(r), job.payload), "run_id", NULL);
	if (id == NULL)
		return;
	if (run_find(http_arena(r), id, &run) == 1)
		run_start_name(r, &run);
}

static int
tell(struct req *r, const char *id, enum job_kind kind, int over)
{
	struct str *out = http_out(r);
	struct str *more = http_more(r);
	struct job job;

	if (job_find(http_arena(r), id, &job) != 1)
		return http_problem(
			r, 404, "job_not_found", "There is no such job.");
	if (job.kind != kind)
		return job_key_reused(r);
	job_headers(r, id);
	jsonw_open(out, NULL, '{');
	job_json(out, "job", &job);
	if (more->len > 0) {
		str_putc(out, ',');
		str_add(out, more->s, more->len);
	}
	jsonw_close(out, '}');
	return http_json(r, job_ended(job.state) ? over : 202);
}

int
job_accepted(struct req *r, const char *id, enum job_kind kind)
{
	return tell(r, id, kind, 202);
}

int
job_answer(struct req *r, const char *id, enum job_kind kind)
{
	return tell(r, id, kind, 200);
}
