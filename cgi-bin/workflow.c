/* workflow.c: /api/workflows/ID/...: what belongs to one workflow: its DSL, its
 * versions and what differs between them. */
#include "api/workflow_answer.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "dsl/diff.h"
#include "dsl/mask.h"
#include "io/db.h"
#include "io/http.h"
#include "model/conversation.h"
#include "model/workflow_dify.h"
#include "text/json.h"
#include "text/yaml.h"

#include <string.h>

enum { Q_LIMIT, Q_AFTER };
static const struct field page_query[] = {
	[Q_LIMIT] = {"limit", FIELD_INT, false, 1, LIMIT_PAGE},
	[Q_AFTER] = {"after", FIELD_ID},
};

static const char *const formats[] = {"json", "yaml", NULL};
enum { Q_FORMAT, Q_VERSION };
static const struct field dsl_query[] = {
	[Q_FORMAT] = {"format", FIELD_ENUM, .values = formats},
	[Q_VERSION] = {"version", FIELD_INT, false, 1, 1000000},
};

enum { DIFF_FROM, DIFF_TO };
static const struct field diff_query[] = {
	[DIFF_FROM] = {"from", FIELD_INT, true, 1, 1000000},
	[DIFF_TO] = {"to", FIELD_INT, false, 1, 1000000},
};

enum { PUT_DSL, PUT_BASE, PUT_NOTE, PUT__MAX };
static const struct field put_fields[PUT__MAX] = {
	[PUT_DSL] = {"dsl", FIELD_ANY, true},
	[PUT_BASE] = {"base_version", FIELD_INT, false, 1, 1000000},
	[PUT_NOTE] = {"note", FIELD_TEXT, false, 1, 500},
};

enum { SECRET_VALUES, SECRET_VERSION, SECRET_BASE, SECRET__MAX };
static const struct field secret_fields[SECRET__MAX] = {
	[SECRET_VALUES] = {"values", FIELD_OBJECT, true},
	[SECRET_VERSION] = {"version", FIELD_INT, false, 1, 1000000},
	[SECRET_BASE] = {"base_version", FIELD_INT, false, 1, 1000000},
};

enum { FOUND_VERSION, FOUND__MAX };
static const struct field found_fields[FOUND__MAX] = {
	[FOUND_VERSION] = {"version", FIELD_INT, true, 1, 1000000},
};

static int
no_version(struct req *r)
{
	return http_problem(r, 404, "version_not_found",
		"The workflow has no such version.");
}

static int
dsl(struct req *r)
{
	int number = (int)http_query_int(r, Q_VERSION, 0);
	struct workflow w;
	const char *text;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	text = version_dsl(http_arena(r), w.id, number);
	if (text == NULL)
		return no_version(r);
	if (http_query_enum(r, Q_FORMAT, 0) == 0) {
		str_puts(http_out(r), text);
		return http_json(r, 200);
	}
	yamlx_write(http_out(r), version_value(http_arena(r), w.id, number));
	return http_send(r, 200, "application/yaml; charset=utf-8",
		http_out(r)->s, http_out(r)->len);
}

static int
versions(struct req *r)
{
	struct workflow w;
	struct version *rows;
	int n;
	int i;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	n = version_list(http_arena(r), w.id, &rows);
	http_page_begin(r);
	for (i = 0; i < n; i++)
		version_json(http_out(r), &rows[i]);
	return http_page_end(r, NULL);
}

/* What differs between two versions. */
static int
diff(struct req *r)
{
	int from = (int)http_query_int(r, DIFF_FROM, 0);
	int to = (int)http_query_int(r, DIFF_TO, 0);
	struct value *answer;
	struct value *v[2];
	struct workflow w;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	v[0] = version_value(http_arena(r), w.id, from);
	v[1] = version_value(http_arena(r), w.id, to);
	if (v[0] == NULL || v[1] == NULL)
		return no_version(r);
	answer = dsl_diff(http_arena(r), v[0], v[1]);
	value_set_int(http_arena(r), answer, "from", from);
	value_set_int(http_arena(r), answer, "to", to == 0 ? w.version : to);
	jsonx_write(http_out(r), answer, 0);
	return http_json(r, 200);
}

/* The version of Dify that the workflow is for. */
static struct dsl_target
target_of(struct req *r, const struct workflow *w)
{
	struct dsl_target target = {.version = DSL_VERSION_NEWEST};
	struct connection c;

	if (w->connection_id == NULL ||
		connection_find(http_arena(r), w->connection_id, &c) != 1)
		return target;
	if (c.version != NULL && dsl_version(c.version) != 0)
		target.version = dsl_version(c.version);
	target.resources = connection_resources(http_arena(r), c.id);
	return target;
}

/* Writes the next version, unless it is the same as the newest; false when that
 * one is not what the caller knows any more. In a transaction. */
static bool
add_version(struct req *r, struct workflow *w, const struct version_new *v,
	int base)
{
	if (workflow_find(http_arena(r), w->id, w) != 1 ||
		(base != 0 && base != w->version))
		return false;
	version_add(http_arena(r), v, &w->version);
	return true;
}

static int
add_and_show(struct req *r, struct workflow *w, const struct version_new *v,
	int base)
{
	bool added;

	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	added = add_version(r, w, v, base);
	db_commit();
	if (!added)
		return workflow_changed(r);
	workflow_json(http_out(r), w);
	return http_json(r, 200);
}

static int
put_dsl(struct req *r)
{
	struct version_new v = {.origin = VERSION_UPLOADED,
		.note = http_str(r, PUT_NOTE),
		.user_id = http_user(r)};
	struct dsl_result result;
	struct dsl_target target;
	struct workflow w;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	target = target_of(r, &w);
	workflow_read_dsl(r, PUT_DSL, &target, &result);
	if (dsl_refused(&result.findings))
		dsl_fix_only(http_arena(r), &result, &target, "", NULL);
	if (result.dsl == NULL || dsl_refused(&result.findings))
		return workflow_refuse(r, &result);
	if (strcmp(dsl_mode(result.dsl), w.mode) != 0)
		return http_field_problem(r, "/dsl", "mode_differs",
			"A workflow and a chat cannot take each other's "
			"place.");
	v.workflow_id = w.id;
	v.dsl = result.dsl;
	return add_and_show(r, &w, &v, (int)http_int(r, PUT_BASE, 0));
}

/* ---- secrets that nobody but a person knows ---- */

/* 0, or -1 with 400 answered. */
static int
take_value(struct req *r, struct value *dsl, const struct value *given)
{
	const char *text = value_text(given);
	const char *pointer =
		arena_printf(http_arena(r), "/values/%s", given->key);

	if (text == NULL || *text == '\0' || mask_is(text) ||
		strlen(text) > LIMIT_PROMPT)
		return http_refuse_field(r, pointer, "invalid",
			"A value is a text, and no row of asterisks.");
	if (!mask_set(http_arena(r), dsl, given->key, text))
		return http_refuse_field(r, pointer, "unknown",
			"The workflow has no secret variable of that name.");
	return 0;
}

static int
put_secrets(struct req *r)
{
	struct version_new v = {
		.origin = VERSION_SECRETS, .user_id = http_user(r)};
	struct workflow w;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	v.workflow_id = w.id;
	v.from = (int)http_int(r, SECRET_VERSION, 0);
	v.dsl = version_value(http_arena(r), w.id, v.from);
	if (v.dsl == NULL)
		return no_version(r);
	value_each(given, http_obj(r, SECRET_VALUES))
		if (take_value(r, v.dsl, given) != 0)
			return 0;
	return add_and_show(r, &w, &v, (int)http_int(r, SECRET_BASE, 0));
}

/* ---- what was found in Dify ---- */

/* It is to stay the newest version: nobody needs to be told of it any more. */
static int
put_found(struct req *r)
{
	struct workflow w;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	workflow_found_seen(w.id, (int)http_int(r, FOUND_VERSION, 0));
	workflow_find(http_arena(r), w.id, &w);
	db_commit();
	workflow_json(http_out(r), &w);
	return http_json(r, 200);
}

static int
conversations(struct req *r)
{
	int limit = (int)http_query_int(r, Q_LIMIT, 50);
	struct str *out = http_out(r);
	struct conversation *rows;
	struct workflow w;
	int n;
	int i;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	n = conversation_list(
		http_arena(r), w.id, http_query(r, Q_AFTER), limit + 1, &rows);
	http_page_begin(r);
	for (i = 0; i < n && i < limit; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_text(out, "id", rows[i].id);
		jsonw_text(out, "title", rows[i].title);
		jsonw_bool(out, "over",
			w.dify_app_id == NULL ||
				strcmp(rows[i].app_id, w.dify_app_id) != 0);
		jsonw_int(out, "created_at", rows[i].created_at);
		jsonw_close(out, '}');
	}
	return http_page_end(r, n > limit ? rows[limit - 1].id : NULL);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/workflows/{id}/conversations", ROLE_VIEWER,
		conversations, NULL, 0, page_query, nitems(page_query)},
	{HTTP_GET, "/api/workflows/{id}/dsl", ROLE_VIEWER, dsl, NULL, 0,
		dsl_query, nitems(dsl_query)},
	{HTTP_PUT, "/api/workflows/{id}/dsl", ROLE_EDITOR, put_dsl, put_fields,
		PUT__MAX},
	{HTTP_PUT, "/api/workflows/{id}/secrets", ROLE_EDITOR, put_secrets,
		secret_fields, SECRET__MAX},
	{HTTP_PUT, "/api/workflows/{id}/found", ROLE_EDITOR, put_found,
		found_fields, FOUND__MAX},
	{HTTP_GET, "/api/workflows/{id}/versions", ROLE_VIEWER, versions},
	{HTTP_GET, "/api/workflows/{id}/diff", ROLE_VIEWER, diff, NULL, 0,
		diff_query, nitems(diff_query)},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "workflow", routes, nitems(routes));
}
