/* run_start.c: see run_start.h. */
#include "api/run_start.h"
#include "base/limits.h"
#include "base/str.h"
#include "text/jsonw.h"
#include "model/conversation.h"
#include "model/end_user.h"
#include "model/job.h"
#include "model/upload.h"

#include <string.h>

const char *
run_start_payload(struct arena *a, const struct run *run)
{
	struct str s;

	str_init(&s, a, LIMIT_BODY);
	jsonw_open(&s, NULL, '{');
	jsonw_text(&s, "run_id", run->id);
	jsonw_text(&s, "workflow_id", run->workflow_id);
	if (run->query != NULL)
		jsonw_text(&s, "query", run->query);
	jsonw_close(&s, '}');
	return s.s;
}

static bool
is_free(const struct upload *u)
{
	int state = u->job_id == NULL ? -1 : job_state(u->job_id);

	return u->is_input && u->state == UPLOAD_QUEUED &&
	       (state < 0 || job_ended((enum job_state)state));
}

/* fn for each upload that the inputs name; false stops it. */
static bool
each_upload(const struct value *inputs,
	bool (*fn)(void *context, const char *input, const char *id),
	void *context)
{
	value_each(input, inputs) {
		const char *id = value_get_text(input, "upload_id", NULL);

		if (id != NULL && !fn(context, input->key, id))
			return false;
		if (!value_is(input, VALUE_ARRAY))
			continue;
		value_each(item, input) {
			id = value_get_text(item, "upload_id", NULL);
			if (id != NULL && !fn(context, input->key, id))
				return false;
		}
	}
	return true;
}

static bool
check(void *context, const char *input, const char *id)
{
	struct req *r = context;
	struct upload u;

	if (upload_find(http_arena(r), id, &u) == 1 && is_free(&u))
		return true;
	http_refuse_field(r, arena_printf(http_arena(r), "/inputs/%s", input),
		"upload_missing",
		"The file is not here any more, or not whole; choose it "
		"again.");
	return false;
}

int
run_start_uploads(struct req *r, const struct value *inputs)
{
	return each_upload(inputs, check, r) ? 0 : -1;
}

struct claim {
	struct arena *arena;
	const char *job_id;
};

static bool
take(void *context, const char *input, const char *id)
{
	const struct claim *c = context;
	struct upload u;

	(void)input;
	if (upload_find(c->arena, id, &u) == 1) {
		u.job_id = c->job_id;
		upload_set(&u);
	}
	return true;
}

static void
claim(struct arena *a, const struct value *inputs, const char *job_id)
{
	struct claim c = {a, job_id};

	each_upload(inputs, take, &c);
}

/* ---- conversations ---- */

static bool
is_chat(const struct workflow *w)
{
	return strcmp(w->mode, "advanced-chat") == 0;
}

int
run_start_conversation(struct req *r, const struct workflow *w,
	const char *wanted, const char *key, struct run *run)
{
	struct conversation c;

	run->conversation_id = wanted;
	if (is_chat(w) && (run->query == NULL || *run->query == '\0'))
		return http_refuse_field(r, "/query", "required",
			"A chat needs something that is said to it.");
	if (wanted == NULL)
		return 0;
	if (conversation_find(http_arena(r), wanted, &c) != 1 ||
		strcmp(c.workflow_id, w->id) != 0)
		return http_refuse_field(r, "/conversation_id", "unknown",
			"The workflow has no such conversation.");
	if (strcmp(c.app_id, w->dify_app_id) != 0)
		return http_refuse(r, 409, "conversation_over",
			"The app in Dify is another one now, which does not "
			"know this conversation; begin a new one.");
	if (conversation_busy(wanted, key))
		return http_refuse(r, 409, "conversation_busy",
			"The answer before is still under way; wait for it or "
			"stop it.");
	return 0;
}

/* Those of a chat and of files are kept for what comes after. */
static bool
keeps_user(const struct run *run)
{
	return run->conversation_id != NULL ||
	       strstr(run->inputs, "\"upload_") != NULL;
}

void
run_start_add(struct req *r, struct run *run, const char *app_id, bool chat,
	const struct value *inputs)
{
	struct conversation c = {
		.workflow_id = run->workflow_id, .app_id = app_id};

	if (chat && run->conversation_id == NULL) {
		conversation_add(&c, run->query, http_user(r));
		run->conversation_id = arena_strdup(http_arena(r), c.id);
	}
	run->end_user =
		keeps_user(run) ? NULL : end_user_take(http_arena(r), run->id);
	run_add(run, http_user(r));
	claim(http_arena(r), inputs, run->job_id);
}

void
run_start_name(struct req *r, const struct run *run)
{
	jsonw_text(http_more(r), "run_id", run->id);
	if (run->conversation_id != NULL)
		jsonw_text(
			http_more(r), "conversation_id", run->conversation_id);
}
