/* transfer.c: POSTs that bring workflows from one place to another by a job:
 * the apps of a Dify under management, a workflow to another Dify. */
#include "api/job_answer.h"
#include "api/job_over.h"
#include "api/workflow_answer.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/app.h"
#include "dsl/need.h"
#include "dsl/secret.h"
#include "io/hub.h"
#include "model/dsl_secret.h"
#include "text/json.h"

#include <string.h>

enum { MOST_APPS = 5000, MOST_SECRETS = 200, SECRET_BYTES = 10000 };

enum { IN_APPS, IN_ALL, IN__MAX };
static const struct field import_fields[IN__MAX] = {
	[IN_APPS] = {"app_ids", FIELD_ANY},
	[IN_ALL] = {"all", FIELD_BOOL},
};

enum { UP_CONNECTION, UP_MAPPING, UP_SECRETS, UP_BASE, UP__MAX };
static const struct field promote_fields[UP__MAX] = {
	[UP_CONNECTION] = {"connection_id", FIELD_ID, true},
	[UP_MAPPING] = {"mapping", FIELD_ANY},
	[UP_SECRETS] = {"secrets", FIELD_ANY},
	[UP_BASE] = {"base", FIELD_STRING, false, 1, 64},
};

/* A job on its way. */
struct start {
	struct job_new job;
	char id[ID_SIZE];
	int taken;                   /* what job_add() said */
	const char *target;          /* of a promotion: the connection */
	const struct value *mapping; /* of a promotion, and new secrets */
	const struct value *secrets;
};

/* ---- the job, the same for all ---- */

/* false when the idempotency key brings back an earlier job. */
static bool
add(struct req *r, void *context)
{
	struct start *s = context;

	(void)r;
	s->taken = job_add(&s->job, s->id);
	return s->taken == 1;
}

static enum hub_poll
look(struct req *r, void *context, bool late)
{
	const struct start *s = context;

	if (!late && !job_over(s->id))
		return HUB_WAIT;
	job_answer(r, s->id, s->job.kind);
	return HUB_ANSWERED;
}

static int
added(struct req *r, void *context, bool written)
{
	const struct start *s = context;

	if (written)
		job_wake();
	if (s->taken < 0)
		return job_key_reused(r);
	return hub_wait(r, http_wait_ms(r, 0), look, context);
}

/* The start of a job about the connection of the path; NULL: refused, and
 * answered. */
static struct start *
begin(struct req *r, enum job_kind kind, struct connection *c)
{
	struct start *s = arena_alloc(http_arena(r), sizeof(*s));

	s->job.kind = kind;
	s->job.user_id = http_user(r);
	if (connection_find(http_arena(r), http_path_id(r, 0), c) != 1) {
		http_problem(r, 404, "connection_not_found",
			"There is no such connection.");
		return NULL;
	}
	return job_key(r, &s->job.key) == 0 ? s : NULL;
}

/* ---- the apps of a Dify ---- */

static int
list_apps(struct req *r)
{
	struct connection c;
	struct start *s = begin(r, JOB_LIST_APPS, &c);

	if (s == NULL)
		return 0;
	s->job.payload =
		arena_printf(http_arena(r), "{\"connection_id\":\"%s\"}", c.id);
	return hub_write(r, add, added, s);
}

static int
check_apps(struct req *r, const struct value *apps)
{
	size_t i = 0;

	if (!value_is(apps, VALUE_ARRAY) || value_count(apps) == 0 ||
		value_count(apps) > MOST_APPS)
		return http_refuse_field(r, "/app_ids", "invalid",
			"A list of 1 to 5000 ids, or all.");
	value_each(app, apps) {
		if (!app_is_id(value_text(app)))
			return http_refuse_field(r,
				arena_printf(http_arena(r), "/app_ids/%zu", i),
				"invalid", "This is no id of an app in Dify.");
		i++;
	}
	return 0;
}

static int
import_apps(struct req *r)
{
	const struct value *apps = http_obj(r, IN_APPS);
	bool all = http_bool(r, IN_ALL, false);
	struct connection c;
	struct start *s = begin(r, JOB_IMPORT_APPS, &c);
	struct str out;

	if (s == NULL || (!all && check_apps(r, apps) != 0))
		return 0;
	str_init(&out, http_arena(r), LIMIT_BODY);
	jsonw_open(&out, NULL, '{');
	jsonw_text(&out, "connection_id", c.id);
	if (all)
		jsonw_bool(&out, "all", true);
	else
		jsonw_value(&out, "app_ids", apps);
	jsonw_close(&out, '}');
	s->job.payload = out.s;
	return hub_write(r, add, added, s);
}

/* ---- a workflow to another Dify ---- */

/* A new secret: {key, value}. */
static bool
are_secrets(const struct value *list)
{
	if (!value_is(list, VALUE_ARRAY) || value_count(list) > MOST_SECRETS)
		return false;
	value_each(s, list) {
		const char *value = value_get_text(s, "value", "");

		if (value_count(s) != 2 ||
			*value_get_text(s, "key", "") == '\0' ||
			strlen(value_get_text(s, "key", "")) > LIMIT_PATH ||
			*value == '\0' || strlen(value) > SECRET_BYTES ||
			value[strspn(value, "*")] == '\0')
			return false;
	}
	return true;
}

/* The mapping with the secrets sealed: what a job may carry. */
static struct value *
sealed_mapping(struct arena *a, const struct start *s)
{
	struct value *out = s->mapping == NULL ? value_array(a)
					       : value_clone(a, s->mapping);

	value_each(secret, s->secrets) {
		struct value *m = value_append(out, value_object(a));

		value_set_text(a, m, "kind", need_kind_names[NEED_SECRET]);
		value_set_text(a, m, "key", value_get_text(secret, "key", ""));
		value_set_text(a, m, "to",
			dsl_secret_keep(
				a, value_get_text(secret, "value", "")));
	}
	return out;
}

static bool
add_promotion(struct req *r, void *context)
{
	struct start *s = context;
	struct str out;

	str_init(&out, http_arena(r), LIMIT_BODY);
	jsonw_open(&out, NULL, '{');
	jsonw_text(&out, "connection_id", s->target);
	jsonw_value(&out, "mapping", sealed_mapping(http_arena(r), s));
	if (http_has(r, UP_BASE))
		jsonw_text(&out, "base", http_str(r, UP_BASE));
	jsonw_close(&out, '}');
	s->job.payload = out.s;
	return add(r, s);
}

/* What of a request is no answer to a question. */
static int
check_answers(struct req *r, const struct start *s)
{
	if (s->mapping != NULL && !need_is_mapping(s->mapping))
		return http_refuse_field(r, "/mapping", "invalid",
			"A list of {kind, key, to}: what stands for each of "
			"them there.");
	value_each(m, s->mapping)
		if (strncmp(value_get_text(m, "to", ""), SECRET_PREFIX,
			    strlen(SECRET_PREFIX)) == 0)
			return http_refuse_field(r, "/mapping", "invalid",
				"A new secret is given under secrets.");
	if (s->secrets != NULL && !are_secrets(s->secrets))
		return http_refuse_field(r, "/secrets", "invalid",
			"A list of {key, value}, for secrets that get another "
			"value there.");
	return 0;
}

static int
promote(struct req *r)
{
	struct start *s = arena_alloc(http_arena(r), sizeof(*s));
	struct connection c;
	struct workflow w;

	if (workflow_of_path(r, &w) != 0 || job_key(r, &s->job.key) != 0 ||
		workflow_connection(r, http_str(r, UP_CONNECTION), &c) != 0)
		return 0;
	if (w.connection_id != NULL && strcmp(w.connection_id, c.id) == 0)
		return http_field_problem(r, "/connection_id",
			"same_connection",
			"The workflow is at this connection already; deploy "
			"it.");
	s->job.kind = JOB_PROMOTE;
	s->job.user_id = http_user(r);
	s->job.workflow_id = http_path_id(r, 0);
	s->mapping = http_obj(r, UP_MAPPING);
	s->secrets = http_obj(r, UP_SECRETS);
	if (check_answers(r, s) != 0)
		return 0;
	s->target = arena_strdup(http_arena(r), c.id);
	return hub_write(r, add_promotion, added, s);
}

static const struct route routes[] = {
	{HTTP_POST, "/api/workflows/{id}/promote", ROLE_EDITOR, promote,
		promote_fields, UP__MAX},
	{HTTP_POST, "/api/connections/{id}/apps", ROLE_EDITOR, list_apps},
	{HTTP_POST, "/api/connections/{id}/import", ROLE_EDITOR, import_apps,
		import_fields, IN__MAX},
};

int
main(int argc, char **argv)
{
	return hub_serve(argc, argv, "transfer", routes, nitems(routes));
}
