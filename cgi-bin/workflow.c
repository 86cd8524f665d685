/* workflow.c: /api/workflows/ID/...: what belongs to one workflow: its DSL and
 * its versions. */
#include "api/workflow_answer.h"
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "model/dsl_secret.h"
#include "text/json.h"
#include "text/yaml.h"

#include <string.h>

static const char *const formats[] = {"json", "yaml", NULL};
enum { Q_FORMAT, Q_VERSION };
static const struct field dsl_query[] = {
	[Q_FORMAT] = {"format", FIELD_ENUM, .values = formats},
	[Q_VERSION] = {"version", FIELD_INT, false, 1, 1000000},
};

enum { PUT_DSL, PUT_BASE, PUT__MAX };
static const struct field put_fields[PUT__MAX] = {
	[PUT_DSL] = {"dsl", FIELD_ANY, true},
	[PUT_BASE] = {"base_version", FIELD_INT, false, 1, 1000000},
};

static int
dsl(struct req *r)
{
	struct jsonx_report report;
	struct value *v;
	struct workflow w;
	const char *text;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	text = version_dsl(
		http_arena(r), w.id, (int)http_query_int(r, Q_VERSION, 0));
	if (text == NULL)
		return http_problem(r, 404, "version_not_found",
			"The workflow has no such version.");
	if (http_query_enum(r, Q_FORMAT, 0) == 0) {
		str_puts(http_out(r), text);
		return http_json(r, 200);
	}
	v = jsonx_read(http_arena(r), text, strlen(text), 0, &report);
	if (v != NULL)
		yamlx_write(http_out(r), v);
	return http_send(r, 200, "application/yaml; charset=utf-8",
		http_out(r)->s, http_out(r)->len);
}

static int
versions(struct req *r)
{
	struct str *out = http_out(r);
	struct workflow w;
	struct version *rows;
	int n;
	int i;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	n = version_list(http_arena(r), w.id, &rows);
	http_page_begin(r);
	for (i = 0; i < n; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_int(out, "number", rows[i].number);
		jsonw_text(out, "reason", rows[i].reason);
		jsonw_text(out, "created_by", rows[i].created_by);
		jsonw_int(out, "created_at", rows[i].created_at);
		jsonw_int(out, "bytes", rows[i].bytes);
		jsonw_close(out, '}');
	}
	return http_page_end(r, NULL);
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
add_version(struct req *r, struct workflow *w, struct value *dsl)
{
	int base = (int)http_int(r, PUT_BASE, 0);
	const char *newest;
	struct str text;

	if (workflow_find(http_arena(r), w->id, w) != 1 ||
		(base != 0 && base != w->version))
		return false;
	dsl_secret_take(http_arena(r), dsl);
	str_init(&text, http_arena(r), LIMIT_DOCUMENT);
	jsonx_write(&text, dsl, 0);
	newest = version_dsl(http_arena(r), w->id, 0);
	if (newest == NULL || strcmp(newest, text.s) != 0)
		w->version =
			version_add(w->id, text.s, "uploaded", http_user(r));
	return true;
}

static int
put_dsl(struct req *r)
{
	struct dsl_result result = {0};
	struct dsl_target target;
	struct workflow w;
	const char *text;
	bool added;
	size_t n;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	target = target_of(r, &w);
	text = workflow_dsl_text(r, PUT_DSL, &n);
	dsl_read(http_arena(r), text, n, &target, &result);
	if (dsl_refused(&result.findings))
		dsl_fix_only(http_arena(r), &result, &target, "", NULL);
	if (result.dsl == NULL || dsl_refused(&result.findings))
		return workflow_refuse(r, &result);
	if (strcmp(dsl_mode(result.dsl), w.mode) != 0)
		return http_field_problem(r, "/dsl", "mode_differs",
			"A workflow and a chat cannot take each other's "
			"place.");
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	added = add_version(r, &w, result.dsl);
	db_commit();
	if (!added)
		return http_problem(r, 409, "version_changed",
			"The workflow is not at that version any more; look "
			"at its versions again.");
	workflow_json(http_out(r), &w);
	return http_json(r, 200);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/workflows/{id}/dsl", ROLE_VIEWER, dsl, NULL, 0,
		dsl_query, nitems(dsl_query)},
	{HTTP_PUT, "/api/workflows/{id}/dsl", ROLE_EDITOR, put_dsl, put_fields,
		PUT__MAX},
	{HTTP_GET, "/api/workflows/{id}/versions", ROLE_VIEWER, versions},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "workflow", routes, nitems(routes));
}
