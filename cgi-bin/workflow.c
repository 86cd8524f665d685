/* workflow.c: /api/workflows/ID/...: what belongs to one workflow: its DSL and
 * its versions. */
#include "api/workflow_answer.h"
#include "base/nitems.h"
#include "io/http.h"
#include "text/json.h"
#include "text/yaml.h"

static const char *const formats[] = {"json", "yaml", NULL};
enum { Q_FORMAT, Q_VERSION };
static const struct field dsl_query[] = {
	[Q_FORMAT] = {"format", FIELD_ENUM, .values = formats},
	[Q_VERSION] = {"version", FIELD_INT, false, 1, 1000000},
};

/* The workflow of the path: 0, or -1 with 404 answered. */
static int
find(struct req *r, struct workflow *w)
{
	if (workflow_find(http_arena(r), http_path_id(r, 0), w) == 1)
		return 0;
	return http_refuse(
		r, 404, "workflow_not_found", "There is no such workflow.");
}

static int
dsl(struct req *r)
{
	struct jsonx_report report;
	struct value *v;
	struct workflow w;
	const char *text;

	if (find(r, &w) != 0)
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

	if (find(r, &w) != 0)
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

static const struct route routes[] = {
	{HTTP_GET, "/api/workflows/{id}/dsl", ROLE_VIEWER, dsl, NULL, 0,
		dsl_query, nitems(dsl_query)},
	{HTTP_GET, "/api/workflows/{id}/versions", ROLE_VIEWER, versions},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "workflow", routes, nitems(routes));
}
