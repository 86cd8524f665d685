/* workflows.c: /api/workflows lists; /api/workflows/ID reads, changes and
 * deletes one. What lies below an ID is in workflow.c. */
#include "base/limits.h"
#include "base/nitems.h"
#include "io/db.h"
#include "io/http.h"
#include "api/job_answer.h"
#include "model/search.h"
#include "api/workflow_answer.h"

static const char *const use_kinds[] = {
	"node", "model", "tool", "dataset", "host", NULL};

enum {
	Q_LIMIT,
	Q_AFTER,
	Q_TEXT,
	Q_TAG,
	Q_USES, /* one a kind of use */
	Q__MAX = Q_USES + USES__MAX
};
static const struct field list_query[Q__MAX] = {
	[Q_LIMIT] = {"limit", FIELD_INT, false, 1, LIMIT_PAGE},
	[Q_AFTER] = {"after", FIELD_ID},
	[Q_TEXT] = {"q", FIELD_STRING, false, 0, LIMIT_NAME},
	[Q_TAG] = {"tag", FIELD_STRING, false, 0, LIMIT_TAG},
	[Q_USES + USES_NODE] = {"node", FIELD_STRING, false, 1, LIMIT_NAME},
	[Q_USES + USES_MODEL] = {"model", FIELD_STRING, false, 1, LIMIT_NAME},
	[Q_USES + USES_TOOL] = {"tool", FIELD_STRING, false, 1, LIMIT_NAME},
	[Q_USES +
		USES_DATASET] = {"dataset", FIELD_STRING, false, 1, LIMIT_NAME},
	[Q_USES + USES_HOST] = {"host", FIELD_STRING, false, 1, LIMIT_NAME},
};

static const struct field uses_query[] = {
	{"kind", FIELD_ENUM, true, .values = use_kinds}};

enum { IN_NAME, IN_DESCRIPTION, IN_TAGS, IN__MAX };
static const struct field change_fields[IN__MAX] = {
	[IN_NAME] = {"name", FIELD_STRING, false, 1, LIMIT_NAME},
	[IN_DESCRIPTION] = {"description", FIELD_TEXT, false, 0, 2000},
	[IN_TAGS] = {"tags", FIELD_STRINGS, false, 1, LIMIT_TAG},
};

static const struct field delete_query[] = {{"dify", FIELD_BOOL}};

static int
list(struct req *r)
{
	int limit = (int)http_query_int(r, Q_LIMIT, 50);
	struct workflow_filter f = {
		.text = http_query(r, Q_TEXT),
		.tag = http_query(r, Q_TAG),
		.after = http_query(r, Q_AFTER),
		.limit = limit + 1,
	};
	struct workflow *rows;
	int kind;
	int n;
	int i;

	for (kind = 0; kind < USES__MAX; kind++)
		f.uses[kind] = http_query(r, (size_t)Q_USES + (size_t)kind);
	n = workflow_list(http_arena(r), &f, &rows);

	http_page_begin(r);
	for (i = 0; i < n && i < limit; i++)
		workflow_json(http_out(r), &rows[i]);
	return http_page_end(r, n > limit ? rows[limit - 1].id : NULL);
}

static int
tags(struct req *r)
{
	struct str *out = http_out(r);
	struct tag_count *rows;
	int n = workflow_tag_counts(http_arena(r), &rows);
	int i;

	http_page_begin(r);
	for (i = 0; i < n; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_text(out, "tag", rows[i].tag);
		jsonw_int(out, "count", rows[i].count);
		jsonw_close(out, '}');
	}
	return http_page_end(r, NULL);
}

/* What is in use, for a list's filters. */
static int
uses(struct req *r)
{
	struct str *out = http_out(r);
	struct use_count *rows;
	int n = search_uses(http_arena(r), http_query(r, 0), &rows);
	int i;

	http_page_begin(r);
	for (i = 0; i < n; i++) {
		jsonw_open(out, NULL, '{');
		jsonw_text(out, "value", rows[i].value);
		jsonw_int(out, "count", rows[i].count);
		jsonw_close(out, '}');
	}
	return http_page_end(r, NULL);
}

static int
read_one(struct req *r)
{
	struct workflow w;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	workflow_json(http_out(r), &w);
	return http_json(r, 200);
}

static int
change(struct req *r)
{
	const char *const *names;
	size_t n = http_strs(r, IN_TAGS, &names);

	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	workflow_update(http_path_id(r, 0), http_str(r, IN_NAME),
		http_str(r, IN_DESCRIPTION), names, n);
	db_commit();
	job_wake();
	return read_one(r);
}

/* With dify=1 the app in Dify goes too; that is a job and may outlive us. */
static int
remove_one(struct req *r)
{
	struct workflow w;
	struct job_new n = {.kind = JOB_UNDEPLOY, .user_id = http_user(r)};
	char job[ID_SIZE];
	bool undeploy;

	if (workflow_of_path(r, &w) != 0)
		return 0;
	undeploy = http_query_bool(r, 0, false) && w.dify_app_id != NULL &&
		   w.connection_id != NULL;
	if (db_begin(LIMIT_LOCK_MS) != 0)
		return http_busy(r);
	workflow_delete(w.id);
	if (undeploy) {
		n.payload = arena_printf(http_arena(r),
			"{\"connection_id\":\"%s\",\"app_id\":\"%s\"}",
			w.connection_id, w.dify_app_id);
		job_add(&n, job);
	}
	db_commit();
	job_wake();
	return undeploy ? job_accepted(r, job, JOB_UNDEPLOY)
			: http_empty(r, 204);
}

static const struct route routes[] = {
	{HTTP_GET, "/api/workflows", ROLE_VIEWER, list, NULL, 0, list_query,
		Q__MAX, ROUTE_CACHED},
	{HTTP_GET, "/api/workflows/tags", ROLE_VIEWER, tags,
		.flags = ROUTE_CACHED},
	{HTTP_GET, "/api/workflows/uses", ROLE_VIEWER, uses,
		.query = uses_query, .nquery = nitems(uses_query)},
	{HTTP_GET, "/api/workflows/{id}", ROLE_VIEWER, read_one,
		.flags = ROUTE_CACHED},
	{HTTP_PATCH, "/api/workflows/{id}", ROLE_EDITOR, change, change_fields,
		IN__MAX},
	{HTTP_DELETE, "/api/workflows/{id}", ROLE_EDITOR, remove_one, NULL, 0,
		delete_query, nitems(delete_query)},
};

int
main(int argc, char **argv)
{
	return http_serve(argc, argv, "workflows", routes, nitems(routes));
}
